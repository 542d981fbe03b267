"""Learns how judge and search decide together: ``python -m knowledge.training verdict``.

By questions that the judge has not learned from: it is surer of those it has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from knowledge.embedding.embedder import load_embedder
from knowledge.evaluation.metrics import verdict_metrics
from knowledge.index.search import Index
from knowledge.index.section_lookup import SectionLookup
from knowledge.learned_logistic import logistic
from knowledge.models import Chunk, Document
from knowledge.readers import read_document, source_files
from knowledge.settings import EmbeddingSettings
from knowledge.training.judge.asked_of_all import AskedOfAll, asked_of_all
from knowledge.training.judge.pair_sources import section_key
from knowledge.training.labelled_sets import DAY, SUBJECT_TEXTS, in_memory_index, index_of_folder, lines_of

SIGNALS = ("judge", "judge_ahead", "embedded", "chinese")
FIRST = 2  # passages, one of which has to answer a question of all texts for it to count as answered
L2_PENALTY = 1.0  # of the verdict's weights
FOLDS = 5
EVERY = 8  # of the questions on other subjects
Matrix = np.ndarray[Any, np.dtype[np.float64]]
Answers = np.ndarray[Any, np.dtype[np.bool_]]
Key = tuple[str, str]


@dataclass(frozen=True)
class AskedSection:
    """A question that the section ``key`` answers, or does not though it is about the same. ``subject``: of a fold.

    ``key`` is None for a question on another subject than all the texts.
    """

    question: str
    key: Key | None
    answered: bool
    subject: str


@dataclass(frozen=True)
class VerdictSources:
    """What is learned from. ``texts``: folders of documents and laws; ``questions``: our own on their sections;
    ``golden``: others that they answer, by "document|part of a heading" or law and article (tests/golden/README.md);
    ``benchmarks``: a folder of BEIR sets on anything else, which they do not answer; ``asked``: questions of all texts
    of the first folder together.
    """

    texts: Sequence[Path]
    questions: Sequence[Path]
    golden: Sequence[Path]
    benchmarks: Path
    asked: Sequence[Path] = ()


def train_verdict(sources: VerdictSources, out: Path) -> None:
    """Learn, print figures by folds, write ``out``. Raises ``TrainingDataError``."""
    embedder = load_embedder(EmbeddingSettings())
    documents = [each for folder in sources.texts for each in map(read_document, source_files(folder)[0])]
    index = in_memory_index([each for each in documents if isinstance(each, Document)], embedder)
    asked = [each for path in sources.questions for each in asked_sections(path)]
    judged = fit_order(index, [each for each in asked if each.answered])
    asked += [each for path in sources.golden for each in golden_questions(path)]
    asked += foreign_questions(sources.benchmarks)
    index.verdict = replace(index.verdict, judged=judged)
    samples = list(verdict_samples(index, asked))
    if sources.asked:
        of_first = index_of_folder(sources.texts[0], embedder)
        of_first.verdict = index.verdict
        samples += of_all_samples(of_first, [each for path in sources.asked for each in asked_of_all(path)])
    print(f"judged {judged:.3f}; {len(samples)} samples, {sum(answered for _, answered, _ in samples)} answered")
    values, answers = np.array([sample for sample, _, _ in samples]), np.array([answered for _, answered, _ in samples])
    subjects = sorted({subject for _, _, subject in samples})
    fold = np.array([subjects.index(subject) % FOLDS for _, _, subject in samples])
    for names in (SIGNALS, ("judge",), *(tuple(set(SIGNALS) - {name}) for name in SIGNALS)):
        columns = [SIGNALS.index(name) for name in names]
        print(" ".join(sorted(names)), _by_folds(values[:, columns], answers, fold))
    answers_by = fit_logistic(values, answers, SIGNALS)
    out.write_text(json.dumps({"judged": round(judged, 4), "answers": answers_by}, indent=1) + "\n", encoding="utf-8")


def asked_sections(path: Path) -> Iterator[AskedSection]:
    """The questions of a file (knowledge/training/questions/README.md)."""
    for line in lines_of(path):
        key = section_key(line["source"], line["section"])
        for asked in (*line["asks"], *line.get("no", ())):
            yield AskedSection(asked, key, True, line["source"])
        for _, asked in line["near"]:
            yield AskedSection(asked, key, False, line["source"])


def golden_questions(path: Path) -> Iterator[AskedSection]:
    """The questions of a file whose answers are named, each by the first of them."""
    for line in lines_of(path):
        source, section = line["gold"][0].split("|") if "gold" in line else (line["law"], line["article"])
        yield AskedSection(line["question"], section_key(source, section), True, f"{source} {section}")


def foreign_questions(benchmarks: Path) -> list[AskedSection]:
    """Each ``EVERY``-th question of each set, once; five that follow each other are of one subject."""
    lines = [line["text"] for path in sorted(benchmarks.glob("*/queries.jsonl")) for line in lines_of(path)]
    texts = list(dict.fromkeys(lines))[::EVERY]
    return [AskedSection(text, None, False, f"foreign {number // SUBJECT_TEXTS}") for number, text in enumerate(texts)]


def fit_order(index: Index, asked: Sequence[AskedSection]) -> float:
    """What a log odd of the judge weighs beside a point of the search's score, for the right section to come first."""
    index.verdict = replace(index.verdict, judged=0.0)
    labels, cases = _Labels(index), []
    for each in asked:
        examined = index.examine(each.question, day=DAY)
        read = ~np.isnan(examined.odds)
        right = np.array([labels(index.corpus.chunks[chunk], each.key) for chunk in examined.indices], bool)
        if right[read].any() and not right[read].all():
            cases.append((examined.scores[read].astype(float), examined.odds[read].astype(float), right[read]))

    def loss(weights: Matrix) -> float:
        total = 0.0
        for scores, odds, right in cases:
            joined = weights[0] * scores + weights[1] * odds
            total += np.logaddexp.reduce(joined) - np.logaddexp.reduce(joined[right])
        return total / len(cases)

    best = minimize(loss, np.array([0.3, 0.3]), method="Nelder-Mead").x
    for name, (a, b) in {"search": (1, 0), "judge": (0, 1), "both": best}.items():
        first = np.mean([right[np.argmax(a * scores + b * odds)] for scores, odds, right in cases])
        print(f"right section first of {len(cases)}: {name} {first:.3f}")
    return float(best[1] / best[0])


