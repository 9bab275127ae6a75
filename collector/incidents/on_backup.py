"""Sites that run on their backup: the main way is lost, and the site's agent still reports. Sans-IO.

The agent's own ping across the main way (`uplink`) counts first. Where it has none, the loss of the site's
router counts, as agents elsewhere see it.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from collector.incidents.clocks import CLOCKS_DIFFER_SECONDS
from collector.incidents.evidence import Finding
from collector.incidents.facts import Facts, confirmed
from collector.incidents.family import router_lost
from collector.incidents.incident import Incident, Subject, affecting
from collector.incidents.judge import judge
from collector.incidents.network import PING, Network
from collector.incidents.register import Register
from collector.incidents.review import Review
from collector.incidents.routers import ping, router_view
from collector.incidents.sites import Sites
from collector.inventory.targets import UPLINK

PATIENCE_SECONDS = 10.0
"""An incident waits for the findings of other agents, and for one more report of the site's own."""
TOGETHER_SECONDS = 30.0
"""A router above that was lost within this time of the main way is the reason for its loss."""


class MainLoss(NamedTuple):
    """The loss of a site's main ways.

    `from_above`: agents elsewhere have lost the site's router. `sure`: the site's agent has not found a main
    way up, or it pings none.
    """

    since: float
    reason: str
    seen_by: tuple[str, ...]
    from_above: bool
    sure: bool


class OnBackup:
    """`whole` of a loss is the incident that explains it, or the subject of one that is about to open."""

    def __init__(self, facts: Facts, register: Register, sites: Sites) -> None:
        self._facts = facts
        self._register = register
        self._sites = sites
        self._held_since: dict[str, float] = {}
        self._folded_at: dict[str, float] = {}
        self._losses: dict[str, MainLoss] = {}
        self._running: AbstractSet[str] = frozenset()
        self._wholes: dict[str, Incident | Subject] = {}
        self._carried: dict[str, AbstractSet[str]] = {}
        self.rearrange()

    def rearrange(self) -> None:
        """The inventory changed."""
        network = self._facts.network
        self._of = {
            subject: site
            for site in network.mains
            for subject in (*own_pings(network, site), *([ping(site)] if network.watched(site) else []))
        }
        self._visible = frozenset(self._of.values())
        self._held_since = {site: at for site, at in self._held_since.items() if site in network.mains}
        self._folded_at = {site: at for site, at in self._folded_at.items() if site in network.mains}
        self._running, self._wholes, self._carried, self._losses = frozenset(), {}, {}, {}

    def awaited(self) -> AbstractSet[str]:
        """The agents whose next report can change an incident."""
        return self._losses.keys()

    @property
    def running(self) -> AbstractSet[str]:
        """The sites that run on their backup by the last review."""
        return self._running & self._visible

    def runs(self, site: str) -> bool | None:
        """Does the site run on its backup? None: it has none, or nobody can tell."""
        if site not in self._visible:
            return None
        if site in self._running:
            return True
        if site in self._facts.out:
            return False
        return None if _subject(site) in self._register.open or site in self._losses else False

    def explaining(self, agent: str, place: str) -> Incident | Subject | None:
        """The whole of a lost ping that crosses the main way of a site on its backup."""
        for site, whole in self._wholes.items():
            inside = self._carried[site]
            if place in self._facts.network.sites and (agent in inside) != (place in inside):
                return whole
        return None

    def review(self, review: Review) -> None:
        open_ones = self._register.of_kind("on_backup")
        suspects = {self._of[subject] for subject in self._of.keys() & self._facts.troubled}
        self._losses = {site: loss for site in suspects if (loss := main_loss(self._facts, site))}
        undecided = self._sites.undecided
        reporting = {site for site, loss in self._losses.items() if self._reports(site, loss)}
        self._running = {site for site in reporting - undecided if self._losses[site].sure}
        unsettled = set(filter(self._may_come_back, self._losses.keys() - reporting))
        self._find_wholes(self._running | unsettled | open_ones.keys())
        held_before, self._held_since = self._held_since, {}
        for site in sorted(self._running | open_ones.keys()):
            self._decide(site, open_ones.get(site), held_before, review)

    def _reports(self, site: str, loss: MainLoss) -> bool:
        """Did its agent measure after the loss, and does it report at present?"""
        last = self._facts.liveness.last_report(site)
        after = last is not None and last.measured_at > loss.since + CLOCKS_DIFFER_SECONDS
        return after and self._facts.hears(site)

    def _may_come_back(self, site: str) -> bool:
        """Has the site still time to report by its backup?"""
        return site not in self._facts.liveness.silent or judge(self._facts, site).state == "unknown"

    def _find_wholes(self, sites: AbstractSet[str]) -> None:
        self._carried = {site: carried(self._facts.network, site, sites) for site in sites}
        self._wholes = {site: self._folds_into(site, sites) or _subject(site) for site in sorted(sites)}

    def _folds_into(self, site: str, on_backup: AbstractSet[str]) -> Incident | Subject | None:
        """The outage of a place above that explains the loss, or the loss of that place's router."""
        loss = self._losses.get(site)
        for main in self._facts.network.mains.get(site, ()):
            if outage := self._sites.outage_of(main):
                return outage
            if loss is not None and main not in on_backup and self._is_of_router(ping(main), loss):
                return ping(main)
        return None

    def _is_of_router(self, router: Subject, loss: MainLoss) -> bool:
        """Did the site lose its main way because the router above is lost for others too?"""
        if not loss.from_above:
            return router_lost(self._facts, self._register, router, self._is_not_of_own_link)
        view = router_view(self._facts, router.root)
        lost = view is not None and view.state == "down"
        return lost and view is not None and abs(view.since - loss.since) <= TOGETHER_SECONDS

    def _is_not_of_own_link(self, finding: Finding) -> bool:
        """An agent whose own site's router is lost from above says nothing of the place above."""
        own = self._losses.get(finding.agent)
        return own is None or not own.from_above

    def _decide(
        self, site: str, incident: Incident | None, held_before: Mapping[str, float], review: Review
    ) -> None:
        if outage := self._sites.outage_of(site):
            if incident is not None:
                self._register.merged(incident, outage, review.now)
            return
        if site in self._sites.undecided:
            return
        whole = self._wholes[site]
        if whole != _subject(site):
            self._fold(site, incident, whole, review.now)
        elif incident is None:
            self._perhaps_open(site, self._losses[site], held_before, review)
        elif site in self._losses:
            self._follow(incident, review)
        elif (back_at := self._back_at(incident)) is not None:
            self._register.closed(incident, back_at, review.now)

    def _fold(self, site: str, incident: Incident | None, whole: Incident | Subject, now: float) -> None:
        """Another incident tells it. It begins anew if the site stays on its backup after that."""
        self._folded_at[site] = now
        into = self._register.open.get(whole if isinstance(whole, Subject) else whole.subject)
        if incident is not None and into is not None:
            self._register.merged(incident, into, now)

    def _perhaps_open(
        self, site: str, loss: MainLoss, held_before: Mapping[str, float], review: Review
    ) -> None:
        since, last = held_before.get(site, review.now), self._facts.liveness.last_report(site)
        due = since + PATIENCE_SECONDS
        if review.now < due or last is None or last.received_at <= since:
            self._held_since[site] = since
            if review.now < due:
                review.again(due)
            return
        free_from = max(self._register.covered_until(site), self._folded_at.pop(site, 0.0))
        began_at = min(review.now, max(loss.since, free_from))
        incident = self._register.opened(
            _subject(site), "warning", began_at, review.now, reason=loss.reason, seen_by=loss.seen_by
        )
        self._follow(incident, review)

    def _follow(self, incident: Incident, review: Review) -> None:
        """It affects the site, and those behind it that run on its backup too."""
        network, register = self._facts.network, self._register
        sites = self._carried.get(incident.root) or carried(network, incident.root, frozenset())
        affected = affecting(
            incident.affected,
            sites - self._facts.out.keys(),
            lambda site: max(incident.began_at, register.covered_until(site)),
            lambda _: review.now,
        )
        register.updated(incident, review.now, affected=affected)
        review.confirmed.add(incident.subject)

    def _back_at(self, incident: Incident) -> float | None:
        """The time since which the main way is known to work again; None if it is not."""
        facts, site, began_at = self._facts, incident.root, incident.began_at
        pings = own_pings(facts.network, site)
        up = [
            finding
            for subject in pings
            for finding in facts.believed(subject)
            if finding.agent == site and finding.state == "up" and facts.as_of(finding) > began_at
        ]
        if up:
            return min(one.since if one.since > began_at else facts.as_of(one) for one in up)
        router = router_view(facts, site)
        by_router = not pings or not facts.hears(site)
        came_back = router is not None and router.state == "up" and router.since > began_at
        return router.since if router is not None and by_router and came_back else None


