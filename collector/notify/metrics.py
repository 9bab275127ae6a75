"""The metrics of the delivery of notices on /metrics."""

import logging
from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from collector.database.engine import StoreError
from collector.database.notices import NoticeOutbox
from collector.notify.sender import Sender

log = logging.getLogger(__name__)

PREFIX = "pantau_collector_notice"


class NoticeMetrics(Collector):
    def __init__(self, sender: Sender, outbox: NoticeOutbox) -> None:
        self._sender, self._outbox = sender, outbox

    def collect(self) -> Iterable[Metric]:
        attempts = CounterMetricFamily(
            PREFIX + "s", "Attempts to deliver a notice by what came of them.", labels=("outcome",)
        )
        for outcome, count in self._sender.outcomes.items():
            attempts.add_metric((outcome,), count)
        yield attempts
        try:
            counts = self._outbox.counts()
        except StoreError as error:  # the rest of the page matters even more then
            log.warning("metrics of notices: %s", error)
            return
        for status, help in (
            ("waiting", "Notices that wait to be delivered."),
            ("dead", "Notices of the last 30 days that were given up: see pantau-collector notices."),
        ):
            yield GaugeMetricFamily(f"{PREFIX}s_{status}", help, counts[status])
