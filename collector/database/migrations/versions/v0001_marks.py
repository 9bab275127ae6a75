"""Marks, quarantine, the number of the last transaction, and the runs that made them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "meta",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("commit_number", sa.BigInteger, nullable=False),
        sa.Column("writer", sa.Text, nullable=False),
    )
    op.create_table(
        "run",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("last_commit", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "marks",
        sa.Column("agent", sa.Text, primary_key=True),
        sa.Column("stream", sa.Text, primary_key=True),
        sa.Column("decided", sa.Text, nullable=False),
        sa.Column("dropped", sa.Text, nullable=False),
        sa.Column("base", sa.BigInteger, nullable=False),
        sa.Column("last_seen", sa.Double, nullable=False),
        sa.Column("released", sa.Double),
        sa.Column("previous", sa.Text, nullable=False),
        sa.Column("previous_highest", sa.BigInteger, nullable=False),
        sa.Column("stored_measurements", sa.BigInteger, nullable=False),
        sa.Column("dropped_measurements", sa.BigInteger, nullable=False),
        sa.Column("rejected_measurements", sa.BigInteger, nullable=False),
        sa.Column("duplicate_measurements", sa.BigInteger, nullable=False),
        sa.Column("unknown_reports", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "quarantine",
        sa.Column("agent", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("received", sa.Double, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
    )
