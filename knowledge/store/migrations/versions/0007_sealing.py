"""When a conversation's first turn was, which its sealed turns no longer tell to SQL, and the names of the keys in use.

The bot seals the rows of earlier versions when it starts: it has the key, this program has not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("oldest", sa.Float))
    op.create_table(
        "sealing_keys",
        sa.Column("id", sa.String(8), primary_key=True),
        sa.Column("since", sa.Float, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("sealing_keys")
    with op.batch_alter_table("conversations") as table:
        table.drop_column("oldest")
