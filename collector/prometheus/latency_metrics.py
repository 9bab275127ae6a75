"""The collector's memory of the working latency on /metrics."""

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from collector.latency import WorkingLatency

PREFIX = "pantau_collector_latency_"


class LatencyMetrics(Collector):
    def __init__(self, latency: WorkingLatency) -> None:
        self._latency = latency

    def collect(self) -> Iterable[Metric]:
        counts = self._latency.counts
        measurements = CounterMetricFamily(
            PREFIX + "measurements",
            "Round-trip times and polls of ports that count for a link's working latency, and those outside "
            "of the days that are kept.",
            labels=("outcome",),
        )
        for outcome in ("round_trips", "polls", "outside"):
            measurements.add_metric((outcome,), getattr(counts, outcome))
        yield measurements
        yield GaugeMetricFamily(
            PREFIX + "links", "Links that a polled port names.", len(self._latency.carried)
        )
        yield GaugeMetricFamily(PREFIX + "days", "Days of links that are kept.", self._latency.days)
        yield CounterMetricFamily(
            PREFIX + "unreadable_days", "Saved days that this release can't read.", self._latency.unreadable
        )
