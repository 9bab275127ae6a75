"""Messages that can never be taken, in the store."""

from collections.abc import Sequence

import sqlalchemy as sa
from msgspec.structs import asdict

from collector.database.engine import tables, upsert
from collector.streams.ingestion import Quarantined

MAX_QUARANTINED = 10
"""Per agent: the newest."""

_quarantine = sa.Table(
    "quarantine",
    tables,
    sa.Column("agent", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("received", sa.Double, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
)
_NEWEST = (
    sa.select(_quarantine.c.digest)
    .where(_quarantine.c.agent == sa.bindparam("of"))
    .order_by(_quarantine.c.received.desc())
    .limit(MAX_QUARANTINED)
)
_TRIM_QUARANTINE = sa.delete(_quarantine).where(
    _quarantine.c.agent == sa.bindparam("of"), _quarantine.c.digest.not_in(_NEWEST)
)


def write(connection: sa.Connection, quarantined: Sequence[Quarantined]) -> None:
    """Within the batch's transaction."""
    if quarantined:
        connection.execute(upsert(connection, _quarantine), [asdict(one) for one in quarantined])
    for agent in {one.agent for one in quarantined}:
        connection.execute(_TRIM_QUARANTINE, {"of": agent})


def stored(connection: sa.Connection) -> list[Quarantined]:
    """Newest first."""
    rows = connection.execute(sa.select(_quarantine).order_by(_quarantine.c.received.desc()))
    return [Quarantined(**row) for row in rows.mappings()]
