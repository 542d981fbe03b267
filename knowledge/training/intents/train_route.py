"""Learns which messages are for rows: ``python -m knowledge.training route``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embedding.embedder import load_embedder
from knowledge.entities.title_linker import TitleLinker
from knowledge.intents.message_reader import DOCUMENT
from knowledge.intents.route import OF_TITLES, SURE, signals_of
from knowledge.learned_logistic import logistic
from knowledge.models import Document
from knowledge.readers import read_document, source_files
from knowledge.settings import EmbeddingSettings
from knowledge.text.language import fold
from knowledge.training.intents.labels import labels_of
from knowledge.training.intents.messages import messages, read
from knowledge.training.intents.train_messages import intent_task, odds_by_folds, softmax
from knowledge.training.labelled_sets import DAY, in_memory_index
from knowledge.training.train_verdict import fit_logistic

SAMPLES, FOLDS = 900, 8
Matrix = np.ndarray[Any, np.dtype[np.float64]]
Answers = np.ndarray[Any, np.dtype[np.bool_]]


def train_route(documents: Path, out: Path) -> None:
    """Tell the intents of messages from what was learned of others, search the ``documents`` for them, learn, print how
    well by folds, write ``out``. Raises ``TrainingDataError`` or ``OSError``.
    """
    every = messages()
    labels = labels_of(every)
    task = intent_task(labels)
    told = softmax(odds_by_folds(task, read([message.text for message in every])))
    rows = [row for row in task.rows if every[row].alike and every[row].intent in (*OF_TITLES, DOCUMENT)]
    chosen = np.random.default_rng(0).permutation(rows)[:SAMPLES]
    texts = [each for each in map(read_document, source_files(documents)[0]) if isinstance(each, Document)]
    index = in_memory_index(texts, load_embedder(EmbeddingSettings()))
    found = [index.search(every[row].text, day=DAY).probability for row in chosen]
    shares = [dict(zip(labels.intents, told[row].tolist(), strict=True)) for row in chosen]
    names_one = TitleLinker(dict).names_any
    named = [names_one(fold(every[row].text)) for row in chosen]
    signals = [signals_of(*each) for each in zip(shares, found, named, strict=True)]
    names = list(signals[0])
    values = np.array([[each[name] for name in names] for each in signals])
    wanted = np.array([every[row].intent != DOCUMENT for row in chosen])
    _print(values, wanted, names)
    out.write_text(json.dumps(fit_logistic(values, wanted, names), indent=1) + "\n", encoding="utf-8")
    print(f"wrote {out}")


def _print(values: Matrix, wanted: Answers, names: list[str]) -> None:
    folds = np.random.default_rng(0).integers(0, FOLDS, len(wanted))
    told = np.zeros(len(wanted))
    for part in range(FOLDS):
        learned = logistic(fit_logistic(values[folds != part], wanted[folds != part], names))
        for row in np.flatnonzero(folds == part):
            told[row] = learned(dict(zip(names, values[row], strict=True)))
    print(f"{len(wanted)} messages, {wanted.sum()} for rows; by folds told {np.mean((told > 0.5) == wanted):.3f}")
    surely = told > SURE
    print(
        f"surely for rows {surely[wanted].mean():.3f} of them, and of those for documents {surely[~wanted].mean():.3f}"
    )
