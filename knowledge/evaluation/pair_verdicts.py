"""How well the judge tells pairs of question and passage that answer from those that are only about the same."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.chunking import chunk_document
from knowledge.editions.building.progress import Progress, silent
from knowledge.embedding.embedder import Embedder
from knowledge.evaluation.beir import CorpusText
from knowledge.evaluation.metrics import VerdictMetrics, verdict_metrics
from knowledge.evaluation.temporary_edition import temporary_edition, write_corpus
from knowledge.judge.judge import EncodedText, Judge
from knowledge.models import Document, Metadata, Section
from knowledge.settings import KnowledgeSettings
from knowledge.text.language import language_of
from knowledge.validity import today

TOGETHER = 64  # passages whose states are computed at a time


class PairsError(Exception):
    """A file of pairs cannot be used; the message names file, line and reason."""


@dataclass(frozen=True)
class AskedPair:
    """A question, a passage, and whether the passage answers it."""

    question: str
    passage: str
    answerable: bool


@dataclass(frozen=True)
class PairVerdictsResult:
    """The judge's verdicts and, as the rival on the same pairs, the probabilities of the search alone."""

    pairs: int
    answerable: int
    judge: VerdictMetrics
    search: VerdictMetrics


def read_pairs(path: Path) -> list[AskedPair]:
    """The pairs in ``path``: one JSON object a line with question, passage and answerable. Raises ``PairsError``."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PairsError(f"{path}: cannot be read ({error})") from None
    pairs = [_pair(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if len({pair.answerable for pair in pairs}) < 2:
        raise PairsError(f"{path}: needs pairs that are answerable and pairs that are not")
    return pairs


def _pair(path: Path, number: int, line: str) -> AskedPair:
    try:
        values = json.loads(line)
        question, passage, answerable = values["question"], values["passage"], values["answerable"]
        if not isinstance(answerable, bool) or not str(question).strip() or not str(passage).strip():
            raise ValueError("question and passage are texts, answerable is true or false")
    except (ValueError, TypeError, KeyError) as error:
        raise PairsError(f"{path}, line {number}: {error}; fields: question, passage, answerable") from None
    return AskedPair(str(question), str(passage), answerable)


def evaluate_pair_verdicts(
    pairs: Sequence[AskedPair],
    judge: Judge,
    settings: KnowledgeSettings,
    embedder: Embedder,
    progress: Progress = silent,
) -> PairVerdictsResult:
    """What judge and search make of each pair; a long passage counts by its best part. Raises ``IngestionError``."""
    labels = [pair.answerable for pair in pairs]
    return PairVerdictsResult(
        len(pairs),
        sum(labels),
        verdict_metrics(_judged(pairs, judge, embedder), labels, 0.5),
        verdict_metrics(_searched(pairs, settings, embedder, progress), labels, settings.search.answer_above),
    )


def _judged(pairs: Sequence[AskedPair], judge: Judge, embedder: Embedder) -> list[float]:
    """The judge's probabilities."""
    passages = {pair.passage: _parts(pair.passage, embedder) for pair in pairs}
    texts = list(dict.fromkeys(part for parts in passages.values() for part in parts))
    encoded: dict[str, EncodedText] = {}
    for start in range(0, len(texts), TOGETHER):
        together = texts[start : start + TOGETHER]
        encoded.update(zip(together, judge.encoded(together), strict=True))
    probabilities = []
    for pair in pairs:
        (question,) = judge.encoded([pair.question], question=True)
        judgements = judge(question, [encoded[part] for part in passages[pair.passage]])
        probabilities.append(max(judgement.probability for judgement in judgements))
    return probabilities


def _parts(passage: str, embedder: Embedder) -> list[str]:
    """The passage in pieces as an index has them."""
    language = "zh" if language_of(passage) != "en" else "en"
    document = Document("passage", "", Metadata("", language), (Section((), passage),))
    return [piece.text for piece in chunk_document(document, embedder.count_tokens)] or [passage]


def _searched(
    pairs: Sequence[AskedPair], settings: KnowledgeSettings, embedder: Embedder, progress: Progress
) -> list[float]:
    """The probabilities of the search, each of an edition of all passages with the other ones taken away."""
    texts = list(dict.fromkeys(pair.passage for pair in pairs))
    corpus = [CorpusText(str(number), "", text) for number, text in enumerate(texts)]
    with tempfile.TemporaryDirectory(prefix="pairs-") as name:
        sources = write_corpus(Path(name), corpus)
        source_of = {texts[int(key)]: source for source, key in sources.items()}
        every = frozenset(sources)
        with temporary_edition(Path(name), settings, embedder, progress) as (edition, _):
            return [
                edition.search(pair.question, day=today(), without=every - {source_of[pair.passage]}).probability
                for pair in pairs
            ]
