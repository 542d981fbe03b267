"""The SQL tables of the Telegram bot. Times are seconds since 1970; "sealed" texts: see ``bot.telegram.sealing``."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)

metadata = MetaData()
_Serial = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only for INTEGER keys


# Conditions of the few rows that are looked for again and again. SQLite uses such an index only where a statement says
# the same: see ``is_waiting`` and ``is_aside``.
WAITING, ASIDE = "state = 'waiting'", "state <> 'waiting' AND state <> 'done'"
OPEN = "state = 'open'"


def _index_of(rows: str, name: str, *columns: str, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=text(rows), postgresql_where=text(rows))


inbox = Table(
    "inbox",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("bot", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("chat", BigInteger, nullable=False),  # keyed hash; 0: the update belongs to no chat
    Column("person", String(32), nullable=False),  # keyed hash of the user, for deletion
    Column("conversation", String(32), nullable=False),  # keyed hash of chat and user
    Column("payload", Text, nullable=False),  # sealed: the chat's id, and the update as JSON; empty once it is done
    Column("received", Float, nullable=False),
    Column("state", String(16), nullable=False),  # waiting, done, dead_letter, sealed: waits for its key
    Column("tries", Integer, nullable=False),  # how often handling failed
    Column("claims", Integer, nullable=False),  # how often somebody began; a crash leaves only this trace
    Column("error", Text),  # sealed
    Index("inbox_once", "bot", "update_id", unique=True),
    Index("inbox_received", "received"),
    _index_of(WAITING, "inbox_waiting", "bot", "chat", "update_id", "received"),
    _index_of(ASIDE, "inbox_aside", "bot", "state"),
)

inbox_chats = Table(
    "inbox_chats",
    metadata,
    Column("bot", BigInteger, primary_key=True, autoincrement=False),
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("ready", Float),  # since when the chat waits for its turn; null: nothing waits
    Column("owner", String(160)),
    Column("lease", Float),  # until when the owner's claim holds
    _index_of("ready IS NOT NULL", "inbox_chats_ready", "bot", "ready"),
    _index_of("owner IS NOT NULL OR ready IS NULL", "inbox_chats_held", "bot", "owner"),  # or at rest, to be let go of
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _Serial, primary_key=True, autoincrement=True),
    Column("bot", BigInteger, nullable=False),
    Column("chat", BigInteger, nullable=False),
    Column("person", String(32), nullable=False),
    Column("payload", Text, nullable=False),  # sealed: chat id and message as JSON; the row goes when it was sent
    Column("made", Float, nullable=False),
    Column("state", String(8), nullable=False),  # waiting, given_up, sealed: waits for its key
    Column("tries", Integer, nullable=False),
    Column("error", Text),  # sealed
    Column("question", BigInteger),  # id in the inbox of what it answers
    Column("status", String(32)),  # how the question ended, if this is its last message and Telegram takes it
    Column("notice", Integer),  # version of the privacy notice that it brings
    _index_of(WAITING, "outbox_waiting", "bot", "chat", "id", "made"),
    _index_of(ASIDE, "outbox_aside", "bot", "state"),
)

outbox_chats = Table(
    "outbox_chats",
    metadata,
    Column("bot", BigInteger, primary_key=True, autoincrement=False),
    Column("chat", BigInteger, primary_key=True, autoincrement=False),
    Column("due", Float),  # when its next message may go; null: nothing waits
    Column("free", Float, nullable=False),  # from when the chat's pace allows a message
    Column("sent", Text, nullable=False),  # JSON list of the last times something was sent
    Column("owner", String(160)),
    Column("lease", Float),
    Column("wait", Float),  # seconds that "due", "free" or "refused_until" were ahead when they were written
    Column("refused_until", Float),  # end of Telegram's retry_after for this chat
    _index_of("due IS NOT NULL", "outbox_chats_due", "bot", "due"),
    _index_of("owner IS NOT NULL OR due IS NULL", "outbox_chats_held", "bot", "owner"),
)

paces = Table(
    "paces",
    metadata,
    Column("bot", BigInteger, primary_key=True, autoincrement=False),
    Column("sent", Text, nullable=False),  # JSON list of the last times the bot sent something, all replicas together
    Column("quiet_until", Float, nullable=False),  # end of Telegram's retry_after for the whole bot
    Column("quiet_for", Float),  # the seconds of that retry_after
)

conversations = Table(
    "conversations",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("person", String(32), nullable=False, index=True),
    Column("language", String(8)),  # what the user chose; null: by the question
    Column("notice", Integer),  # version of the privacy notice that has arrived; null: none has
    Column("turns", Text, nullable=False),  # sealed: JSON, the last five of 24 hours
    Column("changed", Float, nullable=False, index=True),
    Column("oldest", Float, index=True),  # when the first of the turns was; null without any
    Column("greeted", Boolean, nullable=False, default=False),  # whether any notice has arrived: for earlier releases
    Column("chosen", Float),  # when the language was; what the user chose last holds in all their chats
    Column("role", String(16)),  # student or enterprise, as the user chose; null: they did not
)

answers = Table(
    "answers",
    metadata,
    Column("question", BigInteger, primary_key=True, autoincrement=False),  # id in the inbox of what it answers
    Column("person", String(32), nullable=False, index=True),
    Column("asked", String(32), index=True),  # keyed hash of the message that it answers; null: a pressed button
    Column("content", Text, nullable=False),  # sealed: JSON, what it answers and the turn that it left
    Column("made", Float, nullable=False, index=True),
    Column("replaced", Boolean, nullable=False),  # another answer took its place: what of it still arrives goes again
)

answer_messages = Table(
    "answer_messages",
    metadata,
    Column("message", String(32), primary_key=True),  # keyed hash of a message of the bot
    Column("question", BigInteger, nullable=False, index=True),
    Column("number", Text, nullable=False),  # sealed: its id in Telegram
)

buttons = Table(
    "buttons",
    metadata,
    Column("token", String(32), primary_key=True),
    Column("person", String(32), nullable=False, index=True),
    Column("request", Text, nullable=False),  # sealed
    Column("made", Float, nullable=False, index=True),
    Column("pressed", Float),
    Column("in_place", Boolean, nullable=False, server_default=false()),  # what it brings replaces its message
)

group_chats = Table(
    "group_chats",
    metadata,
    Column("bot", BigInteger, primary_key=True, autoincrement=False),
    Column("chat", BigInteger, primary_key=True, autoincrement=False),  # keyed hash of a group that the bot is in
    Column("greeted", Float, nullable=False),
)

question_counts = Table(
    "question_counts",
    metadata,
    Column("person", String(32), primary_key=True),  # keyed hash of the user
    Column("minute", Float, nullable=False),  # when the minute began that is counted
    Column("in_minute", Integer, nullable=False),
    Column("minute_told", Float),  # when the user last read that these were too many
    Column("day", Float, nullable=False, index=True),
    Column("in_day", Integer, nullable=False),
    Column("day_told", Float),
)

feedback = Table(
    "feedback",
    metadata,
    Column("token", String(32), primary_key=True),  # of the answer
    Column("person", String(32), nullable=False, index=True),  # keyed hash of whoever asked
    Column("answered", Float, nullable=False, index=True),
    Column("edition", BigInteger),
    Column("content", Text, nullable=False),  # sealed: JSON, the masked question, status, citations, remarks
    Column("vote", String(8)),  # up or down
    Column("reason", String(16)),  # of a vote that is down
    Column("voted", Float, index=True),  # when the vote or a remark was last given; null: neither yet
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("bot", BigInteger, nullable=False),
    Column("number", String(16), nullable=False, index=True),  # that staff name it by
    Column("person", String(32), nullable=False, index=True),  # keyed hash of the user
    Column("conversation", String(32), nullable=False, index=True),  # keyed hash of chat and user
    Column("chat", BigInteger, nullable=False),  # keyed hash of the user's chat
    Column("topic", String(32), index=True),  # keyed hash of its topic in the staff chat; null: it has none
    Column("content", Text, nullable=False),  # sealed: JSON, both chats, what was asked and said before
    Column("state", String(16), nullable=False),  # previewed, open, closed
    Column("made", Float, nullable=False),
    Column("opened", Float),  # the beginning of the stretch in which the bot is silent
    Column("closed", Float),  # and its end
    Column("ended_by", String(16)),
    Column("awaits_staff", Boolean, nullable=False),  # the user wrote last
    Column("ends", Float),  # when the time of an open one runs out
    Column("until", Float, nullable=False, index=True),  # when one that is not open goes by itself
    _index_of(OPEN, "handoffs_open", "conversation", unique=True),
    _index_of(OPEN, "handoffs_ends", "bot", "ends"),
)

handoff_messages = Table(
    "handoff_messages",
    metadata,
    Column("message", String(32), primary_key=True),  # keyed hash of a message of the bot in the staff chat
    Column("handoff", String(32), nullable=False, index=True),
    Column("number", Text, nullable=False),  # sealed: its id in Telegram
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("owner", String(160), nullable=False),
    Column("until", Float, nullable=False),
)

sealing_keys = Table(
    "sealing_keys",
    metadata,
    Column("id", String(8), primary_key=True),  # of every key that something here may be sealed with
    Column("since", Float, nullable=False),
)
