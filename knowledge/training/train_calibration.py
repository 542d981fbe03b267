"""Learns the probability of an answer: from searches with what answers in the index, and with that taken away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize

from knowledge.index.scoring.fusion import logistic
from knowledge.training.labelled_sets import DAY, FOLDS, IndexedSet, TrainingQuestion

L2_PENALTY = 20.0  # of the calibration's weights
AUXILIARY_SHARE = 0.5  # what samples within a language count beside those across
LEAST_COUNT = 100  # samples of a group and outcome; a group of fewer counts by their number
LEAST_DEVIATION = 1e-4  # of a signal: one that does not differ is left out

Matrix = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class CalibrationSample:
    """The signals of one search, and whether the answer was in the index.

    ``across``: whether the best chunk is in another language than the question; ``group``: name of the set searched,
    or "SET asked SET" for questions of another one.
    """

    signals: Mapping[str, float]
    answerable: bool
    subject: int
    across: bool
    group: str = ""


def calibration_samples(indexed: IndexedSet, weights: Matrix) -> list[CalibrationSample]:
    """Each question twice, ranked under ``weights`` (FEATURES,): with what answers it, and with that taken away.

    Where several documents may answer (laws), nothing is taken away.
    """
    indexed.index.fusion = replace(indexed.index.fusion, weights=weights.astype(np.float32))
    return [sample for question in indexed.questions for sample in _with_and_without_gold(indexed, question)]


def _with_and_without_gold(indexed: IndexedSet, question: TrainingQuestion) -> Iterator[CalibrationSample]:
    gold = indexed.sources(question.gold)
    yield from _sample(indexed, question, frozenset(), True, indexed.name)
    if gold:
        yield from _sample(indexed, question, gold, False, indexed.name)


def foreign_samples(indexed: IndexedSet, other: IndexedSet, every: int) -> Iterator[CalibrationSample]:
    """Each ``every``-th question of the set ``other``, which the documents of ``indexed`` cannot answer."""
    for question in other.questions[::every]:
        yield from _sample(indexed, question, frozenset(), False, f"{indexed.name} asked {other.name}")


def _sample(
    indexed: IndexedSet, question: TrainingQuestion, without: frozenset[str], answerable: bool, group: str
) -> Iterator[CalibrationSample]:
    signals = indexed.index.search(question.question, day=DAY, without=without).signals
    if signals:
        yield CalibrationSample(signals, answerable, question.subject, bool(signals["across"]), group)


def fit_calibration(
    samples: Sequence[CalibrationSample], auxiliary: Sequence[CalibrationSample] = ()
) -> dict[str, Any]:
    """A logistic regression over the signals and their products with one of them; both outcomes count alike.

    That one is ``known`` for samples within a language, and across languages ``chinese``: the two directions differ in
    what can be met. Groups count by ``group_weight``, however many samples they have. ``auxiliary``: samples of the
    other kind, which count ``AUXILIARY_SHARE`` all together.

    Returns "signals": name -> [mean, spread, weight], and "bias", as ``knowledge.index.scoring.fusion.logistic`` reads.
    """
    plain = [name for name in samples[0].signals if name != "across"]
    interaction = "chinese" if samples[0].across else "known"
    names = [*plain, *(f"{name}*{interaction}" for name in plain)]
    every = [*samples, *auxiliary]
    values = np.array([[sample.signals[name] for name in plain] for sample in every])
    values = np.concatenate([values, values * values[:, [plain.index(interaction)]]], axis=1)
    answerable = np.array([sample.answerable for sample in every])
    mean, spread = values[: len(samples)].mean(axis=0), values[: len(samples)].std(axis=0)
    scaled = (values - mean) / np.where(spread > LEAST_DEVIATION, spread, np.inf)
    weights = np.concatenate([_weights(samples, len(samples)), _weights(auxiliary, AUXILIARY_SHARE * len(samples))])

    def loss(coefficients: Matrix) -> tuple[float, Matrix]:
        totals = scaled @ coefficients[:-1] + coefficients[-1]
        probabilities = 1 / (1 + np.exp(-totals))
        residuals = weights * (probabilities - answerable)
        value = weights @ (np.logaddexp(0, totals) - answerable * totals)
        value += L2_PENALTY * coefficients[:-1] @ coefficients[:-1]
        slope = np.append(scaled.T @ residuals + 2 * L2_PENALTY * coefficients[:-1], residuals.sum())
        return float(value), slope

    best = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B").x
    rows = zip(names, mean, spread, best, strict=False)
    signals = {name: [round(float(number), 5) for number in row] for name, *row in rows}
    return {"signals": signals, "bias": round(float(best[-1]), 5)}


def auxiliary_samples(samples: Sequence[CalibrationSample]) -> list[CalibrationSample]:
    """Samples within a language of the plain sets: what shows an answer is much the same across languages."""
    return [sample for sample in samples if not sample.across and not re.search("laws|pool|sections", sample.group)]


def group_weight(group: str, answerable: bool, across: bool) -> float:
    """How much a group counts: people's own questions as much as two of the others within a language.

    Across languages they are few and so unlike the others that they would decide for all; there they count a tenth,
    which leaves more of them to be answered as "partly". Where both languages are in the index, what is found in the
    other one is hardly ever right; that counts a fifth, or every text in another language would be doubted. Where a
    section is taken away, its neighbours on the same matter often answer still; that it does not, counts little.
    """
    if across:
        return 0.1 if re.search("laws|sections", group) else 0.2 if "pool" in group else 1.0
    if "sections" in group:
        return 3.0 if answerable else 0.5
    if " asked " in group:
        return 1.0 if group.startswith("laws") else 0.5
    return 2.0 if group == "laws" else 1.0


def _weights(samples: Sequence[CalibrationSample], total: float) -> Matrix:
    """What each sample counts, both outcomes ``total`` / 2 each."""
    keys = [(sample.group, sample.answerable) for sample in samples]
    counts = Counter(keys)
    weights = np.array(
        [
            group_weight(*key, sample.across) / max(LEAST_COUNT, counts[key])
            for key, sample in zip(keys, samples, strict=True)
        ]
    )
    answerable = np.array([sample.answerable for sample in samples], dtype=bool)
    for chosen in (answerable, ~answerable):
        if chosen.any():
            weights[chosen] *= total / 2 / weights[chosen].sum()
    return weights


def cross_validated_rates(
    samples: Sequence[CalibrationSample], auxiliary: Sequence[CalibrationSample] = ()
) -> dict[str, tuple[float, float]]:
    """The shares rightly answered and rightly refused, by group, by a calibration learned from other subjects."""
    right: dict[str, dict[bool, list[bool]]] = {}
    for fold in range(FOLDS):
        others = ([sample for sample in part if sample.subject % FOLDS != fold] for part in (samples, auxiliary))
        probability = logistic(fit_calibration(*others))
        for sample in (sample for sample in samples if sample.subject % FOLDS == fold):
            outcomes = right.setdefault(sample.group, {True: [], False: []})
            outcomes[sample.answerable].append((probability(sample.signals) >= 0.5) == sample.answerable)
    return {group: (_share(outcomes[True]), _share(outcomes[False])) for group, outcomes in right.items()}


def _share(right: Sequence[bool]) -> float:
    return sum(right) / len(right) if right else float("nan")
