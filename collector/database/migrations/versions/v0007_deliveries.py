"""The time of the last attempt to deliver a notice, and the notices of one incident."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("notices", sa.Column("tried_at", sa.Double))
    op.create_index("notices_by_incident", "notices", ["incident", "number"])
