"""Whoever sent an application is told how far staff are with it: once for each state, never while staff answer there.

What is to be told stands in the application's row, so that staff may say it in the chat or by command; it is put into
the outbox in the transaction that takes it from there.
"""

from __future__ import annotations

import html
from datetime import datetime

import structlog
from sqlalchemy import Connection, select, update

from bot.presentation.days import day_in_words
from bot.presentation.messages import message
from bot.telegram.applications.applications import Application, ApplicationState, application_of
from bot.telegram.applications.tables import applications
from bot.telegram.queue import outbox
from bot.telegram.queue.audience.staff_stretches import with_staff
from bot.telegram.queue.outgoing.messages import MessageBatch, MessageContent
from knowledge.validity import BEIJING

log = structlog.get_logger()
AT_ONCE = 20  # applications looked at in one transaction


def tell_senders(sql: Connection, bot: int, now: float) -> int:
    """Put what is to be told into the outbox; how many people are told. Chats in which staff answer wait until they
    are done, and what cannot be read until its key is here.
    """
    due = _due(sql)
    told = [(person, one) for person, one in due if one.chat_id is not None and one.state is not ApplicationState.NEW]
    if not due:
        return 0
    done = applications.c.number.in_([one.number for _, one in due])
    sql.execute(update(applications).where(done).values(untold=False))
    batches = [MessageBatch(one.chat_id or 0, person, (_told(one),)) for person, one in told]
    outbox.enqueue(sql, bot, batches, now)
    for _, one in told:
        log.info("applicant told", state=str(one.state))
    return len(told)


def _due(sql: Connection) -> list[tuple[str, Application]]:
    """Some of what can be told now, with its sender's hash; what has to wait is passed over, however much it is."""
    untold = select(applications).where(applications.c.untold).order_by(applications.c.changed, applications.c.number)
    start = 0
    while rows := sql.execute(untold.offset(start).limit(AT_ONCE).with_for_update(skip_locked=True)).all():
        found = [(row.person, application_of(sql, row)) for row in rows]
        busy = with_staff(sql, [one.chat_id for _, one in found if one.chat_id is not None])
        if due := [(person, one) for person, one in found if one.readable and one.chat_id not in busy]:
            return due
        start += AT_ONCE
    return []


def _told(sent: Application) -> MessageContent:
    """How far staff are, in the language that the form was sent in."""
    day = day_in_words(datetime.fromtimestamp(sent.made, BEIJING).date(), sent.language)
    state = message(f"form.state_{sent.state}", sent.language)
    text = message("form.told", sent.language, number=sent.number, date=day, state=state)
    return MessageContent(html.escape(text, quote=False))
