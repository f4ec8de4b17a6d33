"""Secrets of people and their sessions, which end, apart from the log, which does not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "secret",
        sa.Column("id", sa.String(120), primary_key=True),
        sa.Column("person", sa.String(120), nullable=False),
        sa.Column("use", sa.String(20), nullable=False),
        sa.Column("hash", sa.String(300), nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("expires", sa.String(27)),
    )
    op.create_index("secret_of_person", "secret", ["person"])
    op.create_table(
        "session",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("person", sa.String(120), nullable=False),
        sa.Column("expires", sa.String(27), nullable=False),
    )


def downgrade() -> None:
    """Everybody is signed out; the log stays."""
    op.drop_table("session")
    op.drop_table("secret")
