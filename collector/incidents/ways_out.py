"""Lost paths of the internet, with no site down: those of all providers, or one provider's way out.

A lost path is one incident, into which those about its targets merge. It ends when most agents reach the ring
again. Its rings are judged by causes/rings.py.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from statistics import median
from typing import NamedTuple

from collector.causes import LostPath, RingView, lost_paths
from collector.causes.rings import RINGS
from collector.incidents.evidence import Finding
from collector.incidents.facts import Facts
from collector.incidents.incident import Affected, Incident, Severity, Subject, affecting
from collector.incidents.network import PING, PROVIDER, RING_OF_INTERNET
from collector.incidents.register import Register
from collector.incidents.review import Review
from collector.incidents.ring_views import RingViews
from collector.incidents.sites import Sites
from collector.inventory import Ring

PATIENCE_SECONDS = 10.0
"""An incident waits for the views of other agents."""
SETTLE_SECONDS = 10.0
"""A path that comes and goes within this time is still lost."""
UNDECIDED_SECONDS = 45.0
"""So long the incidents about single targets wait for the agents of other providers. No notice is due yet."""
LOOK_SECONDS = 2.0


class Loss(NamedTuple):
    """A path that is lost, or may be: the nearest of its rings, and its provider; "" is all providers."""

    subject: Subject
    ring: Ring
    provider: str


class WaysOut:
    def __init__(self, facts: Facts, register: Register, sites: Sites) -> None:
        self._facts = facts
        self._register = register
        self._views = RingViews(facts, register, sites)
        self._held_since: dict[Subject, float] = {}
        self._suspected_since: dict[Ring, float] = {}
        self._reached_since: dict[Subject, float] = {}
        self._losses: list[Loss] = []
        self._undecided: set[Ring] = set()
        self._over: dict[str, float] = {}
        for incident in register.saved():
            self._remember(incident)

    def review(self, review: Review) -> None:
        suspected = self._views.suspected()
        self._suspected_since = {
            ring: self._suspected_since.get(ring, review.now) for ring in sorted(suspected)
        }
        incidents = self._open()
        views = self._views.views() if incidents or suspected else []
        found = {subject_of(path): path for path in lost_paths(views)}
        for incident in incidents:
            self._follow(incident, found.get(incident.subject), views, review)
        candidates = list(self._perhaps_open(found, review))
        self._merge(review.now)
        self._losses = [*map(_loss, self._open()), *candidates]
        self._undecided = set() if found else set(self._await_others(review))

    def whole(self, target: str) -> Subject | None:
        """The path of all providers that explains why agents miss the target of the internet."""
        common = (loss for loss in self._losses if not loss.provider)
        return next((loss.subject for loss in common if self._explains(loss, target)), self._perhaps(target))

    def explaining(self, agent: str, target: str) -> Subject | None:
        """The path that explains why this agent misses the target of the internet."""
        provider = self._facts.network.exits.get(agent, "")
        for loss in self._losses:
            if loss.provider in ("", provider) and self._explains(loss, target):
                return loss.subject
        return self._perhaps(target)

    def lost_by(self, agent: str) -> tuple[Subject, float] | None:
        """The path that the agent lost, and when it lost the last target of that ring."""
        for target in self._facts.network.rings:
            finding = self._facts.newest(agent, PING, target)
            if finding is None or finding.state != "down":
                continue
            subject = self.explaining(agent, target)
            if subject is not None:
                return subject, finding.since
        return None

    def covered_until(self, agent: str, since: float) -> float:
        """The end of the agent's last lost path, if a loss of that time belongs to it; else 0."""
        until = self._over.get(agent, 0.0)
        return until if since <= until else 0.0

    def _open(self) -> list[Incident]:
        return list(self._register.of_kind("path_lost").values())

    def _explains(self, loss: Loss, target: str) -> bool:
        ring = self._facts.network.rings.get(target)
        return ring is not None and RINGS.index(ring) >= RINGS.index(loss.ring)

    def _perhaps(self, target: str) -> Subject | None:
        """Nobody knows yet whether other providers reach the ring."""
        ring = self._facts.network.rings.get(target)
        return Subject("path_lost", RING_OF_INTERNET + ring) if ring in self._undecided else None

    def _await_others(self, review: Review) -> Iterator[Ring]:
        """The rings of which the agents of other providers may tell more within short."""
        for ring, since in self._suspected_since.items():
            if review.now < since + UNDECIDED_SECONDS:
                review.again(review.now + LOOK_SECONDS)
                yield ring

    def _perhaps_open(self, found: Mapping[Subject, LostPath], review: Review) -> Iterator[Loss]:
        """Open the paths whose time has come. Return those that wait."""
        held_before, self._held_since = self._held_since, {}
        for subject, path in found.items():
            if subject in self._register.open:
                continue
            since = self._held_since[subject] = held_before.get(subject, review.now)
            if self._is_part_of_open(path):
                continue
            if review.now < since + PATIENCE_SECONDS:
                review.again(since + PATIENCE_SECONDS)
                yield Loss(subject, path.ring, path.provider)
            else:
                del self._held_since[subject]
                self._begin(subject, path, review)

    def _is_part_of_open(self, path: LostPath) -> bool:
        """A ring is lost with the nearer one, and to each provider if it is lost to all."""
        return any(
            not loss.provider and RINGS.index(loss.ring) <= RINGS.index(path.ring)
            for loss in map(_loss, self._open())
        )

    def _begin(self, subject: Subject, path: LostPath, review: Review) -> None:
        free_from = median(self.covered_until(site, path.began_at) for site in path.sites)
        began_at = min(review.now, max(path.began_at, free_from))
        severity: Severity = "warning" if path.provider else "critical"
        affected = tuple(Affected(site, began_at) for site in path.sites)
        incident = self._register.opened(
            subject, severity, began_at, review.now, affected, path.ring, path.sites
        )
        self._register.updated(incident, review.now, weighed=path.cause)
        review.confirmed.add(subject)

    def _follow(
        self, incident: Incident, path: LostPath | None, views: Sequence[RingView], review: Review
    ) -> None:
        """A site stays affected until its agent reaches the ring again. A silent agent changes nothing."""
        loss = _loss(incident)
        mine = [view for view in views if loss.provider in ("", view.provider)]
        measuring = (view for view in mine if loss.ring in view.reached or (loss.provider and view.reached))
        states = {view.site: _reaches(view, loss) for view in measuring}
        back = {site for site, state in states.items() if state}
        lost = {view.site: max(view.lost_at.values()) for view in mine if states.get(view.site) is False}
        counted = states.keys() | incident.affected_now
        if 2 * len(lost) > len(counted):
            review.confirmed.add(incident.subject)
        incident = self._bring_up_to_date(incident, path, lost, back, review.now)
        if 2 * len(back) <= len(counted):
            self._reached_since.pop(incident.subject, None)
            return
        since = self._reached_since.setdefault(incident.subject, review.now)
        if review.now < since + SETTLE_SECONDS:
            review.again(since + SETTLE_SECONDS)
        else:
            self._end(incident, review.now)

    def _bring_up_to_date(
        self, incident: Incident, path: LostPath | None, lost: Mapping[str, float], back: set[str], now: float
    ) -> Incident:
        loss, before = _loss(incident), set(incident.affected_now)
        affected = affecting(
            incident.affected,
            lost.keys() | (before - back),
            lambda site: max(incident.began_at, lost.get(site, 0.0)),
            lambda site: self._back_at(site, loss),
        )
        if path is None or (affected == incident.affected and path.ring == incident.reason):
            return self._register.updated(incident, now, affected=affected)
        return self._register.updated(incident, now, affected=affected, reason=path.ring, weighed=path.cause)

    def _end(self, incident: Incident, now: float) -> None:
        """It ended when half of the sites were back."""
        del self._reached_since[incident.subject]
        ends = [entry.until for entry in incident.affected if entry.until is not None]
        self._remember(self._register.closed(incident, median(ends) if ends else now, now))

    def _back_at(self, site: str, loss: Loss) -> float:
        """When the agent found a target of the ring again, or of each ring that its provider lost."""
        rings = self._facts.network.targets_of_rings
        needed = rings if loss.provider else [loss.ring]
        return max(
            (
                min(up, default=0.0)
                for ring in needed
                if (up := [one.since for one in self._newest(site, rings[ring]) if one.state == "up"])
            ),
            default=0.0,
        )

    def _newest(self, site: str, targets: Collection[str]) -> Iterator[Finding]:
        return filter(None, (self._facts.newest(site, PING, target) for target in targets))

    def _merge(self, now: float) -> None:
        """The path of all providers takes in the farther one, and those of single providers."""
        losses = sorted(map(_loss, self._open()), key=lambda loss: RINGS.index(loss.ring))
        for common in (loss for loss in losses if not loss.provider):
            for loss in losses:
                incident = self._register.open.get(loss.subject)
                into = self._register.open.get(common.subject)
                farther = RINGS.index(loss.ring) >= RINGS.index(common.ring)
                if loss != common and farther and incident is not None and into is not None:
                    self._register.merged(incident, into, now)

    def _remember(self, incident: Incident) -> None:
        if incident.kind == "path_lost":
            for entry in incident.affected:
                self._over[entry.site] = max(self._over.get(entry.site, 0.0), entry.until or 0.0)


def subject_of(path: LostPath) -> Subject:
    root = PROVIDER + path.provider if path.provider else RING_OF_INTERNET + path.ring
    return Subject("path_lost", root)


def _loss(incident: Incident) -> Loss:
    """Of an open incident. Its reason is the nearest ring that is lost."""
    provider = incident.root.removeprefix(PROVIDER) if incident.root.startswith(PROVIDER) else ""
    return Loss(incident.subject, _ring(incident.reason), provider)


def _ring(reason: str) -> Ring:
    return next((ring for ring in RINGS if ring == reason), RINGS[-1])


def _reaches(view: RingView, loss: Loss) -> bool | None:
    """Does the agent reach the ring again, or each ring if its provider was lost? None: not known yet."""
    if not loss.provider:
        return view.reached[loss.ring]
    states = list(view.reached.values())
    return False if False in states else None if None in states else True
