"""What is known: the newest evidence of each agent and probe, and how far it may be believed now.

An agent's word counts while it is heard, while its own site is not out, and from when that last began.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

import msgspec

from collector.incidents.clocks import Clocks
from collector.incidents.evidence import Finding, Heard, State
from collector.incidents.hearing import Hearing, Liveness
from collector.incidents.incident import Subject
from collector.incidents.network import PING, Network
from collector.inventory import INTERNET
from collector.inventory.targets import GATEWAY, UPLINK

FLIP_SECONDS = 3.0
"""Had a target been lost so long ago, a live agent would have said so."""
HELD_UP_SECONDS = 3.0
"""A report that is older when it comes in has waited for a way to the collector."""
MISSED_INTERVALS = 2.0
"""Who was not heard for so many report intervals was lost meanwhile."""
ISOLATED_FROM = 3
"""So many targets by ping are not all lost by chance."""

Findings = dict[tuple[str, str], Finding]
Taken = Literal["new", "same", "late"]


class RouterView(NamedTuple):
    """What those who may be believed say of a site's router, as of some time."""

    state: State
    since: float
    as_of: float
    reason: str
    said_by: tuple[str, ...]


def confirmed(verdict: Finding) -> bool:
    """One failed run is no outage; an icmp verdict is of many echoes, and so of an age."""
    return verdict.measured_at > verdict.since


