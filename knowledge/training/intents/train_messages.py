"""Learns what messages want. The command is ``python -m knowledge.training messages``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from knowledge import learned_arrays
from knowledge.intents.message_reader import (
    ALARM,
    ASKS,
    FACETS,
    INTENTS,
    OF_THE_BASE,
    POINTS,
    ROWS,
    STANDS_ALONE,
    coded,
)
from knowledge.intents.network import MessageNetwork, padded
from knowledge.training.intents.labels import Labels, Marks, labels_of
from knowledge.training.intents.messages import (
    FOLDS,
    Flags,
    HalfMatrix,
    Integers,
    LabelledMessage,
    Matrix,
    ReadMessages,
    folds_of,
    messages,
    read,
)

FALSE_ALARMS = 0.02  # share of questions taken for a wish of the service, on look-alikes written to be taken so
TOGETHER, STRETCHES = 48, 8
INTENT_EPOCHS, POINT_EPOCHS, FACET_EPOCHS = (
    16,
    16,
    30,
)  # few of the messages have facets; learned together, each tells less
ALONE_ONE_IN = 3
RATE, DECAY, SMOOTHED = 2e-3, 0.1, 0.05


@dataclass(frozen=True)
class Task:
    """What a network with so many ``outputs`` learns from the messages at ``rows``. ``loss``: of odds (batch, outputs)
    and the rows of the batch.
    """

    outputs: int
    epochs: int
    rows: Integers
    loss: Callable[[Tensor, Integers], Tensor]


def train_messages(out: Path) -> None:
    """Read the messages, learn, print how well by folds, write ``out``. Raises ``TrainingDataError``."""
    every = messages()
    labels, given = labels_of(every), read([message.text for message in every])
    tasks = {
        INTENTS: intent_task(labels),
        POINTS: point_task(labels),
        FACETS: marks_task(labels.wants),
        ASKS: marks_task(labels.asks),
    }
    odds = {name: odds_by_folds(task, given) for name, task in tasks.items()}
    alone = tasks[INTENTS].rows
    alarm = _alarm([every[row] for row in alone], labels, softmax(odds[INTENTS][alone]), alone)
    _print_points(labels, tasks[POINTS].rows, odds[POINTS].argmax(axis=1)[tasks[POINTS].rows])
    _print_marks(labels.wants, odds[FACETS] > 0)
    _print_marks(labels.asks, odds[ASKS] > 0)
    names = {INTENTS: labels.intents, POINTS: labels.points, FACETS: labels.wants.names, ASKS: labels.asks.names}
    arrays: dict[str, np.ndarray[Any, np.dtype[Any]]] = {ALARM: np.array([alarm], np.float32)}
    for name, task in tasks.items():
        arrays.update(_numbers(name, learned(task, given, task.rows)))
        arrays[name] = coded(names[name])
    print(f"wrote {out}, SHA-256 {learned_arrays.write(out, arrays)}")


def _numbers(name: str, network: MessageNetwork) -> dict[str, HalfMatrix]:
    return {f"{name}.{part}": values.numpy().astype(np.float16) for part, values in network.state_dict().items()}


def odds_by_folds(task: Task, given: ReadMessages) -> Matrix:
    """Odds (messages, outputs), those of the task's rows each told by what was learned without the row's fold."""
    odds = np.zeros((len(given.states), task.outputs), np.float32)
    folds = folds_of(len(given.states))
    for fold in range(FOLDS):
        left_out = task.rows[folds[task.rows] == fold]
        network = learned(task, given, task.rows[folds[task.rows] != fold])
        odds[left_out] = told(network, given, left_out)
    return odds


def intent_task(labels: Labels) -> Task:
    """Which intent each message has that can be told without what went before."""
    alone = np.flatnonzero(labels.point == labels.points.index(STANDS_ALONE))
    return Task(len(labels.intents), INTENT_EPOCHS, alone, _one_of(labels.intent))


def point_task(labels: Labels) -> Task:
    """What a message points at: all that lean on something, and some of the many that do not."""
    leaning = labels.point != labels.points.index(STANDS_ALONE)
    rows = np.concatenate([np.flatnonzero(leaning), np.flatnonzero(~leaning)[::ALONE_ONE_IN]])
    return Task(len(labels.points), POINT_EPOCHS, np.sort(rows), _one_of(labels.point))


def _one_of(wanted: Integers) -> Callable[[Tensor, Integers], Tensor]:
    def loss(odds: Tensor, batch: Integers) -> Tensor:
        return functional.cross_entropy(odds, torch.from_numpy(wanted[batch]), label_smoothing=SMOOTHED)

    return loss


def marks_task(marks: Marks) -> Task:
    """Which of the marks messages have of which somebody has said so. A rare one counts more."""
    has, can = torch.from_numpy(marks.has).float(), torch.from_numpy(marks.can).float()
    having = (has * can).sum(0).clamp(min=1)
    rare = ((can.sum(0) - having).clamp(min=0) / having).sqrt()

    def loss(odds: Tensor, batch: Integers) -> Tensor:
        each = functional.binary_cross_entropy_with_logits(odds, has[batch], pos_weight=rare, reduction="none")
        return (each * can[batch]).sum() / len(batch)

    return Task(len(marks.names), FACET_EPOCHS, np.flatnonzero(marks.can.any(axis=1)), loss)


def learned(task: Task, given: ReadMessages, rows: Integers) -> MessageNetwork:
    """A network that has learned ``task`` from the messages at ``rows``."""
    torch.manual_seed(0)
    network = MessageNetwork(task.outputs)
    tokens = np.concatenate([given.states[row] for row in rows]).astype(np.float32)
    network.middle.copy_(torch.from_numpy(tokens.mean(axis=0)))
    network.spread.copy_(torch.from_numpy(tokens.std(axis=0)))
    network.usual.copy_(torch.from_numpy(given.embeddings[rows].mean(axis=0)))
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=DECAY)
    batches = [list(_batches(given, rows, epoch)) for epoch in range(task.epochs)]
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=sum(map(len, batches)) + 1)
    for batch in (batch for epoch in batches for batch in epoch):
        optimizer.zero_grad()
        odds = network(*padded([given.states[row] for row in batch]), torch.from_numpy(given.embeddings[batch]))
        task.loss(odds, batch).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
    return network.eval()


def _batches(given: ReadMessages, rows: Integers, epoch: int) -> Iterator[Integers]:
    """The rows of each step: shuffled, and in stretches by length, so that little is padded."""
    shuffled = np.random.default_rng(epoch).permutation(rows)
    for stretch in np.array_split(shuffled, STRETCHES):
        ordered = np.array(sorted(stretch, key=lambda row: len(given.states[row])))
        yield from (ordered[start : start + TOGETHER] for start in range(0, len(ordered), TOGETHER))


def told(network: MessageNetwork, given: ReadMessages, rows: Integers) -> Matrix:
    """The network's odds of the messages at ``rows``."""
    parts = []
    with torch.inference_mode():
        for start in range(0, len(rows), TOGETHER):
            batch = rows[start : start + TOGETHER]
            states = padded([given.states[row] for row in batch])
            parts.append(network(*states, torch.from_numpy(given.embeddings[batch])).numpy())
    return np.concatenate(parts)


