"""The columns by which the incidents around one incident are found: those of its root, and its parts."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

AT_ONCE = 1000


def upgrade() -> None:
    op.add_column("incidents", sa.Column("root", sa.Text, nullable=False, server_default=""))
    op.add_column("incidents", sa.Column("whole", sa.Text, nullable=False, server_default=""))
    _fill(op.get_bind())
    op.create_index("incidents_by_root", "incidents", ["root", "began_at"])
    op.create_index("incidents_by_whole", "incidents", ["whole", "began_at"])


def _fill(connection: sa.Connection) -> None:
    """By the documents, some at once: a store may hold years of them."""
    incidents = sa.table("incidents", *map(sa.column, ("id", "document", "root", "whole")))
    known = sa.select(incidents.c.id, incidents.c.document).order_by(incidents.c.id).limit(AT_ONCE)
    own = sa.update(incidents).where(incidents.c.id == sa.bindparam("of"))
    fill = own.values(root=sa.bindparam("its_root"), whole=sa.bindparam("its_whole"))
    last = ""
    while rows := connection.execute(known.where(incidents.c.id > last)).all():
        connection.execute(fill, [_filled(id, json.loads(document)) for id, document in rows])
        last = rows[-1].id


def _filled(id: str, incident: dict[str, str]) -> dict[str, str]:
    whole = incident.get("merged_into") or incident.get("part_of") or ""
    return {"of": id, "its_root": incident["root"], "its_whole": whole}
