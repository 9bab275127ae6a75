"""The spool keeps within its bounds: it chooses which reports go and queues their drop records.

Each function here runs inside a transaction of its caller.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from itertools import groupby, takewhile
from typing import NamedTuple

import msgspec

from agent.spool.database import HELD, RING, gone, mark_gone, meta, set_meta, total
from agent.spool.drops import each_seq, joined, records
from wire.messages import CLOCKLESS_UNTIL
from wire.ranges import Ranges
from wire.report import MAX_MEASUREMENTS, Body, Drop, DropReason, Previous, decode_body

RING_BYTES = 16 * 2**20
RING_SECONDS = 24 * 3600.0
STREAMS_KEPT = 100  # with their ledgers, also when no report of theirs is left

_decode_drop = msgspec.json.Decoder(Drop).decode
_decode_previous = msgspec.json.Decoder(Previous).decode


class Bounds(NamedTuple):
    """How much the spool holds, and the reason in the drop records of reports beyond it."""

    seconds: float
    size_bytes: int
    reason: DropReason


class Candidate(NamedTuple):
    """A report that may be dropped. `carries`: its body has drop records or names the previous stream."""

    stream: int
    seq: int
    measurements: int
    size: int
    carries: int
    at: float = 0.0


def held_rows(
    database: sqlite3.Connection, which: str = "", values: Iterable[object] = ()
) -> Iterator[Candidate]:
    """Reports that the spool holds, oldest first."""
    query = f"SELECT stream, seq, measurements, size, carries {HELD} {which} ORDER BY stream, seq"
    return (Candidate(*row) for row in database.execute(query, tuple(values)))


def make_room(database: sqlite3.Connection, size: int, bounds: Bounds) -> int:
    """Make room for `size` bytes: first from the ring, then from the oldest reports that the spool holds.

    Returns how many bytes the caller may add before it must call this again.
    """
    ring = total(database, f"SELECT TOTAL(size) {RING}")
    over = ring + total(database, f"SELECT TOTAL(size) {HELD}") + size - bounds.size_bytes
    if (spare := max(over, ring - RING_BYTES)) > 0:
        query = f"SELECT stream, seq, measurements, size, 0 {RING} ORDER BY acked_at, stream, seq"
        forget(database, _until(spare, (Candidate(*row) for row in database.execute(query))))
    if over > ring:
        drop(database, _until(over - ring, held_rows(database)), bounds.reason)
    return size + max(0, -over)


def _until(size: int, rows: Iterable[Candidate]) -> list[Candidate]:
    """The first rows that together have `size` bytes or more."""
    chosen = []
    for row in rows:
        chosen.append(row)
        size -= row.size
        if size <= 0:
            break
    return chosen


def expire(database: sqlite3.Connection, boot: str, now: float, bounds: Bounds) -> None:
    """Drop reports that are too old, as far as the clock of their boot is known; forget empty streams."""
    expire_ring(database)
    offsets = dict(database.execute("SELECT name, offset FROM boot"))
    for stream, started in database.execute("SELECT id, boot FROM stream").fetchall():
        if started == boot:
            oldest = now - bounds.seconds
        elif started in offsets and boot in offsets:
            oldest = now + offsets[boot] - offsets[started] - bounds.seconds
        else:
            continue
        drop(database, _older(database, stream, oldest), bounds.reason)
    _forget_streams(database)
    database.execute("DELETE FROM boot WHERE name <> ? AND name NOT IN (SELECT boot FROM stream)", (boot,))


def _forget_streams(database: sqlite3.Connection) -> None:
    """Forget old streams without reports. Stream 0 takes over their ledgers."""
    nothing_left = f"""id > 0 AND id <= (SELECT MAX(id) FROM stream) - {STREAMS_KEPT}
        AND NOT EXISTS (SELECT 1 FROM report WHERE report.stream = stream.id)"""
    added = ", ".join(
        f"{column} = {column} + (SELECT COALESCE(SUM({column}), 0) FROM stream WHERE {nothing_left})"
        for column in ("taken", "acknowledged", "dropped", "rejected")
    )
    database.execute(f"UPDATE stream SET {added} WHERE id = 0")
    database.execute(f"DELETE FROM stream WHERE {nothing_left}")


def _older(database: sqlite3.Connection, stream: int, oldest: float) -> list[Candidate]:
    query = f"SELECT stream, seq, measurements, size, carries, at {HELD} AND stream = ? ORDER BY seq"
    rows = (Candidate(*row) for row in database.execute(query, (stream,)))
    return list(takewhile(lambda row: row.at < oldest, rows))


def expire_ring(database: sqlite3.Connection, collector_now: float = 0.0) -> None:
    """Forget reports of the ring that are too old by the collector's clock, which dates acknowledgements."""
    newest = database.execute(f"SELECT MAX(acked_at) {RING}").fetchone()[0]
    if newest is not None:
        query = f"SELECT stream, seq, measurements, size, 0 {RING} AND acked_at < ? AND acked_at > ?"
        oldest = max(newest, collector_now) - RING_SECONDS
        forget(database, [Candidate(*row) for row in database.execute(query, (oldest, CLOCKLESS_UNTIL))])


