"""Groups that the bot is in: each is greeted once, and of one that removed it nothing goes on waiting."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from sqlalchemy import Connection, delete, select, update

from bot.telegram.queue.sql_helpers import insert_into
from bot.telegram.queue.tables import group_chats, inbox, outbox
from bot.telegram.sealing.sealer import sealer_of

JUST_GREETED_SECONDS = 60.0  # who adds the bot by a link sends /start right behind it


class GroupChange(Enum):
    """What happened to the bot in a group."""

    JOINED = auto()  # it is a member now and was none
    STARTED = auto()  # somebody asks it to say who it is
    LEFT = auto()  # it is no member any more
    MOVED = auto()  # the group goes on under another id


@dataclass(frozen=True)
class GroupEvent:
    """A change in a group; ``moved_to``: the group's new id in Telegram, where it has one."""

    change: GroupChange
    moved_to: int = 0


def note(sql: Connection, bot: int, chat_id: int, event: GroupEvent, now: float) -> bool:
    """Keep the books of the group ``chat_id`` (its id in Telegram). Whether it is to be greeted now."""
    hashes = sealer_of(sql).identities
    chat = hashes.chat(chat_id)
    if event.change is GroupChange.LEFT:
        _leave(sql, bot, chat)
        return False
    if event.change is GroupChange.MOVED:
        _greeted(sql, bot, hashes.chat(event.moved_to), now)
        sql.execute(delete(group_chats).where(group_chats.c.bot == bot, group_chats.c.chat == chat))
        return False
    this = (group_chats.c.bot == bot, group_chats.c.chat == chat)
    before: float | None = sql.execute(select(group_chats.c.greeted).where(*this)).scalar()
    again = event.change is GroupChange.STARTED and before is not None and abs(now - before) > JUST_GREETED_SECONDS
    if before is None or again:
        _greeted(sql, bot, chat, now)
        return True
    return False


def _greeted(sql: Connection, bot: int, chat: int, now: float) -> None:
    row = insert_into(group_chats, sql.dialect.name).values(bot=bot, chat=chat, greeted=now)
    sql.execute(row.on_conflict_do_update(index_elements=["bot", "chat"], set_={"greeted": row.excluded.greeted}))


def _leave(sql: Connection, bot: int, chat: int) -> None:
    """Forget the group, and what waits for it: questions that nobody can answer there, answers that cannot arrive."""
    sql.execute(delete(group_chats).where(group_chats.c.bot == bot, group_chats.c.chat == chat))
    waits = ("waiting", "sealed")
    sql.execute(delete(outbox).where(outbox.c.bot == bot, outbox.c.chat == chat, outbox.c.state.in_(waits)))
    blank = {"state": "done", "payload": "", "person": "", "conversation": "", "chat": 0, "error": None}
    asked = (inbox.c.bot == bot, inbox.c.chat == chat, inbox.c.state.in_(waits))
    sql.execute(update(inbox).where(*asked).values(**blank))