def verdict_samples(index: Index, asked: Sequence[AskedSection]) -> Iterator[tuple[list[float], bool, str]]:
    """Signals, whether what was found first answers, and the subject. Whether a section that nobody has named beside a
    question answers it nobody knows: where such a one was found first, the question is left out.
    """
    labels = _Labels(index)
    for each in asked:
        findings = index.search(each.question, day=DAY)
        if findings.passages and (each.key is None or labels(findings.passages[0].chunk, each.key)):
            yield [findings.signals[name] for name in SIGNALS], each.answered, each.subject


def of_all_samples(index: Index, asked: Sequence[AskedOfAll]) -> Iterator[tuple[list[float], bool, str]]:
    """The same of questions of all texts. One whose answer is held but not found first is left out."""
    for each in asked:
        findings = index.search(each.question, day=DAY)
        found = any(each.answered_by(passage.chunk) for passage in findings.passages[:FIRST])
        if findings.passages and (found or not each.answers):
            yield [findings.signals[name] for name in SIGNALS], found, f"of all {each.origin}"


class _Labels:
    """Which chunks are of the section that a key names, or of that section's translation."""

    def __init__(self, index: Index) -> None:
        self._sections = SectionLookup(index.corpus.chunks, index.corpus.documents)

    def __call__(self, chunk: Chunk, key: Key | None) -> bool:
        return any(_is_named(other, key) for other in (chunk, *self._sections.section(chunk, "zh")))


def _is_named(chunk: Chunk, key: Key | None) -> bool:
    source, section = key or ("", "")
    own = str(Path(chunk.source).with_suffix(""))
    named = source in (own, Path(own).name, Path(own).stem)
    return named and any(section in section_key("", part)[1] for part in chunk.path)


def fit_logistic(values: Matrix, answers: Answers, names: Sequence[str]) -> dict[str, Any]:
    """A logistic regression; both outcomes count alike."""
    mean, spread = values.mean(axis=0), values.std(axis=0)
    scaled = (values - mean) / np.where(spread > 0, spread, np.inf)
    counts = np.where(answers, 0.5 / answers.sum(), 0.5 / (~answers).sum()) * len(answers)

    def loss(weights: Matrix) -> float:
        totals = scaled @ weights[:-1] + weights[-1]
        return float(counts @ (np.logaddexp(0, totals) - answers * totals) + L2_PENALTY * weights[:-1] @ weights[:-1])

    best = minimize(loss, np.zeros(len(names) + 1), method="L-BFGS-B").x
    rows = zip(names, mean, spread, best, strict=False)
    signals = {name: [round(float(number), 5) for number in row] for name, *row in rows}
    return {"signals": signals, "bias": round(float(best[-1]), 5)}


def _by_folds(values: Matrix, answers: Answers, fold: Matrix) -> str:
    names = [str(column) for column in range(values.shape[1])]
    probabilities = np.zeros(len(answers))
    for number in range(FOLDS):
        verdict = logistic(fit_logistic(values[fold != number], answers[fold != number], names))
        for row in np.flatnonzero(fold == number):
            probabilities[row] = verdict(dict(zip(names, values[row], strict=True)))
    metrics = verdict_metrics(probabilities.tolist(), answers.tolist(), 0.5)
    return f"AUC {metrics.auc:.3f}, mean of refused and answered {metrics.mean:.3f}"
