"""Neighbours of devices that contradict the links which lead to a site. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from collector.inventory import INTERNET, City
from collector.neighbors import Difference, compared, observed
from collector.web.lists.named import Named, link_named, site_named
from collector.web.site.sight import Sight
from collector.web.words import Speaker

SHOWN = 5


class NeighborView(NamedTuple):
    """At `site`, `said` names the port and the neighbour, which is `other`. `link` is None where `against`
    names none.
    """

    site: Named
    said: str
    other: Named
    against: str
    link: Named | None


class NeighborsAgainst(NamedTuple):
    rows: list[NeighborView]
    left_out: int


def neighbors_against(site: str, sight: Sight, say: Speaker) -> NeighborsAgainst:
    """By the devices of the site and of the sites right above and below it: the whole city takes longer."""
    near = (site, *sight.ways.parents(site), *sight.ways.children(site))
    agents = [sight.state.agents[one] for one in near if one in sight.state.agents]
    seen = list(observed(agents, sight.ways.identities, say.now))
    part = _part(sight.state.city, {*near, *(one.is_site for one in seen)})
    found = compared(part, sight.ways.identities, seen).differences if seen else []
    rows = [_view(one, site, sight, say) for one in found if site in _ends(one)]
    return NeighborsAgainst(rows[:SHOWN], len(rows[SHOWN:]))


def _part(city: City, sites: set[str]) -> City:
    """These sites and the links between them: a page has no time for the tree of the whole city."""
    ends = sites | {INTERNET}
    links = {id: link for id, link in city.links.items() if link.from_ in ends and link.to in ends}
    return replace(city, sites={id: city.sites[id] for id in sites & city.sites.keys()}, links=links)


def _ends(one: Difference) -> Iterator[str]:
    yield one.neighbor.site
    yield one.neighbor.is_site or ""


def _view(one: Difference, site: str, sight: Sight, say: Speaker) -> NeighborView:
    city, seen = sight.state.city, one.neighbor
    own = bool(one.link) and one.link in {*sight.ways.ups(site)}
    if one.kind == "alias":
        against = say("neighbor_alias", alias=seen.alias)
    else:
        against = say("neighbor_unconfirmed" if own else "neighbor_undeclared")
    return NeighborView(
        site_named(seen.site, city),
        say("neighbor_seen", device=seen.device, port=seen.port, name=seen.name),
        site_named(seen.is_site, city),
        against,
        link_named(one.link, city) if own else None,
    )
