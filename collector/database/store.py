"""What outlives the collector: marks, quarantine, and the number of its last transaction.

SQLite by default, PostgreSQL by URL. One collector writes; each commit proves that no other did.
"""

import secrets
from typing import Any

import msgspec
import sqlalchemy as sa

from collector.changes import Changes
from collector.database import backfill_queue as queue
from collector.database import migrations
from collector.database import runs as lineage
from collector.database.engine import StoreError, connect, name, tables, transaction, upsert
from collector.database.notices import NoticeOutbox, write
from collector.streams.ingestion import Quarantined
from collector.streams.marks import Marks, StreamLedger
from wire.ranges import Range, Ranges

MAX_QUARANTINED = 10
"""Per agent: the newest."""

_meta = sa.Table(
    "meta",
    tables,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("commit_number", sa.BigInteger, nullable=False),
    sa.Column("writer", sa.Text, nullable=False),
)

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

_quarantine = sa.Table(
    "quarantine",
    tables,
    sa.Column("agent", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("received", sa.Double, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
)

_encode = msgspec.json.Encoder().encode
_decode_ranges = msgspec.json.Decoder(list[Range]).decode


class Store:
    """`epoch` names this run of the collector, `commit_number` the store's last transaction.
    `dropped_unwritten` are the measurements that there was no room for, since the program's start.

    Opening creates the tables or brings them up to date. Everything here raises StoreError.
    """

    def __init__(self, url: str) -> None:
        self.dropped_unwritten = 0
        self._engine = connect(url)
        self.epoch = secrets.token_hex(8)
        try:
            self.commit_number = self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> int:
        with transaction(self._engine) as connection:
            migrations.upgrade(connection)
            return _last(connection)[1]

    def begin(self) -> dict[str, int]:
        """This run is to write: the runs before it, each with its last transaction that is in the store."""
        with transaction(self._engine) as connection:
            return lineage.begin(connection, self.epoch, *_last(connection))

    def close(self) -> None:
        self._engine.dispose()

    @property
    def outbox(self) -> NoticeOutbox:
        return NoticeOutbox(self._engine)

    @property
    def unwritten(self) -> queue.Queue:
        return queue.Queue(self._engine)

    def marks(self) -> list[Marks]:
        with transaction(self._engine) as connection:
            return [_from_row(row) for row in connection.execute(sa.select(_marks)).mappings()]

    def quarantined(self) -> list[Quarantined]:
        """Newest first."""
        with transaction(self._engine) as connection:
            rows = connection.execute(sa.select(_quarantine).order_by(_quarantine.c.received.desc()))
            return [Quarantined(**row) for row in rows.mappings()]

    def commit(self, changes: Changes) -> None:
        """Write all of the changes or nothing. After StoreUnavailable the same changes may be tried again."""
        dropped = 0
        with transaction(self._engine) as connection:
            if self._advance(connection):
                self._write(connection, changes)
                dropped = queue.add(connection, changes.unscraped)
        self.commit_number += 1
        self.dropped_unwritten += dropped

    def _advance(self, connection: sa.Connection) -> bool:
        """False when these very changes are stored already and only the confirmation was lost."""
        before, after = self.commit_number, {"commit_number": self.commit_number + 1, "writer": self.epoch}
        if connection.execute(sa.update(_meta).where(_meta.c.commit_number == before).values(after)).rowcount:
            return True
        if connection.execute(sa.select(_meta.c.commit_number, _meta.c.writer)).mappings().one() == after:
            return False
        raise StoreError(f"{name(self._engine)}: another collector has written to it; run only one of them")

    def _write(self, connection: sa.Connection, changes: Changes) -> None:
        for agent, stream in changes.forgotten:
            connection.execute(sa.delete(_marks).filter_by(agent=agent, stream=stream))
        if changes.marks:
            connection.execute(upsert(connection, _marks), [_row(marks) for marks in changes.marks.values()])
        if changes.quarantined:
            rows = [one._asdict() for one in changes.quarantined]
            connection.execute(upsert(connection, _quarantine), rows)
        for agent in {one.agent for one in changes.quarantined}:
            connection.execute(_TRIM_QUARANTINE, {"of": agent})
        write(connection, changes.incidents.values(), changes.letters)


_NEWEST = (
    sa.select(_quarantine.c.digest)
    .where(_quarantine.c.agent == sa.bindparam("of"))
    .order_by(_quarantine.c.received.desc())
    .limit(MAX_QUARANTINED)
)
_TRIM_QUARANTINE = sa.delete(_quarantine).where(
    _quarantine.c.agent == sa.bindparam("of"), _quarantine.c.digest.not_in(_NEWEST)
)


def _last(connection: sa.Connection) -> tuple[str, int]:
    """The last transaction: the run that made it, and its number; none but 0 in a new store."""
    known = connection.execute(sa.select(_meta.c.writer, _meta.c.commit_number)).one_or_none()
    if known is not None:
        return known.writer, known.commit_number
    connection.execute(sa.insert(_meta).values(id=1, commit_number=0, writer=""))
    return "", 0


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
