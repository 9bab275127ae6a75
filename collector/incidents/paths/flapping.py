"""Flapping paths and sites: one incident in place of an outage at each change."""

from collector.incidents.evidence import Flip
from collector.incidents.facts import Facts
from collector.incidents.incident import Incident, Subject
from collector.incidents.network import PING, Network
from collector.incidents.paths.course import Courses, Path
from collector.incidents.paths.flips import APPLICATION, SITE, PathFlips
from collector.incidents.paths.troubles import Troubles
from collector.incidents.register import Register
from collector.incidents.review import Review
from collector.inventory.targets import UPLINK
from collector.planned import Plan

PATIENCE_SECONDS = 10.0
"""All paths across a flapping place change within this time."""
FOUND_SECONDS = 30.0
"""A path comes back so long after the place that it crosses, at most."""
SETTLE_SECONDS = 30.0
"""After planned work, the time in which changes don't count, as for notices."""
OUTAGES = (
    "site_down",
    "agent_silent",
    "target_down",
    "application_down",
    "path_lost",
    "degraded",
    "on_backup",
)
OF_SOME_SITES = ("target_down", "application_down", "path_lost", "degraded")


class Flapping:
    """The outages of a flapping subject are kept as records; the `Announcer` asks `covers`."""

    def __init__(self, facts: Facts, register: Register, plan: Plan, now: float) -> None:
        self._facts = facts
        self._register = register
        self._flips = PathFlips(facts.network, self._is_explained)
        self._troubles = Troubles("flapping", facts, register, self._flips, now, PATIENCE_SECONDS, alone=True)
        self._open = self._open_alone()
        self.follow(plan)

    def follow(self, plan: Plan) -> None:
        """Use this plan from now on. Changes within its windows don't count."""
        self._plan = plan.longer(SETTLE_SECONDS)

    def take(self, flip: Flip, now: float) -> bool:
        """Count a change. Return whether an incident may begin."""
        path = Path(flip.agent, PING, flip.target)
        return not self._is_planned(path, now) and self._flips.count(path, flip.at)

    def review(self, review: Review) -> None:
        self._count_outages(review.now)
        review.again(self._flips.settle(review.now, self._visible_since))
        self._troubles.review(review)

    def rearrange(self, network: Network) -> None:
        self._troubles.rearrange(network)

    def covers(self, incident: Incident) -> bool:
        """Is the incident an outage of something that flaps?"""
        if incident.kind not in OUTAGES:
            return False
        return any(
            flap.kind == "flapping" and self._is_of(incident, flap) for flap in self._register.open.values()
        )

    def _is_of(self, incident: Incident, flap: Incident) -> bool:
        if incident.subject[1:] == flap.subject[1:]:
            return True
        if incident.kind == "on_backup" and (flap.root, flap.agent) == (UPLINK, incident.root):
            return True
        if flap.agent:
            return False
        of_site = flap.root in self._facts.network.sites
        if of_site and flap.root in (incident.root, incident.agent):
            return True
        now = set(incident.affected_now)
        return incident.kind in OF_SOME_SITES and bool(now) and now <= set(flap.affected_now)

    def _count_outages(self, now: float) -> None:
        """Outages that no echo stream shows: the begin and the end of each incident are changes."""
        before, self._open = self._open, self._open_alone()
        ended = {one.subject for one in self._register.ended if not one.removed} & before
        for subject in sorted((self._open - before) | ended):
            if not self._is_planned(path := _path(subject), now):
                self._flips.count(path, now)

    def _is_explained(self, path: Path, at: float) -> bool:
        """Was there an outage at that time of a place that the path crosses, but not of an end of it?"""
        courses = Courses(self._facts.network)
        ends = {path.agent, path.target, *courses.ends(path)}
        between = set(courses.crossed(path)) - ends if path.agent else self._facts.network.ways(path.target)
        return any(
            one.kind == "site_down" and one.root in between
            for one in self._register.overlapping(at - FOUND_SECONDS, at + FOUND_SECONDS)
        )

    def _is_planned(self, path: Path, now: float) -> bool:
        """Does planned work cover an end of the path, or a site that it crosses?"""
        covered = self._plan.at(now)
        if not covered.sites and not covered.applications:
            return False
        courses = Courses(self._facts.network)
        sites = {path.agent, path.target, *courses.crossed(path)}
        return path.target in covered.applications or not sites.isdisjoint(covered.sites)

    def _open_alone(self) -> set[Subject]:
        return {subject for subject in self._register.open if self._shows_alone(subject)}

    def _shows_alone(self, subject: Subject) -> bool:
        if subject.kind == "site_down":
            return not self._facts.network.watched(subject.root)
        return subject.kind == "application_down" or (subject.kind == "target_down" and subject.probe != PING)

    def _visible_since(self, path: Path) -> float | None:
        """Since when could the collector see a change of the path? None if it can't at present."""
        facts = self._facts
        if not path.agent and path.kind != SITE:
            return facts.liveness.listening_since
        places = {path.target} if path.kind == SITE else self._places(path)
        roots = {facts.out[place] for place in places if place in facts.out}
        if roots:
            own = {*places, self._troubles.root_of(path)}
            return facts.liveness.listening_since if roots <= own else None
        agent = path.agent or path.target
        return facts.trusted_since(agent) if facts.hears(agent) else None

    def _places(self, path: Path) -> set[str]:
        return {path.agent, Courses(self._facts.network).far_end(path)}


def _path(subject: Subject) -> Path:
    kinds = {"site_down": SITE, "application_down": APPLICATION}
    return Path(subject.agent, kinds.get(subject.kind, subject.probe), subject.root)
