"""The inbox's SQL statements. Parameters: ``number`` the bot's id, ``me`` who claims, ``until`` the end of a lease."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Insert, and_, bindparam, case, exists, func, literal_column, or_, select, update

from bot.telegram.queue.sql_helpers import BOT, delete_unlocked, insert_into, is_in, is_waiting
from bot.telegram.queue.tables import conversations, handoffs, inbox, inbox_chats, outbox, question_counts

IS_WAITING = and_(inbox.c.bot == BOT, is_waiting(inbox))
_mine = and_(inbox_chats.c.bot == BOT, inbox_chats.c.owner == bindparam("me"))
_these_chats = and_(inbox_chats.c.bot == BOT, is_in(inbox_chats.c.chat, "chats"))
_unclaimed = or_(inbox_chats.c.owner.is_(None), inbox_chats.c.lease < bindparam("now"))
_more_waits = exists().where(IS_WAITING, inbox.c.chat == inbox_chats.c.chat)
# Chat by chat: one look into the index for each, however many of its updates wait.
_waiting = inbox.alias("waiting")
_first = select(_waiting.c.id).where(_waiting.c.bot == BOT, is_waiting(_waiting))
_first_of_chat = _first.where(_waiting.c.chat == inbox_chats.c.chat).order_by(_waiting.c.update_id).limit(1)
_these_updates = is_in(inbox.c.id, "ids")
_elsewhere = conversations.alias()
_last_choice = (
    select(_elsewhere.c.key)
    .where(_elsewhere.c.person == inbox.c.person, _elsewhere.c.language.is_not(None))
    .order_by(func.coalesce(_elsewhere.c.chosen, 0.0).desc())
    .limit(1)
    .scalar_subquery()
)
_choice = conversations.alias()

SELECT_READY_CHATS = (
    select(inbox_chats.c.chat)
    .where(inbox_chats.c.bot == BOT, inbox_chats.c.ready <= bindparam("now"), _unclaimed)
    .order_by(inbox_chats.c.ready)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
CLAIM_CHATS = update(inbox_chats).where(_these_chats).values(owner=bindparam("me"), lease=bindparam("until"))
_notice_waiting = (  # one that waits must not be written a second time
    select(func.max(outbox.c.notice))
    .where(outbox.c.bot == BOT, outbox.c.chat == inbox.c.chat, is_waiting(outbox))
    .scalar_subquery()
)
_open_handoff = (
    select(handoffs.c.id)
    .where(handoffs.c.conversation == inbox.c.conversation, handoffs.c.state == literal_column("'open'"))
    .scalar_subquery()
)
SELECT_FIRST_UPDATES = (
    select(
        inbox,
        *(column.label(f"conversation_{column.name}") for column in conversations.c),
        *(column.label(f"asked_{column.name}") for column in question_counts.c),
        _notice_waiting.label("notice_waiting"),
        _open_handoff.label("open_handoff"),
        _choice.c.language.label("chosen_language"),
        _choice.c.chosen.label("chosen_at"),
    )
    .outerjoin(conversations, conversations.c.key == inbox.c.conversation)
    .outerjoin(question_counts, question_counts.c.person == inbox.c.person)
    .outerjoin(_choice, _choice.c.key == _last_choice)
    .where(inbox.c.id.in_(select(_first_of_chat.scalar_subquery()).where(_these_chats)))
)
SET_ASIDE = update(inbox).where(_these_updates).values(state="sealed")
ADD_TO_CLAIMS = update(inbox).where(_these_updates).values(claims=inbox.c.claims + bindparam("more"))
RELEASE_EMPTY_CHATS = update(inbox_chats).where(_these_chats).values(owner=None, ready=None)
SELECT_HELD = (
    select(inbox.c.id)
    .join(inbox_chats, and_(inbox_chats.c.bot == inbox.c.bot, inbox_chats.c.chat == inbox.c.chat))
    .where(_these_updates, IS_WAITING, inbox_chats.c.owner == bindparam("me"))
    .order_by(inbox.c.chat)
    .with_for_update(of=inbox_chats)
)
MARK_DONE = (
    update(inbox).where(_these_updates).values(state="done", payload="", person="", conversation="", chat=0, error=None)
)
# Before the release, in a statement of its own: PostgreSQL waits for a lock and then still sees what else was there
# when the statement began, so that an update which came meanwhile would wait for ever.
LOCK_OUR_CHATS = (
    select(inbox_chats.c.chat).where(_mine, is_in(inbox_chats.c.chat, "chats")).order_by(inbox_chats.c.chat)
).with_for_update()
RELEASE_CHATS = (
    update(inbox_chats)
    .where(_mine, is_in(inbox_chats.c.chat, "chats"))
    .values(owner=None, lease=None, ready=case((_more_waits, bindparam("ready_from")), else_=None))
)
PURGE_CHATS = delete_unlocked(inbox_chats, and_(inbox_chats.c.ready.is_(None), inbox_chats.c.owner.is_(None)))
RENEW_LEASES = update(inbox_chats).where(_mine).values(lease=bindparam("until"))


@cache
def insert_updates(dialect: str) -> Insert:
    """Rows of the inbox; an update that is there already stays as it is."""
    return insert_into(inbox, dialect).on_conflict_do_nothing(index_elements=["bot", "update_id"])


@cache
def line_up_chats(dialect: str) -> Insert:
    """Rows of ``inbox_chats``; a chat that waits already keeps its place in the line."""
    rows = insert_into(inbox_chats, dialect)
    ready = func.coalesce(inbox_chats.c.ready, rows.excluded.ready)
    return rows.on_conflict_do_update(index_elements=["bot", "chat"], set_={"ready": ready})
