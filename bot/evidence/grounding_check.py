"""The last check of an answer: what it states in numbers must stand in the text that it cites."""

from __future__ import annotations

from dataclasses import replace

from bot.answer import Block, BlockKind, Status
from bot.evidence.claim_check import says_no_more
from bot.evidence.draft_answer import DraftAnswer
from knowledge.models import Passage


def without_unsupported(draft: DraftAnswer) -> DraftAnswer:
    """``draft`` without blocks that say more than they cite; ``NOT_COVERED`` when no citation is left."""
    blocks = tuple(block for block in draft.blocks if _is_supported(block, draft.passages))
    cited = sorted({block.citation for block in blocks if block.citation})
    if not cited:
        return DraftAnswer(Status.NOT_COVERED, ())
    renumbered = {old: new for new, old in enumerate(cited, 1)}
    return replace(
        draft,
        blocks=tuple(
            replace(block, citation=renumbered[block.citation]) if block.citation else block for block in blocks
        ),
        citations=tuple(draft.citations[number - 1] for number in cited),
        passages=tuple(draft.passages[number - 1] for number in cited),
    )


def _is_supported(block: Block, passages: tuple[Passage, ...]) -> bool:
    if not block.citation:
        return True  # the assistant's own words, from the message files
    passage = passages[block.citation - 1]
    if block.kind is BlockKind.QUOTE:
        return block.text in passage.chunk.text
    return says_no_more(block.text, passage)
