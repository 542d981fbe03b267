"""What each measure counts, and how sure the evidence makes: ``python -m knowledge.training fusion``."""

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
from knowledge.settings import Embedding
from knowledge.training.calibrating import Sample, calibrate, lenders, samples_of, shares_right, strangers
from knowledge.training.labelled import DAY, FOLDS, Set, beir, laws, sections

RESTRAINT = 1e-3  # of the measures' weights
LEAST_SPREAD = 0.05  # of a measure: one that hardly ever differs must not count beyond bounds
COUNTS = {"laws": 2.0, "sections": 0.25}  # people's own words against the text's; texts with headings, of which few are

Matrix = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Case:
    """One question's candidates: measures (chunks, FEATURES) and which of them answer."""

    measured: Matrix
    right: np.ndarray[Any, np.dtype[np.bool_]]
    subject: int
    weight: float


def cases_of(found: Set) -> list[Case]:
    """The questions of which a right chunk is among the candidates."""
    cases = []
    for asked in found.questions:
        examined = found.index.examine(asked.question, day=DAY)
        keys = [found.key_of(found.index.corpus.chunks[place]) for place in examined.indices]
        right = np.array([key in asked.gold for key in keys], dtype=bool)
        if right.any() and not right.all():
            weight = COUNTS.get(found.name, 1.0) / len(found.questions)
            cases.append(Case(examined.measured.astype(np.float64), right, asked.subject, weight))
    return cases


def weigh(cases: Sequence[Case]) -> Matrix:
    """The weights under which the right chunks are most probably the first."""
    spread = np.mean([case.measured.std(axis=0) for case in cases], axis=0).clip(LEAST_SPREAD)

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        total, slope = RESTRAINT * float(weights @ weights), 2 * RESTRAINT * weights
        for case in cases:
            scaled = case.measured / spread
            scores = scaled @ weights
            every, right = _shares(scores), _shares(np.where(case.right, scores, -np.inf))
            total += case.weight * (_log_sum(scores) - _log_sum(scores[case.right]))
            slope = slope + case.weight * ((every - right) @ scaled)
        return total, slope

    found = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(FEATURES))
    weights: Matrix = found.x / spread
    return weights


def _shares(scores: Matrix) -> Matrix:
    powers: Matrix = np.exp(scores - scores.max())
    powers /= powers.sum()
    return powers


def _log_sum(scores: Matrix) -> float:
    most = float(scores.max())
    return most + float(np.log(np.exp(scores - most).sum()))


def save(path: Path, weights: Matrix, same: dict[str, Any], across: dict[str, Any], origin: Sequence[str]) -> None:
    """Write the numbers with their origin."""
    values = {
        "origin": list(origin),
        "weights": {name: round(float(weight), 5) for name, weight in zip(FEATURES, weights, strict=True)},
        "same": same,
        "across": across,
    }
    path.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Labels:
    """Questions and folders of what they are about."""

    benchmarks: Path
    laws: Path
    on_laws: Sequence[Path]
    documents: Path
    on_documents: Path


def learn(labels: Labels, out: Path) -> None:
    """Everything: sets, cross-validated figures on standard output, the file. Raises ``SourceError``."""
    embedder = load_embedder(Embedding())
    sets = [*_all_beir(labels.benchmarks, embedder), laws(labels.on_laws, labels.laws, embedder)]
    sets.append(sections(labels.on_documents, labels.documents, embedder))
    cases = {found.name: cases_of(found) for found in sets}
    for name, listed in cases.items():
        print(f"{name}: right chunk first {_first_right(listed, list(chain(*cases.values()))):.3f} of {len(listed)}")
    weights = weigh(list(chain(*cases.values())))
    samples = [sample for found in sets for sample in samples_of(found, weights)]
    samples += _all_strangers(sets)
    same, across = ([each for each in samples if each.across == flag] for flag in (False, True))
    lent = lenders(samples)
    for name, right in (("same language", shares_right(same)), ("across", shares_right(across, lent))):
        for group, (answered, refused) in sorted(right.items()):
            print(f"{name}, {group}: answered {answered:.3f}, refused {refused:.3f}")
    origin = [f"{found.name}: {len(found.questions)} questions" for found in sets]
    save(out, weights, calibrate(same), calibrate(across, lent), origin)


def _all_beir(benchmarks: Path, embedder: Embedder) -> Iterator[Set]:
    """Each set, and each with documents in its questions' language once more with the other language's in the pool."""
    for folder in sorted(path.parent for path in benchmarks.glob("*/corpus.jsonl")):
        yield beir(folder, embedder)
        *name, asked, written = folder.name.split("-")
        others = [path for path in benchmarks.glob("-".join([*name, asked, "*"])) if path != folder]
        if asked == written and others:
            yield beir(folder, embedder, others[0])


def _first_right(listed: Sequence[Case], every: Sequence[Case]) -> float:
    """How often a right chunk comes first under weights learned from other subjects."""
    right = 0
    for fold in range(FOLDS):
        weights = weigh([case for case in every if case.subject % FOLDS != fold])
        held = [case for case in listed if case.subject % FOLDS == fold]
        right += sum(bool(case.right[np.argmax(case.measured @ weights)]) for case in held)
    return right / len(listed)


def _all_strangers(sets: Sequence[Set]) -> Iterator[Sample]:
    """Everyday questions to the sets of one language, and those sets' questions to the laws and to the sections."""
    everyday, headed = (next(found for found in sets if found.name == name) for name in ("laws", "sections"))
    for found in sets:
        languages = found.name.split("-")[-2:]
        if len(languages) == 2 and languages[0] == languages[1]:
            yield from strangers(everyday, found, every=5)
            yield from strangers(found, everyday, every=3)
            yield from strangers(headed, found, every=3)
