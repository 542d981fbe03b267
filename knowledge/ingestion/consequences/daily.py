"""The live edition asked again: documents expire and rows end without a refresh. By hand, and once a day."""

from __future__ import annotations

import time

from knowledge import store
from knowledge.editions.building.context import BuildContext
from knowledge.editions.errors import IngestionError, OrderError
from knowledge.ingestion.consequences.changes import Became, counted_well, is_well
from knowledge.ingestion.consequences.check import AnswerCheck
from knowledge.ingestion.consequences.check_table import read_check_table
from knowledge.ingestion.consequences.checking import Checking
from knowledge.store.checks.answers import LIVE, CheckResult, check_result, kept_answers, note_result, question_key
from knowledge.store.editions import live_edition

DAY = 86_400.0
NONE = "there are no check questions; write documents/questions.csv: python ingest.py templates shows how"


def check_when_due(context: BuildContext, checking: Checking) -> None:
    """Ask the live edition where nobody has for a day; nothing where there is none, or there are no questions.

    Raises ``IngestionError`` and others of ``expected_errors()``.
    """
    with context.engine.connect() as connection:
        live, last = live_edition(connection), check_result(connection, LIVE)
    if live is None or (last and last.edition == live.number and 0 <= time.time() - last.asked_at < DAY):
        return
    if read_check_table(context.settings.documents).questions:
        check_live(context, checking)


def check_live(context: BuildContext, checking: Checking) -> CheckResult:
    """Ask the live edition all check questions; worse are those that it once answered well and does no more.

    Raises ``IngestionError``.
    """
    table = read_check_table(context.settings.documents)
    with context.engine.connect() as connection:
        live = live_edition(connection)
        before = kept_answers(connection, live.number) if live else {}
    if live is None:
        raise IngestionError("nothing is published yet; run: python ingest.py")
    if not table.questions:
        raise OrderError(NONE)
    check = AnswerCheck(context, checking.asker(), table)
    answers = check.of_live(live)
    if not answers:
        raise IngestionError(f"index of edition {live.number} is damaged and cannot be asked; run: python ingest.py")
    worse = tuple(
        (one.question, (Became.WORSE if answers[one.question].answered else Became.REFUSED).value)
        for one in table.questions
        if (kept := before.get(question_key(one.question))) and kept.well and not is_well(one, answers[one.question])
    )
    well = counted_well(table.questions, answers)
    result = CheckResult(live.number, check.state, time.time(), len(table.questions), well, worse)
    with store.writing(context.engine) as connection:
        note_result(connection, LIVE, result)
    return result
