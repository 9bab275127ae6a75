"""The sites of the status page as tiles by district, or, in a big city, as counts by district. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from collector.incidents import Incident, State
from collector.inventory import City
from collector.notices.title import name_of
from collector.web.lists.asked import FilterField, Params, address, choice, text
from collector.web.lists.pager import Pager, paged
from collector.web.words import Speaker

TROUBLE_FIRST: tuple[State, ...] = ("down", "unknown", "up")
SMALL_CITY = 300
"""So many sites are all shown as tiles, and so many on a page of a bigger city's filtered list."""
TROUBLE_SHOWN = 100
FILTERS = ("find", "district", "state")


class Tile(NamedTuple):
    """A site. `note` is a short text beside its state. `root`: the site is the root of an outage."""

    id: str
    name: str
    state: State
    note: str
    root: bool


class District(NamedTuple):
    name: str
    counts: Mapping[State, int]
    tiles: Sequence[Tile]


class DistrictCount(NamedTuple):
    """`href` leads to its sites."""

    name: str
    counts: Mapping[State, int]
    href: str


class Tiles(NamedTuple):
    """`summaries` are for a big city without a filter: then `districts` have only tiles in trouble.

    `found` is the number of sites that fit the filter, `left_out` that of sites in trouble without a tile.
    """

    fields: Sequence[FilterField]
    districts: Sequence[District]
    summaries: Sequence[DistrictCount]
    found: int
    left_out: int
    pager: Pager
    filtered: bool


def tiles(
    city: City,
    states: Mapping[str, State],
    opened: Sequence[Incident],
    on_backup: Collection[str],
    params: Params,
    say: Speaker,
) -> Tiles:
    """`opened` are the open incidents, the gravest first. Raises BadParameter."""
    filtered = any(params.get(key) for key in FILTERS)
    big = len(city.sites) > SMALL_CITY
    found = list(_found(city, states, params)) if filtered else list(city.sites)
    notes = _notes(city, opened, on_backup, say)
    roots = {incident.root for incident in opened if incident.kind == "site_down"}
    summaries = list(_summaries(city, states)) if big and not filtered else []
    if summaries:
        found = [site for site in found if states[site] != "up" or site in notes]
    made = (
        Tile(site, city.sites[site].name, states[site], notes.get(site, ""), site in roots) for site in found
    )
    shown, pager, left_out = sorted(made, key=_trouble_first) if big else list(made), Pager(), 0
    if summaries:
        shown, left_out = shown[:TROUBLE_SHOWN], max(0, len(shown) - TROUBLE_SHOWN)
    elif big:
        page, pager = paged(shown, "/", params, say, SMALL_CITY)
        shown = list(page)
    return Tiles(
        fields=list(_fields(city, params, say)) if big or filtered else [],
        districts=_districts(shown, city),
        summaries=summaries,
        found=len(found),
        left_out=left_out,
        pager=pager,
        filtered=filtered,
    )


def counts_of(states: Iterable[State]) -> dict[State, int]:
    """The counts of each state, trouble first. A state without a site is left out."""
    found = list(states)
    return {state: found.count(state) for state in TROUBLE_FIRST if state in found}


def _found(city: City, states: Mapping[str, State], params: Params) -> Iterator[str]:
    """Raises BadParameter."""
    find = text(params, "find").casefold()
    district = choice(params, "district", {site.district for site in city.sites.values()})
    state = choice(params, "state", TROUBLE_FIRST)
    for id, place in city.sites.items():
        if (district and place.district != district) or (state and states[id] != state):
            continue
        names = (id, place.name, place.district, place.subdistrict)
        if not find or any(find in name.casefold() for name in names):
            yield id


def _fields(city: City, params: Params, say: Speaker) -> Iterator[FilterField]:
    def select(key: str, label: str, options: Iterable[tuple[str, str]]) -> FilterField:
        return FilterField(key, say(label), "select", params.get(key, ""), [("", say("any")), *options])

    districts = sorted({site.district for site in city.sites.values()} - {""})
    yield FilterField("find", say("filter_text"), "search", text(params, "find"))
    yield select("state", "filter_state", ((one, say(one)) for one in TROUBLE_FIRST))
    yield select("district", "filter_district", ((one, one) for one in districts))


def _notes(
    city: City, incidents: Sequence[Incident], on_backup: Iterable[str], say: Speaker
) -> dict[str, str]:
    """The note of each site, from its incidents and its backup. The gravest incident wins."""
    notes = dict.fromkeys(on_backup, say("what_on_backup"))
    for incident in reversed(incidents):
        if incident.kind == "agent_silent":
            notes |= dict.fromkeys(incident.affected_now, say("agent_silent"))
        elif incident.kind == "site_down":
            with_root = say("with_root", name=name_of(incident, city, say.language))
            notes |= dict.fromkeys(incident.affected_now, with_root)
            notes[incident.root] = say("since", at=say.clock(incident.began_at))
    return notes


def _districts(some: Iterable[Tile], city: City) -> list[District]:
    """The districts: those with sites that are down come first. In each, sites in trouble come first."""
    found: dict[str, list[Tile]] = {}
    for tile in some:
        found.setdefault(city.sites[tile.id].district, []).append(tile)
    districts = [
        District(name, counts_of(tile.state for tile in its), sorted(its, key=_trouble_first))
        for name, its in found.items()
    ]
    return sorted(districts, key=_down_first)


def _summaries(city: City, states: Mapping[str, State]) -> list[DistrictCount]:
    numbers = Counter((place.district, states[id]) for id, place in city.sites.items())
    names = dict.fromkeys(name for name, _ in numbers)
    found = {name: {one: n for one in TROUBLE_FIRST if (n := numbers[name, one])} for name in names}
    counted = (DistrictCount(name, its, _of_district(name)) for name, its in found.items())
    return sorted(counted, key=_down_first)


def _of_district(name: str) -> str:
    """Sites without a district are found only by their state or name."""
    return address("/", {}, district=name) if name else ""


def _down_first(one: District | DistrictCount) -> tuple[bool, bool, str]:
    return "down" not in one.counts, not one.name, one.name


def _trouble_first(tile: Tile) -> tuple[int, bool, bool, str]:
    return TROUBLE_FIRST.index(tile.state), not tile.root, not tile.note, tile.name
