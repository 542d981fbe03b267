"""The sentence that staff have switched on: it stands above every answer, and below one that sends somebody to help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.answer import Answer, Block, BlockKind, Status
from knowledge.store.staff_orders import MaintenanceSentence

Maintenance = Callable[[], MaintenanceSentence | None]


def no_maintenance() -> MaintenanceSentence | None:
    """Nothing is switched on."""
    return None


def announced(answer: Answer, sentence: MaintenanceSentence | None) -> Answer:
    """``answer`` with ``sentence`` in its language."""
    if sentence is None:
        return answer
    text = sentence.en if answer.language == "en" else sentence.zh
    block = Block(BlockKind.NOTE, text)
    first = answer.status is not Status.HAND_OFF  # who is in need reads the number to call first
    return replace(answer, blocks=(block, *answer.blocks) if first else (*answer.blocks, block))