def drop(database: sqlite3.Connection, rows: list[Candidate], reason: DropReason) -> None:
    """Drop reports that the spool holds: count them, and queue drop records for later reports."""
    for row in rows:
        if row.carries and (
            reason != "rejected" or row.measurements
        ):  # a rejected report without measurements was rejected for its drop records
            _queue_again(database, row)
    for stream, group in groupby(rows, key=lambda row: row.stream):
        lost = list(group)
        name = database.execute("SELECT name FROM stream WHERE id = ?", (stream,)).fetchone()[0]
        column = "rejected" if reason == "rejected" else "dropped"
        measurements = sum(row.measurements for row in lost)
        database.execute(f"UPDATE stream SET {column} = {column} + ? WHERE id = ?", (measurements, stream))
        queue_drops(database, records(((name, row.seq, row.measurements) for row in lost), reason))
    forget(database, rows)


def forget(database: sqlite3.Connection, rows: list[Candidate]) -> None:
    database.executemany(
        "DELETE FROM report WHERE stream = ? AND seq = ?", [(row.stream, row.seq) for row in rows]
    )
    for stream, group in groupby(sorted(rows), key=lambda row: row.stream):
        mark_gone(database, stream, Ranges((row.seq, row.seq) for row in group))


def _queue_again(database: sqlite3.Connection, row: Candidate) -> None:
    query = "SELECT body FROM report WHERE stream = ? AND seq = ?"
    try:
        body = decode_body(zlib.decompress(database.execute(query, (row.stream, row.seq)).fetchone()[0]))
    except (zlib.error, msgspec.DecodeError):
        return
    queue_drops(database, body.drops)
    newest = total(database, "SELECT MAX(id) FROM stream")
    if body.previous is not None and row.stream == newest and meta(database, "previous") is None:
        set_meta(database, "previous", body.previous)


def queue_drops(database: sqlite3.Connection, drops: Iterable[Drop]) -> None:
    database.executemany(
        "INSERT INTO untold (record) VALUES (?)", ((msgspec.json.encode(record),) for record in drops)
    )


def queue_holes(database: sqlite3.Connection) -> None:
    """Queue drop records for seqs that have no row and no reason. The shelf calls this when it opens."""
    for stream, name, highest in database.execute(
        "SELECT id, name, highest FROM stream ORDER BY id"
    ).fetchall():
        known = gone(database, stream)
        for where in (HELD, RING):
            for (seq,) in database.execute(f"SELECT seq {where} AND stream = ? ORDER BY seq", (stream,)):
                known.add(seq)
        holes = list(known.missing(1, highest))
        queue_drops(database, records(((name, seq, None) for seq in each_seq(holes)), "hole"))
        mark_gone(database, stream, holes)
        if holes:  # no row says how many measurements each had; the ledger knows their sum
            database.execute(
                f"""UPDATE stream SET dropped = MAX(dropped, taken - acknowledged - rejected
                - (SELECT TOTAL(measurements) {HELD} AND stream = id)) WHERE id = ?""",
                (stream,),
            )


def with_queued_drops(database: sqlite3.Connection, body: Body) -> Body:
    """The body with queued drop records, at most 500 dropped reports, and the previous stream."""
    chosen, last, room = list[Drop](), 0, MAX_MEASUREMENTS
    for position, document in database.execute(
        "SELECT id, record FROM untold ORDER BY id LIMIT 500"
    ).fetchall():
        record = _decode_drop(document)
        room -= len(record.counts)
        if room < 0:
            break
        chosen.append(record)
        last = position
    database.execute("DELETE FROM untold WHERE id <= ?", (last,))
    previous = meta(database, "previous")
    database.execute("DELETE FROM meta WHERE key = 'previous'")
    return msgspec.structs.replace(
        body,
        drops=[*body.drops, *joined(chosen)],
        previous=body.previous if previous is None else _decode_previous(previous),
    )
