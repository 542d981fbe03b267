"""Messages written by hand, and how the bundled model reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embedding.e5 import e5_small
from knowledge.intents.message_reader import DOCUMENT, STANDS_ALONE
from knowledge.intents.network import MOST
from knowledge.training.judge.pair_sources import OWN
from knowledge.training.labelled_sets import lines_of

FOLDER = Path(__file__).parents[1] / "messages"
FOLDS = 4
ONE_IN = 6  # so many of our own questions on sections: enough to tell what those ask, few beside the messages
BATCH = 32
OF_ALL_ROWS = frozenset({"exists", "count"})  # what is asked of rows together is no attribute of one
Matrix = np.ndarray[Any, np.dtype[np.float32]]
Integers = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
HalfMatrix = np.ndarray[Any, np.dtype[np.float16]]


@dataclass(frozen=True)
class LabelledMessage:
    """A text and the name of its intent. ``wants``: of rows, and ``asks``: whose values; None where nobody has said.

    ``points``: at what of an earlier answer; the intent is then that of the earlier question. ``alike``: written to be
    told from others, so that alarms are counted on it. ``language``: empty where nobody has said it.
    """

    text: str
    intent: str
    wants: frozenset[str] | None = None
    asks: frozenset[str] | None = None
    points: str = STANDS_ALONE
    alike: bool = True
    language: str = ""


@dataclass(frozen=True)
class ReadMessages:
    """Messages as the network takes them: ``embeddings`` (messages, 384), and of each the ``states`` (tokens, 384)."""

    embeddings: Matrix
    states: Sequence[HalfMatrix]


def messages() -> list[LabelledMessage]:
    """All messages, and a part of our own questions on sections, for documents. Raises ``TrainingDataError``."""
    written = [_message(line) for path in sorted(FOLDER.glob("*.jsonl")) for line in lines_of(path)]
    asked = [
        text
        for path in sorted(OWN.glob("*.jsonl"))
        for line in lines_of(path)
        for text in (*line["asks"], *(near[1] for near in line.get("near", ())))
    ]
    return [*written, *(LabelledMessage(text, DOCUMENT, alike=False) for text in asked[::ONE_IN])]


def _message(line: dict[str, Any]) -> LabelledMessage:
    text, intent, points = str(line["text"]), str(line["intent"]), line.get("points") or STANDS_ALONE
    wants = frozenset(f"{intent} wants {name}" for name in line["wants"]) if "wants" in line else None
    asks = frozenset(line["asks"]) - OF_ALL_ROWS if "asks" in line else None
    return LabelledMessage(text, intent, wants, asks, points, language=str(line.get("language", "")))


def read(texts: Sequence[str]) -> ReadMessages:
    """``texts`` as the bundled model reads questions, in their order."""
    model = e5_small()
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))  # alike in length, little is padded
    embeddings = np.zeros((len(texts), 384), np.float32)
    states: dict[int, HalfMatrix] = {}
    for start in range(0, len(order), BATCH):
        part = order[start : start + BATCH]
        vectors, tokens = model.read([texts[index] for index in part], question=True)
        embeddings[part] = vectors
        states.update(zip(part, (each[:MOST].astype(np.float16) for each in tokens), strict=True))
    return ReadMessages(embeddings, [states[index] for index in range(len(texts))])


def folds_of(count: int) -> Integers:
    """A fold for each of so many lines. Neighbours, which may be a pair of contrast, are left out together."""
    return np.random.default_rng(0).integers(0, FOLDS, count // 2 + 1).repeat(2)[:count]
