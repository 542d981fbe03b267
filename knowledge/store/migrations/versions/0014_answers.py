"""Which messages of the bot answered what, and when each user chose their language, which holds in all their chats."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("chosen", sa.Float))
    talks = sa.table("conversations", *map(sa.column, ("language", "changed", "chosen")))
    op.execute(talks.update().where(talks.c.language.is_not(None)).values(chosen=talks.c.changed))
    op.create_table(
        "answers",
        sa.Column("question", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("asked", sa.String(32)),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("made", sa.Float, nullable=False),
        sa.Column("replaced", sa.Boolean, nullable=False),
    )
    for name in ("person", "asked", "made"):
        op.create_index(f"ix_answers_{name}", "answers", [name])
    op.create_table(
        "answer_messages",
        sa.Column("message", sa.String(32), primary_key=True),
        sa.Column("question", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
    )
    op.create_index("ix_answer_messages_question", "answer_messages", ["question"])


def downgrade() -> None:
    op.drop_table("answer_messages")
    op.drop_table("answers")
    with op.batch_alter_table("conversations") as table:
        table.drop_column("chosen")
