"""The answer to one question before it is checked and put together with others: blocks, and what they cite."""

from __future__ import annotations

from dataclasses import dataclass

from bot.answer import Block, Citation, Status
from knowledge.models import Passage


@dataclass(frozen=True)
class DraftAnswer:
    """``passages``: what each of the citations was taken from, in their order; the grounding check reads them."""

    status: Status
    blocks: tuple[Block, ...]
    citations: tuple[Citation, ...] = ()
    passages: tuple[Passage, ...] = ()
