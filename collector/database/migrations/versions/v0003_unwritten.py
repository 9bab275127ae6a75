"""The queue to remote write."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "unwritten",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("district", sa.Text, nullable=False),
        sa.Column("measurements", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
