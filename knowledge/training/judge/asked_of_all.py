"""Questions asked of all texts together: what the search finds for each, and whether that answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.index.search import Index
from knowledge.index.writer import searched_text
from knowledge.models import Chunk
from knowledge.text.language import fold
from knowledge.training.judge.pair_sources import Bundle, Pair
from knowledge.training.labelled_sets import DAY, lines_of

BESIDE = 2  # passages beside one that answers: what else was found may answer too, though nobody has said so


@dataclass(frozen=True)
class AskedOfAll:
    """A question to all texts together. ``answers``: what a text that answers it holds, of each tuple one, folded;
    empty where no text answers it. ``origin``: the file that it stands in, which has a writer of its own.
    """

    question: str
    answers: tuple[tuple[str, ...], ...]
    origin: str

    def answered_by(self, chunk: Chunk) -> bool:
        """Whether ``chunk`` holds what answers."""
        text = fold(searched_text(chunk))
        return bool(self.answers) and all(any(one in text for one in some) for some in self.answers)


def asked_of_all(path: Path) -> Iterator[AskedOfAll]:
    """The questions of a file (knowledge/training/questions/README.md). Raises ``TrainingDataError``."""
    for line in lines_of(path):
        wanted = line["must"] if line["answerable"] else ()
        some = (one if isinstance(one, list) else [one] for one in wanted)
        yield AskedOfAll(line["question"], tuple(tuple(map(fold, one)) for one in some), path.stem)


def found_bundles(index: Index, asked: Sequence[AskedOfAll]) -> Iterator[Bundle]:
    """Each question beside what the search finds for it. A question whose answer is not found teaches nothing."""
    for each in asked:
        examined = index.examine(each.question, day=DAY)
        pairs = [
            Pair(each.question, searched_text(chunk), each.answered_by(chunk))
            for chunk, odds in zip(map(index.corpus.chunks.__getitem__, examined.indices), examined.odds, strict=True)
            if not np.isnan(odds)
        ]
        right = [pair for pair in pairs if pair.answers]
        wrong = [pair for pair in pairs if not pair.answers]
        if right or (wrong and not each.answers):
            chosen = (*right, *(wrong[:BESIDE] if right else wrong))
            yield Bundle(f"of all {each.origin}", f"of all {each.origin}", chosen)
