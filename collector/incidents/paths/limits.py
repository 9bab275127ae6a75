"""The limits of each path, from the inventory.

A path to a site has the limits of that site, since its way there may be slow by nature. Any other path has
the limits of the agent's site.
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from collector.inventory import City, Topology, watching
from collector.inventory.limits import LIMITABLE, UTILIZATION, is_beyond, well_again
from wire.messages import Assignment
from wire.metric import EVERY_KIND
from wire.metrics import CATALOGUE
from wire.probes import Probe, kind

ECHOES_AT_LEAST = 60
"""Of fewer echoes a loss ratio says little: three lost ones of 60 are 5 %."""
VALUES_AT_LEAST = 5
"""A value that is polled rarely has a longer time of its limit than the inventory asks."""


class Limit(NamedTuple):
    """A path is degraded if the metric's value is beyond the limit for `seconds`: above it, or below it for a
    metric of which less is worse.
    """

    metric: str
    value: float
    seconds: float

    def is_broken_by(self, value: float) -> bool:
        return is_beyond(self.metric, value, self.value)

    def is_well(self, value: float) -> bool:
        """Is the value so far on the good side that it is well again?"""
        return is_beyond(self.metric, well_again(self.metric, self.value), value)

    def for_period(self, period_seconds: float) -> "Limit":
        """The limit of values that are so far apart: there must be enough to judge by."""
        return self._replace(seconds=max(self.seconds, VALUES_AT_LEAST * period_seconds))


Limits = Mapping[str, Limit]
"""By metric."""


def limits_of(
    city: City, topology: Topology, assignments: Mapping[str, Assignment]
) -> dict[str, dict[tuple[str, str], Limits]]:
    """By agent, then by kind and target. Probes without a limit are left out."""
    settings = {site: watching(city, topology, site) for site in city.sites}

    @cache
    def limits(site: str, kind: str, seconds: float) -> Limits:
        wanted, of_kind = settings[site].limits, _limitable(kind)
        longest = max(settings[site].limit_for_seconds, seconds)
        return {name: Limit(name, wanted[name], longest) for name in of_kind if name in wanted}

    found: dict[str, dict[tuple[str, str], Limits]] = {}
    for agent, assignment in assignments.items():
        for probe in assignment.probes if agent in settings else ():
            site = probe.target if probe.target in settings else agent
            seconds = _seconds_at_least(probe, assignment.report_interval_seconds)
            if its := limits(site, kind(probe), seconds):
                found.setdefault(agent, {})[kind(probe), probe.target] = its
    return found


def _seconds_at_least(probe: Probe, interval_seconds: float) -> float:
    """The shortest time after which the probe's values are enough to judge by."""
    if kind(probe) == "icmp":
        return max(ECHOES_AT_LEAST * probe.period_seconds, VALUES_AT_LEAST * interval_seconds)
    return VALUES_AT_LEAST * max(probe.period_seconds, interval_seconds)


@cache
def _limitable(kind: str) -> tuple[str, ...]:
    return tuple(name for name in LIMITABLE if _kind(name) in (kind, EVERY_KIND))


def _kind(name: str) -> str:
    return "snmp" if name == UTILIZATION else CATALOGUE[name].kind
