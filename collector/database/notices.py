"""The notices in the store: a batch writes those that it causes, and the sender delivers them.

The sender delivers a notice at least once. After a crash it repeats at most one, under the same id.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from collector.database.engine import tables, transaction
from collector.database.incidents import incidents
from collector.notices.document import Document, Letter

UNDELIVERED_SHOWN = 1000
WAITING_READ = 1000
"""So many letters of a receiver are read at once."""

_encode = msgspec.json.Encoder().encode
_document = msgspec.json.Decoder(Document).decode
notices = sa.Table(
    "notices",
    tables,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("receiver", sa.Text, nullable=False),
    sa.Column("incident", sa.Text, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("tried_at", sa.Double),
    sa.Index("notices_by_incident", "incident", "number"),
    sa.Index("notices_by_status", "status", "receiver", "number"),
)
_waiting = notices.c.status == "waiting"


def write(connection: sa.Connection, letters: Iterable[Letter]) -> None:
    """Within the batch's transaction. Of notices `updated` the newest of an incident is enough."""
    letters = list(letters)
    for letter in letters:
        if letter.document.kind == "updated":
            older = sa.delete(notices).where(notices.c.id == letter.document.id)
            connection.execute(older.where(notices.c.receiver == letter.receiver))
    rows = [
        {
            "id": letter.document.id,
            "receiver": letter.receiver,
            "incident": letter.document.incident,
            "at": letter.document.at,
            "status": letter.status,
            "attempts": letter.attempts,
            "error": letter.error,
            "document": _encode(letter.document).decode(),
            "tried_at": letter.tried_at,
        }
        for letter in letters
    ]
    if rows:
        connection.execute(sa.insert(notices), rows)


class NoticeOutbox:
    """The letters that wait for delivery. Every method raises StoreError."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def recipients(self) -> set[tuple[str, str]]:
        """Each (incident, receiver) with a notice, delivered or waiting."""
        with transaction(self._engine) as connection:
            rows = connection.execute(sa.select(notices.c.incident, notices.c.receiver).distinct())
            return {(row.incident, row.receiver) for row in rows}

    def summaries(self) -> set[str]:
        """The ids of the daily summaries."""
        with transaction(self._engine) as connection:
            return set(connection.scalars(sa.select(notices.c.id).where(notices.c.id.like("summary-%"))))

    def receivers(self) -> set[str]:
        """The receivers with a letter that waits."""
        with transaction(self._engine) as connection:
            return set(connection.scalars(sa.select(notices.c.receiver).where(_waiting).distinct()))

    def waiting(self, receiver: str, after: int = 0) -> list[Letter]:
        """The receiver's next letters with a greater number, in the order of their writing; `WAITING_READ`
        at most.
        """
        mine = sa.select(notices).where(_waiting, notices.c.receiver == receiver, notices.c.number > after)
        with transaction(self._engine) as connection:
            rows = connection.execute(mine.order_by(notices.c.number).limit(WAITING_READ)).mappings()
            return [_letter(row) for row in rows]

    def delivered(self, *letters: Letter, at: float) -> None:
        """One message took all these letters to the receiver at this time."""
        self._set(letters, at, status="delivered", error="")

    def failed(self, error: str, *letters: Letter, at: float) -> None:
        """The letters stay the receiver's next ones."""
        self._set(letters, at, error=error)

    def superseded(self, *letters: Letter) -> None:
        """A later letter tells all that these would: they go out no more."""
        numbers = [letter.number for letter in letters]
        with transaction(self._engine) as connection:
            connection.execute(sa.delete(notices).where(notices.c.number.in_(numbers)))

    def given_up(self, error: str, *letters: Letter, at: float) -> None:
        self._set(letters, at, status="dead", error=error)

    def undelivered(self) -> list[Letter]:
        """The letters that wait, and those that the sender gave up, newest first."""
        rest = sa.select(notices).where(notices.c.status.in_(("waiting", "dead")))
        newest = rest.order_by(notices.c.number.desc()).limit(UNDELIVERED_SHOWN)
        with transaction(self._engine) as connection:
            return [_letter(row) for row in connection.execute(newest).mappings()]

    def counts(self) -> dict[str, int]:
        """The counts of letters that wait, and of those that the sender gave up and the store still has."""
        found = {"waiting": 0, "dead": 0}
        counted = sa.select(notices.c.status, sa.func.count()).where(notices.c.status.in_(found))
        with transaction(self._engine) as connection:
            rows = connection.execute(counted.group_by(notices.c.status))
            return found | {row[0]: row[1] for row in rows}

    def forget(self, before: float) -> None:
        """Delete the letters before that time that wait no more. The store keeps those of open incidents."""
        still_open = sa.select(incidents.c.id).where(incidents.c.open)
        old = sa.delete(notices).where(sa.not_(_waiting), notices.c.at < before)
        with transaction(self._engine) as connection:
            connection.execute(old.where(notices.c.incident.not_in(still_open)))

    def _set(self, letters: Sequence[Letter], at: float, **values: Any) -> None:
        """Each of them counts one attempt more, made at this time."""
        numbers = [letter.number for letter in letters]
        changed = sa.update(notices).values(attempts=notices.c.attempts + 1, tried_at=at, **values)
        with transaction(self._engine) as connection:
            connection.execute(changed.where(notices.c.number.in_(numbers)))


def _letter(row: sa.RowMapping) -> Letter:
    return Letter(
        row["receiver"],
        _document(row["document"]),
        row["number"],
        row["status"],
        row["attempts"],
        row["error"],
        row["tried_at"],
    )
