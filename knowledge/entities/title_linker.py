"""Which of the titles that rows have a question means, in whatever words: 烧焊 the 焊工, "fix cars" 汽车维修."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.learned_arrays import FOLDER
from knowledge.learned_logistic import Logistic, read_logistic
from knowledge.tables.records import RecordKind

if TYPE_CHECKING:
    from knowledge.embedding.embedder import Embedder
    from knowledge.index.search_query import SearchQuery
    from knowledge.judge.judge import EncodedText, Judge

FILE = FOLDER / "title_links.json"
MOST = 2_000  # titles of a kind that are compared; a district's tables have a few hundred
FEWEST = 5  # titles, so that one can stand out among them
READ = 6  # titles that the judge reads
BATCH = 64
Matrix = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class TitleLink:
    """The title that fits best, folded, and the probability that it is meant."""

    title: str
    probability: float


@dataclass(frozen=True)
class EncodedTitles:
    """Titles as they are compared: ``vectors`` (titles, dimension), ``read`` by the judge."""

    titles: tuple[str, ...]
    vectors: Matrix
    read: tuple[EncodedText, ...]


class TitleLinker:
    """Links questions to the titles of one edition. Threads may share it; it reads titles when first asked of a kind.

    ``titles``: by kind, the folded title and its text with the English name.
    """

    def __init__(self, titles: Mapping[RecordKind, Mapping[str, str]], embedder: Embedder, judge: Judge) -> None:
        self._titles, self._embedder, self._judge = titles, embedder, judge
        self._encoded: dict[RecordKind, EncodedTitles] = {}
        self._lock = threading.Lock()

    def __call__(self, query: SearchQuery, kind: RecordKind) -> TitleLink | None:
        """The title that ``query`` fits best; None where there are too few to tell."""
        titles = self._of(kind)
        if len(titles.titles) < FEWEST:
            return None
        best, signals = self.measured(query, titles)
        return TitleLink(titles.titles[best], title_verdict()(signals))

    def warm(self) -> None:
        """Read all titles now, so that the first question need not wait for it."""
        for kind in self._titles:
            self._of(kind)

    def measured(self, query: SearchQuery, titles: EncodedTitles) -> tuple[int, dict[str, float]]:
        """The index of the title nearest to ``query``, and how it stands out among all by likeness and by the judge."""
        alike = titles.vectors @ query.embedded
        order = np.argsort(-alike, kind="stable")
        asked = self._judge.with_states(query.read, query.states, question=True)
        odds = np.array([one.answers for one in self._judge(asked, [titles.read[index] for index in order[:READ]])])
        best = float(alike[order[0]])
        return int(order[0]), {
            "alike": best,
            "apart": (best - float(np.median(alike))) / max(float(alike.std()), 1e-6),
            "ahead": best - float(alike[order[1]]),
            "ahead_of_fifth": best - float(alike[order[FEWEST - 1]]),
            "judge": float(odds[0]),
            "judge_apart": float(odds[0] - np.median(odds)),
        }

    def _of(self, kind: RecordKind) -> EncodedTitles:
        with self._lock:
            if kind not in self._encoded:
                known = dict(list(self._titles.get(kind, {}).items())[:MOST])
                self._encoded[kind] = self.encoded(tuple(known), tuple(known.values()))
            return self._encoded[kind]

    def encoded(self, titles: tuple[str, ...], texts: Sequence[str]) -> EncodedTitles:
        """``titles``, whose ``texts`` are read."""
        vectors: list[Matrix] = [np.zeros((0, self._embedder.dimension), np.float32)]
        read: list[EncodedText] = []
        for start in range(0, len(texts), BATCH):
            part = texts[start : start + BATCH]
            embedded, states = self._embedder.read(part)
            vectors.append(embedded)
            read += [self._judge.with_states(text, rows) for text, rows in zip(part, states, strict=True)]
        return EncodedTitles(titles, np.concatenate(vectors), tuple(read))


@cache
def title_verdict() -> Logistic:
    """How probably the nearest title is meant, as learned; read once in a process. Raises ``LearnedError``."""
    return read_logistic(FILE)
