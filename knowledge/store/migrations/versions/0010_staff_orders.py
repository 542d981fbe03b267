"""Tables of what staff order besides a refresh; the history begins with the editions that were published before."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "withdrawals",
        sa.Column("id", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("texts", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "maintenance",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("zh", sa.Text, nullable=False),
        sa.Column("en", sa.Text, nullable=False),
    )
    op.create_table(
        "staff_history",
        sa.Column("id", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "held_files",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("warnings", sa.Text, nullable=False),
    )
    op.create_table(
        "accepted_warnings",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True),
    )
    _history_of_editions()


def _history_of_editions() -> None:
    editions = sa.table("editions", sa.column("number", sa.Integer), sa.column("published", sa.Float))
    names = ("at", "by", "action", "subject", "note")
    history = sa.table("staff_history", *map(sa.column, names))
    subject = sa.literal("edition ").concat(sa.cast(editions.c.number, sa.Text))
    before = sa.select(editions.c.published, sa.literal(""), sa.literal("publish"), subject, sa.literal(""))
    op.execute(history.insert().from_select(list(names), before.order_by(editions.c.number)))


def downgrade() -> None:
    for name in ("accepted_warnings", "held_files", "staff_history", "maintenance", "withdrawals"):
        op.drop_table(name)
