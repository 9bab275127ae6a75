"""The links of the inventory against the neighbours that devices see. Pure.

A neighbour proves that two sites are joined. Nothing proves that they are not: a bridge or a radio may hide
the neighbour. MNDP and CDP pass through a switch that does not speak them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from msgspec import Struct

from collector.inventory import INTERNET, City, Topology
from collector.neighbors.identities import Identities
from collector.neighbors.observed import SeenNeighbor

DifferenceKind = Literal["elsewhere", "undeclared", "alias"]
Pair = frozenset[str]
Port = tuple[str, str, str]


class Difference(Struct, frozen=True):
    """`elsewhere`: no link joins the two sites, and `link`, which leads up from one of them, is not
    confirmed. `undeclared`: no link joins them. `alias`: the port is named for a link, or for the site
    `expected`, and another site is behind it.
    """

    kind: DifferenceKind
    neighbor: SeenNeighbor
    link: str = ""
    expected: str = ""


class TopologyCheck(Struct, frozen=True):
    """`confirmed`, `unconfirmed` and `unheard` are links between sites: a neighbour shows it; devices at its
    ends see neighbours, but not each other; none of them sees any. `inside` counts neighbours at the same
    site, `beyond` those that are seen through a link that another neighbour of the port confirms.
    `unmatched` are neighbours whose name fits no site, or several.
    """

    differences: list[Difference]
    confirmed: list[str]
    unconfirmed: list[str]
    unheard: list[str]
    inside: int
    beyond: int
    unmatched: list[SeenNeighbor]
    neighbors: int


def compared(city: City, identities: Identities, neighbors: Iterable[SeenNeighbor]) -> TopologyCheck:
    """`city` may be a part of the one that `identities` knows."""
    seen = list(neighbors)
    links = {id: link for id, link in city.links.items() if INTERNET not in (link.from_, link.to)}
    declared: dict[Pair, list[str]] = defaultdict(list)
    for id, link in links.items():
        declared[frozenset((link.from_, link.to))].append(id)
    outside = [one for one in seen if one.is_site and one.is_site != one.site]
    joined = {_pair(one) for one in outside}
    confirmed = sorted(id for pair in joined for id in declared.get(pair, ()))
    topology = Topology(city.sites, city.links)
    strangers, beyond = _strangers(outside, declared, topology)
    hearing = {one.site for one in seen}
    rest = sorted(links.keys() - {*confirmed})
    heard = {id for id in rest if hearing & {links[id].from_, links[id].to}}
    return TopologyCheck(
        differences=[
            *_misnamed(outside, identities, declared),
            *_undeclared(strangers, topology, {*rest}),
        ],
        confirmed=confirmed,
        unconfirmed=[id for id in rest if id in heard],
        unheard=[id for id in rest if id not in heard],
        inside=sum(one.is_site == one.site for one in seen),
        beyond=beyond,
        unmatched=[one for one in seen if not one.is_site],
        neighbors=len(seen),
    )


def _strangers(
    outside: Iterable[SeenNeighbor], declared: Mapping[Pair, list[str]], topology: Topology
) -> tuple[list[SeenNeighbor], int]:
    """A neighbour for each two sites that no link joins, and the number of those that a port sees beyond.

    A port sees beyond if it also sees a declared neighbour, or several sites below one that is above both:
    one bridged network, whose middle does not speak.
    """
    ports: dict[Port, list[SeenNeighbor]] = defaultdict(list)
    for one in outside:
        ports[one.site, one.device, one.port].append(one)
    strangers: dict[Pair, SeenNeighbor] = {}
    beyond = 0
    for behind in ports.values():
        others = [one for one in behind if _pair(one) not in declared]
        if len(others) < len(behind) or _below_one(others, topology):
            beyond += len(others)
            continue
        for one in others:
            strangers.setdefault(_pair(one), one)
    return list(strangers.values()), beyond


def _below_one(behind: Iterable[SeenNeighbor], topology: Topology) -> bool:
    sites = {site for one in behind for site in _pair(one)}
    return len(sites) > 2 and bool(
        frozenset.intersection(*(frozenset(topology.parents(one)) for one in sites))
    )


def _undeclared(
    strangers: Iterable[SeenNeighbor], topology: Topology, unconfirmed: set[str]
) -> Iterator[Difference]:
    """If the main link of the lower site is not confirmed, the neighbour is probably that link's true end."""
    for one in strangers:
        ends = sorted((one.site, one.is_site), key=lambda site: -len(list(topology.path(site))))
        mains = (up.id for site in ends for up in topology.uplinks[site][:1])
        link = next((id for id in mains if id in unconfirmed), "")
        yield Difference("elsewhere" if link else "undeclared", one, link)


def _misnamed(
    outside: Iterable[SeenNeighbor], identities: Identities, declared: Mapping[Pair, list[str]]
) -> Iterator[Difference]:
    """Ports whose alias names another site than the only one that is behind them."""
    ports: dict[Port, dict[str, SeenNeighbor]] = defaultdict(dict)
    for one in outside:
        if one.alias:
            ports[one.site, one.device, one.port].setdefault(one.is_site, one)
    for (site, _, _), behind in ports.items():
        first = next(iter(behind.values()))
        expected = identities.far_end(site, first.alias)
        if expected and expected != INTERNET and expected not in behind:
            link = next(iter(declared.get(frozenset((site, expected)), ())), "")
            yield Difference("alias", first, link, expected)


def _pair(one: SeenNeighbor) -> Pair:
    return frozenset((one.site, one.is_site))
