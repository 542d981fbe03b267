"""How much each user asked, so that nobody keeps the bot from the others."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "question_counts",
        sa.Column("person", sa.String(32), primary_key=True),
        *(
            column
            for window in ("minute", "day")
            for column in (
                sa.Column(window, sa.Float, nullable=False),
                sa.Column(f"in_{window}", sa.Integer, nullable=False),
                sa.Column(f"{window}_told", sa.Float),
            )
        ),
    )
    op.create_index("question_counts_day", "question_counts", ["day"])


def downgrade() -> None:
    op.drop_table("question_counts")
