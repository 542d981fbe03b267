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
from bot.telegram.staff_talk.report_page import report
from bot.telegram.staff_talk.requests import StaffTap
from bot.telegram.staff_talk.status_page import staff_status
from bot.telegram.update import ContentKind, Message

Command = Callable[[Asking, str, TransactionRunner], Reply]


def _in_one(page: Callable[[Asking, str, Connection], Reply]) -> Command:
    """A command whose page is made in one transaction; the others read in a short one and work after it."""
    return lambda asking, rest, transactions: transactions.run_in_this_thread(partial(page, asking, rest))


COMMANDS: Mapping[str, Command] = {
    "applications": _in_one(application_talk.applications),
    "note": _in_one(application_talk.noted),
    "export": lambda asking, rest, transactions: export(asking, transactions),
    "unanswered": lambda asking, rest, transactions: gap_pages.unanswered(asking, 0, transactions),
    "status": lambda asking, rest, transactions: staff_status(asking, transactions),
    "report": report,
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
        return COMMANDS[command](asking, rest, transactions)
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
    if tap.verb in (requests.GAPS, requests.GAP):
        return gap_pages.tapped(asking, tap, transactions)
    return transactions.run_in_this_thread(partial(application_talk.tapped, asking, tap))
