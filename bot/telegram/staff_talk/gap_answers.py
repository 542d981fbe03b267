"""An answer that staff write in the chat: read from a reply, shown once more, then put into the table of answers.

The table lies among the documents, so that the next refresh publishes it with its source and last day like every other
answer of staff, and tells whoever wanted to be told.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Connection

from bot.answer import Choice
from bot.presentation.days import day_in_words
from bot.presentation.messages import message
from bot.telegram.delivery.reply import Reply
from bot.telegram.staff.acts import StaffAct
from bot.telegram.staff_talk import requests
from bot.telegram.staff_talk.allowed import Asking
from bot.telegram.staff_talk.answer_table import FILE, TableError, append_answer
from bot.telegram.staff_talk.gap_pages import MARK, question_of
from bot.telegram.staff_talk.requests import StaffTap, request
from bot.telegram.update import Message
from knowledge.text.dates import DateError, parse_date
from knowledge.validity import today

LABELLED = re.compile(
    r"^[ \t\u3000]*+(?:(?P<source>来源|來源|source)|有效期?[至到]|valid until|until)"
    r"[ \t\u3000]*+[:：](?P<value>.*+)$",
    re.IGNORECASE | re.MULTILINE,
)
CODE = re.compile(r"\b[2-9A-Z]{6}\b")
LONGEST_ANSWER, LONGEST_SOURCE = 1500, 200  # characters


@dataclass(frozen=True)
class WrittenAnswer:
    """What staff wrote. ``until``: the last day on which it holds, as 2027-06-30."""

    question: str
    answer: str
    source: str
    until: str

    @property
    def last_day(self) -> date:
        """The same as a day."""
        return date.fromisoformat(self.until)


class IncompleteError(Exception):
    """Something is missing or wrong; the argument is the key of the text that says what."""


def replied(asking: Asking, said: Message, bot_id: int, sql: Connection) -> Reply | None:
    """What a reply to the page of a group of questions is: its answer, to be looked at once more. None for any other
    message.
    """
    to = said.replied
    code = CODE.search(to.text) if to and to.author == bot_id and to.text.startswith(MARK) else None
    if code is None:
        return None
    if refusal := asking.refusal(StaffAct.ANSWER):
        return refusal
    asked = question_of(code[0], sql)
    if asked is None:
        return asking.page("staff.gap_gone", act=StaffAct.ANSWER, about=code[0])
    try:
        written = read_answer(asked.question, said.text)
    except IncompleteError as error:
        return asking.page(str(error), act=StaffAct.ANSWER, about=code[0])
    return _preview(asking, written)


def read_answer(question: str, text: str) -> WrittenAnswer:
    """The answer in ``text``, and the source and the last day on lines that say so. Raises ``IncompleteError``.

    Lines of the answer are joined, as cells of tables are read: what staff look at once more is what users will read.
    """
    found = {"source" if line["source"] else "until": line["value"].strip() for line in LABELLED.finditer(text)}
    answer = " ".join(LABELLED.sub("", text).split())
    if not answer or not found.get("source") or not found.get("until"):
        raise IncompleteError("staff.answer_incomplete")
    if len(answer) > LONGEST_ANSWER or len(found["source"]) > LONGEST_SOURCE:
        raise IncompleteError("staff.answer_long")
    try:
        until = parse_date(found["until"])
    except DateError:
        until = None
    if until is None or until < today():
        raise IncompleteError("staff.answer_day")
    return WrittenAnswer(question, answer, found["source"], until.isoformat())


def _preview(asking: Asking, written: WrittenAnswer) -> Reply:
    language = asking.incoming.language
    writes = Choice(
        message("staff.answer_write", language),
        request(requests.WRITE, json.dumps(asdict(written), ensure_ascii=False)),
    )
    shown = {"question": written.question, "answer": written.answer, "source": written.source}
    until = day_in_words(written.last_day, language)
    return asking.page("staff.answer_preview", writes, act=StaffAct.ANSWER, until=until, **shown)


def tapped(asking: Asking, tap: StaffTap) -> Reply:
    """The answer is put into the table; a second time it is there already."""
    if refusal := asking.refusal(StaffAct.ANSWER):
        return refusal
    written = WrittenAnswer(**json.loads(tap.argument(0)))
    folder = asking.desk.settings.documents
    cells = (written.question, written.answer, written.source, today().isoformat(), written.until)
    try:
        append_answer(folder / FILE, cells, asking.incoming.language)
    except (TableError, OSError) as error:
        reason = str(error) if isinstance(error, TableError) else message("staff.answer_disk", asking.incoming.language)
        return asking.page("staff.answer_not_written", act=StaffAct.ANSWER, about=FILE, file=FILE, reason=reason)
    return asking.page("staff.answer_written", act=StaffAct.ANSWER, about=FILE, file=FILE, command="python ingest.py")
