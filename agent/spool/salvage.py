"""What a damaged spool file still tells, so that what was lost with it is counted."""

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
    """A stream whose reports went with a damaged file, and its ledger: what is not settled is lost."""

    name: Stream
    boot: Name
    highest: Seq
    taken: int = 0
    acknowledged: int = 0
    rejected: int = 0

    @property
    def settled(self) -> tuple[int, int, int]:
        """Acknowledged, dropped, rejected: with the file, all that was held is dropped."""
        return self.acknowledged, self.taken - self.acknowledged - self.rejected, self.rejected


def salvage(path: str) -> tuple[list[LostStream], list[Drop]]:
    """The streams, and the drops to tell: every report that was held, and what nobody had told yet."""
    lost, drops = list[LostStream](), list[Drop]()
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA writable_schema = ON")  # else a file that was cut short tells nothing
        drops += _untold(database)
        columns = "id, gone, name, boot, highest, taken, acknowledged, rejected"
        # All of them first: on a torn page a scan begins again when another comes upon damage.
        for stream, gone, *rest in list(_readable(database, f"SELECT {columns} FROM stream ORDER BY id")):
            with suppress(msgspec.ValidationError):
                lost.append(msgspec.convert(rest, LostStream))
                drops += _unsettled(database, stream, lost[-1], gone)
    return lost, drops


def _unsettled(database: sqlite3.Connection, stream: int, lost: LostStream, gone: bytes) -> Iterator[Drop]:
    """Of one stream. What can't be read any more is named too, with a count of None."""
    settled, held = Ranges(), dict[int, int | None]()
    with suppress(msgspec.DecodeError, ValueError):
        settled = Ranges(decode_ranges(gone))
    for order in ("ASC", "DESC"):  # from both ends up to the damage
        for (seq,) in _readable(database, f"SELECT seq {RING} AND stream = ? ORDER BY seq {order}", stream):
            settled.add(seq)
        query = f"SELECT seq, measurements {HELD} AND stream = ? ORDER BY seq {order}"
        held |= _readable(database, query, stream)
    missing = ((lost.name, seq, held.get(seq)) for seq in each_seq(settled.missing(1, lost.highest)))
    return records(missing, "corrupt")


def _untold(database: sqlite3.Connection) -> Iterator[Drop]:
    with suppress(msgspec.DecodeError):
        yield from (_decode_drop(record) for (record,) in _readable(database, "SELECT record FROM untold"))
    for (body,) in _readable(database, f"SELECT body {HELD} AND carries ORDER BY stream, seq"):
        with suppress(zlib.error, msgspec.DecodeError):
            yield from decode_body(zlib.decompress(body)).drops


def _readable(database: sqlite3.Connection, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
    """The rows up to the first that can't be read. No column is ever NULL, but on a torn page."""
    with suppress(sqlite3.Error):
        yield from (row for row in database.execute(query, values) if None not in row)
