"""Search in one edition: the chunks that answer a question best, and how probably they do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embedding.embedder import Embedder
from knowledge.index.document_versions import STALE, Standing, standings, wanted
from knowledge.index.encoding.word_vectors import word_vectors
from knowledge.index.reader import Corpus
from knowledge.index.scoring.calibration_features import Ranked, Signals, signals
from knowledge.index.scoring.fusion import Fusion, fusion
from knowledge.index.scoring.relevance import Relevance
from knowledge.index.scoring.required_entities import AtHome, nowhere, remaining
from knowledge.index.scoring.scorers import Match, Measures, Nearest
from knowledge.index.search_query import Asked, Asker
from knowledge.index.sections import section_keys
from knowledge.index.text.dictionary import dictionary
from knowledge.index.text.pinyin import Sounds
from knowledge.index.text.thesaurus import SHIPPED, Thesaurus
from knowledge.index.text.tokens import ARTICLE
from knowledge.index.translations import Twins
from knowledge.index.writer import heading, searched
from knowledge.models import Chunk, Findings, Metadata, Passage
from knowledge.settings import SearchSettings
from knowledge.text.language import fold

NAMED_ARTICLE = 8.0  # in the scale of scores, whose best are near 30
NAMED_VERSION = 6.0
OTHER_LANGUAGE = 1.0  # a text in the other language cannot meet a question's words as well as one in its own
REFERRED = 0.9  # the probability when the question names the very place
STALENESS = 3.0  # an expired text must fit clearly better than a current one

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Whole = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]


@dataclass(frozen=True)
class Examined:
    """What a search looked at more closely, best first: places of chunks, their measures, and the signals."""

    asked: Asked
    places: Whole
    scores: Matrix
    measured: Matrix
    signals: Signals


class Index:
    """One edition's index. Read-only; several threads may ask at once."""

    def __init__(
        self, corpus: Corpus, measures: Measures, asker: Asker, settings: SearchSettings, at_home: AtHome
    ) -> None:
        self.corpus, self._at_home = corpus, at_home
        self._measures, self._asker, self._settings = measures, asker, settings
        self.fusion: Fusion = fusion()
        self._keys = section_keys(corpus.chunks, corpus.documents)
        self._standing = lru_cache(maxsize=4)(lambda day: standings(corpus.documents, day))
        self._sources = np.array([chunk.source for chunk in corpus.chunks], dtype=object)
        self._relevance = Relevance(asker, corpus.native)
        self._twins = Twins(corpus, self._keys)

    @classmethod
    def open(
        cls,
        folder: Path,
        chunks: Sequence[Chunk],
        documents: Mapping[str, Metadata],
        nearest: Nearest,
        embedder: Embedder,
        settings: SearchSettings,
        at_home: AtHome = nowhere,
    ) -> Index:
        """Open what ``build`` wrote. Raises ``OSError``, ``ValueError`` or ``LearnedError``.

        ``at_home``: whether a folded place is the own city or district, which texts need not name.
        """
        vectors = word_vectors()
        corpus = Corpus.open(folder, chunks, documents, vectors)
        own = [settings.glossary] if settings.glossary else []
        asker = Asker(
            embedder,
            vectors.student,
            dictionary(),
            Thesaurus.load(SHIPPED, *own),
            Sounds(corpus.words, vectors.english.__contains__),
        )
        return cls(corpus, Measures(corpus, vectors, nearest), asker, settings, at_home)

    def search(
        self, question: str, *, day: date, limit: int | None = None, without: frozenset[str] = frozenset()
    ) -> Findings:
        """At most ``limit`` passages for ``question`` as things stand on ``day``, as if ``without`` were not there."""
        found = self.examine(question, day=day, without=without)
        if not len(found.places):
            return Findings((), 0.0)
        best = self.corpus.chunks[found.places[0]]
        across = (best.language == "zh") != (found.asked.language == "zh")
        probability = self.fusion.probability(found.signals, across=across)
        if self._is_reference(found.asked, best):
            probability = max(probability, REFERRED)
        probability *= self._demands(found.asked, best, day)
        standing = self._standing(day)
        chosen = self._one_of_each(found)[: limit or self._settings.passages]
        passages = tuple(self._passage(place, float(score), standing) for place, score in chosen)
        return Findings(passages, probability, {**found.signals, "across": float(across)})

    def relevance(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text fits the question, 0 to about 1; for sentences of passages that were found."""
        return self._relevance(question, texts)

    def examine(self, question: str, *, day: date, without: frozenset[str] = frozenset()) -> Examined:
        """Measure the candidates and put them in order."""
        asked = self._asker.ask(question)
        standing = self._standing(day)
        versions = wanted(question, self.corpus.documents, standing)
        left_out = without | versions.unwanted
        banned = np.flatnonzero(np.isin(self._sources, list(left_out))) if left_out else np.zeros(0, dtype=np.int64)
        places, cheap = self._measures.candidates(asked, banned.astype(np.int32))
        first = np.argsort(-self.fusion.roughly(cheap), kind="stable")[: self._settings.candidates]
        places, cheap = places[first], cheap[first]
        if not len(places):
            return Examined(asked, places, np.zeros(0, np.float32), cheap, {})
        costly, match = self._measures.costly(asked, places)
        measured = np.concatenate([cheap, costly], axis=1)
        scores = self.fusion.score(measured) + self._adjusted(asked, places, standing, versions.meant)
        scores = self._twins.lifted(asked.language, places, scores)
        order = np.argsort(-scores, kind="stable")
        found = signals(asked, self._ranked(places, scores, measured, match, order), self._known(asked))
        return Examined(asked, places[order], scores[order], measured[order], found)

    def _ranked(self, places: Whole, scores: Matrix, measured: Matrix, match: Match, order: Whole) -> Ranked:
        ranked = places[order]
        first = self.corpus.chunks[ranked[0]]
        return Ranked(
            scores[order], measured[order], match, order, searched(first), first.language, self._twins.apart(ranked)
        )

    def _known(self, asked: Asked) -> tuple[float, float]:
        """The shares of the question's words that stand in the collection: as they are, and at least by a gloss."""
        native, english = self.corpus.native, self.corpus.english
        pairs = list(zip(asked.terms.words, asked.terms.english, strict=True))
        if not pairs:
            return 0.0, 0.0
        as_is = [word in native for word, _ in pairs]
        glossed = [
            there or any(stem in english for stem in stems) for there, (_, stems) in zip(as_is, pairs, strict=True)
        ]
        return sum(as_is) / len(pairs), sum(glossed) / len(pairs)

    def _adjusted(self, asked: Asked, places: Whole, standing: Mapping[str, Standing], meant: frozenset[str]) -> Matrix:
        """For a named article or version and for what stands in the other language only; less for what has expired."""
        named = set(ARTICLE.findall(asked.folded))
        change = np.zeros(len(places), dtype=np.float32)
        for row, place in enumerate(places):
            chunk = self.corpus.chunks[place]
            if named and any(fold(re.split(r"\s", part, maxsplit=1)[0]) in named for part in chunk.path):
                change[row] += NAMED_ARTICLE
            if chunk.language != asked.language and not self._twins.is_noted(int(place)):
                change[row] += OTHER_LANGUAGE
            if chunk.source in meant:
                change[row] += NAMED_VERSION
            elif standing[chunk.source].state in STALE:
                change[row] -= STALENESS
        return change

    def _is_reference(self, asked: Asked, best: Chunk) -> bool:
        """Whether the question is nothing but the chunk's own place: an article, with or without its law."""
        place = fold(heading(best, self.corpus.documents))
        named = any(word in place for word in ARTICLE.findall(asked.folded))
        return named and all(word in place for word in asked.terms.words)

    def _demands(self, asked: Asked, best: Chunk, day: date) -> float:
        evidence = fold(f"{heading(best, self.corpus.documents)} {best.text}")
        return remaining(asked.folded, evidence, self.corpus.documents[best.source], day, self._at_home)

    def _one_of_each(self, found: Examined) -> list[tuple[int, float]]:
        """Places with scores; of a section in two languages only the asked language's chunks, at the better score."""
        best: dict[tuple[str, int], float] = {}
        spoken: dict[tuple[str, int], bool] = {}
        for place, score in zip(found.places, found.scores, strict=True):
            key = self._keys[place]
            best.setdefault(key, float(score))
            ours = self.corpus.chunks[place].language == found.asked.language
            spoken[key] = spoken.get(key, False) or ours
        chosen: list[tuple[int, float]] = []
        lifted: set[tuple[str, int]] = set()
        for place, score in zip(found.places, found.scores, strict=True):
            key = self._keys[place]
            if spoken[key] and self.corpus.chunks[place].language != found.asked.language:
                continue
            chosen.append((int(place), float(score) if key in lifted else best[key]))
            lifted.add(key)
        return sorted(chosen, key=lambda each: -each[1])

    def _passage(self, place: int, score: float, standing: Mapping[str, Standing]) -> Passage:
        chunk = self.corpus.chunks[place]
        metadata = self.corpus.documents[chunk.source]
        stands = standing[chunk.source]
        successor = self.corpus.documents[stands.successor].title if stands.successor else None
        group = metadata.translation_of or chunk.source
        return Passage(chunk, metadata, group, stands.state, score, successor)