def main_loss(facts: Facts, site: str) -> MainLoss | None:
    """The loss of all main ways of a site with a backup; None if one works, or nothing shows it."""
    own = [facts.last_finding(site, subject) for subject in own_pings(facts.network, site)]
    down = [finding for finding in own if finding is not None and finding.state == "down"]
    up = [finding for finding in own if finding is not None and finding.state == "up"]
    router = router_view(facts, site)
    if router is not None and router.state == "down":
        if any(facts.as_of(finding) > router.since + CLOCKS_DIFFER_SECONDS for finding in up):
            return None
        since = max([router.since, *(finding.since for finding in down)])
        seen_by = {*router.seen_by, *([site] if down else [])}
        sure = not up and None not in own
        return MainLoss(since, router.reason, tuple(sorted(seen_by)), from_above=True, sure=sure)
    every_way = len(down) == len(facts.network.mains[site])
    if every_way and all(_is_sure(facts, finding) for finding in down):
        last = max(down, key=lambda finding: finding.since)
        return MainLoss(last.since, last.reason, (site,), from_above=False, sure=True)
    return None


def own_pings(network: Network, site: str) -> list[Subject]:
    """The subjects of the pings of the site's agent across its main ways."""
    return [
        network.subject(site, PING, target)
        for target in _targets(network, site)
        if (PING, target) in network.probes.get(site, ())
    ]


def carried(network: Network, site: str, others: AbstractSet[str]) -> frozenset[str]:
    """The site and those behind it that run on its backup: it is on all their main ways.

    `others` are on their own backups, so they and the sites behind them are left out.
    """
    inside, to_see = {site}, [site]
    while to_see:
        for child in network.children[to_see.pop()]:
            ways = network.mains.get(child) or network.above(child)
            if child in network.sites and child not in others and inside.issuperset(ways):
                to_see += [child] if child not in inside else []
                inside.add(child)
    return frozenset(inside)


def _targets(network: Network, site: str) -> Iterator[str]:
    for main in network.mains.get(site, ()):
        yield UPLINK if main == network.parents.get(site) else main


def _is_sure(facts: Facts, finding: Finding) -> bool:
    subject = facts.network.subject(finding.agent, finding.kind, finding.target)
    return confirmed(finding) and finding in facts.believed(subject)


def _subject(site: str) -> Subject:
    return Subject("on_backup", site)
