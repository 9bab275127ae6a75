"""The working latency in the store: a row for each link and day."""

import sqlalchemy as sa

from collector.database.engine import tables, upsert
from collector.latency import DayKey, LatencyChanges

latency_days = sa.Table(
    "latency_days",
    tables,
    sa.Column("link", sa.Text, primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("counts", sa.LargeBinary, nullable=False),
    sa.Index("latency_days_by_day", "day"),
)


def write(connection: sa.Connection, changes: LatencyChanges) -> None:
    """Within the batch's transaction."""
    if changes.oldest is not None:
        connection.execute(sa.delete(latency_days).where(latency_days.c.day < changes.oldest))
    rows = [{"link": link, "day": day, "counts": counts} for (link, day), counts in changes.days.items()]
    if rows:
        connection.execute(upsert(connection, latency_days), rows)


def days(connection: sa.Connection) -> dict[DayKey, bytes]:
    """All days, packed."""
    return {(link, day): counts for link, day, counts in connection.execute(sa.select(latency_days))}
