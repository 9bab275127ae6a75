"""The poll of one table: which rows there are, their names, their cells; or only their totals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from agent.net.failed import Failed
from agent.probes.measurement import Row
from agent.probes.snmp.device import SnmpDevice
from agent.probes.snmp.readings import (
    Columns,
    counts,
    fallbacks,
    matching,
    named,
    rows,
    sums,
    templated,
    texts,
)
from agent.probes.snmp.session import Session
from agent.probes.snmp.texts import cells_of
from agent.probes.snmp.values import Cells
from agent.probes.snmp.walk import Walk
from wire.metrics import part_of
from wire.probes import Snmp
from wire.profile import Oid, SnmpTable, Total, numbers, part_of_index

MAX_ROWS = 1000
MAX_NAMES = 10_000
"""The poll reads so many names to find the wanted rows: a PPPoE server has an interface for each client."""

MAX_TOTALLED = 4000
"""The rows that a total is made of."""
LOOKUPS = 2
"""A template may need a cell before it knows which other to ask for."""


SLOW_SECONDS = 0.5
"""A device that takes longer for an answer is asked for whole rows: in any time, some of them come."""


class NoSuchTable(Failed):
    """The device has none of the table's rows."""

    def __init__(self) -> None:
        super().__init__("answer", "the device has no such table; choose another profile")


@dataclass
class TakenTable:
    """The cells of one table, also if its poll failed; `names` are of its rows, by index."""

    table: SnmpTable
    cells: Cells = field(default_factory=dict)
    names: dict[Oid, str] = field(default_factory=dict)
    truncated: bool = False
    stopped: bool = False

    def rows(self, period_seconds: float, wide: set[tuple[str, str]]) -> Iterable[Row]:
        """The rows that the poll asked the device for."""
        columns = _columns(self.table)
        asked = {
            index: name
            for index, name in self.names.items()
            if any((*oid, *index) in self.cells for oid in columns)
        }
        return rows(self.table, asked, self.cells, period_seconds, wide)


async def read_table(session: Session, probe: Snmp, taken: TakenTable, until: float) -> None:
    """Read the table row by row. A row that lacks a value or has an odd one costs the others nothing.

    At `until`, of the event loop's clock, it looks for no more rows, and reads those that it knows. Raises
    NoSuchTable, and Failed where the device answers no more, or answered too slowly for all rows.
    """
    table, patterns = taken.table, _patterns(taken.table, probe)
    columns, there, cut = await _names(session, taken, patterns, until)
    called = texts(table, columns)
    if table.name:
        known = {(*oid, *index): raw for oid, column in columns.items() for index, raw in column.items()}
        taken.cells.update(known)
        called = await _templated(session, table.name, list(called)[:MAX_ROWS], taken.cells)
    wanted = matching(called, patterns)
    if not wanted and patterns:
        raise Failed("answer", f"interfaces: none matches {', '.join(patterns)}")
    names = _remembered(session.device, table.row[0], wanted)
    counted = await _counted(session, table, names, there, taken.cells)
    taken.names = {index: names[index] for index in counted[:MAX_ROWS]}
    taken.truncated = cut or len(counted) > MAX_ROWS
    await _cells(session, table, taken, there)
    second = fallbacks(table, taken.names, taken.cells)
    await session.get([oid for oid in second if oid not in taken.cells], taken.cells)
    if taken.stopped:
        raise session.unanswered()


async def read_total(session: Session, total: Total) -> tuple[list[Row], bool]:
    """The rows of the groups, and whether some of the column's rows are missing: then there is no total.

    Of a column that the device does not have, a count is 0.
    """
    others = (oid for one in total.values.values() for oid in (one.oid or total.column, *one.beside))
    walk = await session.walk(dict.fromkeys(_distinct((total.column, *others)), MAX_TOTALLED))
    if walk.cut:
        return [], True
    names: dict[Oid, str] = {}
    if total.by:
        by = part_of_index(total.by)
        groups = dict.fromkeys(index[by] for index in walk.cells[numbers(total.column)])
        names = named(await _templated(session, total.name, list(groups)[:MAX_ROWS], {}), {})
    return list(sums(total, walk.cells, names)), False


def _patterns(table: SnmpTable, probe: Snmp) -> Sequence[str]:
    """Those of the setting `interfaces`, for a table of interfaces."""
    return probe.interfaces if part_of(table.values) == "interface" else ()


