"""The collector of a simulated city: the real incidents, and late findings told from fresh ones."""

from collections.abc import Collection, Iterable, Mapping

from msgspec import structs

from collector.causes import CauseMemory, Places
from collector.causes.memory import LATE_SECONDS as NEWS_SECONDS
from collector.causes.site_memory import BootSpan, SiteMemory
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
    Transition,
)
from collector.intake.reconcile import RECONCILE_SECONDS
from collector.inventory.city import City, Link, Site
from collector.planned import NO_PLAN, Plan
from tests.fakes.virtual_time import VirtualTime
from wire.report import Table

LATE_SECONDS = 30.0


def places_of(network: Network) -> Places:
    sites = {id: Site(role=site.role, name=id) for id, site in network.sites.items()}
    links = {
        f"{id} {up}": Link(from_=id, to=up) for id in network.sites for up in network.uplinks.get(id, ())
    }
    return Places(City(name="simulated", sites=sites, links=links))


def memory_of(network: Network) -> CauseMemory:
    """With it the recovery of a site waits for its agent's report."""
    return CauseMemory(places_of(network))


class SimulatedCollector:
    """`told` are the notices, `incidents` every incident as its last record has it. `core` is None while the
    collector is dead. `network` is the inventory's, `plan` the planned work. `differences` are findings that
    differ from the state's.
    """

    def __init__(self, network: Network, seed: int) -> None:
        self.time = VirtualTime(seed)
        self.network = network
        self.plan: Plan = NO_PLAN
        self.records: list[Record] = []
        self.told: list[Notice] = []
        self.incidents: dict[str, Incident] = {}
        self.differences: list[Finding] = []
        self.memory = memory_of(network)
        self.core: Incidents | None = Incidents(network, self.now, memory=self.memory)
        self._known: dict[tuple[str, str, str], tuple[str, float]] = {}
        self.tell(Connected())

    @property
    def now(self) -> float:
        return self.time.now

    @property
    def firing(self) -> list[Notice]:
        return [notice for notice in self.told if notice.kind == "firing"]

    def open(self) -> list[Incident]:
        return [incident for incident in self.incidents.values() if incident.status == "open"]

    def run(self, seconds: float) -> None:
        """Events happen, and the incidents decide when they are due."""
        end = self.now + seconds
        while True:
            due = self.core.due if self.core else end
            self.time.now = max(self.now, min(self.time.next_at, due, end))
            if self.core and due <= self.now:
                self._take(self.core.tick(self.now))
            elif self.time.next_at <= self.now:
                self.time.step()
            if self.now >= end and self.time.next_at > end:
                return

    def deliver(self, agent: str, *evidence: Evidence) -> None:
        """Add evidence that the simulation itself does not make."""
        self.tell(ReportReceived(agent, self.now), *evidence)

    def tell(self, *evidence: Evidence) -> None:
        if self.core:
            self._take(self.core.apply(evidence, self.now))

    def restart(self, agents: Collection[str]) -> None:
        """The incidents go on from their records. The inventory may have changed meanwhile."""
        self._known.clear()
        self.memory = memory_of(self.network)
        self.core = Incidents(self.network, self.now, self.incidents.values(), agents, self.plan, self.memory)
        self._take(self.core.rearrange(self.network, self.now))

    def adopt(self, network: Network) -> None:
        """The inventory changes."""
        self.network = network
        self.memory.rearrange(places_of(network))
        pairs = {(agent, *pair) for agent, its in network.probes.items() for pair in its}
        self._known = {probe: known for probe, known in self._known.items() if probe in pairs}
        if self.core:
            self._take(self.core.rearrange(network, self.now))

    def follow(self, plan: Plan) -> None:
        """The planned work changes. A dead collector follows when it starts."""
        self.plan = plan
        if self.core:
            self._take(self.core.follow(plan, self.now))

    def take_report(
        self,
        agent: str,
        measured_at: float,
        ahead: float,
        findings: Iterable[Finding],
        losses: Mapping[str, float],
    ) -> None:
        """The agent's clock is `ahead` seconds ahead. The collector corrects an impossible time."""
        ahead = min(ahead, self.now - measured_at)
        if (kept := self.memory.sites.get(agent)) is not None:
            self._remember(agent, kept, measured_at, measured_at + ahead)
        evidence: list[Evidence] = [ReportReceived(agent, measured_at + ahead)]
        for finding in findings:
            state, _ = self._known.get((finding.agent, finding.kind, finding.target), ("unknown", 0.0))
            for read in self._read(finding):
                at, since = read.measured_at + ahead, read.since + ahead
                if not read.late and {state, read.state} == {"up", "down"}:
                    evidence.append(Flip(agent, read.target, at))
                evidence.append(structs.replace(read, measured_at=at, since=since))
        if losses and self.now - measured_at <= LATE_SECONDS:
            columns: dict[str, list[float | None]] = {"icmp_loss_ratio": list(losses.values())}
            table = Table("icmp", list(losses), [0] * len(losses), columns)
            evidence.append(ReportedValues(agent, measured_at + ahead, table))
        self.tell(*evidence)

    def _remember(self, agent: str, kept: SiteMemory, measured_at: float, at: float) -> None:
        """As CauseMemory.take does: a report in time is no news, so it makes nobody weigh again."""
        if not kept.boots or self.now - at > NEWS_SECONDS or at - kept.measured > NEWS_SECONDS:
            self.memory.news.add(agent)
        kept.boots = kept.boots or [BootSpan("b", measured_at, measured_at)]
        kept.measured, kept.spooled = max(kept.measured, at), 0.0

    def reconcile(self) -> None:
        """Compare the findings of the incidents with those of the state, each minute."""
        for finding in self.core.findings() if self.core else ():
            probe = (finding.agent, finding.kind, finding.target)
            state, _ = self._known.get(probe, (finding.state, 0.0))
            if state != finding.state:
                self.differences.append(finding)
        self._compare_states()
        self.time.after(RECONCILE_SECONDS, self.reconcile)

    def _compare_states(self) -> None:
        """The states of all sites at once are those of each."""
        if core := self.core:
            assert core.site_states() == {site: core.site_state(site) for site in self.network.sites}

    def _read(self, finding: Finding) -> list[Finding]:
        """Late or not, as the collector's state and `evidence_of` decide it."""
        assert self.core
        probe = (finding.agent, finding.kind, finding.target)
        if (finding.kind, finding.target) not in self.network.probes[finding.agent]:
            return []
        state, measured_at = self._known.get(probe, ("unknown", 0.0))
        if finding.measured_at < measured_at or self.now - finding.measured_at > LATE_SECONDS:
            told = finding.state == "down" or probe in self.core.waiting
            return [structs.replace(finding, late=True)] if told else []
        self._known[probe] = finding.state, finding.measured_at
        return [finding] if finding.state == "down" or finding.state != state else []

    def _take(self, records: list[Record]) -> None:
        self.records += records
        if records:
            self._compare_states()
        for record in records:
            self.incidents[record.incident.id] = record.incident
            if isinstance(record, Notice):
                self.told.append(record)
            else:
                assert isinstance(record, Transition)
