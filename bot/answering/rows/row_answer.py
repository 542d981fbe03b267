"""What the desk for rows answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.answer import Block, Choice, Citation, Status


@dataclass(frozen=True)
class RecordAnswer:
    """An answer from rows. ``complete`` is False when search should answer another half of the question."""

    status: Status
    blocks: tuple[Block, ...]
    citations: tuple[Citation, ...] = ()
    records: tuple[Mapping[str, object], ...] = ()  # typed values of the rows shown
    choices: tuple[Choice, ...] = ()
    topic: Mapping[str, str] = field(default_factory=dict)
    complete: bool = True
