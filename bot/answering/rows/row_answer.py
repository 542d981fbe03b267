"""An answer made of rows, before it is assembled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.answer import Block, Choice, Citation, ShownRows, Status
from knowledge.tables import Query


@dataclass(frozen=True)
class RecordAnswer:
    """An answer from rows. ``complete`` is False when search should answer another half of the question."""

    status: Status
    blocks: tuple[Block, ...]
    citations: tuple[Citation, ...] = ()
    records: tuple[Mapping[str, object], ...] = ()  # typed values of the rows shown
    choices: tuple[Choice, ...] = ()
    query: Query | None = None  # of the list shown, from which the next question may go on
    complete: bool = True
    shown: ShownRows | None = None
