"""Answers that staff write: a question, its answer, where it stands and until when it holds."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "curated_answers",
        sa.Column("id", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("since", sa.Integer, nullable=False),
        sa.Column("until", sa.Integer),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("digest", sa.String(24), nullable=False),
        sa.Column("opens", sa.Date),
        sa.Column("closes", sa.Date),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    for column in ("digest", "source"):
        op.create_index(f"curated_answers_{column}", "curated_answers", [column])


def downgrade() -> None:
    op.drop_table("curated_answers")
