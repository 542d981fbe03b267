"""Votes on answers and remarks about them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("token", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("answered", sa.Float, nullable=False),
        sa.Column("edition", sa.BigInteger),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("vote", sa.String(8)),
        sa.Column("reason", sa.String(16)),
        sa.Column("voted", sa.Float),
    )
    for column in ("person", "answered", "voted"):
        op.create_index(f"ix_feedback_{column}", "feedback", [column])


def downgrade() -> None:
    op.drop_table("feedback")