async def _names(
    session: Session, taken: TakenTable, patterns: Sequence[str], until: float
) -> tuple[Columns, set[Oid], bool]:
    """The columns that name the rows, those that are there at all, and whether names may be missing.

    The rows are those of the first two that name them; where these leave one without, the others are asked.
    """
    table, whole_rows = taken.table, session.device.round_trips.seconds > SLOW_SECONDS and not patterns
    first, others = _distinct(table.row[:2]), _distinct(table.row[2:])
    most = MAX_NAMES if patterns else 2 * MAX_ROWS
    once = [oid for oid in (*_columns(table), *_where(table)) if oid not in first]
    of_others = most if whole_rows else 1
    walk = await session.walk(dict.fromkeys(first, most) | dict.fromkeys(once, of_others), until)
    taken.stopped = walk.stopped
    if whole_rows:
        _keep(walk, once, taken.cells)
    columns, cut = {oid: walk.cells[oid] for oid in first}, not walk.cut.isdisjoint(first)
    there = {oid for oid in (*first, *once) if walk.cells[oid] or oid in walk.cut}
    if not any(columns.values()) and others:
        last = await session.walk(dict.fromkeys(others, most), until)
        taken.stopped |= last.stopped
        columns, cut = last.cells, not last.cut.isdisjoint(others)
    if taken.stopped and not any(columns.values()):
        raise session.unanswered()
    if not any(columns.values()):
        raise NoSuchTable
    nameless = [index for index, name in texts(table, columns).items() if not name]
    found: Cells = {}
    await session.get([(*oid, *index) for index in nameless[:MAX_ROWS] for oid in others], found)
    for oid in others:
        cells = {index: raw for index in nameless if (raw := found.get((*oid, *index))) is not None}
        columns.setdefault(oid, {}).update(cells)
    return columns, there, cut


def _keep(walk: Walk, columns: Iterable[Oid], cells: Cells) -> None:
    """The cells of the columns; of those that were read to their end, the other rows have none."""
    indices = {index for column in walk.cells.values() for index in column}
    for column in columns:
        held = walk.cells[column]
        cells.update(((*column, *index), raw) for index, raw in held.items())
        if column not in walk.cut and column not in walk.skipped:
            cells.update(((*column, *index), None) for index in indices if index not in held)


async def _templated(
    session: Session, templates: Sequence[str], indices: Sequence[Oid], cells: Cells
) -> dict[Oid, str]:
    """The name of each row by the templates, else its index. Puts what it asks into `cells`."""
    for _ in range(LOOKUPS):
        wanted = (oid for index in indices for oid in cells_of(templates, index, cells))
        asked = [oid for oid in dict.fromkeys(wanted) if oid not in cells]
        if not asked:
            break
        await session.get(asked, cells)
        cells.update((oid, None) for oid in asked if oid not in cells)
    return {index: templated(templates, index, cells) or ".".join(map(str, index)) for index in indices}


async def _counted(
    session: Session, table: SnmpTable, names: Iterable[Oid], there: set[Oid], cells: Cells
) -> list[Oid]:
    """The rows that belong to the table, in order. After more than MAX_ROWS it reads no further."""
    indices = list(names)
    if not table.where or numbers(table.where.oid) not in there:
        return indices
    counted: list[Oid] = []
    for start in range(0, len(indices), MAX_ROWS):
        some = indices[start : start + MAX_ROWS]
        wanted = [(*numbers(table.where.oid), *index) for index in some]
        await session.get([oid for oid in wanted if oid not in cells], cells)
        counted += [index for index in some if counts(table, index, cells)]
        if len(counted) > MAX_ROWS:
            break
    return counted


async def _cells(session: Session, table: SnmpTable, taken: TakenTable, there: set[Oid]) -> None:
    """The cells of the columns that are there; of those that are not, the rows have none."""
    asked = [oid for oid in _columns(table) if oid in there]
    wanted = [(*oid, *index) for index in taken.names for oid in asked]
    await session.get([oid for oid in wanted if oid not in taken.cells], taken.cells)
    for column in set(_columns(table)) - set(asked):
        taken.cells.update(((*column, *index), None) for index in taken.names)
    if table.info:
        await _templated(session, [*_templates(table)], list(taken.names), taken.cells)


def _remembered(device: SnmpDevice, key: str, wanted: dict[Oid, str]) -> dict[Oid, str]:
    names = named(wanted, device.names.get(key, {}), restarted=key in device.renumbered)
    device.renumbered.discard(key)
    device.names[key] = {index: (wanted[index], name) for index, name in names.items()}
    return names


def _columns(table: SnmpTable) -> list[Oid]:
    """The columns that the poll first asks for every row."""
    texts = [text for text in table.info.texts.values() if "{" not in text] if table.info else []
    firsts = [readings[0] for readings in table.values.values()]
    return _distinct((*(one.oid for one in firsts), *(oid for one in firsts for oid in one.beside), *texts))


def _templates(table: SnmpTable) -> Iterable[str]:
    return (text for text in table.info.texts.values() if "{" in text) if table.info else ()


def _where(table: SnmpTable) -> list[Oid]:
    return [numbers(table.where.oid)] if table.where else []


def _distinct(oids: Iterable[str]) -> list[Oid]:
    return list(dict.fromkeys(map(numbers, oids)))
