"""The past of the measurements: cells of a quarter of an hour, and the courses of incidents."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "past_cells",
        sa.Column("site", sa.Text, primary_key=True),
        sa.Column("block", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("cells", sa.LargeBinary, nullable=False),
    )
    op.create_index("past_cells_by_block", "past_cells", ["block"])
    op.create_table(
        "incident_courses",
        sa.Column("incident", sa.Text, primary_key=True),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("incident_courses_by_complete", "incident_courses", ["complete"])
