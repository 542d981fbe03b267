"""Learns when a question means a title that rows have. The command is ``python -m knowledge.training title-links``."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embedding.embedder import load_embedder
from knowledge.entities.title_linker import TitleLinker
from knowledge.index.search_query import SearchQuery
from knowledge.judge.judge import judge
from knowledge.learned_logistic import logistic
from knowledge.settings import EmbeddingSettings
from knowledge.tables.records import RecordKind
from knowledge.text.language import HAN, fold
from knowledge.training.intents.messages import FOLDER
from knowledge.training.labelled_sets import lines_of
from knowledge.training.train_verdict import fit_logistic

MESSAGES = FOLDER / "rows.jsonl"
TABLES = {  # the file, the headers of title and English name
    RecordKind.OPENING: ("openings.csv", "岗位名称*", "岗位英文名"),
    RecordKind.PROGRAM: ("programs.csv", "专业名称*", "专业英文名"),
}
FOLDS = 8
Matrix = np.ndarray[Any, np.dtype[np.float64]]
Answers = np.ndarray[Any, np.dtype[np.bool_]]


def train_title_links(documents: Path, out: Path) -> None:
    """Read the tables in ``documents``, measure the messages about them, learn, print how well by folds, write ``out``.

    Raises ``TrainingDataError`` or ``OSError``.
    """
    samples = list(_samples(documents))
    names = list(samples[0][0])
    values = np.array([[signals[name] for name in names] for signals, _ in samples])
    meant = np.array([right for _, right in samples])
    folds = np.random.default_rng(0).integers(0, FOLDS, len(meant))
    told = np.zeros(len(meant))
    for fold_number in range(FOLDS):
        learned = logistic(fit_logistic(values[folds != fold_number], meant[folds != fold_number], names))
        for row in np.flatnonzero(folds == fold_number):
            told[row] = learned(dict(zip(names, values[row], strict=True)))
    above = told >= 0.5
    print(f"{len(meant)} messages, {meant.sum()} mean a title; by folds at 0.5 linked {above[meant].mean():.3f},")
    print(f"of those that mean none or another linked {above[~meant].mean():.3f}")
    out.write_text(json.dumps(fit_logistic(values, meant, names), indent=1) + "\n", encoding="utf-8")
    print(f"wrote {out}")


def _samples(documents: Path) -> Iterator[tuple[dict[str, float], bool]]:
    """The signals of the nearest title to each message, and whether it is meant; without those that nobody can tell."""
    embedder, reader = load_embedder(EmbeddingSettings()), judge()
    linker = TitleLinker({}, embedder, reader)
    for kind, (name, title, english) in TABLES.items():
        with (documents / name).open(encoding="utf-8-sig", newline="") as file:
            known = {fold(row[title]): f"{row[title]} {row[english]}" for row in csv.DictReader(file)}
        encoded = linker.encoded(tuple(known), tuple(known.values()))
        for line in lines_of(MESSAGES):
            if line["intent"] != kind.value or (
                line.get("value") and _is_title(line) and fold(line["value"]) not in known
            ):
                continue
            best, signals = linker.measured(_query(line["text"], embedder), encoded)
            nearest = encoded.titles[best]
            yield signals, nearest == fold(line.get("value", "")) or _literally(nearest, fold(line["text"]))


def _is_title(line: dict[str, str]) -> bool:
    return any(line.get("column") == title.rstrip("*") for _, title, _ in TABLES.values())


def _literally(title: str, text: str) -> bool:
    """Whether two neighbouring Chinese letters of ``title`` stand in ``text``."""
    pairs = (title[start : start + 2] for start in range(len(title) - 1))
    return any(pair in text for pair in pairs if len(HAN.findall(pair)) == 2)


def _query(text: str, embedder: Any) -> SearchQuery:
    vector, states, bundled = embedder.read_question(text)
    nothing: Any = None
    return SearchQuery(text, text, "zh", nothing, text, vector, states, bundled, vector)
