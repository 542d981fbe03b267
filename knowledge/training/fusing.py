"""What each measure counts, and how sure the evidence makes: ``python -m knowledge.training fusion``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from knowledge.embeddings import Embedder, load_embedder
from knowledge.index.features import FEATURES
from knowledge.index.fusion import logistic
from knowledge.settings import Embedding
from knowledge.training.labelled import Labelled, Set, beir, laws

DAY = date(2026, 1, 1)
FOLDS = 4
RESTRAINT = 1e-3  # of the measures' weights
LEAST_SPREAD = 0.05  # of a measure: one that hardly ever differs must not count beyond bounds
CALM = 20.0  # of the calibration's weights
FEW = 100  # samples of a group and outcome; a group of fewer counts by their number
LEAST_DEVIATION = 1e-4  # of a signal: one that does not differ is left out
LAWS = 2.0  # questions in people's own words count so much against those in the text's words

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
        keys = [found.key_of(found.index.corpus.chunks[place]) for place in examined.places]
        right = np.array([key in asked.gold for key in keys], dtype=bool)
        if right.any() and not right.all():
            weight = (LAWS if found.name == "laws" else 1.0) / len(found.questions)
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


def calibrate(samples: Sequence[Sample]) -> dict[str, Any]:
    """A logistic regression over the signals and their products with one of them; the two outcomes count alike.

    Within a language that one is ``known``; across, ``chinese``: the two directions differ in what can be met. Groups
    count by ``mass``, however many samples they have.
    """
    plain = [name for name in samples[0].signals if name != "across"]
    telling = "chinese" if samples[0].across else "known"
    names = [*plain, *(f"{name}*{telling}" for name in plain)]
    values = np.array([[sample.signals[name] for name in plain] for sample in samples])
    values = np.concatenate([values, values * values[:, [plain.index(telling)]]], axis=1)
    there = np.array([sample.there for sample in samples])
    mean, spread = values.mean(axis=0), values.std(axis=0)
    scaled = (values - mean) / np.where(spread > LEAST_DEVIATION, spread, 1.0)
    share = _shares_of_groups(samples, there)

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


def mass(group: str, across: bool) -> float:
    """How much a group counts: people's own questions as much as two of the others within a language.

    Across languages they are few and so unlike the others that they would decide for all; there they count a tenth,
    which leaves more of them to be answered as "partly".
    """
    if across:
        return 0.1 if "laws" in group else 1.0
    if " asked " in group:
        return 1.0 if group.startswith("laws") else 0.5
    return 2.0 if group == "laws" else 1.0


def _shares_of_groups(samples: Sequence[Sample], there: np.ndarray[Any, np.dtype[np.bool_]]) -> Matrix:
    kinds = [(sample.group, sample.there) for sample in samples]
    counts = Counter(kinds)
    share = np.array(
        [mass(kind[0], sample.across) / max(FEW, counts[kind]) for kind, sample in zip(kinds, samples, strict=True)]
    )
    for outcome in (True, False):
        share[there == outcome] /= share[there == outcome].sum()
    share *= len(samples) / 2
    return share


def save(path: Path, weights: Matrix, same: dict[str, Any], across: dict[str, Any], origin: Sequence[str]) -> None:
    """Write the numbers with their origin."""
    values = {
        "origin": list(origin),
        "weights": {name: round(float(weight), 5) for name, weight in zip(FEATURES, weights, strict=True)},
        "same": same,
        "across": across,
    }
    path.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def learn(benchmarks: Path, laws_folder: Path, questions: Sequence[Path], out: Path) -> None:
    """Everything: sets, cross-validated figures on standard output, the file. Raises ``SourceError``."""
    embedder = load_embedder(Embedding())
    sets = [*_all_beir(benchmarks, embedder), laws(questions, laws_folder, embedder)]
    cases = {found.name: cases_of(found) for found in sets}
    for name, listed in cases.items():
        print(f"{name}: right chunk first {_first_right(listed, list(chain(*cases.values()))):.3f} of {len(listed)}")
    weights = weigh(list(chain(*cases.values())))
    samples = [sample for found in sets for sample in samples_of(found, weights)]
    samples += _all_strangers(sets)
    same, across = ([each for each in samples if each.across == flag] for flag in (False, True))
    for name, listed_samples in (("same language", same), ("across", across)):
        for group, (answered, refused) in sorted(_shares_right(listed_samples).items()):
            print(f"{name}, {group}: answered {answered:.3f}, refused {refused:.3f}")
    origin = [f"{found.name}: {len(found.questions)} questions" for found in sets]
    save(out, weights, calibrate(same), calibrate(across), origin)


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
    """Everyday questions to the sets of one language, and those sets' questions to the laws."""
    everyday = next(found for found in sets if found.name == "laws")
    for found in sets:
        languages = found.name.split("-")[-2:]
        if len(languages) == 2 and languages[0] == languages[1]:
            yield from strangers(everyday, found, every=5)
            yield from strangers(found, everyday, every=3)


def _shares_right(samples: Sequence[Sample]) -> dict[str, tuple[float, float]]:
    """The shares answered and refused, by group, when the calibration knows only other subjects."""
    right: dict[str, dict[bool, list[bool]]] = {}
    for fold in range(FOLDS):
        numbers = logistic(calibrate([sample for sample in samples if sample.subject % FOLDS != fold]))
        for sample in (each for each in samples if each.subject % FOLDS == fold):
            found = right.setdefault(sample.group, {True: [], False: []})
            found[sample.there].append((numbers(sample.signals) >= 0.5) == sample.there)
    return {group: (_share(found[True]), _share(found[False])) for group, found in right.items()}


def _share(right: Sequence[bool]) -> float:
    return sum(right) / len(right) if right else float("nan")
