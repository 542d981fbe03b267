"""Indexes of openings by last day, employer, place or file that hold what is counted or looked up by them."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# What a question reads is in the index, as in those of 0002, and what has expired is passed over. PostgreSQL limits the
# length of an index row, and reads a table of this size fast enough without.
EDITION = ["since", "until"]
FACETS = [
    *EDITION, "opens", "phrase", "name", "work", "town", "education", "level", "pay_period", "pay_low", "pay_high",
    "pay_floor", "pay_top", "headcount", "food", "lodging", "insurance",
]  # fmt: skip
BY = {
    "closes": FACETS,
    "name": [*EDITION, "closes", "opens", "headcount", "phrase", "town", "pay_period"],
    "place": EDITION,
    "source": [*EDITION, "digest"],
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("openings_facets", "openings")
        _replace(BY)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.create_index("openings_facets", "openings", [*EDITION, "closes", *FACETS[2:]])
        _replace({first: [] for first in BY})


def _replace(columns: dict[str, list[str]]) -> None:
    for first, rest in columns.items():
        op.drop_index(f"openings_{first}", "openings")
        op.create_index(f"openings_{first}", "openings", [first, *rest])
