"""The tables of incidents and of notices on their way."""

import sqlalchemy as sa

from collector.database.engine import tables

incidents = sa.Table(
    "incidents",
    tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("open", sa.Boolean, nullable=False),
    sa.Column("opened_at", sa.Double, nullable=False),
    sa.Column("ended_at", sa.Double),
    sa.Column("document", sa.Text, nullable=False),
    sa.Index("incidents_by_end", "open", "ended_at"),
)

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
    sa.Index("notices_by_status", "status", "receiver", "number"),
)
