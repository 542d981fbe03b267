"""What was read before a refresh was stopped, and what each publication changed."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_readings",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.add_column("staff_history", sa.Column("changes", sa.Text, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("staff_history") as batch:
        batch.drop_column("changes")
    op.drop_table("kept_readings")
