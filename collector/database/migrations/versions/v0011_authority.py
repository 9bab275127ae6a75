"""The authority: every certificate that it signed, invitations, requests that wait for a person."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "certificates",
        sa.Column("serial", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("begins", sa.Double, nullable=False),
        sa.Column("ends", sa.Double, nullable=False),
        sa.Column("issued_at", sa.Double, nullable=False),
        sa.Column("issued_by", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("der", sa.LargeBinary, nullable=False),
        sa.Column("revoked_at", sa.Double),
        sa.Column("revoked_why", sa.Text, nullable=False),
    )
    op.create_index("certificates_by_name", "certificates", ["kind", "name"])
    op.create_index("certificates_by_key", "certificates", ["key"])
    op.create_index("certificates_by_end", "certificates", ["ends"])
    op.create_table(
        "invitations",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("made_at", sa.Double, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("ends_at", sa.Double, nullable=False),
        sa.Column("used_at", sa.Double),
        sa.Column("used_key", sa.Text, nullable=False),
        sa.Column("serial", sa.Text, nullable=False),
        sa.Column("withdrawn_at", sa.Double),
    )
    op.create_index("invitations_by_site", "invitations", ["site"])
    op.create_table(
        "signing_requests",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("asked_at", sa.Double, nullable=False),
        sa.Column("invitation", sa.Text, nullable=False),
    )