def softmax(odds: Matrix) -> Matrix:
    """Probabilities of ``odds`` (messages, outputs)."""
    shares = np.exp(odds - odds.max(axis=1, keepdims=True))
    together: Matrix = shares / shares.sum(axis=1, keepdims=True)
    return together


def _alarm(every: list[LabelledMessage], labels: Labels, shares: Matrix, rows: Integers) -> float:
    """The probability above which ``FALSE_ALARMS`` of the look-alikes lie; prints what that tells.

    ``every`` are the messages at ``rows``, ``shares`` (messages, intents) what was told of them.
    """
    names, wanted = labels.intents, labels.intent[rows]
    alike = np.array([message.alike for message in every])
    of_service = np.array([name not in OF_THE_BASE for name in names])
    service, sums = of_service[wanted], shares[:, of_service].sum(axis=1)
    innocent = np.sort(sums[~service & alike])
    alarm = float(innocent[int(len(innocent) * (1 - FALSE_ALARMS))])
    said = service & (sums >= alarm)
    right = said & (np.where(of_service, shares, 0).argmax(axis=1) == wanted)
    print(f"{len(every)} messages, {len(names)} intents; alarm at {alarm:.3f}")
    print(
        f"wishes of the service told {said.sum() / service.sum():.3f}, by their name {right.sum() / service.sum():.3f}"
    )
    print(f"questions on sections taken for one {np.mean(sums[~alike] >= alarm):.3f}")
    of_rows = shares[:, [names.index(name) for name in ROWS]].sum(axis=1)
    asked = np.isin(wanted, [names.index(name) for name in ROWS])
    rest = ~service & alike
    print(f"questions to rows or documents told as such {np.mean((of_rows > 0.5)[rest] == asked[rest]):.3f}")
    return alarm


def _print_points(labels: Labels, rows: Integers, said: Integers) -> None:
    points = labels.point[rows]
    print("pointed at: found, and right of those told")
    for number, name in enumerate(labels.points):
        has, tells = points == number, said == number
        right = (has & tells).sum()
        print(f"  {name:32} {has.sum():4} {right / has.sum():.2f} {right / max(1, tells.sum()):.2f}")
    alone = labels.points.index(STANDS_ALONE)
    leans, told_to_lean = points != alone, said != alone
    found, wrongly = np.mean(told_to_lean[leans]), np.mean(told_to_lean[~leans])
    print(f"  leaning at all: found {found:.3f}, of those that stand alone {wrongly:.3f}")


def _print_marks(marks: Marks, said: Flags) -> None:
    print("found, and right of those told")
    for column, name in enumerate(marks.names):
        can = marks.can[:, column]
        has, tells = marks.has[can, column], said[can, column]
        right = (has & tells).sum()
        print(f"  {name:32} {has.sum():4} {right / has.sum():.2f} {right / max(1, tells.sum()):.2f}")
