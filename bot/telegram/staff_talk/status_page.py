"""The state of the service for staff: which edition answers, what needs them, what is ill, what waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.answer import Choice
from bot.presentation.messages import message
from bot.telegram.delivery.reply import Reply
from bot.telegram.delivery.service_facts import Place
from bot.telegram.handoffs.wording import shortened
from bot.telegram.open_questions.open_questions import OPEN
from bot.telegram.open_questions.tables import open_questions
from bot.telegram.queue.tables import handoffs
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.staff.acts import StaffAct
from bot.telegram.staff_talk.allowed import Asking
from bot.telegram.staff_talk.application_pages import counts_of
from bot.telegram.staff_talk.desk import StaffDesk
from knowledge.editions.building.context import BuildContext
from knowledge.ingestion.messages.language import Language, speak
from knowledge.ingestion.reports.status_report import attention_lines
from knowledge.ingestion.status import status as state_of_base

OWN_FORMS = "!open status"  # the request of a button that opens /status as everybody has it
LONGEST = 2800  # UTF-16 units of what is said of the knowledge base


@dataclass(frozen=True)
class Waiting:
    """What waits for staff: applications by group, questions without an answer, hand-offs that are open."""

    applications: dict[str, int]
    questions: int
    handoffs: int


def staff_status(asking: Asking, transactions: TransactionRunner) -> Reply:
    """The command."""
    if refusal := asking.refusal(StaffAct.STATUS):
        return refusal
    language, waiting = asking.incoming.language, transactions.run_in_this_thread(_waiting)
    base = "\n".join(copy_context().run(_base_lines, asking.desk.context, language))
    counts = {group: str(count) for group, count in waiting.applications.items()}
    values = {"questions": str(waiting.questions), "handoffs": str(waiting.handoffs), **counts}
    ill = "\n".join(_problem_lines(asking.desk)) or message("staff.well", language)
    own = [Choice(message("staff.own_forms", language), OWN_FORMS)] if Place.FORMS in asking.incoming.places else []
    return asking.page("staff.status", *own, act=StaffAct.STATUS, base=shortened(base, LONGEST), health=ill, **values)


def _base_lines(context: BuildContext, language: str) -> list[str]:
    """What ``ingest.py status`` says of it above its lists, in the language of who asks."""
    speak(Language.EN if language == "en" else Language.ZH)
    return list(attention_lines(state_of_base(context)))


def _problem_lines(desk: StaffDesk) -> Iterator[str]:
    for component, problem in desk.problems().items():
        yield f"⚠️ {component}: {problem}"


def _waiting(sql: Connection) -> Waiting:
    asked = select(func.count()).select_from(open_questions).where(open_questions.c.state == OPEN)
    handed = select(func.count()).select_from(handoffs).where(handoffs.c.state == "open")
    return Waiting(counts_of(sql), int(sql.execute(asked).scalar_one()), int(sql.execute(handed).scalar_one()))
