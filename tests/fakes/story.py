"""Evidence made by hand, second by second, for tests that need exact times."""

from collections.abc import Iterator

from collector.incidents import (
    Connected,
    Evidence,
    Finding,
    Flip,
    Incident,
    Incidents,
    Network,
    Notice,
    Record,
    ReportedValues,
    ReportReceived,
)
from collector.planned import Plan
from tests.fakes.virtual_time import START
from wire.report import Table

INTERVAL_SECONDS = 10.0


class Story:
    """Times are seconds since it began. Agents report each 10 s, on the second, but for the `silent`.

    At the beginning every agent has just been heard, and every probe has found its target up. `values` are
    those that agents report of their pings, by agent and target, as long as the target is up.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.now = 0.0
        self.silent: set[str] = set()
        self.values: dict[tuple[str, str], dict[str, float | None]] = {}
        self._up: dict[tuple[str, str, str], bool] = {}
        self.told: list[Notice] = []
        self.incidents: dict[str, Incident] = {}
        self.core = Incidents(network, START)
        self.tell(Connected())
        self.now = 1.0
        for agent, pairs in network.probes.items():
            self._up |= {(agent, kind, target): True for kind, target in pairs}
            self.tell(
                ReportReceived(agent, START + 1.0), *(_up(agent, kind, target, 1.0) for kind, target in pairs)
            )

    def at(self, seconds: float) -> "Story":
        """Let time pass until `seconds`."""
        while self.now < seconds:
            report_at = (self.now // INTERVAL_SECONDS + 1) * INTERVAL_SECONDS
            self.now = min(seconds, report_at, max(self.core.due - START, self.now + 0.001))
            self._take(self.core.tick(START + self.now))
            if self.now == report_at:
                for agent in sorted(self.network.sites.keys() - self.silent):
                    self.tell(ReportReceived(agent, START + self.now), *self._quality(agent))
        return self

    def measures(self, agent: str, *targets: str, **values: float | None) -> None:
        """From now on the agent measures these values of its pings, without `icmp_` before their names."""
        for target in targets:
            known = {f"icmp_{name}": value for name, value in values.items()}
            self.values[agent, target] = {**self.values.get((agent, target), {}), **known}

    def lost(
        self, agent: str, target: str, since: float, kind: str = "icmp", measured_at: float | None = None
    ) -> None:
        """The agent reports now that it lost the target."""
        at = START + (self.now if measured_at is None else measured_at)
        late = self.now - (at - START) > 30.0
        finding = Finding(agent, kind, target, "down", at, START + since, "timeout", late)
        self.tell(ReportReceived(agent, at), *self._flip(finding), finding)

    def found(self, agent: str, target: str, kind: str = "icmp", measured_at: float | None = None) -> None:
        at = self.now if measured_at is None else measured_at
        late = self.now - at > 30.0
        finding = _up(agent, kind, target, at, late)
        self.tell(ReportReceived(agent, START + at), *self._flip(finding), finding)

    def heard(self, agent: str, measured_at: float | None = None) -> None:
        self.tell(ReportReceived(agent, START + (self.now if measured_at is None else measured_at)))

    def tell(self, *evidence: Evidence) -> None:
        self._take(self.core.apply(evidence, START + self.now))

    def connect(self) -> None:
        """The collector has its connection to the broker again."""
        self.tell(Connected())

    def restart(self) -> None:
        """The collector is killed and starts again with the incidents of its records."""
        self.core = Incidents(self.network, START + self.now, self.incidents.values(), self.network.sites)

    def rearrange(self, network: Network) -> None:
        """The inventory changes. New agents report as the others do."""
        self.network = network
        self._take(self.core.rearrange(network, START + self.now))

    def follow(self, plan: Plan) -> None:
        """The planned work changes."""
        self._take(self.core.follow(plan, START + self.now))

    def open(self) -> list[tuple[str, str]]:
        """The kind and root of each open incident."""
        return sorted((incident.kind, incident.root) for incident in self.core.open())

    def notices(self) -> list[tuple[str, str, str]]:
        """The kind of each notice, with the kind and root of its incident."""
        return [(notice.kind, notice.incident.kind, notice.incident.root) for notice in self.told]

    def _flip(self, finding: Finding) -> Iterator[Flip]:
        """The change of an echo stream, as the collector's state finds it."""
        probe = (finding.agent, finding.kind, finding.target)
        if not finding.late:
            was_up, self._up[probe] = self._up.get(probe), finding.state == "up"
            if finding.kind == "icmp" and was_up is not None and was_up != self._up[probe]:
                yield Flip(finding.agent, finding.target, finding.measured_at)

    def _quality(self, agent: str) -> Iterator[ReportedValues]:
        """The values of an agent's pings to targets that are up, in one table."""
        lines = {
            target: values
            for (by, target), values in sorted(self.values.items())
            if by == agent and self._up.get((agent, "icmp", target))
        }
        if lines:
            names = sorted({name for values in lines.values() for name in values})
            columns = {name: [values.get(name) for values in lines.values()] for name in names}
            yield ReportedValues(
                agent, START + self.now, Table("icmp", list(lines), [0] * len(lines), columns)
            )

    def _take(self, records: list[Record]) -> None:
        for record in records:
            self.incidents[record.incident.id] = record.incident
            if isinstance(record, Notice):
                self.told.append(record)


def _up(agent: str, kind: str, target: str, at: float, late: bool = False) -> Finding:
    return Finding(agent, kind, target, "up", START + at, START + at, late=late)
