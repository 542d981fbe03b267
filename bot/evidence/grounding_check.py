"""The last check of an answer: what it states in numbers must stand in the text that it cites."""

from __future__ import annotations

from dataclasses import replace

from bot.answer import Block, BlockKind, Status
from bot.evidence.draft_answer import DraftAnswer
from knowledge.models import Passage
from knowledge.text.stated_facts import facts, implied


def unsupported(text: str, *evidence: str) -> frozenset[str]:
    """Numbers, dates, sums and links of ``text``, in one normal form, that stand in none of the ``evidence`` texts."""
    known: set[str] = set()
    for evidence_text in evidence:
        known |= implied(facts(evidence_text, marks=True))
    return facts(text) - known


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
    return not unsupported(block.text, *evidence_of(passage))


def evidence_of(passage: Passage) -> tuple[str, ...]:
    """The texts that a citation of ``passage`` stands for: its words, its headings, its document's dates and number."""
    metadata = passage.metadata
    days = (metadata.made_on, metadata.published_on, metadata.effective_on, metadata.expires_on)
    about = (metadata.title, metadata.number, metadata.source_url, *(day.isoformat() for day in days if day))
    return (passage.chunk.text, *passage.chunk.path, *filter(None, about))
