"""Telegram's windows of silence in SQL, for all replicas: of a chat that was refused, and of the whole bot."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, case, func, select, update

from bot.telegram.queue.sql_helpers import insert_into
from bot.telegram.queue.tables import outbox_chats, paces
from bot.telegram.queue.timing.step_watch import STEP_SECONDS
from bot.telegram.queue.timing.stored_times import UNKNOWN_WAIT, time_left


def bot_window(sql: Connection, bot: int, now: float) -> float:
    """For how many seconds the whole bot has to be silent."""
    row = sql.execute(select(paces.c.quiet_until, paces.c.quiet_for).where(paces.c.bot == bot)).one()
    return time_left(row.quiet_until, row.quiet_for, now)


def chat_window(sql: Connection, bot: int, chat: int, now: float) -> float:
    """For how many seconds nothing may be sent to ``chat``, as Telegram refused it."""
    chats = outbox_chats.c
    this = select(chats.refused_until, chats.wait).where(chats.bot == bot, chats.chat == chat)
    row = sql.execute(this).one_or_none()
    return time_left(row.refused_until, row.wait, now) if row else 0.0


def close_bot(sql: Connection, bot: int, seconds: float, now: float) -> None:
    """Nobody sends anything for ``seconds``; a window that is open already is not made shorter."""
    if seconds > bot_window(sql, bot, now):
        values = {"quiet_until": now + seconds, "quiet_for": seconds}
        sql.execute(update(paces).where(paces.c.bot == bot).values(values))


def close_chat(sql: Connection, bot: int, chat: int, seconds: float, now: float) -> None:
    """Nobody sends anything to ``chat`` for ``seconds``, and to nobody when another chat was refused meanwhile."""
    if seconds > chat_window(sql, bot, chat, now):
        until, chats = now + seconds, outbox_chats.c
        new: dict[str, Any] = {"free": until, "refused_until": until, "wait": seconds}
        row = insert_into(outbox_chats, sql.dialect.name).values(bot=bot, chat=chat, due=None, sent="[]", **new)
        longer = {
            "due": case((chats.due < until, until), else_=chats.due),
            "wait": case((chats.wait > seconds, chats.wait), else_=seconds),
        }
        sql.execute(row.on_conflict_do_update(index_elements=["bot", "chat"], set_=new | longer))
    close_bot_if_two(sql, bot, seconds, now)


def close_bot_if_two(sql: Connection, bot: int, seconds: float, now: float) -> None:
    """A chat was refused for ``seconds``: when the window of another is open too, it is the bot that is meant."""
    chats = outbox_chats.c
    possible = chats.refused_until <= now + STEP_SECONDS + func.coalesce(chats.wait, UNKNOWN_WAIT)
    shut = select(chats.chat).where(chats.bot == bot, chats.refused_until > now, possible).limit(2)
    if len(sql.execute(shut).all()) == 2:
        close_bot(sql, bot, seconds, now)
