"""One poll of one device: its profiles one after another, so that one bad table never loses the others."""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from agent.net.failed import Failed
from agent.probes.measurement import Row
from agent.probes.snmp.device import SnmpDevice
from agent.probes.snmp.profile import Oid, Profile, SnmpTable, numbers, profile
from agent.probes.snmp.readings import (
    Cells,
    Columns,
    counts,
    fallbacks,
    matching,
    named,
    rows,
    scalars,
    texts,
)
from agent.probes.snmp.session import Session
from wire.probes import Snmp

log = logging.getLogger(__name__)

MAX_ROWS = 500
MAX_NAMES = 10_000
"""The poll reads so many names to find the wanted rows: a PPPoE server has an interface for each client."""


@dataclass
class _Taken:
    """The cells of one profile, also if its poll failed; `names` are of its table's rows, by index."""

    cells: Cells = field(default_factory=dict)
    names: dict[Oid, str] = field(default_factory=dict)
    truncated: bool = False

    def rows(self, table: SnmpTable | None, period_seconds: float) -> Iterable[Row]:
        """The rows that the poll asked the device for."""
        asked = {index: name for index, name in self.names.items() if self._is_known(table, index)}
        return rows(table, asked, self.cells, period_seconds) if table else ()

    def _is_known(self, table: SnmpTable | None, index: Oid) -> bool:
        return table is not None and any((*oid, *index) in self.cells for oid in _columns(table))


async def poll(session: Session, probe: Snmp, deadline: float) -> list[Row]:
    """The device's own values, then a row for each of its parts. Raises Failed where nothing was read.

    `deadline` is of the event loop's clock. Each profile gets an equal share of the time that is left, and
    leaves the rest to the next one. If its time is over, it keeps the cells so far and counts a failure.
    """
    profiles = [(name, profile(name)) for name in probe.profiles]
    device, parts = Row({}), list[Row]()
    failures: dict[str, Failed] = {}
    for number, (name, asked) in enumerate(profiles):
        taken = _Taken()
        try:
            async with asyncio.timeout_at(_share(deadline, len(profiles) - number)):
                await _values(session, asked, taken)
                if asked.table:
                    await _rows(session, asked.table, probe, taken)
        except (Failed, TimeoutError) as error:
            failures[name] = error if isinstance(error, Failed) else session.unanswered()
        device.values.update(scalars(asked.values, taken.cells))
        parts += taken.rows(asked.table, probe.period_seconds)
        if asked.table and taken.names:
            device.values["snmp_truncated_tables"] = int(taken.truncated)
        if failures and not session.responsive:
            break
    nothing = len(failures) == len(profiles) and not (parts or device.values)
    if nothing or not session.responsive:
        raise next(iter(failures.values()))
    for name, failed in failures.items():
        log.info("snmp %s at %s, profile %s: %s", probe.target, probe.address, name, failed)
    device.values["snmp_failed_profiles"] = len(failures)
    return [device, *parts]


def _share(deadline: float, left: int) -> float:
    now = asyncio.get_running_loop().time()
    return now + (deadline - now) / left


async def _values(session: Session, asked: Profile, taken: _Taken) -> None:
    oids = _distinct(reading.oid for readings in asked.values.values() for reading in readings)
    await session.get(oids, taken.cells)
    if oids and not any(raw is not None for raw in taken.cells.values()):
        raise Failed("answer", "the device has none of its objects; choose another profile")


async def _rows(session: Session, table: SnmpTable, probe: Snmp, taken: _Taken) -> None:
    """Read the table row by row. A row that lacks a value or has an odd one costs the others nothing."""
    columns, there, cut = await _names(session, table, probe)
    wanted = matching(texts(table, columns), probe.interfaces)
    if not wanted and probe.interfaces:
        raise Failed("answer", f"interfaces: none matches {', '.join(probe.interfaces)}")
    names = _remembered(session.device, wanted)
    counted = await _counted(session, table, names, there, taken.cells)
    taken.names = {index: names[index] for index in counted[:MAX_ROWS]}
    taken.truncated = cut or len(counted) > MAX_ROWS
    asked = [oid for oid in _columns(table) if oid in there]
    await session.get([(*oid, *index) for index in taken.names for oid in asked], taken.cells)
    for oid in set(_columns(table)) - set(asked):
        taken.cells.update(((*oid, *index), None) for index in taken.names)
    second = fallbacks(table, taken.names, taken.cells)
    await session.get([oid for oid in second if oid not in taken.cells], taken.cells)


async def _names(session: Session, table: SnmpTable, probe: Snmp) -> tuple[Columns, set[Oid], bool]:
    """The columns that name the rows, those that are there at all, and whether names may be missing.

    The rows are those of the first two that name them; where these leave one without, the others are asked.
    """
    first, others = _distinct(table.row[:2]), _distinct(table.row[2:])
    most = MAX_NAMES if probe.interfaces else 2 * MAX_ROWS
    once = [oid for oid in (*_columns(table), *_where(table)) if oid not in first]
    walk = await session.walk(dict.fromkeys(first, most) | dict.fromkeys(once, 1))
    columns, cut = {oid: walk.cells[oid] for oid in first}, not walk.cut.isdisjoint(first)
    there = {oid for oid in (*first, *once) if walk.cells[oid] or oid in walk.cut}
    if not any(columns.values()) and others:
        last = await session.walk(dict.fromkeys(others, most))
        columns, cut = last.cells, not last.cut.isdisjoint(others)
    if not any(columns.values()):
        raise Failed("answer", "the device has no such table; choose another profile")
    nameless = [index for index, name in texts(table, columns).items() if not name]
    found: Cells = {}
    await session.get([(*oid, *index) for index in nameless[:MAX_ROWS] for oid in others], found)
    for oid in others:
        cells = {index: raw for index in nameless if (raw := found.get((*oid, *index))) is not None}
        columns.setdefault(oid, {}).update(cells)
    return columns, there, cut


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
        await session.get([(*numbers(table.where.oid), *index) for index in some], cells)
        counted += [index for index in some if counts(table, index, cells)]
        if len(counted) > MAX_ROWS:
            break
    return counted


def _remembered(device: SnmpDevice, wanted: dict[Oid, str]) -> dict[Oid, str]:
    names = named(wanted, device.names)
    device.names = {index: (wanted[index], name) for index, name in names.items()}
    return names


def _columns(table: SnmpTable) -> list[Oid]:
    """The columns that the poll first asks for every row."""
    texts = table.info.texts.values() if table.info else ()
    return _distinct((*(readings[0].oid for readings in table.values.values()), *texts))


def _where(table: SnmpTable) -> list[Oid]:
    return [numbers(table.where.oid)] if table.where else []


def _distinct(oids: Iterable[str]) -> list[Oid]:
    return list(dict.fromkeys(map(numbers, oids)))
