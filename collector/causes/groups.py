"""Groups of sites compete: which of them tells the lost sites from the others?

Each group is scored by the share lost inside against the share lost outside, as a likelihood ratio. A group
wins only with a margin over all groups of other sorts. If two fit alike, none wins: three sites of a feeder
may also hang on one dead line terminal.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from math import log
from typing import Literal, NamedTuple

from collector.causes.row_names import RowNames
from collector.inventory import INTERNET, City, Topology

Sort = Literal["feeder", "subdistrict", "district", "pop", "access", "provider", "medium"]
LOST_AT_LEAST = 2
LOST_SHARE = 0.6
"""A group failed as a whole if so many of its known sites are lost."""
SCORE_AT_LEAST = 4.0
MARGIN = 2.0

AREAS = frozenset({"subdistrict", "district"})
"""An area is the wider frame of a feeder, of a POP and of its lines, so it never denies them."""


class Group(NamedTuple):
    sort: Sort
    name: str


class LostGroup(NamedTuple):
    """`lost` of the `known` sites of the group are lost."""

    group: Group
    score: float
    lost: int
    known: int


class Places:
    """The groups of each site, by its main way up, and the sites of each group."""

    def __init__(self, city: City) -> None:
        topology = Topology(city.sites, city.links)
        self.groups = {site: frozenset(_groups(city, topology, site)) for site in city.sites}
        self.members: dict[Group, set[str]] = {}
        for site, groups in self.groups.items():
            for group in groups:
                self.members.setdefault(group, set()).add(site)
        self.children = topology.children
        self.rows = RowNames(city, topology)

    def near(self, sites: Iterable[str]) -> set[str]:
        """The sites whose causes may change with news of these: themselves, their POPs and their feeders."""
        near = set(sites) & self.groups.keys()
        for site in list(near):
            for group in self.groups[site]:
                if group.sort == "feeder":
                    near |= self.members[group]
                elif group.sort == "pop":
                    near.add(group.name)
        return near

    def group(self, site: str, sort: Sort) -> Group | None:
        return next((group for group in self.groups.get(site, ()) if group.sort == sort), None)


def _groups(city: City, topology: Topology, site: str) -> Iterator[Group]:
    place = city.sites[site]
    areas = (
        Group("feeder", place.feeder),
        Group("subdistrict", place.subdistrict),
        Group("district", place.district),
    )
    yield from (group for group in areas if group.name)
    for up in topology.uplinks[site][:1]:
        link = up.link
        yield Group("medium", link.medium)
        yield Group("access", f"{link.to} {link.medium} {link.provider}".rstrip())
        if link.provider:
            yield Group("provider", link.provider)
        if link.to != INTERNET:
            yield Group("pop", link.to)


def winner(places: Places, site: str, lost: AbstractSet[str], well: AbstractSet[str]) -> LostGroup | None:
    """The group of the site that failed as a whole. `lost` and `well` are the sites whose state is known."""
    scored = [found for group in places.groups.get(site, ()) if (found := _scored(places, group, lost, well))]
    if not scored:
        return None
    best = max(scored, key=lambda found: (found.score, found.group.sort not in AREAS, found.group))
    rivals = (found for found in scored if found.group.sort != best.group.sort)
    beaten = all(_beats(best, rival, places, lost | well) for rival in rivals)
    return best if best.score >= SCORE_AT_LEAST and beaten else None


def _beats(best: LostGroup, rival: LostGroup, places: Places, known: AbstractSet[str]) -> bool:
    """A rival with a lower score, or with the same known sites if it is only a wider name for them."""
    if best.score - rival.score >= MARGIN:
        return True
    same = places.members[best.group] & known == places.members[rival.group] & known
    wider = {"access": {"pop", "medium"}, "pop": {"medium"}, "feeder": AREAS, "provider": {"medium"}}
    return rival.group.sort in AREAS or (same and rival.group.sort in wider.get(best.group.sort, ()))


def _scored(places: Places, group: Group, lost: AbstractSet[str], well: AbstractSet[str]) -> LostGroup | None:
    members = places.members[group]
    inside, inside_well = len(members & lost), len(members & well)
    known, everywhere = inside + inside_well, len(lost) + len(well)
    if inside < LOST_AT_LEAST or inside < LOST_SHARE * known:
        return None
    outside, outside_known = len(lost) - inside, everywhere - known
    score = _log_likelihood(inside, known) + _log_likelihood(outside, outside_known)
    score -= _log_likelihood(len(lost), everywhere)
    return LostGroup(group, score, inside, known)


def _log_likelihood(lost: int, known: int) -> float:
    """Of `known` sites `lost` are lost, at the rate that fits best."""
    counts = (lost, known - lost)
    return sum(count * log(count / known) for count in counts if count)
