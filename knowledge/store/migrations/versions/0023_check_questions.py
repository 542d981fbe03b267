"""What check questions were answered, by edition, and how the last checks ended."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "check_answers",
        sa.Column("edition", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("question", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("well", sa.Boolean, nullable=False),
    )
    op.create_table(
        "check_results",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("asked_at", sa.Float, nullable=False),
        sa.Column("questions", sa.Integer, nullable=False),
        sa.Column("well", sa.Integer, nullable=False),
        sa.Column("worse", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("check_results")
    op.drop_table("check_answers")
