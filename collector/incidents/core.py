"""The incidents of a city: evidence and time in, records out."""

from collections.abc import Collection, Iterable, Iterator

from collector.city.step import Step
from collector.incidents.announce import Announcer
from collector.incidents.evidence import (
    Acknowledged,
    Connected,
    Disconnected,
    Evidence,
    Finding,
    Heard,
    State,
)
from collector.incidents.facts import Facts
from collector.incidents.incident import Incident, Record, Subject
from collector.incidents.judge import judge
from collector.incidents.late import LateEvidence, Probe
from collector.incidents.ledger import Register
from collector.incidents.network import PING, Network
from collector.incidents.review import Review
from collector.incidents.silence import Blindness, SilentAgents
from collector.incidents.sites import Sites
from collector.incidents.stepped import not_ahead, stepped
from collector.incidents.targets import Targets


class Incidents:
    """`incidents` are those saved: open ones go on, and are announced or ended only by fresh evidence.

    `known_agents` were heard before, and so can be missed. The collector counts as disconnected until it is
    told otherwise. Store the records of one call, each with its incident, before the next.
    """

    def __init__(
        self,
        network: Network,
        now: float,
        incidents: Iterable[Incident] = (),
        known_agents: Iterable[str] = (),
    ) -> None:
        self._begin(network, now, incidents, known_agents)

    def _begin(
        self, network: Network, now: float, incidents: Iterable[Incident], known_agents: Iterable[str]
    ) -> None:
        self._network = network
        self._ledger = Register(not_ahead(incident, now) for incident in incidents)
        self._facts = Facts(network, known_agents)
        self._sites = Sites(self._facts, self._ledger)
        self._targets = Targets(self._facts, self._ledger, self._sites)
        self._silent_agents = SilentAgents(self._facts, self._ledger, self._sites)
        self._blindness = Blindness(self._facts, self._ledger, now)
        self._late = LateEvidence(network, self._ledger)
        self._announcer = Announcer(network, self._ledger, self._sites)
        self._awaited: set[str] = set()
        self._changed = True
        self._review_at = now

    def apply(self, evidence: Iterable[Evidence], now: float) -> list[Record]:
        """Take in what came together, and decide once. `now` never goes back."""
        for item in evidence:
            match item:
                case Heard():
                    self._heard(item, now)
                case Finding():
                    self._verdict(item, now)
                case Connected():
                    self._blindness.connected(now)
                    self._changed = True
                case Disconnected():
                    self._blindness.disconnected(now)
                    self._changed = True
                case Acknowledged():
                    self._acknowledged(item, now)
        return self.tick(now)

    def tick(self, now: float) -> list[Record]:
        """What time alone changes."""
        ears = self._facts.ears
        if now >= ears.due and (ears.miss(now) or ears.deaf_since(now) is not None):
            self._changed = True
        if self._changed or now >= self._review_at:
            self._review(now)
        return self._ledger.drain()

    @property
    def due(self) -> float:
        """When `tick` has something to do, if no evidence comes before."""
        return min(self._review_at, self._facts.ears.due)

    @property
    def waiting(self) -> Collection[Probe]:
        """The probes of which late evidence told a loss and not yet its end."""
        return self._late.waiting

    def words(self) -> Iterator[Finding]:
        """The newest of each probe, believed or not."""
        return self._facts.all_said()

    def open(self) -> list[Incident]:
        return list(self._ledger.open.values())

    def saved(self) -> list[Incident]:
        """All that a restart needs: the open ones, and the last that closed."""
        return self._ledger.saved()

    @property
    def blind(self) -> bool:
        """Without the broker, or without a word from anyone, nothing is known of now."""
        return self._blindness.told or self._facts.ears.listening_since is None

    def site_state(self, site: str) -> State:
        """Unknown is neither: we can't tell."""
        if self.blind:
            return "unknown"
        if site in self._facts.out:
            return "down"
        return "unknown" if site in self._sites.undecided else judge(self._facts, site).state

    def application_state(self, application: str) -> State:
        """Down is down everywhere; up is up from one site at least."""
        if self.blind:
            return "unknown"
        incident = self._ledger.open.get(Subject("application_down", application))
        if incident is not None and incident.scope == "everywhere":
            return "down"
        return "up" if "up" in self.application_seen(application).values() else "unknown"

    def application_seen(self, application: str) -> dict[str, State]:
        """How it is seen from each site whose agent probes it, as far as that may be believed now."""
        seen: dict[str, State] = dict.fromkeys(self._network.probing(application), "unknown")
        for word in self._facts.words(Subject("application_down", application)):
            if seen.get(word.agent) != "down":
                seen[word.agent] = word.state
        return seen

    def stepped(self, step: Step, now: float) -> list[Incident]:
        """The clock was set: begin anew as after a restart. The incidents that are dated anew."""
        before = self.saved()
        after = [stepped(incident, step) for incident in before]
        self._begin(self._network, now, after, self._facts.ears.known)
        return [incident for incident in after if incident not in before]

    def rearrange(self, network: Network, now: float) -> list[Record]:
        """Another inventory. What is about a place or a target that left ends, as removed."""
        self._network = self._late.network = self._announcer.network = network
        self._facts.rearrange(network, now)
        self._sites.rearranged(now)
        for incident in self.open():
            if not network.has(incident.subject):
                self._ledger.closed(incident, now, now, removed=True)
        self._changed = True
        return self.tick(now)

    def _heard(self, heard: Heard, now: float) -> None:
        self._facts.heard(heard, now)
        if heard.agent in self._awaited or self._blindness.told:
            self._changed = True

    def _verdict(self, verdict: Finding, now: float) -> None:
        if verdict.agent not in self._network.sites:
            return
        verdict = self._facts.by_our_clock(verdict)
        lost = self._loss_that_ends(verdict)
        taken = self._facts.take(verdict)
        if taken == "late":
            self._late.take(verdict, now)
        elif verdict.state == "down":
            self._late.forget(verdict)
            if self._facts.out.get(verdict.target, verdict.target) != verdict.target:
                return  # another root explains it already
            if taken == "new" and verdict.kind == PING and self._network.has_hidden_way(verdict.target):
                self._facts.await_again(self._network.depending(verdict.target), now)
        elif lost is not None and taken == "new":
            self._await_those_behind(lost, now)
        self._changed |= taken != "same"

    def _loss_that_ends(self, verdict: Finding) -> Finding | None:
        """The agent's word by which a site's router was lost until now."""
        if verdict.state != "up" or verdict.kind != PING or verdict.target not in self._network.sites:
            return None
        before = self._facts.said(verdict.agent, Subject("target_down", verdict.target, PING))
        return before if before is not None and before.state == "down" else None

    def _await_those_behind(self, lost: Finding, now: float) -> None:
        """Who was not heard since the loss could not be: its agent may still pause before it reconnects."""
        behind = self._network.depending(lost.target) - self._facts.out.keys()
        silent = {agent for agent in behind if Subject("agent_silent", agent) in self._ledger.open}
        self._facts.await_unheard(behind - silent, lost.since, now)

    def _acknowledged(self, acknowledged: Acknowledged, now: float) -> None:
        for incident in self.open():
            if incident.id == acknowledged.incident and incident.acknowledged_at is None:
                self._ledger.updated(incident, now, acknowledged_at=now, acknowledged_by=acknowledged.by)

    def _review(self, now: float) -> None:
        review = Review(now)
        self._blindness.review(review)
        self._sites.review(review)
        self._silent_agents.review(review)
        self._targets.review(review)
        self._announcer.review(review)
        review.again(self._facts.next_look(now))
        self._awaited = self._sites.awaited() | self._silent_agents.awaited()
        self._changed = False
        self._review_at = review.look_again_at
