"""Reports on one shelf: a database on disk, or in memory while the disk can't be written."""

import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from agent.clock import ClockReading
from agent.spool import database
from agent.spool.database import HELD, RING, transaction
from agent.spool.dropping import (
    Bounds,
    drop,
    expire,
    expire_ring,
    held_rows,
    make_room,
    queue_drops,
    queue_holes,
    with_queued_drops,
)
from agent.spool.key import Key
from agent.spool.note import NOTHING_UNSAVED, Unsaved
from agent.spool.salvage import LostStream
from wire.messages import Commit
from wire.ranges import Range
from wire.report import Body, Drop, DropReason, Previous, encode_body

AHEAD_SECONDS = 60.0
TIDY_EVERY = 64  # appends: a memory card wears less when old rows go many at a time

_decode_commit = msgspec.json.Decoder(Commit).decode
_decode_drop = msgspec.json.Decoder(Drop).decode


class SpoolLedger(NamedTuple):
    """Measurements of one stream. Always: taken = acknowledged + dropped + rejected + held."""

    taken: int = 0
    acknowledged: int = 0
    dropped: int = 0
    rejected: int = 0
    held: int = 0


class ReportRow(NamedTuple):
    """A report of the spool. `body` is plain JSON. `reading` is None until it is sent with an offset."""

    stream: str
    seq: int
    boot: str
    body: bytes
    reading: ClockReading | None


