"""Site outages: the root of each, the sites that it affects, and its recovery."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from typing import NamedTuple

from collector.incidents.clocks import CLOCKS_DIFFER_SECONDS
from collector.incidents.facts import Facts
from collector.incidents.hold import (
    HOLD_SECONDS,
    above_works,
    deniable_until,
    silence_shows_by,
    unsure_seconds,
)
from collector.incidents.incident import Affected, Incident, Severity, Subject, affecting
from collector.incidents.judge import UNKNOWN, Judgement, judge
from collector.incidents.register import Register
from collector.incidents.review import Review
from collector.incidents.routers import internet_lost_at, reached_after
from collector.inventory import INTERNET


class GracePeriod(NamedTuple):
    """A site was cut off until `since`, when its root recovered. It has time to come back until `until`.

    The period is as long as an agent's silence may be. It ends early when the site is reached.
    """

    since: float
    until: float


class Sites:
    """`unreached` are sites behind the internet while the core has no internet: their state is unknown."""

    def __init__(self, facts: Facts, register: Register) -> None:
        self._facts = facts
        self._register = register
        self._held_since: dict[str, float] = {}
        self._grace: dict[str, GracePeriod] = {}
        self.unreached: AbstractSet[str] = frozenset()
        self._unsure: set[str] = set()
        self._internet_lost_at: float | None = None
        self._internet_root: str | None = None
        facts.out = {
            site: root
            for root, incident in register.of_kind("site_down").items()
            for site in incident.affected_now
        }

    @property
    def undecided(self) -> AbstractSet[str]:
        """Sites that may be found down at any moment. No other incident opens about them meanwhile."""
        return self._held_since.keys() | self._grace.keys() | self.unreached

    @property
    def core_is_cut(self) -> bool:
        """The core reaches no target outside the city, and nobody reports from there."""
        return self._internet_lost_at is not None

    def awaited(self) -> set[str]:
        """The agents whose next report can change an outage."""
        network = self._facts.network
        above = {up for site in self._held_since for up in network.above(site)} & network.sites.keys()
        sites = self.undecided | self._facts.out.keys() | above | self._unsure
        return {agent for site in sites for agent in network.depending(site)}

    def review(self, review: Review) -> None:
        roots = self._register.of_kind("site_down")
        judged = {site: self._judge(site) for site in sorted(self._suspects() | roots.keys())}
        self._unsure = {site for site, judgement in judged.items() if judgement.state == "unknown"}
        self._close_recovered(roots, judged, review.now)
        self._set_unreached(review.now)
        self._end_grace(judged, review)
        self._open_lost(judged, review)
        self._merge_explained(review.now)
        self._spread(review.now)
        self._confirm(judged, review)

    def outage_of(self, place: str) -> Incident | None:
        """The open incident that affects the site, or that cuts the internet off."""
        root = self._internet_root if place == INTERNET else self._facts.out.get(place)
        return None if root is None else self._register.open[_subject(root)]

    def announce_from(self, incident: Incident) -> float:
        """The Unix time until which a notice waits for agents that may report a working site."""
        if incident.kind != "site_down":
            return 0.0
        return deniable_until(self._facts, incident.root, judge(self._facts, incident.root))

    def rearrange(self, now: float) -> None:
        """The inventory changed. If a root left it, the sites that it affected are judged afresh."""
        sites = self._facts.network.sites
        for root, incident in self._register.of_kind("site_down").items():
            if root not in sites:
                self._release(incident, set(incident.affected_now), now)
        self._held_since = {site: at for site, at in self._held_since.items() if site in sites}
        self._grace = {site: grace for site, grace in self._grace.items() if site in sites}

    def _suspects(self) -> set[str]:
        network = self._facts.network
        lost = {subject.root for subject in self._facts.troubled if subject.root in network.sites}
        lost |= set(filter(self._facts.isolated, network.nocs))
        return ((lost | self._facts.liveness.silent) - self._facts.out.keys()) | self.undecided

    def _judge(self, site: str) -> Judgement:
        judgement = judge(self._facts, site)
        if judgement.state == "down" and not judgement.seen_by:
            silent = self._register.open.get(Subject("agent_silent", site))
            through = self._facts.passage.last_report(site)
            if silent is not None and (through is None or through.measured_at <= silent.began_at):
                return UNKNOWN  # the agent was silent before; only the findings on its router are gone
        return judgement

    def _close_recovered(
        self, roots: Mapping[str, Incident], judged: Mapping[str, Judgement], now: float
    ) -> None:
        for site, incident in roots.items():
            judgement = judged[site]
            if judgement.state == "up" and judgement.as_of > incident.began_at + CLOCKS_DIFFER_SECONDS:
                self._release(incident, set(incident.affected_now) - {site}, now)
                self._facts.start_afresh(site, now)
                ended_at = judgement.since if judgement.since > incident.began_at else judgement.as_of
                self._register.closed(incident, ended_at, now)

    def _confirm(self, judged: Mapping[str, Judgement], review: Review) -> None:
        for site, incident in self._register.of_kind("site_down").items():
            judgement = judged.get(site, UNKNOWN)
            if judgement.state == "down":
                review.confirmed.add(_subject(site))
                against = judgement.contradicted_by
                incident = self._register.updated(incident, review.now, contradicted_by=against)
                began_at = self._since(judgement.since, site)
                if judgement.seen_by and began_at < incident.began_at:
                    self._register.backdated(incident, began_at, review.now)

    def _set_unreached(self, now: float) -> None:
        """A site lost together with the core's internet is no outage. It gets a grace period after that."""
        facts, before, lost_at = self._facts, self.unreached, self._internet_lost_at
        self._internet_lost_at, self.unreached = internet_lost_at(facts), frozenset()
        if self._internet_lost_at is not None:
            lost_at, roots = self._internet_lost_at, self._register.of_kind("site_down").keys()
            behind = (
                facts.network.cut_off({INTERNET, *roots}) - facts.network.cut_off(roots) - facts.out.keys()
            )
            self.unreached = self._not_reached(behind, lost_at)
        for site in self._not_reached(before - self.unreached - facts.out.keys(), lost_at or now):
            facts.start_afresh(site, now)
            self._grant_grace(site, now)

    def _not_reached(self, sites: AbstractSet[str], since: float) -> frozenset[str]:
        known = self._facts.network.sites.keys() & sites
        return frozenset(site for site in known if not reached_after(self._facts, site, since))

    def _end_grace(self, judged: Mapping[str, Judgement], review: Review) -> None:
        for site, grace in list(self._grace.items()):
            over = review.now >= grace.until
            judgement = judged.get(site, UNKNOWN)
            up = judgement.state == "up" and judgement.as_of > grace.since
            if reached_after(self._facts, site, grace.since) or (over and up):
                del self._grace[site]
            elif not over:
                review.again(grace.until)

    def _open_lost(self, judged: Mapping[str, Judgement], review: Review) -> None:
        """Open an incident for each lost site that no root explains, once its hold is over."""
        network, now = self._facts.network, review.now
        roots = self._register.of_kind("site_down")
        lost = self._lost(judged, roots.keys(), now)
        blocked = roots.keys() | lost.keys()
        blocked |= network.cut_off(blocked)
        just_opened = [root for root in roots if now - roots[root].opened_at < HOLD_SECONDS]
        lost_below = Counter(up for site in (*lost, *just_opened) for up in network.above(site))
        held_before, self._held_since = self._held_since, {}
        for site, judgement in lost.items():
            if network.explained(site, blocked):
                continue
            held_since = held_before.get(site, now)
            if network.explained(site, blocked | self._coming_back()):
                self._held_since[site] = held_since
                continue
            deniable = deniable_until(self._facts, site, judgement)
            if now < deniable and len(network.depending(site)) > 1:
                self._held_since[site] = held_since
                review.again(deniable)
                continue
            siblings_work = all(lost_below[up] == 1 for up in network.above(site))
            decide_at = held_since + HOLD_SECONDS + unsure_seconds(self._facts, site, judgement)
            decide_at = max(decide_at, silence_shows_by(self._facts, site, judgement))
            if now >= decide_at or (siblings_work and above_works(self._facts, site, judgement, now)):
                self._open(site, judgement, now)
            else:
                self._held_since[site] = held_since
                review.again(decide_at)

    def _coming_back(self) -> set[str]:
        """Sites whose router is lost, and that have time to come back by another way."""
        return {site for site in self._unsure if self._facts.network.has_hidden_way(site)}

    def _lost(
        self, judged: Mapping[str, Judgement], roots: AbstractSet[str], now: float
    ) -> dict[str, Judgement]:
        """The sites that are down, have no root that explains it, and no grace period."""
        known = roots | self._facts.network.cut_off(roots)
        return {
            site: judgement
            for site, judgement in judged.items()
            if judgement.state == "down" and site not in known
            if site not in self._grace or now >= self._grace[site].until
            if site not in self.unreached
        }

    def _open(self, site: str, judgement: Judgement, now: float) -> None:
        grace = self._grace.pop(site, None)
        began_at = min(now, self._since(max(judgement.since, grace.since if grace else 0.0), site))
        self._register.opened(
            _subject(site),
            self._severity([site]),
            began_at,
            now,
            (Affected(site, began_at),),
            judgement.reason,
            judgement.seen_by,
        )
        network = self._facts.network
        others = network.below({site}) - network.cut_off({site}) & network.sites.keys()
        self._facts.await_again(others - self._facts.out.keys(), now)

    def _merge_explained(self, now: float) -> None:
        network = self._facts.network
        roots = self._register.of_kind("site_down")
        blocked = roots.keys() | network.cut_off(roots.keys())
        for site, incident in roots.items():
            if network.explained(site, blocked):
                into = self._root_of(site, roots, blocked)
                if into is not None:
                    self._register.merged(incident, self._register.open[_subject(into)], now)

    def _spread(self, now: float) -> None:
        """Each incident affects its root and the sites that it cuts off, without those reached since."""
        roots = self._register.of_kind("site_down")
        cut_off = self._facts.network.cut_off(roots.keys())
        blocked = roots.keys() | cut_off
        affected: dict[str, set[str]] = {root: {root} for root in roots}
        for site in cut_off & self._facts.network.sites.keys():
            root = self._root_of(site, roots, blocked)
            if root is not None and self._covers(roots[root], site):
                affected[root].add(site)
        for root, incident in roots.items():
            before = set(incident.affected_now)
            self._release(incident, before - affected[root], now)
            self._affect(incident, before & affected[root], now)
        for root in roots:
            self._affect(self._register.open[_subject(root)], affected[root], now)
        self._facts.out = {site: root for root, sites in affected.items() for site in sites}
        self._internet_root = self._root_of(INTERNET, roots, blocked) if INTERNET in cut_off else None

    def _affect(self, incident: Incident, sites: AbstractSet[str], now: float) -> None:
        since = partial(self._since, incident.began_at)
        entries = affecting(incident.affected, sites, since, lambda _: now)
        self._register.updated(incident, now, affected=entries, severity=self._severity(sites))

    def _covers(self, incident: Incident, site: str) -> bool:
        """Does the incident affect a site that its root cuts off?

        An incident older than this connection affects further sites only if they are found down: their agents
        have not had time to report yet.
        """
        if self._works(site, incident):
            return False
        if self._facts.out.get(site) == incident.root:
            return True
        fresh = incident.opened_at >= (self._facts.liveness.listening_since or math.inf)
        return fresh or judge(self._facts, site).state == "down"

    def _since(self, began_at: float, site: str) -> float:
        """The time from which an outage affects the site: after its loss and after its last outage."""
        judgement = judge(self._facts, site)
        lost_at = judgement.since if judgement.state == "down" else began_at
        return max(began_at, lost_at, self._register.covered_until(site))

    def _root_of(self, site: str, roots: Mapping[str, Incident], blocked: AbstractSet[str]) -> str | None:
        """The root that cuts the site off: the one that affects it already, or else the last one to fail."""
        causes = self._facts.network.causes(site, roots.keys(), blocked)
        known = self._facts.out.get(site)
        if known in causes:
            return known
        return max(causes, key=lambda root: (roots[root].began_at, root), default=None)

    def _works(self, site: str, incident: Incident) -> bool:
        reached = reached_after(self._facts, site, incident.began_at + CLOCKS_DIFFER_SECONDS)
        return reached and judge(self._facts, site).state != "down"

    def _release(self, incident: Incident, sites: AbstractSet[str], now: float) -> None:
        """The incident no longer affects the sites. Each is judged afresh and gets a grace period."""
        for site in self._facts.network.sites.keys() & sites:
            self._facts.start_afresh(site, now)
            if not self._works(site, incident):
                self._grant_grace(site, now)

    def _grant_grace(self, site: str, now: float) -> None:
        silence_seconds = self._facts.network.sites[site].silence_seconds
        self._grace[site] = GracePeriod(now, now + silence_seconds)

    def _severity(self, sites: Iterable[str]) -> Severity:
        settings = [self._facts.network.sites[site] for site in sites]
        critical = any(site.priority == 1 or site.role in ("pop", "noc") for site in settings)
        return "critical" if critical else "warning"


def _subject(site: str) -> Subject:
    return Subject("site_down", site)
