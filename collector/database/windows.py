"""The windows of maintenance that people made, in the store."""

from collections.abc import Mapping

import msgspec
import sqlalchemy as sa

from collector.database.engine import tables, upsert
from collector.planned import MadeWindow

KEPT_SECONDS = 400 * 86400.0
"""A window that is over stays so long, for reports of a year."""

windows = sa.Table(
    "windows",
    tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("over_at", sa.Double),
    sa.Column("document", sa.Text, nullable=False),
)

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(MadeWindow).decode


def write(connection: sa.Connection, changed: Mapping[str, MadeWindow]) -> None:
    """Within the batch's transaction."""
    rows = [
        {"id": one.id, "over_at": one.over_at, "document": _encode(one).decode()} for one in changed.values()
    ]
    if rows:
        newest = max(one.made_at for one in changed.values())
        connection.execute(sa.delete(windows).where(windows.c.over_at < newest - KEPT_SECONDS))
        connection.execute(upsert(connection, windows), rows)


def stored(connection: sa.Connection, since: float) -> list[MadeWindow]:
    """Those that were not over at that time."""
    current = sa.or_(windows.c.over_at.is_(None), windows.c.over_at > since)
    texts = connection.scalars(sa.select(windows.c.document).where(current).order_by(windows.c.id))
    return [_decode(text) for text in texts]