class Shelf:
    """Every change is one transaction. A method that fails raises sqlite3.Error and changes nothing.

    `unsaved` names the reports that earlier processes had in memory alone. `name` is this spool's name: the
    stream that began it.
    """

    def __init__(
        self, path: str, stream: str, boot: str, bounds: Bounds, unsaved: Unsaved = NOTHING_UNSAVED
    ) -> None:
        self._stream = stream
        self._boot = boot
        self._bounds = bounds
        self._room = 0
        self._db = database.opened(path)
        try:
            with transaction(self._db, durable=bool(unsaved.lost)):
                self.name = self._named(unsaved.spool or stream)
                if self.name == unsaved.spool:
                    self._enter_unsaved(unsaved.lost)
                self._queue_holes_and_previous()
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        self._db.close()

    def append(self, seq: int, body: Body) -> None:
        """Add a report, durably. The report also carries the drop records that wait for one."""
        with transaction(self._db, durable=True):
            stream = database.stream_id(self._db, self._stream, self._boot)
            self._shrink(seq, body)
            body = with_queued_drops(self._db, body)
            data = zlib.compress(encode_body(body))
            self._room -= len(data)
            self._db.execute(
                "INSERT INTO report VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, NULL, ?)",
                (stream, seq, body.at, body.measurements(), len(data), _carries(body), data),
            )
            self._db.execute(
                "UPDATE stream SET highest = ?, taken = taken + ? WHERE id = ?",
                (seq, body.measurements(), stream),
            )

    def held(self, stream: str | None = None) -> Iterator[Key]:
        """Reports without an acknowledgement, oldest first. Read them before you change the shelf."""
        one, values = ("", ()) if stream is None else ("AND name = ?", (stream,))
        query = f"""SELECT name, seq FROM stream JOIN report INDEXED BY fate ON report.stream = stream.id
            WHERE acked_at IS NULL {one} ORDER BY report.stream, seq"""
        return self._db.execute(query, values)

    def held_reports(self) -> int:
        return database.total(self._db, f"SELECT COUNT(*) {HELD}")

    def read(self, key: Key) -> ReportRow | None:
        """One report; None when the shelf does not hold it. Raises zlib.error when its body is damaged."""
        found = self._db.execute(
            """SELECT boot, body, offset, clock FROM stream JOIN report ON report.stream = stream.id
            WHERE name = ? AND seq = ? AND acked_at IS NULL""",
            key,
        ).fetchone()
        if found is None:
            return None
        boot, body, offset, clock = found
        if not isinstance(body, bytes):  # a torn page
            raise zlib.error("no body")
        reading = None if offset is None else ClockReading(offset, clock)
        return ReportRow(*key, boot, zlib.decompress(body), reading)

    def lists(self, key: Key) -> bool:
        """True when `held` lists the report. A listed report that can't be read would block the others."""
        return any(held == key for held in self.held())

    def freeze(self, frozen: Iterable[tuple[Key, ClockReading]]) -> None:
        """Give each report the offset that it carries from now on."""
        with transaction(self._db):
            self._db.executemany(
                """UPDATE report SET offset = ?, clock = ? WHERE seq = ?
                AND stream = (SELECT id FROM stream WHERE name = ?)""",
                [(reading.offset, reading.clock, seq, stream) for (stream, seq), reading in frozen],
            )

    def acknowledge(self, stream: str, ranges: Iterable[Range], at: float) -> None:
        """Move reports to the ring. `at` is the collector's Unix time; the ring has no later one."""
        with transaction(self._db):
            self._db.execute(
                "UPDATE report INDEXED BY fate SET acked_at = ? WHERE acked_at > ?", (at, at + AHEAD_SECONDS)
            )
            for low, high in ranges:
                self._db.execute(
                    f"""UPDATE stream SET acknowledged = acknowledged + (SELECT TOTAL(measurements) {HELD}
                    AND stream = id AND seq BETWEEN ? AND ?) WHERE name = ?""",
                    (low, high, stream),
                )
                self._db.execute(
                    """UPDATE report INDEXED BY fate SET acked_at = ? WHERE acked_at IS NULL
                    AND seq BETWEEN ? AND ? AND stream = (SELECT id FROM stream WHERE name = ?)""",
                    (at, low, high, stream),
                )

    def drop(self, stream: str, ranges: Iterable[Range], reason: DropReason) -> None:
        """Drop those of the ranges that the shelf holds."""
        with transaction(self._db):
            for low, high in ranges:
                which = "AND stream = (SELECT id FROM stream WHERE name = ?) AND seq BETWEEN ? AND ?"
                drop(self._db, list(held_rows(self._db, which, (stream, low, high))), reason)

    def put_back(self, collector_now: float) -> None:
        """The collector has lost reports: hold those of the ring again, but not those that are too old."""
        with transaction(self._db):
            expire_ring(self._db, collector_now)
            self._db.execute(
                f"""UPDATE stream SET acknowledged = acknowledged
                - (SELECT TOTAL(measurements) {RING} AND stream = id)"""
            )
            self._db.execute("UPDATE report SET acked_at = NULL WHERE acked_at IS NOT NULL")

    def known(self) -> Commit | None:
        """The last transaction of the collector that the agent knows."""
        noted = database.meta(self._db, "commit")
        return None if noted is None else _decode_commit(noted)

    def know(self, commit: Commit) -> None:
        with transaction(self._db):
            database.set_meta(self._db, "commit", commit)

    def keep_reading(self, reading: ClockReading) -> None:
        """Keep this boot's offset for those of its reports that are sent after the next boot."""
        with transaction(self._db, durable=True):
            self._db.execute("REPLACE INTO boot VALUES (?, ?, ?)", (self._boot, *reading))

    def reading(self, boot: str) -> ClockReading | None:
        found = self._db.execute("SELECT offset, clock FROM boot WHERE name = ?", (boot,)).fetchone()
        return None if found is None else ClockReading(*found)

    def ledger(self) -> dict[str, SpoolLedger]:
        """The ledger of each stream. The key "" has the sum of the streams that the spool has forgotten."""
        query = f"""SELECT name, taken, acknowledged, dropped, rejected,
            (SELECT TOTAL(measurements) {HELD} AND stream = id) FROM stream ORDER BY id"""
        return {name: SpoolLedger(*map(int, counts)) for name, *counts in self._db.execute(query)}

    def account(self) -> SpoolLedger:
        """The sum of the ledgers of all streams, also of those that the spool has forgotten."""
        query = f"""SELECT TOTAL(taken), TOTAL(acknowledged), TOTAL(dropped), TOTAL(rejected),
            (SELECT TOTAL(measurements) {HELD}) FROM stream"""
        return SpoolLedger(*map(int, self._db.execute(query).fetchone()))

    def absorb(self, other: "Shelf") -> None:
        """Take over all reports of another shelf, which the caller then closes."""
        theirs, ledgers = other._db, other.ledger()
        self._room = 0
        with transaction(self._db, durable=True):
            for number, name, boot, highest, gone in theirs.execute(
                "SELECT id, name, boot, highest, gone FROM stream"
            ):
                mine = database.stream_id(self._db, name, boot)
                rows = theirs.execute("SELECT * FROM report WHERE stream = ?", (number,))
                self._db.executemany(
                    "INSERT INTO report VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    ((mine, *row[1:]) for row in rows),
                )
                self._db.execute(
                    """UPDATE stream SET highest = MAX(highest, ?), taken = taken + ?,
                    acknowledged = acknowledged + ?, dropped = dropped + ?, rejected = rejected + ?
                    WHERE id = ?""",
                    (highest, *ledgers[name][:4], mine),
                )
                database.mark_gone(self._db, mine, database.decode_ranges(gone))
            queue_drops(
                self._db, (_decode_drop(record) for (record,) in theirs.execute("SELECT record FROM untold"))
            )

    def record_loss(self, lost: Iterable[LostStream], drops: Iterable[Drop]) -> None:
        """Count the reports that a damaged file held, and queue their drop records."""
        with transaction(self._db, durable=True):
            for stream in lost:
                database.mark_gone(self._db, self._enter(stream), [(1, stream.highest)])
            queue_drops(self._db, drops)
            self._queue_holes_and_previous()

    def streams(self) -> list[LostStream]:
        """The streams in the form that the note and `record_loss` take."""
        columns = "name, boot, highest, taken, acknowledged, rejected"
        return [
            LostStream(*row)
            for row in self._db.execute(f"SELECT {columns} FROM stream WHERE id > 0 ORDER BY id")
        ]

    def _named(self, name: str) -> str:
        """The spool's name; a spool without one takes this."""
        noted = database.meta(self._db, "spool")
        if noted is None:
            database.set_meta(self._db, "spool", name)
        return name if noted is None else str(msgspec.json.decode(noted))

    def _enter_unsaved(self, lost: Iterable[LostStream]) -> None:
        """Enter the seqs that were in memory alone and have not come to this spool since."""
        highest = dict(self._db.execute("SELECT name, highest FROM stream"))
        for stream in lost:
            if stream.highest > highest.get(stream.name, 0):
                self._enter(stream)

    def _enter(self, lost: LostStream) -> int:
        """Add a lost stream to the ledger; returns the stream's id."""
        number = database.stream_id(self._db, lost.name, lost.boot)
        self._db.execute(
            """UPDATE stream SET highest = MAX(highest, ?), taken = taken + ?,
            acknowledged = acknowledged + ?, dropped = dropped + ?, rejected = rejected + ?
            WHERE id = ?""",
            (lost.highest, lost.taken, *lost.fates, number),
        )
        return number

    def _shrink(self, seq: int, body: Body) -> None:
        """Keep within bounds with this report. Ages are checked once in TIDY_EVERY appends."""
        size = len(zlib.compress(encode_body(body)))
        if seq % TIDY_EVERY == 1:
            expire(self._db, self._boot, body.at, self._bounds)
            self._room = 0
        if size > self._room:
            self._room = make_room(self._db, size, self._bounds)

    def _queue_holes_and_previous(self) -> None:
        """Queue the holes of earlier streams, and the last stream's name for the first report of this one."""
        queue_holes(self._db)
        query = "SELECT name, highest FROM stream WHERE name <> ? AND id > 0 ORDER BY id DESC LIMIT 1"
        last = self._db.execute(query, (self._stream,)).fetchone()
        if last is not None:
            database.set_meta(self._db, "previous", Previous(*last))


def _carries(body: Body) -> bool:
    """True when the body has drop records or names the previous stream."""
    return bool(body.drops) or body.previous is not None
