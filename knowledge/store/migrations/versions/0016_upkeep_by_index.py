"""Indexes of what upkeep looks for every few seconds and every hour: chats that somebody holds or that rest, and turns
that have grown old. What it does not look for is not read.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

HELD = (
    ("inbox_chats_held", "inbox_chats", "owner IS NOT NULL OR ready IS NULL"),
    ("outbox_chats_held", "outbox_chats", "owner IS NOT NULL OR due IS NULL"),
)


def upgrade() -> None:
    for name, table, rows in HELD:
        op.create_index(name, table, ["bot", "owner"], sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))
    op.create_index("ix_conversations_oldest", "conversations", ["oldest"])


def downgrade() -> None:
    op.drop_index("ix_conversations_oldest", "conversations")
    for name, table, _ in HELD:
        op.drop_index(name, table)
