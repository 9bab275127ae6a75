"""Keeping within bounds: what goes, in which order, and how it is told. All of it inside a transaction."""

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
STREAMS_KEPT = 100  # with their ledgers, when nothing is left of them

_decode_drop = msgspec.json.Decoder(Drop).decode
_decode_previous = msgspec.json.Decoder(Previous).decode


class Bounds(NamedTuple):
    """How much is kept, and the reason told for what is not."""

    seconds: float
    size_bytes: int
    reason: DropReason


class Candidate(NamedTuple):
    """What must be known of a report to drop it. `carries`: it tells of drops, or of the previous stream."""

    stream: int
    seq: int
    measurements: int
    size: int
    carries: int
    at: float = 0.0


def held_rows(
    database: sqlite3.Connection, which: str = "", values: Iterable[object] = ()
) -> Iterator[Candidate]:
    """Oldest first."""
    query = f"SELECT stream, seq, measurements, size, carries {HELD} {which} ORDER BY stream, seq"
    return (Candidate(*row) for row in database.execute(query, tuple(values)))


def make_room(database: sqlite3.Connection, size: int, bounds: Bounds) -> int:
    """Room for so many bytes: out of the ring, then of the oldest reports held.

    How many bytes may be added before this is asked again.
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
    """The first rows that make up so many bytes."""
    doomed = []
    for row in rows:
        doomed.append(row)
        size -= row.size
        if size <= 0:
            break
    return doomed


def expire(database: sqlite3.Connection, boot: str, now: float, bounds: Bounds) -> None:
    """What is too old by a clock that is known, and streams with nothing left."""
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
    """But not what became of their measurements."""
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
    """By the collector's clock, which stamped the acknowledgements."""
    newest = database.execute(f"SELECT MAX(acked_at) {RING}").fetchone()[0]
    if newest is not None:
        query = f"SELECT stream, seq, measurements, size, 0 {RING} AND acked_at < ? AND acked_at > ?"
        oldest = max(newest, collector_now) - RING_SECONDS
        forget(database, [Candidate(*row) for row in database.execute(query, (oldest, CLOCKLESS_UNTIL))])


def drop(database: sqlite3.Connection, rows: list[Candidate], reason: DropReason) -> None:
    """Reports held that will never be sent: counted, and told in later reports."""
    for row in rows:
        if row.carries and (reason != "rejected" or row.measurements):  # else it is what can't be taken
            _tell_again(database, row)
    for stream, group in groupby(rows, key=lambda row: row.stream):
        lost = list(group)
        name = database.execute("SELECT name FROM stream WHERE id = ?", (stream,)).fetchone()[0]
        column = "rejected" if reason == "rejected" else "dropped"
        measurements = sum(row.measurements for row in lost)
        database.execute(f"UPDATE stream SET {column} = {column} + ? WHERE id = ?", (measurements, stream))
        tell(database, records(((name, row.seq, row.measurements) for row in lost), reason))
    forget(database, rows)


def forget(database: sqlite3.Connection, rows: list[Candidate]) -> None:
    database.executemany(
        "DELETE FROM report WHERE stream = ? AND seq = ?", [(row.stream, row.seq) for row in rows]
    )
    for stream, group in groupby(sorted(rows), key=lambda row: row.stream):
        mark_gone(database, stream, Ranges((row.seq, row.seq) for row in group))


def _tell_again(database: sqlite3.Connection, row: Candidate) -> None:
    query = "SELECT body FROM report WHERE stream = ? AND seq = ?"
    try:
        body = decode_body(zlib.decompress(database.execute(query, (row.stream, row.seq)).fetchone()[0]))
    except (zlib.error, msgspec.DecodeError):
        return
    tell(database, body.drops)
    newest = total(database, "SELECT MAX(id) FROM stream")
    if body.previous is not None and row.stream == newest and meta(database, "previous") is None:
        set_meta(database, "previous", body.previous)


def tell(database: sqlite3.Connection, drops: Iterable[Drop]) -> None:
    database.executemany(
        "INSERT INTO untold (record) VALUES (?)", ((msgspec.json.encode(record),) for record in drops)
    )


def tell_holes(database: sqlite3.Connection) -> None:
    """Seqs of a stream that should be there and are not, found at start."""
    for stream, name, highest in database.execute(
        "SELECT id, name, highest FROM stream ORDER BY id"
    ).fetchall():
        known = gone(database, stream)
        for where in (HELD, RING):
            for (seq,) in database.execute(f"SELECT seq {where} AND stream = ? ORDER BY seq", (stream,)):
                known.add(seq)
        holes = list(known.missing(1, highest))
        tell(database, records(((name, seq, None) for seq in each_seq(holes)), "hole"))
        mark_gone(database, stream, holes)
        if holes:  # nobody can tell what each held; the ledger can, of all of them together
            database.execute(
                f"""UPDATE stream SET dropped = MAX(dropped, taken - acknowledged - rejected
                - (SELECT TOTAL(measurements) {HELD} AND stream = id)) WHERE id = ?""",
                (stream,),
            )


def with_news(database: sqlite3.Connection, body: Body) -> Body:
    """The body with what is still to be told, at most as many drops as one record may count."""
    told, last, room = list[Drop](), 0, MAX_MEASUREMENTS
    for position, document in database.execute(
        "SELECT id, record FROM untold ORDER BY id LIMIT 500"
    ).fetchall():
        record = _decode_drop(document)
        room -= len(record.counts)
        if room < 0:
            break
        told.append(record)
        last = position
    database.execute("DELETE FROM untold WHERE id <= ?", (last,))
    previous = meta(database, "previous")
    database.execute("DELETE FROM meta WHERE key = 'previous'")
    return msgspec.structs.replace(
        body,
        drops=[*body.drops, *joined(told)],
        previous=body.previous if previous is None else _decode_previous(previous),
    )
