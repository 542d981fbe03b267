"""Tables that are no records: what they are called, and their rows, of each edition."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table("free_tables", *_span(), sa.Column("body", sa.Text, nullable=False))
    op.create_table(
        "free_rows",
        *_span(),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    for name in ("free_tables", "free_rows"):
        op.create_index(f"{name}_alive", name, ["until", "since"])


def _span() -> list[sa.Column[object]]:
    return [
        sa.Column("id", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("since", sa.Integer, nullable=False),
        sa.Column("until", sa.Integer),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
    ]


def downgrade() -> None:
    for name in ("free_rows", "free_tables"):
        op.drop_table(name)
