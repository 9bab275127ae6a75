"""The weakest radios, modems, optical ports and ONUs of the city, by what their devices measured last. Pure.

A value that is not fresh says nothing of now: it is counted, and not shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from heapq import nsmallest
from typing import NamedTuple

from collector.city.agents import Latest
from collector.city.state import State
from collector.incidents import Incidents
from collector.incidents.paths.limits import Limits
from collector.inventory import City
from collector.web.lists.asked import FilterField, Params, address, choice, text
from collector.web.lists.named import Named, site_named
from collector.web.lists.pager import Pager, paged
from collector.web.site.devices.grades import NO_LIMITS
from collector.web.site.devices.tables import PartRow, heads_of, part_row, used_columns
from collector.web.words import Speaker

PATH = "/weakest"
METRICS: Mapping[str, str] = {
    "radio": "radio_signal_dbm",
    "modem": "modem_rsrp_dbm",
    "port": "optical_receive_power_dbm",
    "onu": "onu_receive_power_dbm",
}
"""By the sort of part, the value that says how weak it is."""
SHOWN_OF_EACH = 15


class WeakestRow(NamedTuple):
    site: Named
    device: str
    part: PartRow
    age: str


class WeakestSort(NamedTuple):
    """`heads` are keys of the words, one for each cell of a row's part. `href` is that of the whole list, ""
    where all are shown; so many parts of this sort are `stale`."""

    sort: str
    heads: Sequence[str]
    rows: Sequence[WeakestRow]
    known: int
    href: str
    stale: int


class WeakestList(NamedTuple):
    fields: Sequence[FilterField]
    sorts: Sequence[WeakestSort]
    pager: Pager
    filtered: bool
    blind: bool


class RankedPart(NamedTuple):
    value: float
    site: str
    device: str
    part: Latest


class RankedParts(NamedTuple):
    """Of one sort of part."""

    fresh: list[RankedPart]
    stale: int


def weakest_list(state: State, incidents: Incidents, params: Params, say: Speaker) -> WeakestList:
    """The first ones of each sort, or all of one. Raises BadParameter."""
    of = choice(params, "of", METRICS)
    every = {sort: _found(sort, state, text(params, "q").casefold(), say.now) for sort in METRICS}
    pager = Pager()
    sorts = []
    for sort, found in every.items():
        if of not in ("", sort) or not (found.fresh or found.stale):
            continue
        shown: Sequence[RankedPart] = nsmallest(SHOWN_OF_EACH, found.fresh, key=_weakness)
        if of:
            shown, pager = paged(sorted(found.fresh, key=_weakness), PATH, params, say)
        sorts.append(_sort(sort, found, shown, state.city, incidents, params, say))
    return WeakestList(
        fields=list(_fields(params, say)),
        sorts=sorts,
        pager=pager,
        filtered=any(params.get(key) for key in ("q", "of")),
        blind=incidents.blind,
    )


def _weakness(one: RankedPart) -> tuple[float, str, str, str]:
    return one.value, one.site, one.device, one.part.row


def _found(sort: str, state: State, find: str, now: float) -> RankedParts:
    fresh: list[RankedPart] = []
    stale, metric = 0, METRICS[sort]
    for site, device, part in _parts(sort, state):
        value = part.value(metric)
        if value is None or (find and not _fits(find, site, device, part, state.city)):
            continue
        if part.fresh(now):
            fresh.append(RankedPart(value, site, device, part))
        else:
            stale += 1
    return RankedParts(fresh, stale)


def _parts(sort: str, state: State) -> Iterator[tuple[str, str, Latest]]:
    for site, agent in state.agents.items():
        for device, latest in agent.probes.get("snmp", {}).items():
            for part in latest.rows_of(sort):
                yield site, device, part


def _fits(find: str, site: str, device: str, part: Latest, city: City) -> bool:
    texts = [site, site_named(site, city).name, device, part.row]
    if part.table is not None:
        texts += [column[part.line] for column in part.table.info.values()]
    return any(find in one.casefold() for one in texts)


def _sort(
    sort: str,
    found: RankedParts,
    shown: Sequence[RankedPart],
    city: City,
    incidents: Incidents,
    params: Params,
    say: Speaker,
) -> WeakestSort:
    parts = [part_row(sort, one.part, _limits(one, incidents), say)._replace(state="") for one in shown]
    used = used_columns(parts)
    rows = [
        WeakestRow(
            site=site_named(one.site, city),
            device=one.device,
            part=part._replace(cells=[part.cells[index] for index in used]),
            age=say.duration(say.now - one.part.at),
        )
        for one, part in zip(shown, parts, strict=True)
    ]
    return WeakestSort(
        sort=sort,
        heads=[heads_of(sort)[index] for index in used],
        rows=rows,
        known=len(found.fresh),
        href=address(PATH, params, of=sort) if len(found.fresh) > len(shown) else "",
        stale=found.stale,
    )


def _limits(one: RankedPart, incidents: Incidents) -> Limits:
    return incidents.limits.get(one.site, {}).get(("snmp", one.device), NO_LIMITS)


def _fields(params: Params, say: Speaker) -> Iterator[FilterField]:
    yield FilterField("q", say("filter_text"), "search", text(params, "q"))
    options = [("", say("any")), *((sort, say(f"sort_{sort}")) for sort in METRICS)]
    yield FilterField("of", say("weakest_of"), "select", params.get("of", ""), options)
