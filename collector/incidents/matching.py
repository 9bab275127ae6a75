"""Does an incident fit a `match` of the inventory, by its severity, kind and places?"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from collector.incidents.incident import Incident
from collector.inventory.city import Match


class Place(Protocol):
    @property
    def role(self) -> str: ...
    @property
    def district(self) -> str: ...


def fits(match: Match, incident: Incident, sites: Mapping[str, Place]) -> bool:
    """Of each list that is not empty, one entry must fit."""
    roles, districts = roles_and_districts(incident, sites)
    return (
        _one_of(match.severity, {incident.severity})
        and _one_of(match.kind, {incident.kind})
        and _one_of(match.role, roles)
        and _one_of(match.district, districts)
    )


def roles_and_districts(incident: Incident, sites: Mapping[str, Place]) -> tuple[set[str], set[str]]:
    """The roles and districts of the root and of the affected sites."""
    ids = {incident.root, incident.agent, *(entry.site for entry in incident.affected)}
    found = [sites[id] for id in ids if id in sites]
    return {site.role for site in found}, {site.district for site in found}


def _one_of(wanted: Sequence[str], found: set[str]) -> bool:
    return not wanted or not found.isdisjoint(wanted)
