"""Beside the embedding of a text stand the states of its tokens. What was kept is made again by the next refresh."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM embeddings")
    with op.batch_alter_table("embeddings") as table:
        table.add_column(sa.Column("states", sa.LargeBinary, nullable=False))


def downgrade() -> None:
    op.execute("DELETE FROM embeddings")
    with op.batch_alter_table("embeddings") as table:
        table.drop_column("states")
