"""The last look at an answer: what it states in numbers must stand in the text that it cites."""

from __future__ import annotations

from dataclasses import replace

from bot.answer import Block, BlockKind, Status
from bot.answering.extractive import Composed
from knowledge.models import Passage
from knowledge.text.stated_facts import facts, implied


def unsupported(text: str, *evidence: str) -> frozenset[str]:
    """Numbers, dates, sums and links of ``text`` that stand in none of the texts given as ``evidence``."""
    known: set[str] = set()
    for each in evidence:
        known |= implied(facts(each, marks=True))
    return facts(text) - known


def checked(part: Composed) -> Composed:
    """``part`` without blocks that say more than they cite. When no citation is left there is no answer."""
    blocks = tuple(block for block in part.blocks if _holds(block, part.passages))
    cited = sorted({block.citation for block in blocks if block.citation})
    if not cited:
        return Composed(Status.NOT_COVERED, ())
    renumbered = {old: new for new, old in enumerate(cited, 1)}
    return replace(
        part,
        blocks=tuple(replace(each, citation=renumbered[each.citation]) if each.citation else each for each in blocks),
        citations=tuple(part.citations[place - 1] for place in cited),
        passages=tuple(part.passages[place - 1] for place in cited),
    )


def _holds(block: Block, passages: tuple[Passage, ...]) -> bool:
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
    said = (metadata.title, metadata.number, metadata.source_url, *(day.isoformat() for day in days if day))
    return (passage.chunk.text, *passage.chunk.path, *filter(None, said))
