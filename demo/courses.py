"""The round-trip times and losses around the beginning of each past incident. Pure."""

from collections.abc import Iterable, Iterator
from random import Random

from collector.incidents import Incident
from collector.past import Course, MeasuredPath
from collector.past.course import AFTER_SECONDS, BEFORE_SECONDS
from collector.past.given import GivenMeasurement, given_course
from demo.underlay import Underlay

STEP_SECONDS = 10.0
PATHS = 2
SPREAD = 0.06


class PastCourses:
    def __init__(self, truth: Underlay, chance: Random) -> None:
        self._truth = truth
        self._chance = chance

    def of(self, incidents: Iterable[Incident]) -> dict[str, Course]:
        """Those of incidents about the router of a site that is over for long enough."""
        made = {}
        for incident in incidents:
            course = given_course(incident, dict(self._paths(incident)))
            if course is not None:
                made[incident.id] = course
        return made

    def _paths(self, incident: Incident) -> Iterator[tuple[MeasuredPath, list[GivenMeasurement]]]:
        site = self._truth.city.sites.get(incident.root)
        if site is None or not site.router or incident.ended_at is None:
            return
        for agent in [one for one in incident.seen_by if one != incident.root][:PATHS]:
            yield (
                MeasuredPath(agent, "icmp", incident.root),
                list(self._measured(agent, site.router, incident.began_at)),
            )

    def _measured(self, agent: str, address: str, began_at: float) -> Iterator[GivenMeasurement]:
        truth, at = self._truth, began_at - BEFORE_SECONDS
        while at <= began_at + AFTER_SECONDS:
            if truth.powered(agent, at):
                seconds = truth.usual_seconds(agent, address, at)
                loss, _ = truth.quality(agent, address, at) or (0.0, 0.0)
                if seconds is None:
                    yield GivenMeasurement(at, False, 1.0)
                else:
                    took = seconds * self._chance.lognormvariate(0, SPREAD)
                    yield GivenMeasurement(at, True, self._ratio(loss), took)
            at += STEP_SECONDS

    def _ratio(self, loss: float) -> float:
        """The share that ten echoes lost."""
        return sum(self._chance.random() < loss for _ in range(10)) / 10 if loss else 0.0
