"""The pings that cross each link. Pure."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from collector.inventory.city import City, Link
from collector.inventory.targets import INTERNET, UPLINK
from collector.inventory.topology import Topology


class Across(NamedTuple):
    """A ping that crosses the link: the agent at one end, and the target's name there."""

    agent: str
    target: str


def crossings(city: City, topology: Topology) -> Mapping[str, list[Across]]:
    """By link. No ping is of two links."""
    return {id: list(_crossing(id, link, city, topology)) for id, link in city.links.items()}


def _crossing(id: str, link: Link, city: City, topology: Topology) -> Iterator[Across]:
    """A backup carries nothing in good times, so that no ping is known to cross it."""
    below, above = link.from_, link.to
    ups = topology.uplinks.get(below)
    if not ups or link.backup:
        return
    first = ups[0]
    if above == INTERNET:
        if first.id == id:
            yield from (Across(below, name) for name, _, _ in city.internet.outside)
    elif above in city.sites:
        yield Across(below, UPLINK if first.id == id else above)
        if first.id == id or first.link.to != above:
            yield Across(above, below)
