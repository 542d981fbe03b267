"""Which check questions the texts of a new edition may be answered otherwise from; the others need not be asked again.

An answer is made from what search finds. Where only texts of documents change, that can be another for a question of
which a text that changes was found, or which shares a telling word with a text that is new.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from knowledge.ingestion.consequences.checking import CheckAnswer
from knowledge.ingestion.plan import Prepared
from knowledge.models import Chunk
from knowledge.text.language import fold

COMMON = 0.05  # of all texts: a word that more of them have tells nothing
MOST = 50  # new texts: with more of them all questions are asked
HAN_RUN, LATIN_WORD = re.compile(r"[\u4e00-\u9fff]+"), re.compile(r"[a-z0-9]{4,}")


def affected_questions(
    prepared: Prepared, chunks: Sequence[Chunk], before: Mapping[str, CheckAnswer]
) -> Collection[str]:
    """Of the questions that were answered ``before``, those to be asked again; ``chunks``: of the edition to come."""
    new = [chunk for chunk in chunks if chunk.id in prepared.new_chunks]
    changed = prepared.plan.files.changed
    tables_change = any(table.source in changed for table in prepared.collected.free)
    if not prepared.plan.is_small or tables_change or len(new) > MOST:
        return before.keys()
    staying = {chunk.id for chunk in chunks}
    texts = [fold(_text(chunk)) for chunk in chunks]
    new_texts = [fold(_text(chunk)) for chunk in new]
    return {
        question
        for question, answer in before.items()
        if not staying.issuperset(answer.found) or _shares(question, new_texts, texts)
    }


def _shares(question: str, new: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether one of the ``new`` texts has a part of ``question`` that few of all ``texts`` have."""
    for part in _parts(fold(question)):
        if any(part in text for text in new) and sum(part in text for text in texts) <= max(1, COMMON * len(texts)):
            return True
    return False


def _parts(question: str) -> set[str]:
    """Pairs of Chinese characters, and words of Latin letters by their first letters."""
    pairs = {run[start : start + 2] for run in HAN_RUN.findall(question) for start in range(len(run) - 1)}
    return pairs | {word[:6] for word in LATIN_WORD.findall(question)}


def _text(chunk: Chunk) -> str:
    return "\n".join((*chunk.path, chunk.text))
