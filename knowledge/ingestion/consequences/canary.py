"""Before an edition is published its answers are checked; when too many turn worse, it is not."""

from __future__ import annotations

import hashlib
import json
import time

from sqlalchemy import Connection

from knowledge import store
from knowledge.editions.building.context import BuildContext
from knowledge.editions.building.index_builder import Content
from knowledge.editions.errors import WorseAnswersError
from knowledge.ingestion.consequences.changes import Consequences
from knowledge.ingestion.consequences.check import AnswerCheck, Checked
from knowledge.ingestion.consequences.check_table import CheckTable, read_check_table
from knowledge.ingestion.consequences.checking import Checking
from knowledge.ingestion.plan import Prepared
from knowledge.ingestion.source_diff import SourceDiff
from knowledge.store.checks.answers import LIVE, REFUSED, CheckResult, check_result, note_result
from knowledge.store.edition_rows import Edition

ACCEPT = "python ingest.py --accept-worse"


class Canary:
    """Checks the answers of an edition before it is published. What was refused once is refused without asking again,
    until documents, check questions, or the limit are others.

    Raises ``IngestionError`` when the check questions cannot be read.
    """

    def __init__(self, context: BuildContext, diff: SourceDiff, checking: Checking) -> None:
        self._context, self._checking = context, checking
        self._table = read_check_table(context.settings.documents)
        self._state = _state(context, diff, self._table)
        self._check: AnswerCheck | None = None

    def refuse_again(self) -> None:
        """Raise ``WorseAnswersError`` where the same was refused before."""
        with self._context.engine.connect() as connection:
            known = check_result(connection, REFUSED)
        if known and known.state == self._state and not self._checking.accept_worse:
            raise _refusal(len(known.worse), known.questions, known.worse)

    def check(self, prepared: Prepared, edition: Edition, content: Content) -> Checked | None:
        """What publishing ``edition`` does to the answers; None where there is nothing to ask or to compare with.

        Raises ``WorseAnswersError``.
        """
        if not self._table.questions or prepared.diff.live is None:
            return None
        self._check = AnswerCheck(self._context, self._checking.asker(), self._table)
        checked = self._check.of_next(prepared, edition, content)
        consequences = checked.consequences
        if consequences.too_many and not self._checking.accept_worse:
            result = result_of(consequences, edition.number, self._state)
            with store.writing(self._context.engine) as connection:
                note_result(connection, REFUSED, result)
            raise _refusal(len(result.worse), consequences.questions, result.worse)
        return checked

    def published(self, connection: Connection, number: int, checked: Checked | None) -> None:
        """Keep what the edition that is published in this transaction answered."""
        note_result(connection, REFUSED, None)
        if checked is None or self._check is None:
            note_result(connection, LIVE, None)
            return
        self._check.keep(connection, number, checked.answers, {})
        note_result(connection, LIVE, result_of(checked.consequences, number, checked.state))


def result_of(consequences: Consequences, number: int, state: str) -> CheckResult:
    """What is noted of a check."""
    worse = tuple((change.question, change.became.value) for change in consequences.worse)
    return CheckResult(number, state, time.time(), consequences.questions, consequences.well, worse)


def _refusal(count: int, total: int, worse: tuple[tuple[str, str], ...]) -> WorseAnswersError:
    return WorseAnswersError(
        f"{count} of {total} check questions would turn worse, more than publish.worse_at_most in config.yaml allows."
        f" As it should be? {ACCEPT}",
        worse,
    )


def _state(context: BuildContext, diff: SourceDiff, table: CheckTable) -> str:
    """A digest of what is to be published and by what it is judged."""
    files = [(file.source, file.digest) for file in diff.present]
    fingerprint, limit = context.fingerprint, context.settings.publish.worse_at_most
    live = diff.live.number if diff.live else None
    known = [files, fingerprint.reading, fingerprint.indexing, table.digest, limit, live]
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()
