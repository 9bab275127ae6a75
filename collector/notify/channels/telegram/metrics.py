"""The metrics of the readers of Telegram on /metrics."""

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from collector.notify.channels.telegram.reader import TelegramReaders


class TelegramMetrics(Collector):
    def __init__(self, readers: TelegramReaders) -> None:
        self._readers = readers

    def collect(self) -> Iterable[Metric]:
        handled = CounterMetricFamily(
            "pantau_collector_telegram_updates",
            "Updates that the bots read by what became of them.",
            labels=("outcome",),
        )
        for outcome, count in self._readers.handled.items():
            handled.add_metric((outcome,), count)
        yield handled
