"""The back-fill's own metrics on /metrics."""

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from collector.backfill.writer import RemoteWriter
from collector.database.store import Store

PREFIX = "pantau_collector_backfill_"


class BackfillMetrics(Collector):
    def __init__(self, writer: RemoteWriter, store: Store) -> None:
        self._writer, self._store = writer, store

    def collect(self) -> Iterable[Metric]:
        writer = self._writer
        yield GaugeMetricFamily(
            PREFIX + "queue_reports", "Reports that wait to be remote-written.", writer.waiting_reports
        )
        yield GaugeMetricFamily(
            PREFIX + "reachable",
            "1 while remote write is answered, 0 while it is tried again.",
            writer.reachable,
        )
        yield CounterMetricFamily(
            PREFIX + "samples", "Samples that remote write has taken.", writer.written_samples
        )
        yield CounterMetricFamily(
            PREFIX + "failed_requests",
            "Requests without an answer about their samples.",
            writer.failed_requests,
        )
        yield CounterMetricFamily(
            PREFIX + "dropped_measurements",
            "Measurements dropped because the queue, or one agent's part of it, was full.",
            self._store.dropped_unscraped,
        )
        refused = CounterMetricFamily(
            PREFIX + "refused_samples", "Samples that remote write has refused.", labels=("site", "reason")
        )
        for (site, reason), count in writer.refused_samples.items():
            refused.add_metric((site, reason), count)
        yield refused
