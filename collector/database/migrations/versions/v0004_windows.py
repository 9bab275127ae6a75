"""Windows of maintenance that people made."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "windows",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("over_at", sa.Double),
        sa.Column("document", sa.Text, nullable=False),
    )
