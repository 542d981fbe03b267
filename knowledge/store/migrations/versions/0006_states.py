"""Beside the embedding of a text stand the states of its tokens. Rows of before have none; no edition asks for them
again, since the model's key changed, and they go as their editions do.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("embeddings", sa.Column("states", sa.LargeBinary, nullable=True))
    embeddings = sa.table("embeddings", sa.column("states", sa.LargeBinary))
    op.execute(embeddings.update().values(states=b""))
    with op.batch_alter_table("embeddings") as table:
        table.alter_column("states", existing_type=sa.LargeBinary, nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("embeddings") as table:
        table.drop_column("states")
