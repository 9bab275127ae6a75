"""The record of changes in the store. The transaction of each change writes it."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from collector.access import AuditRow
from collector.database.engine import tables

ROWS_KEPT = 100_000
"""The newest. At a hundred a day that is more than two years."""
NUMBER_AT_MOST = 2**63 - 1

audit = sa.Table(
    "audit",
    tables,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("via", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)


def write(connection: sa.Connection, done: Sequence[AuditRow]) -> None:
    """Within the transaction of the change. The oldest rows make room."""
    rows = [msgspec.structs.asdict(one) for one in done]
    for row in rows:
        del row["number"]
    if rows:
        connection.execute(sa.insert(audit), rows)
        newest = connection.execute(sa.select(sa.func.max(audit.c.number))).scalar_one()
        connection.execute(sa.delete(audit).where(audit.c.number <= newest - ROWS_KEPT))


def stored(connection: sa.Connection, before: int | None, limit: int) -> list[AuditRow]:
    """The newest first, and only those below the number `before`."""
    wanted = sa.select(audit).order_by(audit.c.number.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(audit.c.number < before)
    return [AuditRow(**row) for row in connection.execute(wanted).mappings()]
