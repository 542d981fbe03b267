"""What somebody in staff's chats sent, if it is staff's: a command, a reply to one of their pages, a tap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy import Connection

from bot.telegram.delivery.reply import IncomingQuestion, Reply
from bot.telegram.delivery.service_facts import Place
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.staff_talk import application_talk, gap_answers, gap_pages, requests
from bot.telegram.staff_talk.allowed import Asking
from bot.telegram.staff_talk.desk import StaffDesk
from bot.telegram.staff_talk.export import export
from bot.telegram.staff_talk.requests import StaffTap
from bot.telegram.staff_talk.status_page import staff_status
from bot.telegram.update import ContentKind, Message

COMMANDS: Mapping[str, Callable[[Asking, str, Connection], Reply]] = {
    "applications": application_talk.applications,
    "note": application_talk.noted,
    "export": lambda asking, rest, sql: export(asking, sql),
    "unanswered": lambda asking, rest, sql: gap_pages.unanswered(asking, 0, sql),
    "status": lambda asking, rest, sql: staff_status(asking, sql),
}


def asked(
    incoming: IncomingQuestion,
    said: Message,
    typed: tuple[str, str],
    bot_id: int,
    desk: StaffDesk | None,
    transactions: TransactionRunner,
) -> Reply | None:
    """What staff get for a message; None where it is none of theirs. ``typed``: its command, and what follows it."""
    if desk is None or Place.STAFF not in incoming.places or incoming.update.is_edit:
        return None
    asking, (command, rest) = Asking.of(incoming, desk), typed
    if command in COMMANDS:
        return transactions.run_in_this_thread(partial(COMMANDS[command], asking, rest))
    if command or said.replied is None or said.kind is not ContentKind.TEXT:
        return None
    return transactions.run_in_this_thread(partial(_replied, asking, said, bot_id))


def _replied(asking: Asking, said: Message, bot_id: int, sql: Connection) -> Reply | None:
    return application_talk.replied(asking, said, bot_id, sql) or gap_answers.replied(asking, said, bot_id, sql)


def tapped(
    incoming: IncomingQuestion, tap: StaffTap, desk: StaffDesk | None, transactions: TransactionRunner
) -> Reply | None:
    """What a tap on a button of these pages does; None where staff do nothing in this chat any more."""
    if desk is None or Place.STAFF not in incoming.places:
        return None
    asking = Asking.of(incoming, desk)
    if tap.verb == requests.WRITE:
        return gap_answers.tapped(asking, tap)
    page = gap_pages.tapped if tap.verb in (requests.GAPS, requests.GAP) else application_talk.tapped
    return transactions.run_in_this_thread(partial(page, asking, tap))
