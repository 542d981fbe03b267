"""Tables of the Telegram face: inbox, outbox, conversations, buttons, leases."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WAITING = sa.text("state = 'waiting'")
SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _inbox()
    _outbox()
    _conversations()


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("bot", sa.BigInteger, nullable=False),
        sa.Column("update_id", sa.BigInteger, nullable=False),
        sa.Column("chat", sa.BigInteger, nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("conversation", sa.String(32), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("received", sa.Float, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("claims", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
    )
    op.create_index("inbox_once", "inbox", ["bot", "update_id"], unique=True)
    waiting = ["bot", "chat", "update_id"]
    op.create_index("inbox_waiting", "inbox", waiting, sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_table(
        "inbox_chats",
        sa.Column("bot", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("chat", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("ready", sa.Float),
        sa.Column("owner", sa.String(160)),
        sa.Column("lease", sa.Float),
    )
    op.create_index("inbox_chats_ready", "inbox_chats", ["bot", "ready"])
    op.create_table(
        "leases",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("owner", sa.String(160), nullable=False),
        sa.Column("until", sa.Float, nullable=False),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", SERIAL, primary_key=True, autoincrement=True),
        sa.Column("bot", sa.BigInteger, nullable=False),
        sa.Column("chat", sa.BigInteger, nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("made", sa.Float, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
    )
    waiting = ["bot", "chat", "id"]
    op.create_index("outbox_waiting", "outbox", waiting, sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_table(
        "outbox_chats",
        sa.Column("bot", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("chat", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("due", sa.Float),
        sa.Column("free", sa.Float, nullable=False),
        sa.Column("sent", sa.Text, nullable=False),
        sa.Column("owner", sa.String(160)),
        sa.Column("lease", sa.Float),
    )
    op.create_index("outbox_chats_due", "outbox_chats", ["bot", "due"])
    op.create_table(
        "paces",
        sa.Column("bot", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("sent", sa.Text, nullable=False),
        sa.Column("quiet_until", sa.Float, nullable=False),
    )


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("language", sa.String(8)),
        sa.Column("greeted", sa.Boolean, nullable=False),
        sa.Column("turns", sa.Text, nullable=False),
        sa.Column("changed", sa.Float, nullable=False),
    )
    op.create_index("ix_conversations_person", "conversations", ["person"])
    op.create_index("ix_conversations_changed", "conversations", ["changed"])
    op.create_table(
        "buttons",
        sa.Column("token", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("made", sa.Float, nullable=False),
        sa.Column("pressed", sa.Float),
    )
    op.create_index("ix_buttons_person", "buttons", ["person"])
    op.create_index("ix_buttons_made", "buttons", ["made"])


def downgrade() -> None:
    for name in ("buttons", "conversations", "paces", "outbox_chats", "outbox", "leases", "inbox_chats", "inbox"):
        op.drop_table(name)
