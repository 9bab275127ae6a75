"""The collector's own metrics, for /metrics: read at the scrape from the counts that the parts keep."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import get_args

import msgspec
from prometheus_client import GC_COLLECTOR, PLATFORM_COLLECTOR, PROCESS_COLLECTOR, CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from collector.causes import CauseName
from collector.causes.judge import CAUSES
from collector.city.state import State
from collector.incidents.incident import Cause
from collector.intake.inbox import Inbox
from collector.intake.pipeline import Pipeline
from collector.intake.watch import Watch
from collector.streams.ingest import Ingest

PREFIX = "pantau_collector_"


def registry(
    inbox: Inbox, ingest: Ingest, pipeline: Pipeline, state: State, *parts: Collector | None
) -> CollectorRegistry:
    """`parts` are those that say something of themselves; a part that does not run is None."""
    made = CollectorRegistry()
    own = SelfMetrics(inbox, ingest, pipeline, state)
    for collector in (PROCESS_COLLECTOR, PLATFORM_COLLECTOR, GC_COLLECTOR, own, *parts):
        if collector is not None:
            made.register(collector)
    return made


class SelfMetrics(Collector):
    def __init__(self, inbox: Inbox, ingest: Ingest, pipeline: Pipeline, state: State) -> None:
        self._inbox, self._ingest, self._pipeline, self._state = inbox, ingest, pipeline, state

    def collect(self) -> Iterable[Metric]:
        yield from self._messages()
        yield from self._batches()
        yield from self._measurements()
        yield from self._ledgers()

    def _messages(self) -> Iterator[Metric]:
        counts = self._ingest.counts
        yield _by("messages", "Messages from agents by what became of them.", "outcome", counts.messages)
        yield _by("refused_messages", "Messages that were not taken.", "reason", counts.refused)
        yield _counter(
            "unknown_fields",
            "Fields in the first report of a stream that this release does not know.",
            counts.unknown_fields,
        )
        yield _counter(
            "doubled_agents",
            "How often two agents were found to say that they are one.",
            counts.doubled_agents,
        )
        yield _counter(
            "queue_dropped_messages",
            "Messages dropped because the inbox was full.",
            self._inbox.dropped,
        )
        over_rate = CounterMetricFamily(
            PREFIX + "over_rate_messages",
            "Messages of a site, or of all that are none, above the rate that an agent needs; not taken.",
            labels=("site",),
        )
        above, agents = self._inbox.floods.over_rate, self._ingest.agents
        for agent in agents:
            over_rate.add_metric((agent,), above[agent])
        over_rate.add_metric(("",), sum(count for sender, count in above.items() if sender not in agents))
        yield over_rate
        yield GaugeMetricFamily(
            PREFIX + "queue_messages", "Messages that wait for the next batch.", len(self._inbox)
        )
        connected = self._pipeline.connected_since is not None
        yield GaugeMetricFamily(PREFIX + "broker_connected", "1 while connected to the broker.", connected)

    def _batches(self) -> Iterator[Metric]:
        yield from self._pipeline.commit_seconds.collect()
        yield _counter(
            "failed_commits", "Commits that failed and were tried again.", self._pipeline.failed_commits
        )

    def _measurements(self) -> Iterator[Metric]:
        counts = msgspec.structs.asdict(self._state.counts)
        yield _counter(
            "unknown_metrics",
            "Columns of metrics that this release does not know.",
            counts.pop("unknown_metrics"),
        )
        yield _by("measurements", "Measurements by what the state did with them.", "outcome", counts)
        yield _by(
            "dropped_measurements",
            "Measurements that agents had to drop, by their drop records.",
            "reason",
            self._ingest.counts.dropped_measurements,
        )

    def _ledgers(self) -> Iterator[Metric]:
        """Kept in the store, so that they outlive the program."""
        measurements = CounterMetricFamily(
            PREFIX + "ledger_measurements", "Measurements of a site by their fate.", labels=("site", "fate")
        )
        unknown = CounterMetricFamily(
            PREFIX + "ledger_unknown_reports", "Lost reports of unknown content.", labels=("site",)
        )
        for site, ledger in self._ingest.kept.ledgers():
            for fate in ("stored", "dropped", "rejected", "duplicates"):
                measurements.add_metric((site, fate), getattr(ledger, fate))
            unknown.add_metric((site,), ledger.unknown_reports)
        yield from (measurements, unknown)


class WatchMetrics(Collector):
    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def collect(self) -> Iterable[Metric]:
        yield _counter(
            "incident_differences",
            "Probes of which the incidents believed something else than was measured; put right, and a bug.",
            self._watch.differences,
        )
        ends = GaugeMetricFamily(
            PREFIX + "certificate_expiry_timestamp_seconds",
            "When the certificate ends, Unix time: of the CA, of the broker, of the collector.",
            labels=("certificate",),
        )
        for name, at in self._watch.certificates.items():
            ends.add_metric((name,), at)
        yield ends
        yield from self._causes()

    def _causes(self) -> Iterator[Metric]:
        """Each pair from the start, as 0: Prometheus' increase() does not see how a series begins."""
        confirmed = CounterMetricFamily(
            "pantau_incident_cause",
            "Causes that people set, with the weighed cause of that moment: how well pantau guesses.",
            labels=("guess", "confirmed"),
        )
        for guess, cause in product(get_args(CauseName), filter(None, get_args(Cause))):
            confirmed.add_metric((guess, cause), self._watch.confirmed[guess, cause])
        ended = CounterMetricFamily(
            "pantau_incidents_ended",
            "Incidents that ended, by their weighed cause five to six minutes after the end.",
            labels=("kind", "cause"),
        )
        counts = self._watch.incidents.causes_ended
        for kind, weighed in product(CAUSES, get_args(CauseName)):
            ended.add_metric((kind, weighed), counts.get((kind, weighed), 0))
        yield from (confirmed, ended)


def _counter(name: str, help: str, value: float) -> Metric:
    return CounterMetricFamily(PREFIX + name, help, value)


def _by(name: str, help: str, label: str, values: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(PREFIX + name, help, labels=(label,))
    for key, value in values.items():
        family.add_metric((key,), value)
    return family
