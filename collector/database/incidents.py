"""The incidents in the store, each as it is now."""

from collections.abc import Collection, Mapping

import msgspec
import sqlalchemy as sa

from collector.database.engine import tables, upsert
from collector.incidents import Incident

CLOSED_KEPT = 1000
IDS_AT_ONCE = 500

_encode = msgspec.json.Encoder().encode
incident_of = msgspec.json.Decoder(Incident).decode

incidents = sa.Table(
    "incidents",
    tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("open", sa.Boolean, nullable=False),
    sa.Column("opened_at", sa.Double, nullable=False),
    sa.Column("ended_at", sa.Double),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("began_at", sa.Double, nullable=False, server_default="0"),
    sa.Column("kind", sa.Text, nullable=False, server_default=""),
    sa.Column("severity", sa.Text, nullable=False, server_default=""),
    sa.Column("root", sa.Text, nullable=False, server_default=""),
    sa.Column("whole", sa.Text, nullable=False, server_default=""),
    sa.Index("incidents_by_root", "root", "began_at"),
    sa.Index("incidents_by_whole", "whole", "began_at"),
    sa.Index("incidents_by_end", "open", "ended_at"),
    sa.Index("incidents_by_beginning", "open", "began_at", "id"),
)


def write(connection: sa.Connection, changed: Mapping[str, Incident]) -> None:
    """Within the batch's transaction."""
    rows = [
        {
            "id": incident.id,
            "open": incident.status == "open",
            "opened_at": incident.opened_at,
            "ended_at": incident.ended_at,
            "document": _encode(incident).decode(),
            "began_at": incident.began_at,
            "kind": incident.kind,
            "severity": incident.severity,
            "root": incident.root,
            "whole": incident.merged_into or incident.part_of,
        }
        for incident in changed.values()
    ]
    if rows:
        connection.execute(upsert(connection, incidents), rows)


def stored(connection: sa.Connection) -> list[Incident]:
    """The open incidents and the last closed ones."""
    closed = sa.select(incidents.c.document).where(sa.not_(incidents.c.open))
    latest = closed.order_by(incidents.c.ended_at.desc()).limit(CLOSED_KEPT)
    texts = list(connection.scalars(sa.select(incidents.c.document).where(incidents.c.open)))
    texts += list(connection.scalars(latest))
    return [incident_of(text) for text in texts]


def of_ids(connection: sa.Connection, ids: Collection[str]) -> list[Incident]:
    """Those of these ids that the store has, however old."""
    printable = sorted(id for id in ids if id.isprintable())  # PostgreSQL takes no NUL, and no id has one
    found: list[Incident] = []
    for at in range(0, len(printable), IDS_AT_ONCE):
        wanted = sa.select(incidents.c.document).where(incidents.c.id.in_(printable[at : at + IDS_AT_ONCE]))
        found += [incident_of(text) for text in connection.scalars(wanted)]
    return found
