"""Learns the weights of the search's scorers: ``python -m knowledge.training fusion``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from knowledge.embedding.embedder import Embedder, load_embedder
from knowledge.index.scoring.scorers import FEATURES
from knowledge.settings import EmbeddingSettings
from knowledge.training.labelled_sets import DAY, FOLDS, IndexedSet, beir_set, law_set, section_set

LEAST = {"heading": 5.0}  # hardly any text of the labelled sets has a title, by which pages of an office differ
L2_PENALTY = 1e-3  # of the scorers' weights
LEAST_SPREAD = 0.05  # of a scorer: one that hardly ever differs must not count beyond bounds
SET_WEIGHTS = {
    "laws": 2.0,
    "sections": 0.25,
}  # users' own words against the text's; texts with headings, of which few are

Matrix = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class RankingCase:
    """One question's candidates: ``measured`` (chunks, FEATURES), and ``right`` (chunks,), which of them answer."""

    measured: Matrix
    right: np.ndarray[Any, np.dtype[np.bool_]]
    subject: int
    weight: float


@dataclass(frozen=True)
class LabelledSources:
    """Where the labelled questions are, and what they are about.

    ``benchmarks``: a folder of BEIR sets, and ``others``, more of them; ``laws`` and ``law_questions``, ``documents``
    and ``section_questions``: a folder of texts, and the files of questions on them.
    """

    benchmarks: Path
    others: Sequence[Path]
    laws: Path
    law_questions: Sequence[Path]
    documents: Path
    section_questions: Path


def train_fusion(labelled: LabelledSources, out: Path) -> None:
    """Learn weights, print cross-validated figures, write ``out``. Raises ``TrainingDataError``."""
    embedder = load_embedder(EmbeddingSettings())
    sets = [*_beir_sets(labelled.benchmarks, embedder), *(beir_set(folder, embedder) for folder in labelled.others)]
    sets.append(law_set(labelled.law_questions, labelled.laws, embedder))
    sets.append(section_set(labelled.section_questions, labelled.documents, embedder))
    cases = {indexed.name: ranking_cases(indexed) for indexed in sets}
    every = list(chain(*cases.values()))
    for name, of_set in cases.items():
        print(f"{name}: right chunk first {_right_first_rate(of_set, every):.3f} of {len(of_set)}")
    weights = fit_weights(every)
    origin = [f"{indexed.name}: {len(indexed.questions)} questions" for indexed in sets]
    values = {
        "origin": origin,
        "weights": {name: round(float(weight), 5) for name, weight in zip(FEATURES, weights, strict=True)},
    }
    out.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def ranking_cases(indexed: IndexedSet) -> list[RankingCase]:
    """The questions of which a right chunk is among the candidates."""
    cases = []
    for question in indexed.questions:
        measured = indexed.index.measure(question.question, day=DAY)
        keys = [indexed.key_of(indexed.index.corpus.chunks[chunk]) for chunk in measured.indices]
        right = np.array([key in question.gold for key in keys], dtype=bool)
        if right.any() and not right.all():
            weight = SET_WEIGHTS.get(indexed.name, 1.0) / len(indexed.questions)
            cases.append(RankingCase(measured.values.astype(np.float64), right, question.subject, weight))
    return cases


def fit_weights(cases: Sequence[RankingCase]) -> Matrix:
    """The weights (FEATURES,), none below its ``LEAST``, under which the right chunks are most probably the first."""
    spread = np.mean([case.measured.std(axis=0) for case in cases], axis=0).clip(LEAST_SPREAD)

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        total, slope = L2_PENALTY * float(weights @ weights), 2 * L2_PENALTY * weights
        for case in cases:
            scaled = case.measured / spread
            scores = scaled @ weights
            every, right = _softmax(scores), _softmax(np.where(case.right, scores, -np.inf))
            total += case.weight * (_log_sum_exp(scores) - _log_sum_exp(scores[case.right]))
            slope = slope + case.weight * ((every - right) @ scaled)
        return total, slope

    least = np.array([LEAST.get(name, 0.0) for name in FEATURES]) * spread
    best = minimize(loss, least, jac=True, method="L-BFGS-B", bounds=[(low, None) for low in least])
    weights: Matrix = best.x / spread
    return weights


def _softmax(scores: Matrix) -> Matrix:
    powers: Matrix = np.exp(scores - scores.max())
    powers /= powers.sum()
    return powers


def _log_sum_exp(scores: Matrix) -> float:
    most = float(scores.max())
    return most + float(np.log(np.exp(scores - most).sum()))


def _beir_sets(benchmarks: Path, embedder: Embedder) -> Iterator[IndexedSet]:
    """Each set, and each with documents in its questions' language once more with the other language's in the index."""
    for folder in sorted(path.parent for path in benchmarks.glob("*/corpus.jsonl")):
        yield beir_set(folder, embedder)
        *name, questions, documents = folder.name.split("-")  # such as xquad-dev-zh-en
        others = [path for path in benchmarks.glob("-".join([*name, questions, "*"])) if path != folder]
        if questions == documents and others:
            yield beir_set(folder, embedder, others[0])


def _right_first_rate(of_set: Sequence[RankingCase], every: Sequence[RankingCase]) -> float:
    """How often a right chunk comes first under weights learned from other subjects."""
    right = 0
    for fold in range(FOLDS):
        weights = fit_weights([case for case in every if case.subject % FOLDS != fold])
        held_out = [case for case in of_set if case.subject % FOLDS == fold]
        right += sum(bool(case.right[np.argmax(case.measured @ weights)]) for case in held_out)
    return right / len(of_set)
