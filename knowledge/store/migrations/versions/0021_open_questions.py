"""Questions that have no answer yet, and who wants to be told once they have one."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "open_questions",
        sa.Column("token", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("asked", sa.Float, nullable=False),
        sa.Column("why", sa.String(16), nullable=False),
        sa.Column("edition", sa.BigInteger),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("closed", sa.Float),
        sa.Column("tell", sa.Text),
        sa.Column("chat", sa.BigInteger),
        sa.Column("until", sa.Float, nullable=False),
    )
    for column in ("person", "state", "chat", "until"):
        op.create_index(f"ix_open_questions_{column}", "open_questions", [column])


def downgrade() -> None:
    op.drop_table("open_questions")
