"""A city in virtual time: the ways that work, the findings of the agents, the reports that come in.

Agents probe as the real ones do. An agent sends an echo a second and a confirm burst after the first lost
echo. After five replies the target is up again. An agent reports a flip at once, and all else once an
interval. It spools a report that it can't send, and pauses before it reconnects. On a link that loses packets
decisions take longer, and an agent sends reports again.
"""

import heapq
import itertools
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from msgspec import structs

from collector.incidents import (
    Connected,
    Disconnected,
    Evidence,
    Finding,
    Incident,
    Incidents,
    Network,
    Notice,
    Record,
    ReportReceived,
    Transition,
)
from collector.intake.reconcile import RECONCILE_SECONDS
from collector.inventory import INTERNET
from wire.reconnect import CONNECT_SECONDS, RESUME_SPREAD_SECONDS, pause_seconds

NOC = "noc"
LATE_SECONDS = 30.0
LOSS_RATIO = 0.2
REPLIES_TO_BE_UP = 5
FIRST_RETRANSMISSION_SECONDS = 0.2
STEADY_SECONDS = 30.0
START = 1_790_000_000.0


@dataclass
class View:
    """An agent's view of one target's router."""

    state: str = "unknown"
    since: float = 0.0
    deciding: int = 0


@dataclass
class Report:
    measured_at: float
    findings: list[Finding]


@dataclass
class Agent:
    site: str
    interval: float
    views: dict[str, View]
    running: bool = True
    session: bool = True
    spool: list[Report] = field(default_factory=list)
    run: int = 0
    delivered_at: float = 0.0
    connected_at: float = START
    attempts: int = 0
    speaks_at: float = START
    ahead: float = 0.0
    late_seconds: float = 0.0


@dataclass
class Outage:
    site: str
    since: float
    until: float | None = None


