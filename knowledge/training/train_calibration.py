"""How sure the evidence makes: a calibration from searches with what answers and with that taken away."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize

from knowledge.index.scoring.fusion import logistic
from knowledge.training.labelled_sets import DAY, FOLDS, Labelled, Set

CALM = 20.0  # of the calibration's weights
LENT = 0.5  # what samples within a language count beside those across
FEW = 100  # samples of a group and outcome; a group of fewer counts by their number
LEAST_DEVIATION = 1e-4  # of a signal: one that does not differ is left out

Matrix = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Sample:
    """The signals of one search and whether the evidence was there. ``group``: where it comes from."""

    signals: Mapping[str, float]
    there: bool
    subject: int
    across: bool
    group: str = ""


def samples_of(found: Set, fusing: Matrix) -> list[Sample]:
    """Each question twice, ranked under the weights ``fusing``: with what answers it, and with that taken away.

    Where several documents may answer (laws), nothing is taken away.
    """
    found.index.fusion = replace(found.index.fusion, weights=fusing.astype(np.float32))
    return [sample for asked in found.questions for sample in _twice(found, asked)]


def _twice(found: Set, asked: Labelled) -> Iterator[Sample]:
    gold = found.sources(asked.gold)
    yield from _sample(found, asked, frozenset(), True, found.name)
    if gold:
        yield from _sample(found, asked, gold, False, found.name)


def strangers(found: Set, asked: Set, every: int) -> Iterator[Sample]:
    """Questions of another set, of which this one cannot hold the answer."""
    for question in asked.questions[::every]:
        yield from _sample(found, question, frozenset(), False, f"{found.name} asked {asked.name}")


def _sample(found: Set, asked: Labelled, without: frozenset[str], there: bool, group: str) -> Iterator[Sample]:
    signals = found.index.search(asked.question, day=DAY, without=without).signals
    if signals:
        yield Sample(signals, there, asked.subject, bool(signals["across"]), group)


def calibrate(samples: Sequence[Sample], lent: Sequence[Sample] = ()) -> dict[str, Any]:
    """A logistic regression over the signals and their products with one of them; the two outcomes count alike.

    Within a language that one is ``known``; across, ``chinese``: the two directions differ in what can be met. Groups
    count by ``mass``, however many samples they have. ``lent``: samples of the other kind, all together ``LENT``.
    """
    plain = [name for name in samples[0].signals if name != "across"]
    telling = "chinese" if samples[0].across else "known"
    names = [*plain, *(f"{name}*{telling}" for name in plain)]
    every = [*samples, *lent]
    values = np.array([[sample.signals[name] for name in plain] for sample in every])
    values = np.concatenate([values, values * values[:, [plain.index(telling)]]], axis=1)
    there = np.array([sample.there for sample in every])
    mean, spread = values[: len(samples)].mean(axis=0), values[: len(samples)].std(axis=0)
    scaled = (values - mean) / np.where(spread > LEAST_DEVIATION, spread, np.inf)
    share = np.concatenate([_shares(samples, len(samples)), _shares(lent, LENT * len(samples))])

    def loss(numbers: Matrix) -> tuple[float, Matrix]:
        totals = scaled @ numbers[:-1] + numbers[-1]
        chances = 1 / (1 + np.exp(-totals))
        wrong = share * (chances - there)
        value = share @ (np.logaddexp(0, totals) - there * totals) + CALM * numbers[:-1] @ numbers[:-1]
        return float(value), np.append(scaled.T @ wrong + 2 * CALM * numbers[:-1], wrong.sum())

    found = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B").x
    rows = zip(names, mean, spread, found, strict=False)
    signals = {name: [round(float(each), 5) for each in row] for name, *row in rows}
    return {"signals": signals, "bias": round(float(found[-1]), 5)}


def lenders(samples: Sequence[Sample]) -> list[Sample]:
    """What tells an answer is much the same across languages as within one: the plain sets may teach it too."""
    return [sample for sample in samples if not sample.across and not re.search("laws|pool|sections", sample.group)]


def mass(group: str, there: bool, across: bool) -> float:
    """How much a group counts: people's own questions as much as two of the others within a language.

    Across languages they are few and so unlike the others that they would decide for all; there they count a tenth,
    which leaves more of them to be answered as "partly". Where both languages are in the pool, what is found in the
    other one is hardly ever right; that counts a fifth, or every text in another language would be doubted. Where a
    section is taken away, its neighbours on the same matter often answer still; that it does not, counts little.
    """
    if across:
        return 0.1 if re.search("laws|sections", group) else 0.2 if "pool" in group else 1.0
    if "sections" in group:
        return 3.0 if there else 0.5
    if " asked " in group:
        return 1.0 if group.startswith("laws") else 0.5
    return 2.0 if group == "laws" else 1.0


def _shares(samples: Sequence[Sample], total: float) -> Matrix:
    """What each sample counts, the two outcomes ``total`` / 2 each."""
    kinds = [(sample.group, sample.there) for sample in samples]
    counts = Counter(kinds)
    share = np.array(
        [mass(*kind, sample.across) / max(FEW, counts[kind]) for kind, sample in zip(kinds, samples, strict=True)]
    )
    there = np.array([sample.there for sample in samples], dtype=bool)
    for chosen in (there, ~there):
        if chosen.any():
            share[chosen] *= total / 2 / share[chosen].sum()
    return share


def shares_right(samples: Sequence[Sample], lent: Sequence[Sample] = ()) -> dict[str, tuple[float, float]]:
    """The shares answered and refused, by group, when the calibration knows only other subjects."""
    right: dict[str, dict[bool, list[bool]]] = {}
    for fold in range(FOLDS):
        others = ([each for each in listed if each.subject % FOLDS != fold] for listed in (samples, lent))
        numbers = logistic(calibrate(*others))
        for sample in (each for each in samples if each.subject % FOLDS == fold):
            found = right.setdefault(sample.group, {True: [], False: []})
            found[sample.there].append((numbers(sample.signals) >= 0.5) == sample.there)
    return {group: (_share(found[True]), _share(found[False])) for group, found in right.items()}


def _share(right: Sequence[bool]) -> float:
    return sum(right) / len(right) if right else float("nan")
