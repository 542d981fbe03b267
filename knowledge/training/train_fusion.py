"""Learns the weights of the search's scorers and its calibration: ``python -m knowledge.training fusion``."""

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
from knowledge.training.train_calibration import (
    CalibrationSample,
    auxiliary_samples,
    calibration_samples,
    cross_validated_rates,
    fit_calibration,
    foreign_samples,
)

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

    ``benchmarks``: a folder of BEIR sets; ``laws`` and ``law_questions``, ``documents`` and ``section_questions``: a
    folder of texts, and the files of questions on them.
    """

    benchmarks: Path
    laws: Path
    law_questions: Sequence[Path]
    documents: Path
    section_questions: Path


def train_fusion(labelled: LabelledSources, out: Path) -> None:
    """Learn weights and calibration, print cross-validated figures, write ``out``. Raises ``TrainingDataError``."""
    embedder = load_embedder(EmbeddingSettings())
    sets = [*_beir_sets(labelled.benchmarks, embedder), law_set(labelled.law_questions, labelled.laws, embedder)]
    sets.append(section_set(labelled.section_questions, labelled.documents, embedder))
    cases = {indexed.name: ranking_cases(indexed) for indexed in sets}
    every = list(chain(*cases.values()))
    for name, of_set in cases.items():
        print(f"{name}: right chunk first {_right_first_rate(of_set, every):.3f} of {len(of_set)}")
    weights = fit_weights(every)
    samples = [sample for indexed in sets for sample in calibration_samples(indexed, weights)]
    samples += _all_foreign_samples(sets)
    same, across = ([sample for sample in samples if sample.across == flag] for flag in (False, True))
    auxiliary = auxiliary_samples(samples)
    rates = (("same language", cross_validated_rates(same)), ("across", cross_validated_rates(across, auxiliary)))
    for name, of_groups in rates:
        for group, (answered, refused) in sorted(of_groups.items()):
            print(f"{name}, {group}: answered {answered:.3f}, refused {refused:.3f}")
    origin = [f"{indexed.name}: {len(indexed.questions)} questions" for indexed in sets]
    write_fusion(out, weights, fit_calibration(same), fit_calibration(across, auxiliary), origin)


def ranking_cases(indexed: IndexedSet) -> list[RankingCase]:
    """The questions of which a right chunk is among the candidates."""
    cases = []
    for question in indexed.questions:
        examined = indexed.index.examine(question.question, day=DAY)
        keys = [indexed.key_of(indexed.index.corpus.chunks[chunk]) for chunk in examined.indices]
        right = np.array([key in question.gold for key in keys], dtype=bool)
        if right.any() and not right.all():
            weight = SET_WEIGHTS.get(indexed.name, 1.0) / len(indexed.questions)
            cases.append(RankingCase(examined.measured.astype(np.float64), right, question.subject, weight))
    return cases


def fit_weights(cases: Sequence[RankingCase]) -> Matrix:
    """The weights (FEATURES,), none below 0, under which the right chunks are most probably the first."""
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

    best = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(FEATURES))
    weights: Matrix = best.x / spread
    return weights


def write_fusion(
    path: Path, weights: Matrix, same: dict[str, Any], across: dict[str, Any], origin: Sequence[str]
) -> None:
    """Write the weights, both calibrations (see ``fit_calibration``) and the sets they were learned from as JSON."""
    values = {
        "origin": list(origin),
        "weights": {name: round(float(weight), 5) for name, weight in zip(FEATURES, weights, strict=True)},
        "same": same,
        "across": across,
    }
    path.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


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


def _all_foreign_samples(sets: Sequence[IndexedSet]) -> Iterator[CalibrationSample]:
    """Everyday questions to the sets of one language, and those sets' questions to the laws and to the sections."""
    laws, sections = (next(indexed for indexed in sets if indexed.name == name) for name in ("laws", "sections"))
    for indexed in sets:
        languages = indexed.name.split("-")[-2:]
        if len(languages) == 2 and languages[0] == languages[1]:
            yield from foreign_samples(laws, indexed, every=5)
            yield from foreign_samples(indexed, laws, every=3)
            yield from foreign_samples(sections, indexed, every=3)
