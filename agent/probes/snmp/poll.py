"""One poll of one device: piece by piece, so that one bad table never loses the others."""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from itertools import islice

from agent.net.failed import Failed
from agent.probes.measurement import Row
from agent.probes.snmp.auto import profiles_of
from agent.probes.snmp.polled import Polled, TakenProfile
from agent.probes.snmp.readings import scalars
from agent.probes.snmp.recognise import FIRST
from agent.probes.snmp.session import Session
from agent.probes.snmp.table import NoSuchTable, TakenTable, read_table, read_total
from agent.probes.snmp.values import Cells, needed
from wire.probes import AUTO, Snmp
from wire.profile import Profile, SnmpTable, Total, Values, numbers

log = logging.getLogger(__name__)

UPTIME = numbers("1.3.6.1.2.1.1.3.0")
ROWS_AT_ONCE = 100
ANSWERS = 8
"""A piece without time for so many answers would be lost to the others' shares."""
SEARCH = 0.7
"""The share of a table's time in which the poll looks for rows; it keeps the rest for their cells."""
EARLY = 0.5
"""A slow profile is due if its time comes within this share of the probe's period."""

Piece = Values | SnmpTable | Total


async def poll(session: Session, probe: Snmp, deadline: float) -> list[Row]:
    """The device's own values, then a row for each of its parts. Raises Failed where nothing was read.

    `deadline` is of the event loop's clock. Each piece of a profile gets a share of the time that is left,
    and leaves the rest to the next one. If its time is over, it keeps the cells so far and counts a failure.
    """
    loop = asyncio.get_running_loop()
    profiles, identity = await profiles_of(session, probe, _share(session, deadline, 3))
    session.device.keep(profiles)
    polled = Polled(identity)
    asked = due(session, probe, profiles, loop.time())
    polled.profiles = {name: TakenProfile(_slow(profile, probe)) for name, profile in asked.items()}
    pieces = _in_turn(asked, session.device.turn)
    for number, (name, piece) in enumerate(pieces):
        taken = polled.profiles[name]
        tables: list[TakenTable] = []
        try:
            share = _share(session, deadline, len(pieces) - number)
            taken.until = _within(share)
            async with asyncio.timeout_at(share):
                await _read(session, probe, piece, taken, tables)
        except (Failed, TimeoutError) as error:
            taken.failed = error if isinstance(error, Failed) else session.unanswered()
            session.device.turn += taken.failed.reason == "timeout"
        await _make_rows(session, probe, taken, tables)
        taken.lacks(session.missing, _readings(piece))
        session.missing.clear()
        if taken.failed and not session.responsive:
            raise taken.failed
    return _finished(session, probe, polled)


def due(session: Session, probe: Snmp, profiles: Mapping[str, Profile], now: float) -> dict[str, Profile]:
    """The profiles of this poll; of the first, all. A value stands until its profile is due again."""
    found, late = {}, now + EARLY * probe.period_seconds
    for name, profile in profiles.items():
        if not (slow := _slow(profile, probe)) or session.device.due.get(name, 0.0) <= late:
            found[name] = profile
            if slow:
                session.device.due[name] = now + slow
                session.device.kept.pop(name, None)
    return found


def _slow(profile: Profile, probe: Snmp) -> float:
    """The period of a profile that is slower than the probe, else 0."""
    return profile.period_seconds if profile.period_seconds > probe.period_seconds else 0.0


def _pieces(profile: Profile) -> Iterator[Piece]:
    if profile.values:
        yield profile.values
    yield from profile.tables
    yield from profile.totals


def _readings(piece: Piece) -> Values:
    if isinstance(piece, SnmpTable):
        return piece.values
    return {} if isinstance(piece, Total) else piece


def _in_turn(asked: Mapping[str, Profile], turn: int) -> list[tuple[str, Piece]]:
    """The usual profiles, then the others in turn: a device too slow for all gives each its time."""
    first = [(name, piece) for name in asked if name in FIRST for piece in _pieces(asked[name])]
    rest = [(name, piece) for name in asked if name not in FIRST for piece in _pieces(asked[name])]
    start = turn % len(rest) if rest else 0
    return [*first, *rest[start:], *rest[:start]]


def _share(session: Session, deadline: float, left: int) -> float:
    """An equal share, or for a slow device time for some answers, at most half of the time that is left."""
    now = asyncio.get_running_loop().time()
    rest = deadline - now
    some = min(ANSWERS * session.device.round_trips.seconds, rest / 2)
    return now + max(rest / left, some if left > 1 else rest)


def _within(share: float) -> float:
    """The end of the time for the search of a table's rows."""
    now = asyncio.get_running_loop().time()
    return now + SEARCH * (share - now)


async def _read(
    session: Session, probe: Snmp, piece: Piece, taken: TakenProfile, tables: list[TakenTable]
) -> None:
    """Read one piece, and keep what came of it, also if it fails; of a table in `tables`."""
    match piece:
        case SnmpTable():
            await _table(session, probe, piece, taken, tables)
        case Total():
            rows, cut = await read_total(session, piece)
            taken.rows(rows)
            taken.truncated += cut
        case _:
            await _values(session, piece, taken)


async def _values(session: Session, asked: Values, taken: TakenProfile) -> None:
    oids = list(dict.fromkeys(oid for readings in asked.values() for oid in needed(readings, ())))
    cells: Cells = {}
    try:
        await session.get(oids, cells)
        if not any(raw is not None for raw in cells.values()):
            taken.absent = Failed("answer", "the device has none of its objects; choose another profile")
        if isinstance(ticks := cells.get(UPTIME), int):
            session.device.saw_uptime(ticks)
    finally:
        taken.rows([Row(scalars(asked, cells))])


async def _table(
    session: Session, probe: Snmp, table: SnmpTable, taken: TakenProfile, tables: list[TakenTable]
) -> None:
    read = TakenTable(table)
    try:
        await read_table(session, probe, read, taken.until)
    except NoSuchTable as absent:
        taken.absent = absent
    finally:
        taken.tables += bool(read.names)
        taken.truncated += read.truncated
        tables.append(read)


async def _make_rows(session: Session, probe: Snmp, taken: TakenProfile, tables: list[TakenTable]) -> None:
    """A table of a thousand rows takes 20 ms: others have their turns between."""
    for read in tables:
        rows = iter(read.rows(probe.period_seconds, session.device.wide))
        while some := list(islice(rows, ROWS_AT_ONCE)):
            taken.rows(some)
            await asyncio.sleep(0)


def _finished(session: Session, probe: Snmp, polled: Polled) -> list[Row]:
    """The rows of the poll. Raises Failed where it read nothing."""
    failures = polled.failures(absent=AUTO not in probe.profiles)
    for name, taken in polled.profiles.items():
        if taken.period_seconds:
            session.device.kept[name] = taken.values
    if failures and polled.nothing:
        raise next(iter(failures.values()))
    rows = polled.rows(session.device.kept)
    for name, failed in failures.items():
        log.info("snmp %s at %s, profile %s: %s", probe.target, probe.address, name, failed)
    for name, taken in polled.profiles.items():
        if taken.missing:
            place = f"{probe.target} at {probe.address}, profile {name}"
            log.info("snmp %s: no answer for %s", place, taken.missing_words)
    rows[0].values["snmp_failed_profiles"] = len(failures)
    rows[0].values["snmp_missing_values"] = sum(taken.missing.total() for taken in polled.profiles.values())
    return rows
