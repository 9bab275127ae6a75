"""One poll of one device: its profiles one after another, so that one bad table never loses the others."""

import asyncio
import logging
from collections.abc import Iterable, Sequence

from agent.probe import Failed, Row
from agent.snmp.profile import Oid, Profile, Table, numbers, profile
from agent.snmp.readings import Columns, chosen_rows, rows, scalars
from agent.snmp.session import Session
from wire.probes import Snmp

log = logging.getLogger(__name__)

MAX_ROWS = 200
MAX_NAMES = 2000
"""Rows whose names are looked at for those wanted: a PPPoE server has an interface for each client."""


async def poll(session: Session, probe: Snmp, deadline: float) -> list[Row]:
    """The device's own values, then a row for each of its parts. Raises Failed where no profile succeeded.

    `deadline` is of the event loop's clock. A profile has an equal share of the time that is left; what it
    leaves over, the next has.
    """
    profiles = [(name, profile(name)) for name in probe.profiles]
    device, parts = Row({}), list[Row]()
    failures: dict[str, Failed] = {}
    for number, (name, asked) in enumerate(profiles):
        try:
            async with asyncio.timeout_at(_share(deadline, len(profiles) - number)):
                device.values.update(await _values(session, asked))
                if asked.table:
                    found, truncated = await _rows(session, asked.table, probe)
                    parts += found
                    device.values["snmp_truncated_tables"] = int(truncated)
        except (Failed, TimeoutError) as error:
            failures[name] = error if isinstance(error, Failed) else session.unanswered()
            if not session.heard:
                break
    if len(failures) == len(profiles) or not session.heard:
        raise next(iter(failures.values()))
    for name, failed in failures.items():
        log.info("snmp %s, profile %s: %s", probe.target, name, failed)
    device.values["snmp_failed_profiles"] = len(failures)
    return [device, *parts]


def _share(deadline: float, left: int) -> float:
    now = asyncio.get_running_loop().time()
    return now + (deadline - now) / left


async def _values(session: Session, asked: Profile) -> dict[str, float]:
    oids = _distinct(reading.oid for readings in asked.values.values() for reading in readings)
    answers = await session.get(oids) if oids else {}
    if oids and not answers:
        raise Failed("answer", "the device has none of its objects; choose another profile")
    return scalars(asked.values, answers)


async def _rows(session: Session, table: Table, probe: Snmp) -> tuple[list[Row], bool]:
    """The rows, and whether some were left out."""
    columns = await _names(session, table)
    names = chosen_rows(table, columns, probe.interfaces)
    if not names and probe.interfaces:
        raise Failed("answer", f"interfaces: none matches {', '.join(probe.interfaces)}")
    kept = dict(list(names.items())[:MAX_ROWS])
    if kept:
        texts = table.info.texts.values() if table.info else ()
        wanted = [readings[0].oid for readings in table.values.values()]
        last = max(kept)
        columns |= await session.walk(_distinct((*wanted, *texts)), MAX_NAMES, last)
        if fallbacks := _fallbacks(table, columns):
            columns |= await session.walk(fallbacks, MAX_NAMES, last)
    return list(rows(table, kept, columns, probe.period_seconds)), len(kept) < len(names)


async def _names(session: Session, table: Table) -> Columns:
    """The columns that name the rows and choose among them, by the first name that the device has."""
    where = [table.where.oid] if table.where else []
    for name in table.row:
        columns = await session.walk(_distinct((name, *where)), MAX_NAMES)
        if columns[numbers(name)]:
            return columns
    raise Failed("answer", "the device has no such table; choose another profile")


def _fallbacks(table: Table, columns: Columns) -> Sequence[Oid]:
    """The second readings of values for which no row has the first."""
    missing = [readings for readings in table.values.values() if not columns[numbers(readings[0].oid)]]
    return _distinct(reading.oid for readings in missing for reading in readings[1:])


def _distinct(oids: Iterable[str]) -> list[Oid]:
    return list(dict.fromkeys(map(numbers, oids)))
