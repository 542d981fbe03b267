"""What was asked in vain, as staff see it in the chat: groups of like questions, the most asked first, and one of them.

A group is named by a code of its first question, which stands in its page, so that a reply to the page is its answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection

from bot.answer import Choice
from bot.presentation.messages import message
from bot.telegram.delivery.reply import Reply
from bot.telegram.handoffs.wording import shortened
from bot.telegram.open_questions.gaps import Gap, gaps_of
from bot.telegram.open_questions.open_questions import OPEN, OpenQuestion, all_of
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.receipt_numbers import LETTERS
from bot.telegram.staff.acts import StaffAct, may
from bot.telegram.staff_talk import requests
from bot.telegram.staff_talk.allowed import Asking
from bot.telegram.staff_talk.application_pages import day
from bot.telegram.staff_talk.requests import StaffTap, request
from knowledge.text.language import fold

PAGE, MOST_ASKED, MOST_WORDINGS, LONGEST = 5, 500, 8, 200  # groups, questions looked at, wordings, and units of one
MARK = "❓"  # begins the page of a group: a reply to one is its answer
CODE_LENGTH = 6


def code_of(question: str) -> str:
    """The code by which staff name a question: letters that nobody mistakes for another."""
    digest = hashlib.sha256(fold(question).encode("utf-8", "surrogatepass")).digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:CODE_LENGTH])


def unanswered(asking: Asking, start: int, transactions: TransactionRunner) -> Reply:
    """A page of groups."""
    if refusal := asking.refusal(StaffAct.UNANSWERED):
        return refusal
    language, gaps = asking.incoming.language, _gaps(asking, transactions)
    start = start if start < len(gaps) else 0
    shown = list(enumerate(gaps[start : start + PAGE], start + 1))
    lines = [f"{number}. {shortened(gap.questions[0], LONGEST)}\n   {_counts(gap, language)}" for number, gap in shown]
    cards = [Choice(str(number), request(requests.GAP, code_of(gap.questions[0])), "cards") for number, gap in shown]
    back = [Choice(message("records.previous", language), request(requests.GAPS, max(0, start - PAGE)), "pages")]
    on = [Choice(message("records.next", language), request(requests.GAPS, start + PAGE), "pages")]
    pages = [*(back if start else ()), *(on if start + PAGE < len(gaps) else ())]
    if not gaps:
        return asking.page("staff.no_gaps", act=StaffAct.UNANSWERED)
    values = {"groups": str(len(gaps)), "count": str(sum(gap.count for gap in gaps)), "lines": "\n".join(lines)}
    return asking.page("staff.gaps", *cards, *pages, act=StaffAct.UNANSWERED, **values)


def gap_page(asking: Asking, code: str, transactions: TransactionRunner) -> Reply:
    """One group, and how it is answered; the list where it waits no more."""
    if refusal := asking.refusal(StaffAct.UNANSWERED):
        return refusal
    language = asking.incoming.language
    gap = next((gap for gap in _gaps(asking, transactions) if code_of(gap.questions[0]) == code), None)
    back = Choice(message("lists.back", language), request(requests.GAPS, 0))
    if gap is None:
        return asking.page("staff.gap_gone", back, act=StaffAct.UNANSWERED, about=code)
    wordings = "\n".join(f"· {shortened(one, LONGEST)}" for one in gap.questions[:MOST_WORDINGS])
    how = message("staff.gap_how" if may(asking.role, StaffAct.ANSWER) else "staff.gap_not_yours", language)
    values = {"mark": MARK, "code": code, "wordings": wordings, "counts": _counts(gap, language), "how": how}
    return asking.page("staff.gap", back, act=StaffAct.UNANSWERED, about=code, **values)


def tapped(asking: Asking, tap: StaffTap, transactions: TransactionRunner) -> Reply:
    """What a tap on one of these pages does."""
    if tap.verb == requests.GAPS:
        return unanswered(asking, tap.start(0), transactions)
    return gap_page(asking, tap.argument(0), transactions)


def question_of(code: str, sql: Connection) -> OpenQuestion | None:
    """The open question with that code; None when it waits no more."""
    return next((one for one in all_of(sql, OPEN) if code_of(one.question) == code), None)


def _gaps(asking: Asking, transactions: TransactionRunner) -> Sequence[Gap]:
    """Of the questions asked last: to group them takes time in proportion to how many there are, and no transaction."""
    asked = transactions.run_in_this_thread(lambda sql: list(all_of(sql, OPEN))[-MOST_ASKED:])
    return gaps_of(asked, asking.desk.embedder)


def _counts(gap: Gap, language: str) -> str:
    """How often and why, and how many want to be told."""
    why = "、".join(f"{message(f'unanswered.{cause}', language)} {count}" for cause, count in gap.why.items())
    values = {
        "count": str(gap.count),
        "people": str(gap.people),
        "told": str(gap.told),
        "last": day(gap.last, language),
    }
    return message("staff.gap_counts", language, why=why, **values)
