"""The incidents around one in the store: its parts, the earlier ones of its root; and those of a root."""

import sqlalchemy as sa

from collector.database.incidents import incident_of, incidents
from collector.incidents import Incident

PARTS_READ = 200


def parts(connection: sa.Connection, whole: str) -> tuple[list[Incident], int]:
    """The first of those that became a part of it or were merged into it, and the number of all."""
    return _read(connection, incidents.c.whole == whole, incidents.c.began_at, PARTS_READ)


def earlier(connection: sa.Connection, than: Incident, limit: int) -> tuple[list[Incident], int]:
    """The newest that began before it about the same root, and the number of all."""
    older = sa.and_(incidents.c.root == than.root, incidents.c.began_at < than.began_at)
    return _read(connection, older, incidents.c.began_at.desc(), limit)


def about(connection: sa.Connection, root: str, limit: int) -> list[Incident]:
    """The newest with this root."""
    return _read(connection, incidents.c.root == root, incidents.c.began_at.desc(), limit)[0]


def _read(
    connection: sa.Connection,
    which: sa.ColumnElement[bool],
    order: sa.ColumnElement[float],
    limit: int,
) -> tuple[list[Incident], int]:
    wanted = sa.select(incidents.c.document).where(which).order_by(order, incidents.c.id).limit(limit)
    found = [incident_of(text) for text in connection.scalars(wanted)]
    count = len(found)
    if count == limit:
        count = connection.execute(sa.select(sa.func.count()).where(which)).scalar_one()
    return found, count
