"""Learns when a question means a title that rows have. The command is ``python -m knowledge.training title-links``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embedding.embedder import load_embedder
from knowledge.entities.title_linker import encoded, measured
from knowledge.judge.judge import judge
from knowledge.learned_logistic import logistic
from knowledge.readers import source_files
from knowledge.settings import EmbeddingSettings
from knowledge.tables import read_table
from knowledge.tables.records import Opening, Program, RecordKind
from knowledge.text.language import HAN, fold
from knowledge.training.intents.messages import FOLDER
from knowledge.training.labelled_sets import lines_of
from knowledge.training.train_verdict import fit_logistic

MESSAGES = FOLDER / "rows.jsonl"
COLUMNS = ("岗位名称", "专业名称")  # of titles, as the messages call them
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
    for kind, known in _titles(documents).items():
        titles = encoded(known, embedder, reader)
        for line in (each for each in lines_of(MESSAGES) if each["intent"] == kind):
            value = fold(line.get("value", ""))
            if value and line.get("column") in COLUMNS and value not in known:
                continue
            asked = embedder.read_question(line["text"])
            best, signals = measured(reader, line["text"], asked.vector, asked.states, titles)
            nearest = titles.titles[best]
            yield signals, nearest == value or _literally(nearest, fold(line["text"]))


def _titles(documents: Path) -> dict[RecordKind, dict[str, str]]:
    """The folded titles of openings and programs in the tables of a folder, each with its text and English name."""
    titles: dict[RecordKind, dict[str, str]] = {RecordKind.OPENING: {}, RecordKind.PROGRAM: {}}
    for file in source_files(documents)[0]:
        for row in read_table(file).rows if file.path.suffix == ".csv" else ():
            if isinstance(row.record, Opening):
                names = row.record.title, row.record.title_en
            elif isinstance(row.record, Program):
                names = row.record.major, row.record.major_en
            else:
                continue
            titles[row.kind].setdefault(fold(names[0]), f"{names[0]} {names[1] or ''}".strip())
    return titles


def _literally(title: str, text: str) -> bool:
    """Whether two neighbouring Chinese letters of ``title`` stand in ``text``."""
    pairs = (title[start : start + 2] for start in range(len(title) - 1))
    return any(pair in text for pair in pairs if len(HAN.findall(pair)) == 2)
