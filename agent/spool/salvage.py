"""The agent reads a damaged spool file as far as it can, so that each lost measurement is counted."""

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any, NamedTuple

import msgspec

from agent.spool.database import HELD, RING, decode_ranges
from agent.spool.drops import each_seq, records
from wire.ranges import Ranges
from wire.report import Drop, Name, Seq, Stream, decode_body

_decode_drop = msgspec.json.Decoder(Drop).decode


class LostStream(NamedTuple):
    """A stream whose reports went with a damaged file, and its ledger."""

    name: Stream
    boot: Name
    highest: Seq
    taken: int = 0
    acknowledged: int = 0
    rejected: int = 0

    @property
    def fates(self) -> tuple[int, int, int]:
        """Measurements acknowledged, dropped, rejected. Those that the file held count as dropped."""
        return self.acknowledged, self.taken - self.acknowledged - self.rejected, self.rejected


def salvage(path: str) -> tuple[list[LostStream], list[Drop]]:
    """The streams, and drop records: of each report that the file held, and those that it had queued."""
    lost, drops = list[LostStream](), list[Drop]()
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as database:
        database.execute(
            "PRAGMA writable_schema = ON"
        )  # without it, SQLite reads nothing of a file that was cut short
        drops += _waiting_drops(database)
        columns = "id, gone, name, boot, highest, taken, acknowledged, rejected"
        # Read all streams first: a scan starts again on a torn page when another scan meets damage.
        for stream, gone, *rest in list(_readable(database, f"SELECT {columns} FROM stream ORDER BY id")):
            with suppress(msgspec.ValidationError):
                lost.append(msgspec.convert(rest, LostStream))
                drops += _undecided(database, stream, lost[-1], gone)
    return lost, drops


def _undecided(database: sqlite3.Connection, stream: int, lost: LostStream, gone: bytes) -> Iterator[Drop]:
    """Drop records of one stream. A report that can't be read is in them with a count of None."""
    has_fate, held = Ranges(), dict[int, int | None]()
    with suppress(msgspec.DecodeError, ValueError):
        has_fate = Ranges(decode_ranges(gone))
    for order in ("ASC", "DESC"):  # from both ends up to the damage
        for (seq,) in _readable(database, f"SELECT seq {RING} AND stream = ? ORDER BY seq {order}", stream):
            has_fate.add(seq)
        query = f"SELECT seq, measurements {HELD} AND stream = ? ORDER BY seq {order}"
        held |= _readable(database, query, stream)
    missing = ((lost.name, seq, held.get(seq)) for seq in each_seq(has_fate.missing(1, lost.highest)))
    return records(missing, "corrupt")


def _waiting_drops(database: sqlite3.Connection) -> Iterator[Drop]:
    with suppress(msgspec.DecodeError):
        yield from (_decode_drop(record) for (record,) in _readable(database, "SELECT record FROM untold"))
    for (body,) in _readable(database, f"SELECT body {HELD} AND carries ORDER BY stream, seq"):
        with suppress(zlib.error, msgspec.DecodeError):
            yield from decode_body(zlib.decompress(body)).drops


def _readable(database: sqlite3.Connection, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
    """The rows before the first that can't be read. A column is NULL on a torn page alone."""
    with suppress(sqlite3.Error):
        yield from (row for row in database.execute(query, values) if None not in row)
