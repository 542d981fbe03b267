"""Hand-offs to staff: what is previewed, open, or was; and the bot's messages in the staff chat."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handoffs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("bot", sa.BigInteger, nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("conversation", sa.String(32), nullable=False),
        sa.Column("chat", sa.BigInteger, nullable=False),
        sa.Column("topic", sa.String(32)),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("made", sa.Float, nullable=False),
        sa.Column("opened", sa.Float),
        sa.Column("closed", sa.Float),
        sa.Column("ended_by", sa.String(16)),
        sa.Column("awaits_staff", sa.Boolean, nullable=False),
        sa.Column("ends", sa.Float),
        sa.Column("until", sa.Float, nullable=False),
    )
    op.create_table(
        "handoff_messages",
        sa.Column("message", sa.String(32), primary_key=True),
        sa.Column("handoff", sa.String(32), nullable=False),
        sa.Column("number", sa.Text, nullable=False),
    )
    for column in ("number", "person", "conversation", "topic", "until"):
        op.create_index(f"ix_handoffs_{column}", "handoffs", [column])
    op.create_index("ix_handoff_messages_handoff", "handoff_messages", ["handoff"])
    _of_open("handoffs_open", "conversation", unique=True)
    _of_open("handoffs_ends", "bot", "ends")


def _of_open(name: str, *columns: str, unique: bool = False) -> None:
    rows = sa.text("state = 'open'")
    op.create_index(name, "handoffs", list(columns), unique=unique, sqlite_where=rows, postgresql_where=rows)


def downgrade() -> None:
    op.drop_table("handoff_messages")
    op.drop_table("handoffs")
