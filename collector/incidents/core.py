"""The incidents of a city. Evidence and time go in, records come out."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from collector.causes import CauseMemory, WeighedCause
from collector.city.step import Step
from collector.incidents.announce import Announcer, notify_after_seconds
from collector.incidents.by_person import changed_fields, outcome
from collector.incidents.evidence import (
    ByPerson,
    Connected,
    Disconnected,
    Evidence,
    Finding,
    Flip,
    ReportedValues,
    ReportReceived,
    State,
    UpkeepSeen,
)
from collector.incidents.facts import Facts
from collector.incidents.gravity import fresh_start
from collector.incidents.incident import Incident, Record, Subject, affecting
from collector.incidents.judge import judge, plainly_up
from collector.incidents.late import LateEvidence, Probe
from collector.incidents.network import PING, Network
from collector.incidents.on_backup import OnBackup
from collector.incidents.paths.degraded import Degraded
from collector.incidents.paths.flapping import Flapping
from collector.incidents.paths.limits import Limits
from collector.incidents.power_cuts import PowerCuts
from collector.incidents.recoveries import Recoveries
from collector.incidents.register import Register
from collector.incidents.review import Review
from collector.incidents.silence import Blindness, SilentAgents
from collector.incidents.sites import Sites
from collector.incidents.stepped import not_ahead, stepped
from collector.incidents.targets import Targets
from collector.incidents.upkeep.upkeep import Upkeep
from collector.incidents.ways_out import WaysOut
from collector.incidents.weighing import Weighing
from collector.planned import NO_PLAN, Plan


class Incidents:
    """`incidents` are the stored ones. Open ones go on; only new evidence announces or ends them.

    `known_agents` reported before, so they can fall silent. The collector counts as disconnected until
    `Connected` comes in. `plan` is the city's planned work. The causes are weighed by the `memory` that the
    caller feeds; without one none is. `causes_ended` counts the incidents that ended, by kind and weighed
    cause. The caller stores the records of one call before the next call.
    """

    def __init__(
        self,
        network: Network,
        now: float,
        incidents: Iterable[Incident] = (),
        known_agents: Iterable[str] = (),
        plan: Plan = NO_PLAN,
        memory: CauseMemory | None = None,
    ) -> None:
        self._plan = plan
        self._memory = memory
        self.causes_ended: Counter[tuple[str, str]] = Counter()
        self._begin(network, now, incidents, known_agents)

    def _begin(
        self, network: Network, now: float, incidents: Iterable[Incident], known_agents: Iterable[str]
    ) -> None:
        self._network = network
        self._register = Register(fresh_start(not_ahead(incident, now)) for incident in incidents)
        self._facts = Facts(network, known_agents)
        self._sites = Sites(self._facts, self._register)
        self._on_backup = OnBackup(self._facts, self._register, self._sites)
        self._ways_out = WaysOut(self._facts, self._register, self._sites)
        self._targets = Targets(self._facts, self._register, self._sites, self._on_backup, self._ways_out)
        self._silent_agents = SilentAgents(self._facts, self._register, self._sites)
        self._blindness = Blindness(self._facts, self._register, now)
        self._late = LateEvidence(network, self._register)
        self._degraded = Degraded(self._facts, self._register, self._sites, self._targets, now)
        self._flapping = Flapping(self._facts, self._register, self._plan, now)
        self._upkeep = Upkeep(self._facts, self._register)
        self._weighing = Weighing(self._register, self._memory, self.causes_ended)
        self._power_cuts = PowerCuts(self._register, self._memory)
        self._recoveries = Recoveries(self._register, self._weighing, self._memory)
        self._announcer = Announcer(
            network, self._register, self._sites, self._flapping, self._weighing, self._plan
        )
        self._awaited: set[str] = set()
        self._changed = True
        self._review_at = now

    def apply(self, evidence: Iterable[Evidence], now: float) -> list[Record]:
        """Take in evidence that came together, and decide once. `now` never goes back."""
        for item in evidence:
            match item:
                case ReportReceived():
                    self._report_received(item, now)
                case Finding():
                    self._finding(item, now)
                case ReportedValues():
                    self._changed |= self._degraded.take(item)
                case Flip():
                    self._changed |= self._flapping.take(item, now)
                case UpkeepSeen():
                    self._upkeep.take(item)
                    self._changed = True
                case Connected():
                    self._blindness.connected(now)
                    self._changed = True
                case Disconnected():
                    self._blindness.disconnected(now)
                    self._changed = True
                case _:
                    self._by_person(item, now)
        return self.tick(now)

    def tick(self, now: float) -> list[Record]:
        """Decide again because time has passed."""
        liveness = self._facts.liveness
        if now >= liveness.due and (liveness.find_silent(now) or liveness.deaf_since(now) is not None):
            self._changed = True
        if self._changed or now >= self._review_at:
            self._review(now)
        return self._register.drain()

    @property
    def due(self) -> float:
        """The Unix time of the next `tick`, if no evidence comes before."""
        return min(self._review_at, self._facts.liveness.due)

    @property
    def waiting(self) -> Collection[Probe]:
        """The probes with a late loss whose end is not known yet."""
        return self._late.waiting

    @property
    def limited(self) -> frozenset[str]:
        """The names of the values that a limit of any path needs."""
        return self._degraded.columns

    @property
    def limits(self) -> Mapping[str, Mapping[tuple[str, str], Limits]]:
        """The limits of each path: by agent, then by kind and target."""
        return self._network.limits

    @property
    def tended(self) -> Collection[Subject]:
        """The subjects of upkeep that are bad, or that have an incident."""
        return self._upkeep.tended

    def findings(self) -> Iterator[Finding]:
        """The newest finding of each probe, believed or not."""
        return self._facts.findings()

    def open(self) -> list[Incident]:
        return list(self._register.open.values())

    def get(self, id: str) -> Incident | None:
        """The incident of this id, if it is open or one of the last closed ones."""
        return self._register.get(id)

    def cause(self, incident: Incident, now: float) -> WeighedCause:
        """The cause of the incident by all that is known now. It takes some milliseconds in a big city."""
        return self._weighing.cause(incident, now)

    def announced_from(self, incident: Incident) -> float:
        """The time from which on people get a notice of an incident that lasts, if nothing else delays it."""
        return incident.began_at + notify_after_seconds(incident, self._network)

    def saved(self) -> list[Incident]:
        """The incidents that a restart needs: all open ones and the last closed ones."""
        return self._register.saved()

    @property
    def blind(self) -> bool:
        """The collector has no broker, or no agent reports: the present state of the city is unknown."""
        return self._blindness.open or self._facts.liveness.listening_since is None

    def in_maintenance(self, now: float) -> set[str]:
        """The sites that planned work covers now, and those that are cut off because of it."""
        planned = (incident for incident in self._register.of_kind("site_down").values() if incident.planned)
        sites = {site for incident in planned for site in incident.affected_now}
        return sites | self._plan.at(now).sites.keys() & self._network.sites.keys()

    def site_state(self, site: str) -> State:
        """Unknown counts as neither up nor down."""
        if self.blind:
            return "unknown"
        if site in self._facts.out:
            return "down"
        return "unknown" if site in self._sites.undecided else judge(self._facts, site).state

    def site_states(self) -> dict[str, State]:
        """The state of every site as `site_state` gives it. Most sites plainly work, so that it is quick."""
        if self.blind:
            return dict.fromkeys(self._network.sites, "unknown")
        well = plainly_up(self._facts) - self._sites.undecided
        return {site: "up" if site in well else self.site_state(site) for site in self._network.sites}

    def sites_on_backup(self) -> list[str]:
        """The sites of which `on_backup` is true."""
        return [site for site in sorted(self._on_backup.running) if self.on_backup(site)]

    def on_backup(self, site: str) -> bool | None:
        """Does the site run on its backup? None: it has none, or nobody can tell."""
        return None if self.site_state(site) == "unknown" else self._on_backup.runs(site)

    def application_state(self, application: str) -> State:
        """Down means down everywhere; up means up from at least one site."""
        if self.blind:
            return "unknown"
        incident = self._register.open.get(Subject("application_down", application))
        if incident is not None and incident.scope == "everywhere":
            return "down"
        return "up" if "up" in self.application_seen(application).values() else "unknown"

    def application_seen(self, application: str) -> dict[str, State]:
        """The state that each agent finds that probes it, where the collector believes that agent now."""
        seen: dict[str, State] = dict.fromkeys(self._network.probing(application), "unknown")
        for finding in self._facts.believed(Subject("application_down", application)):
            if seen.get(finding.agent) != "down":
                seen[finding.agent] = finding.state
        return seen

    def stepped(self, step: Step, now: float, plan: Plan | None = None) -> list[Incident]:
        """The clock was set: begin as after a restart. Return the incidents whose times changed.

        `plan` is the planned work if that changed too.
        """
        self._plan = self._plan if plan is None else plan
        before = self.saved()
        after = [stepped(incident, step) for incident in before]
        self._begin(self._network, now, after, self._facts.liveness.known)
        return [incident for incident in after if incident not in before]

    def follow(self, plan: Plan, now: float) -> list[Record]:
        """The planned work changed: a person made, ended or edited a window."""
        self._plan = plan
        self._announcer.follow(plan)
        self._flapping.follow(plan)
        self._changed = True
        return self.tick(now)

    def rearrange(self, network: Network, now: float, plan: Plan | None = None) -> list[Record]:
        """The inventory changed. Incidents about sites or targets that left it close as removed.

        `plan` is the planned work if that changed too.
        """
        self._plan = self._plan if plan is None else plan
        self._announcer.follow(self._plan)
        self._flapping.follow(self._plan)
        self._network = self._late.network = self._announcer.network = network
        self._facts.rearrange(network, now)
        self._sites.rearrange(now)
        self._on_backup.rearrange()
        self._degraded.rearrange(network)
        self._flapping.rearrange(network)
        self._upkeep.rearrange(now)
        for incident in self.open():
            if not network.has(incident.subject):
                self._register.closed(incident, now, now, removed=True)
            else:
                self._without_removed(incident, now)
        self._changed = True
        return self.tick(now)

    def _without_removed(self, incident: Incident, now: float) -> None:
        """An incident affects no site that left the inventory."""
        still = [site for site in incident.affected_now if site in self._network.sites]
        affected = affecting(incident.affected, still, lambda _: now, lambda _: now)
        self._register.updated(incident, now, affected=affected)

    def _report_received(self, report: ReportReceived, now: float) -> None:
        self._facts.report_received(report, now)
        if report.agent in self._awaited or self._blindness.open:
            self._changed = True
        if self._memory is not None and self._memory.news:
            self._review_at = min(self._review_at, self._weighing.news_at)

    def _finding(self, finding: Finding, now: float) -> None:
        if finding.agent not in self._network.sites:
            return
        finding = self._facts.by_our_clock(finding)
        lost = self._loss_that_ends(finding)
        taken = self._facts.take(finding)
        if taken == "late":
            self._late.take(finding, now)
        elif finding.state == "down":
            self._late.forget(finding)
            if self._facts.out.get(finding.target, finding.target) != finding.target:
                return  # another root explains this loss already
            if taken == "new" and finding.kind == PING and self._network.has_hidden_way(finding.target):
                self._facts.await_again(self._network.depending(finding.target), now)
        elif lost is not None and taken == "new":
            self._await_those_behind(lost, now)
        self._changed |= taken != "same"

    def _loss_that_ends(self, finding: Finding) -> Finding | None:
        """The agent's finding by which a site's router was lost until now."""
        if finding.state != "up" or finding.kind != PING or finding.target not in self._network.sites:
            return None
        before = self._facts.last_finding(finding.agent, Subject("target_down", finding.target, PING))
        return before if before is not None and before.state == "down" else None

    def _await_those_behind(self, lost: Finding, now: float) -> None:
        """Agents behind the router could not report since the loss. Each pauses before it reconnects."""
        behind = self._network.depending(lost.target) - self._facts.out.keys()
        silent = self._silent_agents.of_open_incidents()
        self._facts.await_unheard(behind - silent, lost.since, now)

    def _by_person(self, doing: ByPerson, now: float) -> None:
        incident = self.get(doing.incident)
        if incident is not None and outcome(incident, doing) == "done":
            self._register.updated(incident, now, **changed_fields(incident, doing, now))
            self._changed = True

    def _review(self, now: float) -> None:
        review = Review(now)
        self._blindness.review(review)
        self._sites.review(review)
        self._silent_agents.review(review)
        self._on_backup.review(review)
        self._ways_out.review(review)
        self._targets.review(review)
        if not self.blind:
            self._degraded.review(review)
            self._flapping.review(review)
            self._upkeep.review(review)
            self._power_cuts.review(review)
        self._weighing.review(review)
        self._recoveries.before_new_outages(review)
        self._announcer.review(review)
        self._recoveries.review(review)
        review.again(self._facts.next_look(now))
        self._awaited = self._sites.awaited() | self._silent_agents.awaited() | self._on_backup.awaited()
        self._awaited |= self._recoveries.awaited()
        self._changed = False
        self._review_at = review.look_again_at
