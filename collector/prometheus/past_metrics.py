"""The collector's memory of the last day on /metrics."""

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from collector.past import Past

PREFIX = "pantau_collector_past_"


class PastMetrics(Collector):
    def __init__(self, past: Past) -> None:
        self._past = past

    def collect(self) -> Iterable[Metric]:
        counts = self._past.counts
        measurements = CounterMetricFamily(
            PREFIX + "measurements",
            "Measurements that the memory of the last day took, or did not take, by why.",
            labels=("outcome",),
        )
        for outcome in ("taken", "outside", "unassigned", "excess"):
            measurements.add_metric((outcome,), getattr(counts, outcome))
        yield measurements
        yield CounterMetricFamily(
            PREFIX + "dropped_blocks",
            "Saved blocks of two hours that no release can read, or that are ahead of the clock.",
            counts.blocks,
        )
        yield CounterMetricFamily(
            PREFIX + "dropped_courses",
            "Incidents whose beginning is not drawn: there were too many at once.",
            counts.courses,
        )
        yield GaugeMetricFamily(PREFIX + "bytes", "Memory that it takes.", self._past.bytes)
