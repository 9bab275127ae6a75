"""The columns by which the list of incidents is filtered, and its order."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

AT_ONCE = 1000


def upgrade() -> None:
    op.add_column("incidents", sa.Column("began_at", sa.Double, nullable=False, server_default="0"))
    op.add_column("incidents", sa.Column("kind", sa.Text, nullable=False, server_default=""))
    op.add_column("incidents", sa.Column("severity", sa.Text, nullable=False, server_default=""))
    _fill(op.get_bind())
    op.create_index("incidents_by_beginning", "incidents", ["open", "began_at", "id"])


def _fill(connection: sa.Connection) -> None:
    """By the documents, some at once: a store may hold years of them."""
    incidents = sa.table("incidents", *map(sa.column, ("id", "document", "began_at", "kind", "severity")))
    known = sa.select(incidents.c.id, incidents.c.document).order_by(incidents.c.id).limit(AT_ONCE)
    own = sa.update(incidents).where(incidents.c.id == sa.bindparam("of"))
    names = ("began_at", "kind", "severity")
    fill = own.values({name: sa.bindparam(f"its_{name}") for name in names})
    last = ""
    while rows := connection.execute(known.where(incidents.c.id > last)).all():
        found = [(id, json.loads(document)) for id, document in rows]
        connection.execute(
            fill, [{"of": id, **{f"its_{name}": one[name] for name in names}} for id, one in found]
        )
        last = rows[-1].id
