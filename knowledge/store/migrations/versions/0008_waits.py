"""How long each wait of the outbox is, so that it is known when the clock was set; a chat's own window of silence; and
which question a message answers, so that an answer that never arrives is not counted as answered.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COLUMNS = (
    ("outbox", "question", sa.BigInteger),
    ("outbox", "status", sa.String(32)),
    ("outbox_chats", "wait", sa.Float),
    ("outbox_chats", "refused_until", sa.Float),
    ("paces", "quiet_for", sa.Float),
)


def upgrade() -> None:
    for table, name, kind in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for table, name, _ in COLUMNS:
        with op.batch_alter_table(table) as batch:
            batch.drop_column(name)
