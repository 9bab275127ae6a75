"""Sites that are down: the root of each outage, who is affected, and when to believe in a recovery."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from typing import NamedTuple

from collector.incidents.clocks import CLOCKS_DIFFER_SECONDS
from collector.incidents.facts import Facts
from collector.incidents.incident import Affected, Incident, Severity, Subject, affecting
from collector.incidents.judge import UNKNOWN, Judgement, judge
from collector.incidents.ledger import Register
from collector.incidents.review import Review
from collector.inventory import INTERNET

SAY_SO_SECONDS = 2.2
"""So soon after its router was lost a site that lives has said so: its agents miss the router too."""
HOLD_SECONDS = 1.5
"""For so long at most, evidence about what is above a lost site may still be on its way.

Those behind one outage are found silent within a report interval, each when its own next report is due.
"""


class Settling(NamedTuple):
    """A site whose root recovered at `since`: unless it is seen, it has until `until` to come back.

    Where its agent's silence is the only evidence, it takes as long as an agent needs to be heard again.
    """

    since: float
    until: float


class Sites:
    """`unreached` are the sites of which nothing can be known because the core has no internet."""

    def __init__(self, facts: Facts, ledger: Register) -> None:
        self._facts = facts
        self._ledger = ledger
        self._noticed: dict[str, float] = {}
        self._settling: dict[str, Settling] = {}
        self.unreached: AbstractSet[str] = frozenset()
        self._unsure: set[str] = set()
        self._internet_lost_at: float | None = None
        self._internet_root: str | None = None
        facts.out = {
            site: root
            for root, incident in ledger.of_kind("site_down").items()
            for site in incident.affected_now
        }

    @property
    def undecided(self) -> AbstractSet[str]:
        """Sites that may be found down any moment: nothing else is to be said of them meanwhile."""
        return self._noticed.keys() | self._settling.keys() | self.unreached

    def awaited(self) -> set[str]:
        """The agents from whom to hear would change something."""
        network = self._facts.network
        above = {up for site in self._noticed for up in network.above(site)} & network.sites.keys()
        sites = self.undecided | self._facts.out.keys() | above | self._unsure
        return {agent for site in sites for agent in network.depending(site)}

    def review(self, review: Review) -> None:
        roots = self._ledger.of_kind("site_down")
        judged = {site: self._judge(site) for site in sorted(self._suspects() | roots.keys())}
        self._unsure = {site for site, judgement in judged.items() if judgement.state == "unknown"}
        self._close_recovered(roots, judged, review.now)
        self._look_across_the_internet(review.now)
        self._settle(judged, review)
        self._open_lost(judged, review)
        self._merge_explained(review.now)
        self._spread(review.now)
        self._confirm(judged, review)

    def outage_of(self, place: str) -> Incident | None:
        """The open incident that covers the site, or cuts the internet off."""
        root = self._internet_root if place == INTERNET else self._facts.out.get(place)
        return None if root is None else self._ledger.open[_subject(root)]

    def doubtful_until(self, incident: Incident) -> float:
        """A page waits for those who could say that only echoes are lost."""
        if incident.kind != "site_down":
            return 0.0
        return self._deniable_until(incident.root, judge(self._facts, incident.root))

    def _deniable_until(self, site: str, judgement: Judgement) -> float:
        """A router may just answer no echo: who is behind it can say so, unless more is lost there.

        Where something speaks for that, though no evidence is newer by enough, one more report decides.
        """
        if not judgement.seen_by or judgement.reason in ("isolated", "silence"):
            return 0.0
        facts, behind, lost_at = self._facts, self._facts.network.depending(site), judgement.since
        live = (behind & facts.ears.known) - facts.ears.missed
        if not live or facts.lost_together(behind - {site}, lost_at - SAY_SO_SECONDS):
            return 0.0
        alive = facts.heard_through(site)
        if (
            (alive is not None and alive.measured_at > lost_at)
            or facts.misses_it_too(site, lost_at - SAY_SO_SECONDS)
            or facts.seen_behind(site)
        ):
            intervals = (facts.network.sites[agent].report_interval_seconds for agent in live)
            return lost_at + max(intervals) + SAY_SO_SECONDS
        return lost_at + SAY_SO_SECONDS

    def rearranged(self, now: float) -> None:
        """Some sites may have left the city; what a root that did explained is looked at afresh."""
        sites = self._facts.network.sites
        for root, incident in self._ledger.of_kind("site_down").items():
            if root not in sites:
                self._release(incident, set(incident.affected_now), now)
        self._noticed = {site: at for site, at in self._noticed.items() if site in sites}
        self._settling = {site: settling for site, settling in self._settling.items() if site in sites}

    def _suspects(self) -> set[str]:
        network = self._facts.network
        lost = {subject.root for subject in self._facts.troubled if subject.root in network.sites}
        lost |= set(filter(self._facts.isolated, network.nocs))
        return ((lost | self._facts.ears.missed) - self._facts.out.keys()) | self.undecided

    def _judge(self, site: str) -> Judgement:
        judgement = judge(self._facts, site)
        if judgement.state == "down" and not judgement.seen_by:
            silent = self._ledger.open.get(Subject("agent_silent", site))
            alive = self._facts.heard_through(site)
            if silent is not None and (alive is None or alive.measured_at <= silent.began_at):
                return UNKNOWN  # only the router's word is missing: that its agent is silent was known before
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
                self._ledger.closed(incident, ended_at, now)

    def _confirm(self, judged: Mapping[str, Judgement], review: Review) -> None:
        for site, incident in self._ledger.of_kind("site_down").items():
            judgement = judged.get(site, UNKNOWN)
            if judgement.state == "down":
                review.confirmed.add(_subject(site))
                against = judgement.contradicted_by
                incident = self._ledger.updated(incident, review.now, contradicted_by=against)
                began_at = self._since(judgement.since, site)
                if judgement.seen_by and began_at < incident.began_at:
                    self._ledger.began(incident, began_at, review.now)

    def _look_across_the_internet(self, now: float) -> None:
        """Who is lost with the core's internet is no outage; once it is back they have their time."""
        facts, before, lost_at = self._facts, self.unreached, self._internet_lost_at
        self._internet_lost_at, self.unreached = facts.internet_lost(), frozenset()
        if self._internet_lost_at is not None:
            lost_at, roots = self._internet_lost_at, self._ledger.of_kind("site_down").keys()
            behind = (
                facts.network.cut_off({INTERNET, *roots}) - facts.network.cut_off(roots) - facts.out.keys()
            )
            self.unreached = self._unseen(behind, lost_at)
        for site in self._unseen(before - self.unreached - facts.out.keys(), lost_at or now):
            facts.start_afresh(site, now)
            self._let_settle(site, now)

    def _unseen(self, sites: AbstractSet[str], since: float) -> frozenset[str]:
        known = self._facts.network.sites.keys() & sites
        return frozenset(site for site in known if not self._facts.seen_since(site, since))

    def _settle(self, judged: Mapping[str, Judgement], review: Review) -> None:
        for site, settling in list(self._settling.items()):
            over = review.now >= settling.until
            judgement = judged.get(site, UNKNOWN)
            up = judgement.state == "up" and judgement.as_of > settling.since
            if self._facts.seen_since(site, settling.since) or (over and up):
                del self._settling[site]
            elif not over:
                review.again(settling.until)

    def _open_lost(self, judged: Mapping[str, Judgement], review: Review) -> None:
        """The lost that nothing else explains get an incident, once what is around them had its say."""
        network, now = self._facts.network, review.now
        roots = self._ledger.of_kind("site_down")
        lost = self._lost(judged, roots.keys(), now)
        blocked = roots.keys() | lost.keys()
        blocked |= network.cut_off(blocked)
        just_opened = [root for root in roots if now - roots[root].opened_at < HOLD_SECONDS]
        lost_below = Counter(up for site in (*lost, *just_opened) for up in network.above(site))
        noticed, self._noticed = self._noticed, {}
        for site, judgement in lost.items():
            if network.explained(site, blocked):
                continue
            noticed_at = noticed.get(site, now)
            deniable_until = self._deniable_until(site, judgement)
            if now < deniable_until and len(network.depending(site)) > 1:
                self._noticed[site] = noticed_at
                review.again(deniable_until)
                continue
            siblings_live = all(lost_below[up] == 1 for up in network.above(site))
            decide_at = noticed_at + HOLD_SECONDS + self._unsure_seconds(site, judgement)
            decide_at = max(decide_at, self._silence_shows_by(site, judgement))
            if now >= decide_at or (siblings_live and self._above_lives(site, judgement, now)):
                self._open(site, judgement, now)
            else:
                self._noticed[site] = noticed_at
                review.again(decide_at)

    def _lost(
        self, judged: Mapping[str, Judgement], roots: AbstractSet[str], now: float
    ) -> dict[str, Judgement]:
        """Down, not explained by a root, and not still coming back from another's outage."""
        known = roots | self._facts.network.cut_off(roots)
        return {
            site: judgement
            for site, judgement in judged.items()
            if judgement.state == "down" and site not in known
            if site not in self._settling or now >= self._settling[site].until
            if site not in self.unreached
        }

    def _above_lives(self, site: str, judgement: Judgement, now: float) -> bool:
        """Was every place above seen after the loss? Behind old evidence may come what takes it back."""
        if judgement.seen_by and now - judgement.as_of > HOLD_SECONDS:
            return False
        above = self._facts.network.above(site)
        lost_by = judgement.since + CLOCKS_DIFFER_SECONDS + self._unsure_seconds(site, judgement)
        return all(
            self._facts.internet_seen(lost_by) if up == INTERNET else self._facts.seen_since(up, lost_by)
            for up in above
        )

    def _silence_shows_by(self, site: str, judgement: Judgement) -> float:
        """A place above whose router nobody probes is found lost once all behind it are missed."""
        facts, shows_by = self._facts, 0.0
        for up in self._facts.network.sites.keys() & set(facts.network.above(site)):
            if not facts.network.watched(up) and not facts.seen_since(up, judgement.since):
                missed_by = facts.ears.missed_by(facts.network.depending(up))
                shows_by = max(shows_by, missed_by + HOLD_SECONDS)
        return shows_by

    def _unsure_seconds(self, site: str, judgement: Judgement) -> float:
        """An agent that fell silent was lost within an interval of its last report, a lost echo when sent."""
        if judgement.seen_by:
            return 0.0
        network = self._facts.network
        around = {site, *network.above(site)} & network.sites.keys()
        return max(network.sites[one].report_interval_seconds for one in around)

    def _open(self, site: str, judgement: Judgement, now: float) -> None:
        settling = self._settling.pop(site, None)
        began_at = min(now, self._since(max(judgement.since, settling.since if settling else 0.0), site))
        self._ledger.opened(
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
        roots = self._ledger.of_kind("site_down")
        blocked = roots.keys() | network.cut_off(roots.keys())
        for site, incident in roots.items():
            if network.explained(site, blocked):
                into = self._root_of(site, roots, blocked)
                if into is not None:
                    self._ledger.merged(incident, self._ledger.open[_subject(into)], now)

    def _spread(self, now: float) -> None:
        """Each incident affects its root and what is cut off by it, but for sites that were seen since."""
        roots = self._ledger.of_kind("site_down")
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
            self._affect(self._ledger.open[_subject(root)], affected[root], now)
        self._facts.out = {site: root for root, sites in affected.items() for site in sites}
        self._internet_root = self._root_of(INTERNET, roots, blocked) if INTERNET in cut_off else None

    def _affect(self, incident: Incident, sites: AbstractSet[str], now: float) -> None:
        since = partial(self._since, incident.began_at)
        entries = affecting(incident.affected, sites, since, lambda _: now)
        self._ledger.updated(incident, now, affected=entries, severity=self._severity(sites))

    def _covers(self, incident: Incident, site: str) -> bool:
        """Is a site that its root cuts off affected? One that is known since before this connection takes in
        only what is found lost: who was not affected has not been heard yet.
        """
        if self._alive(site, incident):
            return False
        if self._facts.out.get(site) == incident.root:
            return True
        fresh = incident.opened_at >= (self._facts.ears.listening_since or math.inf)
        return fresh or judge(self._facts, site).state == "down"

    def _since(self, began_at: float, site: str) -> float:
        """No outage of a site is covered twice, none before it was lost."""
        judgement = judge(self._facts, site)
        lost_at = judgement.since if judgement.state == "down" else began_at
        return max(began_at, lost_at, self._ledger.covered_until(site))

    def _root_of(self, site: str, roots: Mapping[str, Incident], blocked: AbstractSet[str]) -> str | None:
        """The last to fail of those that stand in its way, unless an incident covers it already."""
        causes = self._facts.network.causes(site, roots.keys(), blocked)
        covering = self._facts.out.get(site)
        if covering in causes:
            return covering
        return max(causes, key=lambda root: (roots[root].began_at, root), default=None)

    def _alive(self, site: str, incident: Incident) -> bool:
        seen = self._facts.seen_since(site, incident.began_at + CLOCKS_DIFFER_SECONDS)
        return seen and judge(self._facts, site).state != "down"

    def _release(self, incident: Incident, sites: AbstractSet[str], now: float) -> None:
        """They are no longer explained: looked at afresh, they have their time to come back."""
        for site in self._facts.network.sites.keys() & sites:
            self._facts.start_afresh(site, now)
            if not self._alive(site, incident):
                self._let_settle(site, now)

    def _let_settle(self, site: str, now: float) -> None:
        silence_seconds = self._facts.network.sites[site].silence_seconds
        self._settling[site] = Settling(now, now + silence_seconds)

    def _severity(self, sites: Iterable[str]) -> Severity:
        settings = [self._facts.network.sites[site] for site in sites]
        grave = any(site.priority == 1 or site.role in ("pop", "noc") for site in settings)
        return "critical" if grave else "warning"


def _subject(site: str) -> Subject:
    return Subject("site_down", site)
