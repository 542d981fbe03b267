"""The monthly report in the chat: what it says, as a picture, and as a table."""

from __future__ import annotations

from dataclasses import replace

from bot.telegram.delivery.reply import Reply, addressed
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.reports.month import MonthError, asked_month
from bot.telegram.reports.report_messages import read_report, report_messages
from bot.telegram.staff.acts import StaffAct
from bot.telegram.staff_talk.allowed import Asking
from bot.telegram.staff_talk.export import with_file
from knowledge.validity import today


def report(asking: Asking, rest: str, transactions: TransactionRunner) -> Reply:
    """The command; ``rest``: the month as 2026-11, else the last one that is over."""
    if refusal := asking.refusal(StaffAct.REPORT):
        return refusal
    try:
        month = asked_month(rest or None, today())
    except MonthError:
        return asking.page("staff.report_month", act=StaffAct.REPORT)
    read = transactions.run_in_this_thread(lambda sql: read_report(sql, month, today()))
    made = report_messages(read, asking.incoming.language, asking.desk.embedder)
    page = asking.page("staff.report", act=StaffAct.REPORT, about=str(month), text=made.text)
    (said,) = page.messages
    picture, table = addressed(asking.incoming, ""), addressed(asking.incoming, "")
    files = (with_file(picture, f"{made.name}.png", made.png), with_file(table, f"{made.name}.xlsx", made.xlsx))
    return replace(page, messages=(*files, said))
