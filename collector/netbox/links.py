"""Cables, wireless links and circuits between sites as links of the inventory. Pure.

NetBox knows no up and down: a link leads from the site that is further from a NOC to the one that is nearer.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from collector.inventory.problem import listed
from collector.inventory.targets import INTERNET
from collector.netbox.export import ExportRow
from collector.netbox.gathered import Gathered, folded, free, slug

RANKS = {"noc": 0, "pop": 1, "office": 2, "hotspot": 2}
FAR = 1_000_000
MEDIA = (
    ("radio", ("radio", "wireless", "microwave")),
    ("fiber", ("fiber", "fibre", "mode", "smf", "mmf", "aoc", "fo ", "gpon")),
    ("copper", ("cat", "copper", "coax", "dac", "rg-", "utp")),
    ("lte", ("lte", "4g", "5g", "seluler")),
    ("vsat", ("vsat", "satel")),
)


class Wire(NamedTuple):
    """`above` is "" where the distance from a NOC decides."""

    row: ExportRow
    name: str
    ends: tuple[str, str]
    medium: str
    above: str = ""
    values: Mapping[str, str] = {}


def add_links(wires: Iterable[Wire], gathered: Gathered) -> None:
    wires = list(wires)
    written = {frozenset((link.from_, link.to)) for link in gathered.city.links.values()}
    depths = _depths(gathered, [wire.ends for wire in wires])
    drawn: dict[frozenset[str], str] = {}
    for wire in wires:
        pair = frozenset(wire.ends)
        if pair in written:
            gathered.known += 1
        elif pair in drawn:
            what = (
                f"runs beside {drawn[pair]}; if it is a way of its own, write it into links.csv as a backup"
            )
            gathered.refuse(wire.row, wire.name, what)
        elif ends := _from_to(wire, depths, gathered):
            drawn[pair] = wire.row.place
            _add(wire, *ends, gathered)


def _add(wire: Wire, below: str, above: str, gathered: Gathered) -> None:
    id = free(f"{below}-{above}", gathered.city.links, gathered.tables["links"])
    values = {"from": below, "to": above, "medium": wire.medium, **wire.values}
    gathered.add("links", id, wire.row, values)


def _from_to(wire: Wire, depths: Mapping[str, tuple[int, int]], gathered: Gathered) -> tuple[str, str] | None:
    one, other = wire.ends
    if wire.above:
        return (other, one) if one == wire.above else (one, other)
    if depths[one] == depths[other]:
        what = f"{one} and {other} are as far from a NOC; write into links.csv which is below"
        gathered.refuse(wire.row, wire.name, what)
        return None
    return (one, other) if depths[one] > depths[other] else (other, one)


def _depths(gathered: Gathered, ends: Iterable[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    """By site, its steps from the nearest NOC, then the rank of its role."""
    roles: dict[str, str] = {id: site.role for id, site in gathered.city.sites.items()}
    roles |= {id: row.values["role"] for id, row in gathered.tables["sites"].items()}
    beside: dict[str, set[str]] = {site: set() for site in roles}
    drawn = [*ends, *((link.from_, link.to) for link in gathered.city.links.values())]
    for one, other in drawn:
        if one in beside and other in beside:
            beside[one].add(other)
            beside[other].add(one)
    steps: dict[str, int] = {}
    reached, step = {site for site, role in roles.items() if role == "noc"}, 0
    while reached:
        steps |= dict.fromkeys(reached, step)
        reached, step = {next for site in reached for next in beside[site]} - steps.keys(), step + 1
    return {site: (steps.get(site, FAR), RANKS.get(role, FAR)) for site, role in roles.items()}


def wires(
    sort: str, rows: Iterable[ExportRow], places: Mapping[str, str], gathered: Gathered
) -> Iterator[Wire]:
    """`places` has the NetBox site of each device, by its name."""
    for row in rows:
        name = row.get("label", "description", "ssid") or f"ID {row.get('id') or '?'}"
        if not gathered.active(row, name):
            continue
        sites = [_end(row, side, places) for side in ("a", "b")]
        ids = [gathered.site(site) for site in sites]
        if all(sites) and folded(sites[0]) == folded(sites[1]):
            gathered.known += 1
        elif all(ids):
            medium = "radio" if sort == "wireless" else _medium(row.get("type"))
            yield Wire(row, name, (ids[0], ids[1]), medium)
        else:
            gathered.refuse(row, name, _unplaced(sites, ids))


def circuits(rows: Iterable[ExportRow], gathered: Gathered) -> Iterator[Wire]:
    """A circuit with one site leads to the internet, by its provider; one with two joins them."""
    for row in rows:
        name = row.get("circuit_id")
        if not gathered.active(row, name):
            continue
        ids = [id for id in (gathered.site(row.get(side)) for side in ("side_a", "side_z")) if id]
        if not ids:
            gathered.refuse(row, name, "neither of its sides is a site that is taken; set its terminations")
            continue
        above = "" if len(ids) == 2 else INTERNET
        if len({*ids}) < len(ids):
            gathered.known += 1
            continue
        values = {"provider": _provider(row, gathered), "contract": name}
        yield Wire(row, name, (ids[0], above or ids[1]), _medium(row.get("type")), above, values)


def _provider(row: ExportRow, gathered: Gathered) -> str:
    name = row.get("provider")
    for id, provider in gathered.city.providers.items():
        if folded(name) in (folded(id), folded(provider.name)):
            return id
    id = slug(name)
    if id and id not in gathered.tables["providers"]:
        gathered.add("providers", id, row._replace(cells={}), {"name": name})
    return id


def _end(row: ExportRow, side: str, places: Mapping[str, str]) -> str:
    return row.get(f"site_{side}") or places.get(folded(row.get(f"device_{side}")), "")


def _unplaced(sites: list[str], ids: list[str]) -> str:
    if lost := [site for site, id in zip(sites, ids, strict=True) if site and not id]:
        return f"{listed(map(repr, lost))} is not taken as a site; see its line, or export the sites too"
    return "one of its ends is at no site; set Site A and Site B, or export the devices too"


def _medium(words: str) -> str:
    """ "" where the words name none."""
    lower = words.casefold()
    return next((medium for medium, signs in MEDIA if any(sign in lower for sign in signs)), "")
