"""Updates whose last try failed are in the state "dead_letter", as everybody calls it, no longer "aside"."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _state_of_length(16)
    op.execute("UPDATE inbox SET state = 'dead_letter' WHERE state = 'aside'")


def downgrade() -> None:
    op.execute("UPDATE inbox SET state = 'aside' WHERE state = 'dead_letter'")
    _state_of_length(8)


def _state_of_length(length: int) -> None:
    # SQLite does not look at the length of a text, and could only change it by copying the table.
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("inbox", "state", type_=sa.String(length), existing_nullable=False)
