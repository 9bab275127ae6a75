"""The record of all that people did, in the store. The transaction of each change writes it."""

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa

from collector.database.engine import tables
from collector.incidents import Action

ACTIONS_KEPT = 100_000
"""The newest. At a hundred a day that is more than two years, and about 20 MB."""

actions = sa.Table(
    "actions",
    tables,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("via", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("incident", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Index("actions_by_incident", "incident", "number"),
)


def write(connection: sa.Connection, done: Iterable[Action]) -> None:
    """Within the transaction of the change. The oldest actions make room."""
    rows = [msgspec.structs.asdict(action) for action in done]
    for row in rows:
        del row["number"]
    if rows:
        connection.execute(sa.insert(actions), rows)
        newest = connection.execute(sa.select(sa.func.max(actions.c.number))).scalar_one()
        connection.execute(sa.delete(actions).where(actions.c.number <= newest - ACTIONS_KEPT))


def stored(connection: sa.Connection, incident: str | None, before: int | None, limit: int) -> list[Action]:
    """The newest actions first: of one incident or of all, and only those below the number `before`."""
    wanted = sa.select(actions).order_by(actions.c.number.desc()).limit(limit)
    if incident is not None and not incident.isprintable():
        return []  # PostgreSQL takes no NUL, and no id has one
    if incident is not None:
        wanted = wanted.where(actions.c.incident == incident)
    if before is not None:
        wanted = wanted.where(actions.c.number < before)
    return [Action(**row) for row in connection.execute(wanted).mappings()]
