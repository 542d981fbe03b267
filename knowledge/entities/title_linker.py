"""Which of the titles that rows have a question means, in whatever words: 烧焊 the 焊工, "fix cars" 汽车维修."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.entities.occupations import NamedOccupations, Occupation, kin_of, occupation_names
from knowledge.learned_arrays import FOLDER
from knowledge.learned_logistic import Logistic, read_logistic
from knowledge.tables.records import RecordKind
from knowledge.text.language import fold

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
    """Folded titles, or else what they would be called, and the probability that they are meant."""

    titles: tuple[str, ...]
    probability: float


@dataclass(frozen=True)
class EncodedTitles:
    """Titles as they are compared: ``vectors`` (titles, dimension), ``read`` by the judge. ``occupations``: of each."""

    titles: tuple[str, ...]
    vectors: Matrix
    read: tuple[EncodedText, ...]
    occupations: tuple[frozenset[Occupation], ...] = ()


class TitleLinker:
    """Links questions to the titles of one edition. Threads may share it; it reads titles when first asked of a kind.

    ``titles`` gives by kind the folded title and its text with the English name; ``meant`` tells from the signals of
    ``measured`` how probably a title is meant.
    """

    def __init__(
        self,
        titles: Callable[[], Mapping[RecordKind, Mapping[str, str]]],
        embedder: Embedder,
        judge: Judge,
        meant: Logistic,
    ) -> None:
        self._titles, self._embedder, self._judge, self._meant = titles, embedder, judge, meant
        self._names = occupation_names()  # read before anybody waits for it
        self._encoded: dict[RecordKind, EncodedTitles] = {}
        self._lock = threading.Lock()

    def __call__(self, query: SearchQuery, kind: RecordKind) -> TitleLink | None:
        """The titles of the occupations that ``query`` names, else the one that it fits best; None where there are too
        few to tell.
        """
        titles = self._of(kind)
        if named := self._names.named_in(query.text):
            return TitleLink(titles_of(named, titles), 1.0)
        if len(titles.titles) < FEWEST:
            return None
        best, signals = measured(self._judge, query.read, query.embedded, query.states, titles)
        return TitleLink((titles.titles[best],), self._meant(signals))

    def _of(self, kind: RecordKind) -> EncodedTitles:
        with self._lock:
            if kind not in self._encoded:
                known = dict(list(self._titles().get(kind, {}).items())[:MOST])
                self._encoded[kind] = encoded(known, self._embedder, self._judge)
            return self._encoded[kind]


def encoded(titles: Mapping[str, str], embedder: Embedder, judge: Judge) -> EncodedTitles:
    """The keys of ``titles``, by their texts."""
    texts = list(titles.values())
    vectors: list[Matrix] = [np.zeros((0, embedder.dimension), np.float32)]
    read: list[EncodedText] = []
    for start in range(0, len(texts), BATCH):
        part = texts[start : start + BATCH]
        embedded, states = embedder.read(part)
        vectors.append(embedded)
        read += [judge.with_states(text, rows) for text, rows in zip(part, states, strict=True)]
    occupations = [  # its English name may be that of others: 数控编程员 a programmer
        occupations_of(occupation_names().named_in(title) or occupation_names().named_in(text))
        for title, text in titles.items()
    ]
    return EncodedTitles(tuple(titles), np.concatenate(vectors), tuple(read), tuple(occupations))


def titles_of(named: Sequence[NamedOccupations], titles: EncodedTitles) -> tuple[str, ...]:
    """The titles of any of the occupations ``named`` or of their kin and, for titles that hold it, how each is written;
    where there are none, what the first is called.
    """
    meant = occupations_of(named)
    written = [each.written for each in named if any(each.written in title for title in titles.titles)]
    for wanted in (meant, kin_of(meant)):
        held = [title for title, own in zip(titles.titles, titles.occupations, strict=True) if own & wanted]
        if held or written:
            return tuple(dict.fromkeys([*held, *written]))
    return (fold(min(one.chinese for one in named[0].occupations)),)


def occupations_of(named: Sequence[NamedOccupations]) -> frozenset[Occupation]:
    """All that are meant by what is named."""
    return frozenset().union(*(each.occupations for each in named))


def measured(
    judge: Judge, text: str, embedded: Matrix, states: Matrix, titles: EncodedTitles
) -> tuple[int, dict[str, float]]:
    """The index of the title nearest to the question ``text``, and how it stands out among all by likeness and by the
    judge. ``embedded`` (dimension,) and ``states`` (tokens, 384) are the question's.
    """
    alike = titles.vectors @ embedded
    order = np.argsort(-alike, kind="stable")
    asked = judge.with_states(text, states, question=True)
    odds = np.array([one.answers for one in judge(asked, [titles.read[index] for index in order[:READ]])])
    best = float(alike[order[0]])
    return int(order[0]), {
        "alike": best,
        "apart": (best - float(np.median(alike))) / max(float(alike.std()), 1e-6),
        "ahead": best - float(alike[order[1]]),
        "ahead_of_fifth": best - float(alike[order[FEWEST - 1]]),
        "judge": float(odds[0]),
        "judge_apart": float(odds[0] - np.median(odds)),
    }


@cache
def title_verdict() -> Logistic:
    """How probably the nearest title is meant, as learned; read once in a process. Raises ``LearnedError``."""
    return read_logistic(FILE)