class Facts:
    """`out` are the sites that can't be reached now, as the incidents have it, each with its root."""

    def __init__(self, network: Network, known_agents: Iterable[str]) -> None:
        self.network = network
        self.ears = Liveness(network, known_agents)
        self.out: Mapping[str, str] = {}
        self._clocks = Clocks()
        self._words: dict[Subject, Findings] = {}
        self._not_up: dict[Subject, int] = {}
        self._lost: dict[str, int] = {}
        self._last_loss: dict[str, float] = {}
        self._trusted_from: dict[str, float] = {}
        self._looks: set[float] = set()
        self._placed_at: dict[str, float] = {}
        self._back_through: dict[str, float] = {}

    @property
    def troubled(self) -> Collection[Subject]:
        """What at least one probe doesn't find up."""
        return self._not_up.keys()

    def take(self, verdict: Finding) -> Taken:
        """Keep what a probe says: is it "new", the "same" as was believed before, or "late"?"""
        subject = self.network.subject(verdict.agent, verdict.kind, verdict.target)
        words = self._words.setdefault(subject, {})
        key = (verdict.agent, verdict.kind)
        before = words.get(key)
        if verdict.late:
            return "late"
        if before is not None and verdict.measured_at < before.measured_at:
            # the newer of the two all the same: how far a clock is ahead shows better in one of two reports
            verdict = msgspec.structs.replace(verdict, measured_at=before.measured_at)
        if before is None or before.state != verdict.state:
            words[key] = verdict
            if before is not None:
                self._count(subject, before, -1)
            self._count(subject, verdict, 1)
            return "new"
        if verdict.since == verdict.measured_at:
            verdict = msgspec.structs.replace(verdict, since=before.since)
        words[key] = verdict
        return "same" if self._timely(before) and confirmed(before) else "new"

    def heard(self, heard: Heard, now: float) -> None:
        """Who was missed, or whose report was held up, was cut off: what it said tells of another time.

        What comes out of a backlog afterwards tells of the same time again, and of no other.
        """
        agent = heard.agent
        if agent not in self.network.sites:
            return
        received_at = now if heard.received_at is None else heard.received_at
        measured_at = heard.measured_at
        if measured_at:
            self._clocks.heard(agent, measured_at, received_at)
            measured_at += self._clocks.behind(agent)
        held_up = received_at - measured_at > HELD_UP_SECONDS
        if agent in self.ears.missed or (held_up and measured_at > self._trusted(agent)):
            self._trust(agent, now)
        last, interval = self.ears.last(agent), self.network.sites[agent].report_interval_seconds
        if last is not None and now - last.received_at > MISSED_INTERVALS * interval:
            self._heard_again(agent, last, now - MISSED_INTERVALS * interval, now)
        self.ears.heard(agent, measured_at, now)

    def _heard_again(self, agent: str, last: Hearing, quiet_since: float, now: float) -> None:
        """The first to be heard through a place after a quiet: the others have their time from now.

        Who was missed already while others were heard through it was silent for a reason of its own.
        """
        places = {agent, *self.network.ways(agent)} & self.network.sites.keys()
        for place in places - set(self.network.nocs):
            depending = self.network.depending(place)
            if agent not in depending:
                continue
            others_at, self._back_through[place] = self._back_through.get(place, -math.inf), now
            if others_at > last.received_at or self._any_heard(depending, quiet_since):
                continue
            alive = self.heard_through(place) or last
            for other in depending & self.ears.known:
                before = self.ears.last(other)
                lived = before and self._lived(other, before.received_at, alive.received_at)
                if lived or other not in self.ears.missed:
                    self.ears.start_afresh(other, now)

    def _any_heard(self, agents: Iterable[str], since: float) -> bool:
        return any((last := self.ears.last(agent)) and last.received_at > since for agent in agents)

    def by_our_clock(self, verdict: Finding) -> Finding:
        """Its times as the collector's clock has them, as far as the agent's is known."""
        behind = self._clocks.behind(verdict.agent)
        if not behind:
            return verdict
        at, since = verdict.measured_at + behind, verdict.since + behind
        return msgspec.structs.replace(verdict, measured_at=at, since=since)

    def start_afresh(self, agent: str, now: float) -> None:
        """It could not be heard: what it said before tells of another time, its silence counts from now."""
        self._trust(agent, now)
        self.ears.start_afresh(agent, now)

    def await_again(self, agents: Iterable[str], now: float) -> None:
        """The way by which they were heard is gone: they have their time to come back by another."""
        for agent in agents:
            if agent in self.ears.known - self.ears.missed:
                self.ears.start_afresh(agent, now)

    def await_unheard(self, agents: Iterable[str], since: float, now: float) -> None:
        """Those who were not heard after that have their time from now, the missed too."""
        for agent in agents:
            last = self.ears.last(agent)
            if agent in self.ears.known and (last is None or last.measured_at <= since):
                self.ears.start_afresh(agent, now)

    def listen(self, since: float | None) -> None:
        """Connected since then, or not at all; then all start afresh."""
        self.ears.listen(since)
        if since is not None:
            for agent in self.network.sites:
                self._trust(agent, since)

    def next_look(self, now: float) -> float:
        """When words that could not be believed may have become so, though nobody said them again."""
        self._looks = {at for at in self._looks if at > now}
        return min(self._looks, default=math.inf)

    def isolated(self, agent: str) -> bool:
        """It sees nothing at all: what it says of others tells of itself."""
        return self._lost.get(agent, 0) >= max(ISOLATED_FROM, self.network.pings.get(agent, 0))

    def last_loss(self, agent: str) -> float:
        """When it lost the last target that it lost."""
        return self._last_loss.get(agent, 0.0)

    def words(self, subject: Subject) -> list[Finding]:
        """What those say who may be believed, unknowns left out."""
        return [
            verdict
            for verdict in self._words.get(subject, {}).values()
            if verdict.state != "unknown" and self.believed(verdict)
        ]

    def said(self, agent: str, subject: Subject) -> Finding | None:
        """What the agent said last, believed or not."""
        words = self._words.get(subject, {}).values()
        return next((verdict for verdict in words if verdict.agent == agent), None)

    def all_said(self) -> Iterator[Finding]:
        return (verdict for words in self._words.values() for verdict in words.values())

    def router(self, site: str) -> RouterView | None:
        """The word of the agents right above it, or else of whoever has one; lost is what all have lost."""
        words = self.words(Subject("target_down", site, PING))
        words = [verdict for verdict in words if verdict.state == "up" or confirmed(verdict)]
        above = self.network.above(site)
        words = [verdict for verdict in words if verdict.agent in above] or words
        words = [verdict for verdict in words if verdict.state == "up"] or words
        if not words:
            return None
        last = max(words, key=lambda verdict: verdict.since)
        if last.state == "down" and self._denied(site, last.since):
            return None
        said_by = tuple(sorted(verdict.agent for verdict in words))
        return RouterView(last.state, last.since, self._as_of(last), last.reason, said_by)

    def _denied(self, site: str, since: float) -> bool:
        """Did an agent right above see its router after that, which has no word now though it is not out?"""
        said = self._words.get(Subject("target_down", site, PING), {}).values()
        return any(
            verdict.state == "up" and self._as_of(verdict) > since
            for verdict in said
            if verdict.agent in self.network.above(site) and verdict.agent not in self.out
        )

    def may_deny(self, subject: Subject, agents: Iterable[str], since: float) -> bool:
        """Did one of them see it up after that, or may still say so, as it had no time to be heard?"""
        said = self._words.get(subject, {}).values()
        seen_up = {word.agent for word in said if word.state == "up" and self._as_of(word) > since}
        ears = self.ears
        awaited = ears.known - ears.missed - self.out.keys()
        return any(agent in seen_up or (agent in awaited and ears.hearing(agent) is None) for agent in agents)

    def internet_lost(self) -> float | None:
        """Since when the core's agents reach nothing that stands for the internet, nor hear through it."""
        network = self.network
        core = set(network.above(INTERNET)) or set(network.nocs)
        words = [word for name in network.internet for word in self.words(Subject("target_down", name, PING))]
        words = [word for word in words if word.agent in core]
        if not words or not all(word.state == "down" and confirmed(word) for word in words):
            return None
        since = max(word.since for word in words)
        heard = filter(None, map(self.ears.last, network.behind_internet))
        return None if any(hearing.measured_at > since for hearing in heard) else since

    def internet_seen(self, time: float) -> bool:
        """Does a core agent that probes it know that it was reached after that? True where there is none."""
        core = set(self.network.above(INTERNET)) or set(self.network.nocs)
        words = [
            word
            for name in self.network.internet
            for word in self._words.get(Subject("target_down", name, PING), {}).values()
            if word.agent in core
        ]
        return not words or any(word.state == "up" and self._as_of(word) > time for word in words)

    def lost_together(self, sites: Iterable[str], since: float) -> bool:
        """Does anyone who may be believed miss one of their routers, lost after that?"""
        words = (word for site in sites for word in self.words(Subject("target_down", site, PING)))
        return any(word.state == "down" and word.since > since and confirmed(word) for word in words)

    def seen_behind(self, site: str) -> bool:
        """Does anyone who is not behind the site see a router that is?"""
        depending = self.network.depending(site)
        routers = (router for router in depending if router != site and router not in self.out)
        words = (word for router in routers for word in self.words(Subject("target_down", router, PING)))
        return any(word.state == "up" and word.agent not in depending for word in words)

    def misses_it_too(self, site: str, since: float) -> bool:
        """Did an agent that is heard only through the router tell that it lost it after that?"""
        network = self.network
        below = network.depending(site) & set(network.hung_from.get(site, ()))
        asked = [(site, GATEWAY), *((agent, UPLINK) for agent in sorted(below))]
        told = [self.said(agent, Subject("target_down", name, PING, agent)) for agent, name in asked]
        return any(word is not None and word.state == "down" and word.since > since for word in told)

    def router_seen(self, site: str) -> float:
        """When it was last known to answer, whatever became of who said so; 0 for never."""
        words = self._words.get(Subject("target_down", site, PING), {}).values()
        return max((self._as_of(verdict) for verdict in words if verdict.state == "up"), default=0.0)

    def _as_of(self, verdict: Finding) -> float:
        """What is up is not told again: it still was, some time before its agent was heard last.

        An agent that was cut off meanwhile has told its losses once a whole interval's report has come in.
        """
        last = self.ears.last(verdict.agent)
        if verdict.state == "down" or last is None:
            return verdict.measured_at
        if self._timely(verdict):
            return max(verdict.measured_at, last.measured_at - FLIP_SECONDS)
        reported_at = last.measured_at - self.network.sites[verdict.agent].report_interval_seconds
        return reported_at if reported_at > self._trusted(verdict.agent) else verdict.measured_at

    def believed(self, verdict: Finding) -> bool:
        agent = verdict.agent
        if self.ears.hearing(agent) is None or agent in self.out or agent in self.ears.missed:
            return False
        if verdict.state == "down":
            return self._timely(verdict) and not self.isolated(agent)
        return self._as_of(verdict) > self._trusted(agent)

    def heard_through(self, site: str) -> Hearing | None:
        """Of all that can only be heard through the site, its own agent included, taken together."""
        hearings = list(filter(None, map(self.ears.last, self._behind(site))))
        if not hearings:
            return None
        return Hearing(
            max(hearing.measured_at for hearing in hearings),
            max(hearing.received_at for hearing in hearings),
        )

    def silent_through(self, site: str) -> bool:
        """Are all missed that could be heard through it? False where there are none."""
        agents = self._behind(site) & self.ears.known
        return bool(agents) and agents <= self.ears.missed

    def heard_against(self, site: str, lost_at: float) -> tuple[str, ...]:
        """The few that are heard though its router was lost, while most behind it, its own agent too, aren't.

        For an outage to begin so, twice as many must be missed; for it to last, more must not be heard.
        """
        depending = self.network.depending(site) & self.ears.known
        last = {agent: hearing.measured_at for agent in depending if (hearing := self.ears.last(agent))}
        heard = {agent for agent, at in last.items() if at > lost_at}
        if site in heard:
            return ()
        behind = self._behind(site)
        quiet = {agent for agent in behind & last.keys() - heard if self._lived(agent, last[agent], lost_at)}
        among, missed = len(heard & behind), len(quiet & self.ears.missed)
        lasts = self.out.get(site) == site and among < len(quiet)
        return tuple(sorted(heard)) if lasts or missed >= max(2, 2 * among) else ()

    def _lived(self, agent: str, last: float, at: float) -> bool:
        """Was it not silent already?"""
        return last > at - self.network.sites[agent].silence_seconds

    def _behind(self, site: str) -> frozenset[str]:
        """Those that depend on it. Who is put there by the inventory counts once its own agent is heard."""
        depending, own = self.network.depending(site), self.ears.last(site)
        if own is None or not self._placed_at:
            return depending
        heard_at = own.received_at
        return frozenset(
            agent for agent in depending if agent == site or self._placed_at.get(agent, 0.0) <= heard_at
        )

    def seen_since(self, site: str, time: float) -> bool:
        """Is there evidence that the site was reached after that?"""
        own = self.ears.last(site)
        if own is not None and own.measured_at > time:
            return True
        alive = self.heard_through(site)
        if alive is not None and alive.measured_at > time:
            return True
        router = self.router(site)
        return router is not None and router.state == "up" and router.since > time

    def rearrange(self, network: Network, now: float) -> None:
        """Another city: of probes that are no more, nothing is known."""
        for site in self.network.sites.keys() & network.sites.keys():
            if not network.ways(site) <= self.network.ways(site):
                self._placed_at[site] = now
        self.network = network
        self.ears.rearrange(network)
        self._clocks.rearrange(network.sites)
        self._back_through = {place: at for place, at in self._back_through.items() if place in network.sites}
        before, self._words = self._words, {}
        self._not_up, self._lost = {}, {}
        for words in before.values():
            for (agent, kind), verdict in words.items():
                if (kind, verdict.target) in network.probes.get(agent, ()):
                    self.take(verdict)
        if self.ears.listening_since is not None:
            for agent in network.sites.keys() - self._trusted_from.keys():
                self._trust(agent, self.ears.listening_since)

    def _timely(self, verdict: Finding) -> bool:
        """Is it of the time from which the agent is trusted? What was lost before has time to be up again."""
        trusted = self._trusted(verdict.agent)
        if verdict.state == "down" and verdict.since <= trusted:
            trusted += self.network.sites[verdict.agent].silence_seconds
        return verdict.measured_at > trusted

    def _trusted(self, agent: str) -> float:
        return self._trusted_from.get(agent, math.inf)

    def _trust(self, agent: str, since: float) -> None:
        self._trusted_from[agent] = since
        self._looks.add(math.ceil(since + self.network.sites[agent].silence_seconds))

    def _count(self, subject: Subject, verdict: Finding, change: int) -> None:
        if verdict.state != "up":
            self._not_up[subject] = self._not_up.get(subject, 0) + change
            if not self._not_up[subject]:
                del self._not_up[subject]
        if verdict.kind == PING and verdict.state == "down":
            self._lost[verdict.agent] = self._lost.get(verdict.agent, 0) + change
            if change > 0:
                self._last_loss[verdict.agent] = verdict.since
