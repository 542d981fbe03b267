"""Learns what a message wants, from messages written by hand. The command is ``python -m knowledge.training intents``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from knowledge import learned_arrays
from knowledge.embedding.e5 import e5_small
from knowledge.intents import DOCUMENT, ROWS, features
from knowledge.training.labelled_sets import lines_of

FOLDER = Path(__file__).with_name("messages")
FOLDS = 5
FALSE_ALARMS = 0.02  # share of questions taken for a wish of the service, on look-alikes written to be taken so
DECAY = 3e-6  # of 1e-5, 3e-6 and 1e-6 the best by folds; they differ by less than a point
STEPS = 200
ONE_IN = 6  # so many of our own questions on sections: enough to tell what those ask, few beside the messages
BATCH = 32
Matrix = np.ndarray[Any, np.dtype[np.float32]]
Integers = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Message:
    """A text and the name of its intent. ``alike``: written to be told from others, so that alarms are counted on it."""

    text: str
    intent: str
    alike: bool = True


def train_intents(messages: Path, questions: Sequence[Path], out: Path) -> None:
    """Read the messages in the folder, learn, print how well by folds, write ``out``. Raises ``TrainingDataError``.

    ``questions``: files of our own questions on sections, all of which documents answer.
    """
    every = [*_messages(messages), *_questions(questions)]
    names = tuple(sorted({message.intent for message in every}))
    wanted = np.array([names.index(message.intent) for message in every])
    read = _read([message.text for message in every])
    middle = np.stack([np.mean([part[number] for part in read], axis=0) for number in range(2)])
    values = np.stack([features(embedding, state[None], middle) for embedding, state in read])
    alike = np.array([message.alike for message in every])
    alarm = _by_folds(values, wanted, names, alike)
    weights, bias = _learned(values, wanted, len(names))
    arrays = {
        "names": np.frombuffer("\n".join(names).encode(), dtype=np.uint8),
        "alarm": np.float32(alarm),
        "middle": middle.astype(np.float32),
        "weights": weights.astype(np.float16),
        "bias": bias,
    }
    print(f"wrote {out}, SHA-256 {learned_arrays.write(out, arrays)}")


def _messages(folder: Path) -> list[Message]:
    return [
        Message(str(line["text"]), str(line["intent"]))
        for path in sorted(folder.glob("*.jsonl"))
        for line in lines_of(path)
    ]


def _questions(files: Sequence[Path]) -> list[Message]:
    asked = [
        text
        for path in files
        for line in lines_of(path)
        for text in (*line["asks"], *(near[1] for near in line.get("near", ())))
    ]
    return [Message(text, DOCUMENT, alike=False) for text in asked[::ONE_IN]]


def _read(texts: Sequence[str]) -> list[tuple[Matrix, Matrix]]:
    """The embedding of each text and the mean of its states, (384,) both, in the order of ``texts``."""
    model = e5_small()
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))  # alike in length, little is padded
    read: dict[int, tuple[Matrix, Matrix]] = {}
    for start in range(0, len(order), BATCH):
        part = order[start : start + BATCH]
        embeddings, states = model.read([texts[index] for index in part], question=True)
        read.update(zip(part, zip(embeddings, (each.mean(axis=0) for each in states), strict=True), strict=True))
    return [read[index] for index in range(len(texts))]


def _by_folds(values: Matrix, wanted: Integers, names: Sequence[str], alike: Flags) -> float:
    """Learns ``FOLDS`` times without a part, prints what that part is told as, and gives the alarm.

    Neighbouring lines, which may be a pair of contrast, are left out together.
    """
    folds = np.random.default_rng(0).integers(0, FOLDS, len(values) // 2 + 1).repeat(2)[: len(values)]
    shares = np.zeros((len(values), len(names)), np.float32)
    for fold in range(FOLDS):
        weights, bias = _learned(values[folds != fold], wanted[folds != fold], len(names))
        shares[folds == fold] = _softmax(values[folds == fold] @ weights + bias)
    of_service = np.array([name != DOCUMENT and name not in ROWS for name in names])
    service, sums = of_service[wanted], shares[:, of_service].sum(axis=1)
    innocent = np.sort(sums[~service & alike])
    alarm = float(innocent[int(len(innocent) * (1 - FALSE_ALARMS))])
    told = service & (sums >= alarm)
    right = told & (np.where(of_service, shares, 0).argmax(axis=1) == wanted)
    print(f"{len(values)} messages, {len(names)} intents; alarm at {alarm:.3f}")
    print(f"wishes of the service told {told.sum() / service.sum():.3f}, by their name {right.sum() / service.sum():.3f}")
    print(f"questions on sections taken for one {np.mean(sums[~alike] >= alarm):.3f}")
    rows = shares[:, [names.index(name) for name in ROWS]].sum(axis=1)
    asked = np.isin(wanted, [names.index(name) for name in ROWS])
    rest = ~service & alike
    print(f"questions to rows or documents told as such {np.mean((rows > 0.5)[rest] == asked[rest]):.3f}")
    return alarm


def _softmax(odds: Matrix) -> Matrix:
    shares = np.exp(odds - odds.max(axis=1, keepdims=True))
    told: Matrix = shares / shares.sum(axis=1, keepdims=True)
    return told


def _learned(values: Matrix, wanted: Integers, intents: int) -> tuple[Matrix, Matrix]:
    """Weights (features, intents) and bias (intents,) of a softmax."""
    given, right = torch.from_numpy(values), torch.from_numpy(wanted)
    weights = torch.zeros(values.shape[1], intents, requires_grad=True)
    bias = torch.zeros(intents, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights, bias], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        total = functional.cross_entropy(given @ weights + bias, right) + DECAY * (weights**2).sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    return weights.detach().numpy(), bias.detach().numpy()
