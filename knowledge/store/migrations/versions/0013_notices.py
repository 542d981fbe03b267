"""Which version of the privacy notice somebody has received, which messages bring it, and which groups were greeted.

Who was greeted before has read of the second version, the only one whose readers were counted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COUNTED_BEFORE = 2
_conversations = sa.table("conversations", sa.column("greeted", sa.Boolean), sa.column("notice", sa.Integer))


def upgrade() -> None:
    op.add_column("conversations", sa.Column("notice", sa.Integer, nullable=True))
    op.execute(_conversations.update().where(_conversations.c.greeted).values(notice=COUNTED_BEFORE))
    op.add_column("outbox", sa.Column("notice", sa.Integer, nullable=True))
    op.create_table(
        "group_chats",
        sa.Column("bot", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("chat", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("greeted", sa.Float, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("group_chats")
    for table in ("outbox", "conversations"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("notice")
