"""Watches over a refresh: what needs staff when it has ended, however it ended, is told once."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from knowledge.editions.building.context import BuildContext
from knowledge.editions.errors import RefreshRunningError, WorseAnswersError, expected_errors
from knowledge.ingestion.consequences.daily import check_when_due
from knowledge.ingestion.messages import foreign, in_words, say
from knowledge.ingestion.notices.causes import (
    Cause,
    CauseKind,
    answered_worse,
    expiring,
    failure,
    message,
    of_answers,
    of_files,
    unfinished,
    without_password,
)
from knowledge.ingestion.notices.memory import MemoryBusyError, NoticeMemory, remembered
from knowledge.ingestion.notices.telling import NOWHERE, channels, title
from knowledge.settings import KnowledgeSettings
from knowledge.text.characters import harmless

if TYPE_CHECKING:
    from knowledge.ingestion.consequences.checking import Checking
    from knowledge.models import Unreadable
    from knowledge.store.edition_rows import HeldFile

TOO_OFTEN = 2  # refreshes in a row that never ended: one alone may have been a restart of the machine
BUSY = "nobody is told by this run: another one is under way and tells them"


class StaffWatch:
    """A context around a refresh. ``folder``: of the configuration, where ``.env`` stands.

    What it has to say of itself goes to standard error. ``well`` is False once staff could not be told.
    """

    def __init__(self, settings: KnowledgeSettings, folder: Path) -> None:
        self._settings, self._channels = settings, channels(settings, folder)
        self._memory: NoticeMemory | None = None
        self._held = ExitStack()
        self.well = True

    def __enter__(self) -> StaffWatch:
        if not self._channels:
            _say(in_words(NOWHERE))
            return self
        try:
            memory = self._held.enter_context(remembered(self._settings.index.path))
            killed, memory.unfinished = memory.unfinished, memory.unfinished + 1
            memory.save()
        except MemoryBusyError:
            _say(in_words(BUSY))
        except OSError as error:  # never told what cannot be remembered: it would be told every few minutes
            self.well = False
            _say(
                say(
                    "nobody is told: {path} (index.path) cannot be written ({reason})",
                    path=self._settings.index.path,
                    reason=foreign(error.strerror or str(error)),
                )
            )
        else:
            self._memory = memory
            if killed >= TOO_OFTEN:  # now, not at the end, which this one may not reach either
                self._settle([unfinished(killed)], [])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._held:
            if self._memory is None:
                return
            if isinstance(error, Exception) and not isinstance(error, RefreshRunningError):
                worse = of_answers(error.worse) if isinstance(error, WorseAnswersError) else ()
                self._settle([failure(error, expected_errors()), *worse], [CauseKind.FAILED])
            self._memory.unfinished = 0
            self._save()

    def ended(self, unreadable: Sequence[Unreadable], held: Sequence[HeldFile], checking: Checking) -> None:
        """The refresh did what it could; these files need somebody. What ends soon, and which check questions are
        answered worse than before, is looked up; they are asked again where nobody has for a day.
        """
        self._ask_again(checking)
        if self._memory is None:
            return
        causes, looked_for = list(of_files(unreadable, held)), list(CauseKind)
        try:
            context = BuildContext(self._settings)
            causes += [*expiring(context), *answered_worse(context)]
        except expected_errors() as error:  # the refresh itself is done, and its command must not say otherwise
            self.well = False
            reason = foreign(without_password(str(error)))
            _say(say("what ends soon cannot be looked up: {reason}", reason=reason))
            looked_for = [kind for kind in looked_for if kind not in (CauseKind.EXPIRING, CauseKind.WORSE)]
        self._settle(causes, looked_for)

    def _ask_again(self, checking: Checking) -> None:
        try:
            check_when_due(BuildContext(self._settings), checking)
        except expected_errors() as error:  # the refresh itself is done, and its command must not say otherwise
            self.well = False
            reason = foreign(without_password(str(error)))
            _say(say("the check questions cannot be asked: {reason}", reason=reason))

    def _settle(self, causes: Sequence[Cause], looked_for: Collection[CauseKind]) -> None:
        assert self._memory is not None
        new = self._memory.new(causes)
        reached = not new or self._tell(new)
        self._memory.note(causes if reached else [cause for cause in causes if cause not in new], looked_for)
        self._save()

    def _tell(self, causes: Sequence[Cause]) -> bool:
        subject = title(self._settings)
        ways, problems = self._channels.tell(subject, message(subject, causes))
        if ways:
            _say(say("staff were told: {count} new", count=len(causes)))
        for problem in problems:
            _say(say("staff could not be told: {reason}", reason=foreign(str(problem))))
        self.well = self.well and not problems
        return bool(ways)

    def _save(self) -> None:
        assert self._memory is not None
        try:
            self._memory.save()
        except OSError as error:
            self.well = False
            _say(
                say(
                    "{path}: cannot be written ({reason}); staff may be told the same again",
                    path=self._memory.path,
                    reason=foreign(error.strerror or str(error)),
                )
            )


def _say(text: str) -> None:
    print(harmless(text), file=sys.stderr)
