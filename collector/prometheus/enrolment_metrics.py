"""Joining and the broker's doors on /metrics."""

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from collector.enrolment.service import EnrolmentService

PREFIX = "pantau_collector_"


class EnrolmentMetrics(Collector):
    def __init__(self, enrolment: EnrolmentService) -> None:
        self._enrolment = enrolment

    def collect(self) -> Iterable[Metric]:
        doorkeeper = self._enrolment.doorkeeper
        yield CounterMetricFamily(
            PREFIX + "enrolment_turned_away_connections",
            "Connections to the enrolment port that there was no room for.",
            self._enrolment.turned_away,
        )
        yield GaugeMetricFamily(
            PREFIX + "barred_agents", "Agents whose certificates are revoked.", len(doorkeeper.barred)
        )
        yield GaugeMetricFamily(
            PREFIX + "revocation_list_in_force",
            "1 once the broker has the newest list of revoked certificates.",
            float(doorkeeper.in_force),
        )
