"""Degraded paths and places: an incident while values are above their limits."""

from collector.incidents.evidence import ReportedValues
from collector.incidents.facts import Facts
from collector.incidents.incident import Incident
from collector.incidents.network import Network
from collector.incidents.paths.course import Courses, Path
from collector.incidents.paths.degradation import Degradation
from collector.incidents.paths.troubles import Troubles
from collector.incidents.register import Register
from collector.incidents.review import Review
from collector.incidents.sites import Sites
from collector.incidents.targets import Targets

PATIENCE_SECONDS = 60.0
"""The parts of all windows end together, but agents with long intervals report later."""


class Degraded:
    def __init__(self, facts: Facts, register: Register, sites: Sites, targets: Targets, now: float) -> None:
        self._facts = facts
        self._sites = sites
        self._targets = targets
        self._found = Degradation(facts.network)
        self._troubles = Troubles("degraded", facts, register, self._found, now, PATIENCE_SECONDS)

    @property
    def columns(self) -> frozenset[str]:
        """The names of the values that a limit of any path needs."""
        return self._found.columns

    def take(self, quality: ReportedValues) -> bool:
        """Take in the values of a report. Return whether an incident may begin or end."""
        return self._found.take(quality)

    def review(self, review: Review) -> None:
        self._troubles.review(review, self._outage)

    def rearrange(self, network: Network) -> None:
        self._troubles.rearrange(network)

    def _outage(self, path: Path) -> Incident | None:
        """The outage that makes the path worse than degraded."""
        end = Courses(self._facts.network).far_end(path)
        if outage := self._sites.outage_of(path.agent) or self._sites.outage_of(end):
            return outage
        subject = self._facts.network.subject(*path)
        down = self._facts.state_of(*path) == "down"
        return self._targets.incident_about(subject) if down else None
