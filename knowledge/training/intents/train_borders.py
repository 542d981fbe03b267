"""Learns where in a message another question begins. The command is ``python -m knowledge.training borders``."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from knowledge import learned_arrays
from knowledge.embedding.e5 import e5_small
from knowledge.intents.borders import LIKELY, MARKS, BorderNetwork
from knowledge.intents.message_reader import STANDS_ALONE
from knowledge.intents.network import MOST, padded
from knowledge.training.intents.messages import FOLDER, FOLDS, HalfMatrix, LabelledMessage, messages, read
from knowledge.training.labelled_sets import lines_of

WRITTEN = FOLDER / "several" / "parts.jsonl"
BORDER = "¦"
JOINED, SINGLE = 350, 250  # messages made of others, and messages of one question
TIMES = 4  # what was written as one message counts so much
TOGETHER, EPOCHS, RATE, DECAY = 32, 8, 2e-3, 0.05
BETWEEN = {
    "en": (" ", ", ", " and ", ", also ", "? ", ". ", " also ", " plus ", ", and "),
    "zh": (" ", " ", " ", "，", ",", "？", "。", "", "，还有", " 还有", "，另外", " 顺便问下", "\n"),
    "zh-hant": (" ", " ", " ", "，", ",", "？", "。", "", "，還有", " 還有", "，另外", " 順便問下", "\n"),
    "yue": (" ", " ", " ", "，", ",", "？", "。", "", "，仲有", " 仲有", "，同埋", " 順便問下", "\n"),
}


@dataclass(frozen=True)
class BorderedMessage:
    """A message, and the characters at which another question begins."""

    text: str
    borders: tuple[int, ...] = ()
    times: int = 1


@dataclass(frozen=True)
class ReadBorders:
    """Messages as the network takes them: of each the ``states`` (tokens, 384), and where a question ``begins``."""

    states: Sequence[HalfMatrix]
    begins: Sequence[np.ndarray[Any, np.dtype[np.float32]]]


def train_borders(out: Path) -> None:
    """Make and read the messages, learn, print how well by folds, write ``out``. Raises ``TrainingDataError``."""
    written = [_written(str(line["text"])) for line in lines_of(WRITTEN)]
    made = list(_made(random.Random(0)))
    every = [*written, *made]
    given = _read(every)
    folds = np.random.default_rng(0).integers(0, FOLDS, len(every))
    told: dict[int, list[int]] = {}
    for fold in range(FOLDS):
        network = learned(every, given, np.flatnonzero(folds != fold))
        for row in np.flatnonzero(folds[: len(written)] == fold):
            told[int(row)] = _borders_told(network, given, int(row))
    _print(written, given, told)
    network = learned(every, given, np.arange(len(every)))
    numbers = {name: values.numpy().astype(np.float16) for name, values in network.state_dict().items()}
    print(f"wrote {out}, SHA-256 {learned_arrays.write(out, numbers)}")


def _written(marked: str) -> BorderedMessage:
    """A message in which ``BORDER`` stands before each further question."""
    pieces = marked.split(BORDER)
    ends = np.cumsum([len(piece) for piece in pieces]).tolist()
    return BorderedMessage("".join(pieces), tuple(ends[:-1]), TIMES)


def _made(chance: random.Random) -> Iterator[BorderedMessage]:
    """Questions of the same language put together as people do, and single ones."""
    by_language: dict[str, list[LabelledMessage]] = {}
    for message in messages():
        if message.language and len(message.text) <= 60:
            by_language.setdefault(message.language, []).append(message)
    languages = list(by_language)
    sizes = [len(by_language[language]) for language in languages]
    for number in range(JOINED + SINGLE):
        language = chance.choices(languages, sizes)[0]
        first = chance.choice([each for each in by_language[language] if each.points == STANDS_ALONE])
        text, borders = first.text, []
        for _ in range(chance.choice((1, 1, 1, 2)) if number < JOINED else 0):
            further = chance.choice(by_language[language])
            if further.points != STANDS_ALONE and further.intent != first.intent:
                continue
            between = chance.choice(BETWEEN[language])
            text = text.rstrip(MARKS) if chance.random() < 0.8 else text
            start = len(text) + len(between) - len(between.lstrip(MARKS))
            text += between + further.text
            borders.append(start)
        yield BorderedMessage(text, tuple(borders))


def _read(every: Sequence[BorderedMessage]) -> ReadBorders:
    model = e5_small()
    states = read([message.text for message in every]).states
    begins = []
    for message, rows in zip(every, states, strict=True):
        places = model.places(message.text, question=True)[: len(rows)]
        own = np.zeros(len(rows), np.float32)
        for border in message.borders:
            inside = [row for row, (start, end) in enumerate(places) if start <= border < end]
            own[inside[:1]] = 1
        begins.append(own)
    return ReadBorders(states, begins)


def learned(every: Sequence[BorderedMessage], given: ReadBorders, rows: Any) -> BorderNetwork:
    """A network that has learned from the messages at ``rows``."""
    torch.manual_seed(0)
    network = BorderNetwork()
    tokens = np.concatenate([given.states[row] for row in rows]).astype(np.float32)
    network.middle.copy_(torch.from_numpy(tokens.mean(axis=0)))
    network.spread.copy_(torch.from_numpy(tokens.std(axis=0)))
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=DECAY)
    repeated = np.array([row for row in rows for _ in range(every[row].times)])
    steps = EPOCHS * -(-len(repeated) // TOGETHER)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps + 1)
    for epoch in range(EPOCHS):
        shuffled = np.random.default_rng(epoch).permutation(repeated)
        for start in range(0, len(shuffled), TOGETHER):
            batch = shuffled[start : start + TOGETHER]
            states, there = padded([given.states[row] for row in batch])
            wanted = torch.zeros(there.shape)
            for place, row in enumerate(batch):
                wanted[place, : len(given.begins[row][:MOST])] = torch.from_numpy(given.begins[row][:MOST])
            optimizer.zero_grad()
            each = functional.binary_cross_entropy_with_logits(network(states, there), wanted, reduction="none")
            (each * there).sum().div(len(batch)).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
    return network.eval()


def _borders_told(network: BorderNetwork, given: ReadBorders, row: int) -> list[int]:
    with torch.inference_mode():
        likely = network(*padded([given.states[row]]))[0].sigmoid()
    return [token for token, odds in enumerate(likely.tolist()) if odds > LIKELY]


def _print(written: Sequence[BorderedMessage], given: ReadBorders, told: dict[int, list[int]]) -> None:
    """How well what was left out of learning is told."""
    wanted = {row: np.flatnonzero(given.begins[row]).tolist() for row in told}
    right = sum(len(set(told[row]) & set(wanted[row])) for row in told)
    found, said = right / max(1, sum(map(len, wanted.values()))), right / max(1, sum(map(len, told.values())))
    single = [row for row in told if not written[row].borders]
    whole = np.mean([not told[row] for row in single])
    several = np.mean([told[row] == wanted[row] for row in told if written[row].borders])
    print(f"{len(written)} messages, left out of learning: borders found {found:.3f}, of those told right {said:.3f}")
    print(f"of one question left whole {whole:.3f}, of several cut exactly {several:.3f}")