class SimulatedCity:
    """The routers of the `mute` sites answer no ping. `cut_links` are uplinks, the NOC's to the internet too.

    `told` are the notices, `incidents` every incident as its last record has it. The uplink of a `lossy` site
    loses a fifth of its packets. `network` is the inventory's, without the sites that left it. `hears` is
    true while the collector has its broker. `differences` are findings that differ from the state's.
    """

    def __init__(self, network: Network, seed: int = 1) -> None:
        self.network = network
        self.now = START
        self.random = random.Random(seed)
        self.records: list[Record] = []
        self.told: list[Notice] = []
        self.incidents: dict[str, Incident] = {}
        self.outages: list[Outage] = []
        self.blind: list[list[float]] = []
        self.cut: set[str] = set()
        self.cuts: list[Outage] = []
        self.lossy: set[str] = set()
        self.mute: set[str] = set()
        self.failing: set[str] = set()
        self.cut_links: set[tuple[str, str]] = set()
        self._all = network
        self._known: dict[tuple[str, str, str], tuple[str, float]] = {}
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._number = itertools.count()
        self._above: dict[str, set[str]] = {}
        self._inner: dict[str, set[str]] = {}
        self.agents = {
            site: Agent(
                site,
                settings.report_interval_seconds,
                {target: View() for _, target in sorted(network.probes.get(site, ()))},
            )
            for site, settings in network.sites.items()
        }
        self.core: Incidents | None = Incidents(network, self.now)
        self.hears = self.broker = True
        self.differences: list[Finding] = []
        self._apply([Connected()])
        self._look()
        self._after(RECONCILE_SECONDS, self._reconcile)
        for agent in self.agents.values():
            self._after(self.random.uniform(0.5, agent.interval), self._reports(agent, 0))
        self.run(3 * max(agent.interval for agent in self.agents.values()))

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while True:
            at = self._events[0][0] if self._events else end
            due = self.core.due if self.core else end
            self.now = max(self.now, min(at, due, end))
            if self.core and due <= self.now:
                self._take(self.core.tick(self.now))
            elif self._events and at <= self.now:
                heapq.heappop(self._events)[2]()
            if self.now >= end and not (self._events and self._events[0][0] <= end):
                return

    def break_site(self, site: str, power: bool = False) -> None:
        """The site passes no traffic any more. Without power its agent stops too."""
        self.cut.add(site)
        self.cuts.append(Outage(site, self.now))
        if power:
            self.stop_agent(site)
        self._look()

    def mend_site(self, site: str) -> None:
        self.cut.discard(site)
        for cut in self.cuts:
            if cut.site == site and cut.until is None:
                cut.until = self.now
        self._look()
        if not self.agents[site].running:
            self.start_agent(site)

    def change(self, site: str = "", link: tuple[str, str] | None = None) -> None:
        """Change one fault: a router that answers no ping, or a link that is cut."""
        self.mute ^= {site} - {""}
        self.cut_links ^= {link} - {None} if link else set()
        self._look()

    def fail(self, *sites: str) -> None:
        """The applications, which stand at the NOC, fail from these sites, and from no others."""
        self.failing = set(sites)
        self._look()

    def stop_agent(self, site: str) -> None:
        agent = self.agents[site]
        agent.running = False
        agent.run += 1

    def start_agent(self, site: str) -> None:
        agent = self.agents[site]
        agent.running, agent.session, agent.attempts = True, False, 0
        agent.run += 1
        for target in agent.views:
            agent.views[target] = View()
        self._after(self.random.uniform(0.1, agent.interval), self._reports(agent, agent.run))
        self._look()
        self._after(self.random.uniform(0.3, 3.0), self._attempt(agent, agent.run))

    def disconnect(self) -> None:
        """The collector and all agents lose the broker."""
        if self.core and self.hears:
            self._stop_hearing()
            self.broker = False
            for agent in self.agents.values():
                self._lose_session(agent)
            self._apply([Disconnected()])

    def connect(self) -> None:
        if self.core and not self.hears:
            self.hears = self.broker = True
            self.blind[-1][1] = self.now
            self._apply([Connected()])
            for agent in self.agents.values():
                self._let_speak(agent, RESUME_SPREAD_SECONDS)

    def kill_collector(self) -> None:
        """The broker stays, and so do the agents' sessions."""
        if self.core:
            if self.hears:
                self._stop_hearing()
            self.core = None

    def start_collector(self) -> None:
        """The collector starts with the incidents of its records."""
        if self.core is None:
            self._known.clear()
            self.core = Incidents(self.network, self.now, self.incidents.values(), self.agents)
            self._take(
                self.core.rearrange(self.network, self.now)
            )  # the inventory may have changed meanwhile
            self._after(0.2, self.connect)

    def leave_inventory(self, site: str) -> None:
        """A site without children."""
        self._adopt(without(self.network, site))

    def restore_inventory(self) -> None:
        self._adopt(self._all)

    def reaches(self, one: str, other: str) -> bool:
        """Traffic goes up to the core, and down again."""
        return not self._above.get(one, set()).isdisjoint(self._above.get(other, ()))

    def answers(self, one: str, target: str) -> bool:
        """No agent pings a site's router across the internet."""
        if target == "gateway":
            return one not in self.cut | self.mute
        if target == INTERNET:
            return INTERNET in self._above.get(one, ())
        if target in self._all.applications:
            return one not in self.failing and self.reaches(NOC, one)
        other = self._all.parents[one] if target == "uplink" else target
        inner = self._inner.get(one, set())
        return other not in self.mute and not inner.isdisjoint(self._inner.get(other, ()))

    @property
    def firing(self) -> list[Notice]:
        return [notice for notice in self.told if notice.kind == "firing"]

    def open(self) -> list[Incident]:
        return [incident for incident in self.incidents.values() if incident.status == "open"]

    def deliver(self, agent: str, *evidence: Evidence) -> None:
        """Add evidence that the simulation itself does not make."""
        self._apply([ReportReceived(agent, self.now), *evidence])

    def tell(self, *evidence: Evidence) -> None:
        self._apply(evidence)

    def _adopt(self, network: Network) -> None:
        self.network = network
        pairs = {(agent, *pair) for agent, its in network.probes.items() for pair in its}
        self._known = {probe: known for probe, known in self._known.items() if probe in pairs}
        if self.core:
            self._take(self.core.rearrange(network, self.now))
        self._look()
        for agent in self.agents.values():
            self._let_speak(agent, 3.0)

    def _stop_hearing(self) -> None:
        self.hears = False
        self.blind.append([self.now, float("inf")])

    def _look(self) -> None:
        """The truth changed. Outages begin and end, and the agents find them."""
        inner = self._inner
        self._above, self._inner = self._ways_up(), self._ways_up(across_internet=False)
        for site in self._all.sites:
            known = next((o for o in reversed(self.outages) if o.site == site and o.until is None), None)
            if known is None and not self.reaches(NOC, site):
                self.outages.append(Outage(site, self.now))
            elif known is not None and self.reaches(NOC, site):
                known.until = self.now
        for agent in self.agents.values():
            for target, view in agent.views.items():
                self._decide(agent, target, view)
            moved = NOC in inner.get(agent.site, ()) and NOC not in self._inner.get(agent.site, ())
            if moved or not self._reaches_broker(agent):
                self._lose_session(agent)

    def _decide(self, agent: Agent, target: str, view: View) -> None:
        truth = "up" if self.answers(agent.site, target) else "down"
        view.deciding += 1
        if not agent.running or truth == view.state:
            return
        since = self.now + self.random.uniform(0.0, 1.0)
        if truth == "down":
            takes = self.random.uniform(0.5, 1.3)
        elif view.state == "unknown":
            takes = 0.05
        else:
            takes = self._seconds_to_be_up(self._loses(agent.site, target))
        decision, run = view.deciding, agent.run

        def decided() -> None:
            if view.deciding == decision and agent.run == run:
                view.state, view.since = truth, since
                self._send(agent, [self._finding(agent, target, view)])

        self._after(since + takes - self.now, decided)

    def _finding(self, agent: Agent, target: str, view: View) -> Finding:
        since = view.since if view.state == "down" else self.now
        reason = "timeout" if view.state == "down" else ""
        return Finding(agent.site, "icmp", target, view.state, self.now, since, reason)  # type: ignore[arg-type]

    def _loses(self, one: str, other: str = NOC) -> bool:
        """Does the way between the two sites lose packets?"""
        return other != "gateway" and bool(
            self.lossy & (self._above.get(one, set()) ^ self._above.get(other, set()))
        )

    def _seconds_to_be_up(self, lossy: bool) -> float:
        """The agent sends an echo a second, until five in a row get a reply."""
        seconds, in_a_row = self.random.uniform(0.0, 0.3), 0
        while in_a_row < REPLIES_TO_BE_UP:
            in_a_row = 0 if lossy and self.random.random() < LOSS_RATIO else in_a_row + 1
            seconds += 1.0
        return seconds - 1.0

    def _reports(self, agent: Agent, run: int) -> Callable[[], None]:
        def report() -> None:
            if agent.run == run:
                views = [item for item in agent.views.items() if item[1].state != "unknown"]
                self._send(agent, [self._finding(agent, target, view) for target, view in views])
                self._after(agent.interval, report)

        return report

    def _send(self, agent: Agent, findings: list[Finding]) -> None:
        report = Report(self.now, findings)
        if self._speaks(agent):
            delivered_at = self.now + self.random.uniform(0.01, 0.2) + self._retransmitting(agent)
            delivered_at += agent.late_seconds * self.random.uniform(1.0, 3.0)
            agent.delivered_at = max(agent.delivered_at, delivered_at)  # TCP keeps their order
            self._after(agent.delivered_at - self.now, lambda: self._arrive(agent, report))
        else:
            agent.spool.append(report)

    def _retransmitting(self, agent: Agent) -> float:
        seconds, wait = 0.0, FIRST_RETRANSMISSION_SECONDS
        while self._loses(agent.site) and self.random.random() < LOSS_RATIO:
            seconds, wait = seconds + wait, 2 * wait
        return seconds

    def _arrive(self, agent: Agent, report: Report) -> None:
        if not (self.core and self._speaks(agent)):
            agent.spool.append(report)
            return
        ahead = min(agent.ahead, self.now - report.measured_at)  # the collector corrects an impossible time
        evidence: list[Evidence] = [ReportReceived(agent.site, report.measured_at + ahead)]
        for finding in report.findings:
            for read in self._read(finding):
                at, since = read.measured_at + ahead, read.since + ahead
                evidence.append(structs.replace(read, measured_at=at, since=since))
        self._apply(evidence)

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

    def _reconcile(self) -> None:
        """The incidents and the state have the same finding of each probe."""
        for finding in self.core.findings() if self.core else ():
            probe = (finding.agent, finding.kind, finding.target)
            state, _ = self._known.get(probe, (finding.state, 0.0))
            if state != finding.state:
                self.differences.append(finding)
        self._after(RECONCILE_SECONDS, self._reconcile)

    def _lose_session(self, agent: Agent) -> None:
        if agent.session:
            agent.session = False
            steady = self.now - agent.connected_at > STEADY_SECONDS
            agent.attempts = 0 if steady else agent.attempts + 1
            self._pause(agent, 0.0)

    def _pause(self, agent: Agent, hung_seconds: float) -> None:
        pause = pause_seconds(agent.attempts, self.random.random())
        self._after(hung_seconds + pause, self._attempt(agent, agent.run))

    def _attempt(self, agent: Agent, run: int) -> Callable[[], None]:
        def attempt() -> None:
            if agent.session or agent.run != run or not agent.running:
                return
            if not self._reaches_broker(agent):
                agent.attempts += 1
                self._pause(agent, self.random.choice((0.0, CONNECT_SECONDS)))
                return
            agent.session, agent.connected_at = True, self.now
            self._let_speak(agent, 0.3)

        return attempt

    def _let_speak(self, agent: Agent, within_seconds: float) -> None:
        """The agent sends its spooled reports first, in order."""
        agent.speaks_at = self.now + self.random.uniform(0.05, within_seconds)
        self._after(agent.speaks_at - self.now, lambda: self._send_backlog(agent))

    def _send_backlog(self, agent: Agent) -> None:
        if self._speaks(agent):
            backlog, agent.spool = agent.spool, []
            for at, report in enumerate(backlog):
                self._after(0.02 + 0.01 * at, lambda report=report: self._arrive(agent, report))  # type: ignore[misc]

    def _speaks(self, agent: Agent) -> bool:
        known = agent.site in self.network.sites
        reached = agent.session and self._reaches_broker(agent)
        return self.hears and known and reached and self.now >= agent.speaks_at

    def _reaches_broker(self, agent: Agent) -> bool:
        return self.broker and agent.running and self.reaches(NOC, agent.site)

    def _ways_up(self, across_internet: bool = True) -> dict[str, set[str]]:
        """By site, the places above that it reaches, itself first. The internet has a way to the NOC."""
        ways: dict[str, set[str]] = {}
        for start in self._all.sites.keys() - self.cut:
            above, to_see = {start}, [start]
            while to_see:
                place = to_see.pop()
                ups = {*self._all.above(place), *([INTERNET] if place == NOC else [])}
                ups -= {INTERNET} if not across_internet else set()
                for up in ups - self.cut - above:
                    if (place, up) in self.cut_links:
                        continue
                    above.add(up)
                    to_see.append(up)
            ways[start] = above
        return ways

    def _after(self, seconds: float, event: Callable[[], None]) -> None:
        heapq.heappush(self._events, (self.now + seconds, next(self._number), event))

    def _apply(self, evidence: Iterable[Evidence]) -> None:
        if self.core:
            self._take(self.core.apply(evidence, self.now))

    def _take(self, records: list[Record]) -> None:
        self.records += records
        for record in records:
            self.incidents[record.incident.id] = record.incident
            if isinstance(record, Notice):
                self.told.append(record)
            else:
                assert isinstance(record, Transition)


def without(network: Network, site: str) -> Network:
    return Network(
        sites={id: settings for id, settings in network.sites.items() if id != site},
        uplinks={id: above for id, above in network.uplinks.items() if id != site},
        probes={
            agent: frozenset(pair for pair in pairs if pair[1] != site)
            for agent, pairs in network.probes.items()
            if agent != site
        },
        applications=network.applications,
        shared=network.shared,
        parents={id: up for id, up in network.parents.items() if id != site},
    )
