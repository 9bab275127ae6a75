"""The marks of each stream in the store."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from collector.database.engine import tables, upsert
from collector.streams.marks import Marks, StreamLedger
from wire.ranges import Range, Ranges

_marks = sa.Table(
    "marks",
    tables,
    sa.Column("agent", sa.Text, primary_key=True),
    sa.Column("stream", sa.Text, primary_key=True),
    sa.Column("decided", sa.Text, nullable=False),
    sa.Column("dropped", sa.Text, nullable=False),
    sa.Column("base", sa.BigInteger, nullable=False),
    sa.Column("last_seen", sa.Double, nullable=False),
    sa.Column("released", sa.Double),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("previous_highest", sa.BigInteger, nullable=False),
    sa.Column("stored_measurements", sa.BigInteger, nullable=False),
    sa.Column("dropped_measurements", sa.BigInteger, nullable=False),
    sa.Column("rejected_measurements", sa.BigInteger, nullable=False),
    sa.Column("duplicate_measurements", sa.BigInteger, nullable=False),
    sa.Column("unknown_reports", sa.BigInteger, nullable=False),
)

_encode = msgspec.json.Encoder().encode
_decode_ranges = msgspec.json.Decoder(list[Range]).decode


def write(
    connection: sa.Connection,
    changed: Mapping[tuple[str, str], Marks],
    forgotten: Iterable[tuple[str, str]],
) -> None:
    """Within the batch's transaction. The keys are (agent, stream)."""
    for agent, stream in forgotten:
        connection.execute(sa.delete(_marks).filter_by(agent=agent, stream=stream))
    if changed:
        connection.execute(upsert(connection, _marks), [_row(marks) for marks in changed.values()])


def stored(connection: sa.Connection) -> list[Marks]:
    return [_from_row(row) for row in connection.execute(sa.select(_marks)).mappings()]


def _row(marks: Marks) -> dict[str, Any]:
    return {
        "agent": marks.agent,
        "stream": marks.stream,
        "decided": _encode(list(marks.decided)).decode(),
        "dropped": _encode(list(marks.dropped)).decode(),
        "base": marks.base,
        "last_seen": marks.last_seen,
        "released": marks.released,
        "previous": marks.previous,
        "previous_highest": marks.previous_highest,
        "stored_measurements": marks.ledger.stored,
        "dropped_measurements": marks.ledger.dropped,
        "rejected_measurements": marks.ledger.rejected,
        "duplicate_measurements": marks.ledger.duplicates,
        "unknown_reports": marks.ledger.unknown_reports,
    }


def _from_row(row: sa.RowMapping) -> Marks:
    return Marks(
        agent=row["agent"],
        stream=row["stream"],
        decided=Ranges(_decode_ranges(row["decided"])),
        dropped=Ranges(_decode_ranges(row["dropped"])),
        ledger=StreamLedger(
            stored=row["stored_measurements"],
            dropped=row["dropped_measurements"],
            rejected=row["rejected_measurements"],
            duplicates=row["duplicate_measurements"],
            unknown_reports=row["unknown_reports"],
        ),
        base=row["base"],
        last_seen=row["last_seen"],
        released=row["released"],
        previous=row["previous"],
        previous_highest=row["previous_highest"],
    )
