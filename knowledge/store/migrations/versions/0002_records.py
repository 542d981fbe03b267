"""Tables of records."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
FACETS = [
    "since", "until", "closes", "opens", "phrase", "name", "work", "town", "education", "level", "pay_period",
    "pay_low", "pay_high", "pay_floor", "pay_top", "headcount", "food", "lodging", "insurance",
]  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "record_bodies",
        sa.Column("id", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    _rows(
        "partners",
        sa.Column("kind", sa.String(20)),
        sa.Column("relations", sa.Integer, nullable=False),
        sa.Column("industry", sa.Text),
    )
    _rows(
        "programs",
        sa.Column("level", sa.Integer),
        sa.Column("entry", sa.Integer, nullable=False),
        sa.Column("years", sa.Float),
        sa.Column("mode", sa.String(20)),
        sa.Column("tuition_low", sa.Float),
        sa.Column("tuition_high", sa.Float),
        sa.Column("quota", sa.Integer),
        sa.Column("season", sa.Text),
        sa.Column("schedule", sa.Text),
        sa.Column("town", sa.String(10)),
        sa.Column("place", sa.Text),
        sa.Column("year", sa.Integer),
        sa.Column("starts", sa.Date),
    )
    _openings()
    _rows("procedures")
    op.create_index("programs_closes", "programs", ["closes"])
    for column in ("name", "place", "closes", "opens"):
        op.create_index(f"openings_{column}", "openings", [column])
    if op.get_bind().dialect.name == "sqlite":
        # Counting reads every row; this index holds all that is filtered by and a fifth of the pages. Those of a trade
        # or a town stand together in another two, and in the order of pay in the last. PostgreSQL limits the length of
        # an index row, and reads a table of this size fast enough without them.
        op.create_index("openings_facets", "openings", FACETS)
        for first in (("phrase",), ("town",), ("pay_top", "pay_floor"), ("pay_floor", "pay_top")):
            rest = [name for name in FACETS if name not in first]
            op.create_index(f"openings_{first[0]}", "openings", [*first, *rest])
    else:
        for column in ("pay_top", "pay_floor"):
            op.create_index(f"openings_{column}", "openings", [column])


def _openings() -> None:
    _rows(
        "openings",
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("phrase", sa.BigInteger, nullable=False),
        sa.Column("work", sa.String(10)),
        sa.Column("town", sa.String(10)),
        sa.Column("place", sa.Text),
        sa.Column("education", sa.Integer),
        sa.Column("level", sa.Integer),
        sa.Column("pay_period", sa.String(10)),
        sa.Column("pay_low", sa.Float),
        sa.Column("pay_high", sa.Float),
        sa.Column("pay_floor", sa.Float),
        sa.Column("pay_top", sa.Float),
        sa.Column("headcount", sa.Integer),
        sa.Column("food", sa.Boolean),
        sa.Column("lodging", sa.Boolean),
        sa.Column("insurance", sa.Boolean),
    )


def _rows(name: str, *facets: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("id", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("since", sa.Integer, nullable=False),
        sa.Column("until", sa.Integer),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("digest", sa.String(24), nullable=False),
        sa.Column("opens", sa.Date),
        sa.Column("closes", sa.Date),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        *facets,
    )
    op.create_index(f"{name}_digest", name, ["digest"])
    op.create_index(f"{name}_source", name, ["source"])


def downgrade() -> None:
    for name in ("procedures", "openings", "programs", "partners", "record_bodies"):
        op.drop_table(name)
