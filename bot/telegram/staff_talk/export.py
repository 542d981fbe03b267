"""All applications as a table, sent as a file into the private chat of who may have it."""

from __future__ import annotations

import base64
from dataclasses import replace

from bot.telegram.applications import applications as kept
from bot.telegram.applications.workbook import workbook_bytes
from bot.telegram.delivery.reply import Reply
from bot.telegram.queue.outgoing.messages import MessageContent
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.staff.acts import StaffAct
from bot.telegram.staff_talk.allowed import Asking
from knowledge.validity import today

LARGEST = 5_000_000  # bytes of a table that waits in the queue; larger ones are written by command


def export(asking: Asking, transactions: TransactionRunner) -> Reply:
    """The command."""
    if refusal := asking.refusal(StaffAct.EXPORT):
        return refusal
    sent = transactions.run_in_this_thread(lambda sql: list(kept.all_of(sql)))
    if not sent:
        return asking.page("staff.none", act=StaffAct.EXPORT)
    table = workbook_bytes(sent)
    if len(table) > LARGEST:
        return asking.page("staff.too_large", act=StaffAct.EXPORT, command="python -m bot applications --xlsx FILE")
    name = f"applications-{today():%Y%m%d}.xlsx"
    page = asking.page("staff.exported", act=StaffAct.EXPORT, about=name, count=str(len(sent)))
    (said,) = page.messages
    return replace(page, messages=(with_file(said, name, table),))


def with_file(said: MessageContent, name: str, content: bytes) -> MessageContent:
    """The message ``said`` below a file."""
    return replace(said, file=base64.b64encode(content).decode("ascii"), file_name=name)
