"""Documents in force that state another figure for the same thing than sections which are about to be published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from bot.answering.differing_figures import differ, measures
from bot.evidence.claim_check import clauses_of
from knowledge.editions.open_edition import OpenEdition
from knowledge.index.document_versions import STALE
from knowledge.ingestion.consequences.checking import Contradiction
from knowledge.models import Chunk, Passage

MOST = 300  # sentences that are looked up: a base that is new as a whole would take minutes


def contradictions(
    edition: OpenEdition, sections: Sequence[tuple[str, tuple[str, ...]]], day: date
) -> Iterator[Contradiction]:
    """What other documents that are not out of date say otherwise than ``sections`` (a document, its headings)."""
    wanted = set(sections)
    chunks = [chunk for chunk in edition.chunks if (chunk.source, chunk.path) in wanted]
    looked_at = [(chunk, sentence) for chunk in chunks for sentence in _measuring(chunk.text)][:MOST]
    for chunk, sentence in looked_at:
        for passage in edition.search(sentence, day=day, without=frozenset({chunk.source})).passages:
            if passage.chunk.language == chunk.language and passage.state not in STALE:
                yield from _against(chunk, sentence, passage)


def _against(chunk: Chunk, sentence: str, passage: Passage) -> Iterator[Contradiction]:
    for other in _measuring(passage.chunk.text):
        if differ(sentence, other):
            here, there = " › ".join(chunk.path), " › ".join(passage.chunk.path)
            yield Contradiction(chunk.source, here, sentence, passage.chunk.source, there, other)


def _measuring(text: str) -> Iterator[str]:
    """The sentences of ``text`` that state a figure of which can be told what it is of."""
    sentences = dict.fromkeys(clause.sentence for clause in clauses_of(text))
    return (sentence for sentence in sentences if measures(sentence))
