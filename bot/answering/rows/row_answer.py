"""An answer made of rows, before it is assembled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.answer import AnswerKind, Block, Choice, Citation, ShownRows, Status
from knowledge.tables import Query
from knowledge.tables.records import RecordKind

KINDS = {
    RecordKind.OPENING: AnswerKind.OPENINGS,
    RecordKind.PROGRAM: AnswerKind.PROGRAMS,
    RecordKind.PARTNER: AnswerKind.PARTNERS,
    RecordKind.PROCEDURE: AnswerKind.PROCEDURES,
}


@dataclass(frozen=True)
class RecordAnswer:
    """An answer from rows. ``complete`` is False when search should answer another half of the question; ``of_table``:
    the rows are of a table of no known kind.
    """

    status: Status
    blocks: tuple[Block, ...]
    citations: tuple[Citation, ...] = ()
    records: tuple[Mapping[str, object], ...] = ()  # typed values of the rows shown
    choices: tuple[Choice, ...] = ()
    query: Query | None = None  # of the list shown, from which the next question may go on
    complete: bool = True
    shown: ShownRows | None = None
    of_table: bool = False

    @property
    def kind(self) -> AnswerKind:
        """Which rows answer it."""
        if self.of_table:
            return AnswerKind.TABLES
        return KINDS.get(self.query.kind, AnswerKind.ROWS) if self.query else AnswerKind.ROWS
