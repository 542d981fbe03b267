"""Single rows of tables can be withdrawn. Indexes of the queue: to look how much waits, and to throw away what is old,
nobody reads every row.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

WAITING, ASIDE = "state = 'waiting'", "state <> 'waiting' AND state <> 'done'"
WITH_AGE = (  # what waits
    ("inbox_waiting", "inbox", ["bot", "chat", "update_id"], "received"),
    ("outbox_waiting", "outbox", ["bot", "chat", "id"], "made"),
)
IN_LINE = (("inbox_chats_ready", "inbox_chats", "ready"), ("outbox_chats_due", "outbox_chats", "due"))


def upgrade() -> None:
    for name, table, columns, age in WITH_AGE:
        op.drop_index(name, table)
        _create(name, table, [*columns, age], WAITING)
    for table in ("inbox", "outbox"):
        _create(f"{table}_aside", table, ["bot", "state"], ASIDE)
    for name, table, moment in IN_LINE:  # without the chats that rest
        op.drop_index(name, table)
        _create(name, table, ["bot", moment], f"{moment} IS NOT NULL")
    op.create_index("inbox_received", "inbox", ["received"])
    op.add_column("withdrawals", sa.Column("row", sa.Text, nullable=True))


def _create(name: str, table: str, columns: list[str], rows: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))


def downgrade() -> None:
    with op.batch_alter_table("withdrawals") as batch:
        batch.drop_column("row")
    for name, table, moment in IN_LINE:
        op.drop_index(name, table)
        op.create_index(name, table, ["bot", moment])
    op.drop_index("inbox_received", "inbox")
    for table in ("inbox", "outbox"):
        op.drop_index(f"{table}_aside", table)
    for name, table, columns, _ in WITH_AGE:
        op.drop_index(name, table)
        _create(name, table, columns, WAITING)
