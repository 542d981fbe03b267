"""Learns what messages want. The command is ``python -m knowledge.training messages``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from knowledge import learned_arrays
from knowledge.intents.message_reader import ALARM, FACETS, INTENTS, OF_THE_BASE, ROWS, coded
from knowledge.intents.network import MessageNetwork, padded
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
FEWEST = 15  # messages that have it, for a facet to be learned
TOGETHER, STRETCHES = 48, 8
INTENT_EPOCHS, FACET_EPOCHS = 16, 30  # few of the messages have facets; learned together, each tells less
RATE, DECAY, SMOOTHED = 2e-3, 0.1, 0.05


@dataclass(frozen=True)
class Labels:
    """Names of intents and facets, and of each message its intent (messages,), the facets it ``has`` and those that it
    ``can`` have, both (messages, facets).
    """

    intents: tuple[str, ...]
    facets: tuple[str, ...]
    intent: Integers
    has: Flags
    can: Flags


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
    intents, facets = intent_task(labels), facet_task(labels)
    alarm = _alarm(every, labels, _softmax(_by_folds(intents, given)))
    _print_facets(labels, _by_folds(facets, given) > 0)
    arrays: learned_arrays.Arrays = {
        **_numbers(INTENTS, learned(intents, given, intents.rows)),
        **_numbers(FACETS, learned(facets, given, facets.rows)),
        INTENTS: coded(labels.intents),
        FACETS: coded(labels.facets),
        ALARM: np.array([alarm], np.float32),
    }
    print(f"wrote {out}, SHA-256 {learned_arrays.write(out, arrays)}")


def _numbers(name: str, network: MessageNetwork) -> dict[str, HalfMatrix]:
    return {f"{name}.{part}": values.numpy().astype(np.float16) for part, values in network.state_dict().items()}


def _by_folds(task: Task, given: ReadMessages) -> Matrix:
    """Odds (messages, outputs), those of the task's rows each told by what was learned without the row's fold."""
    odds = np.zeros((len(given.states), task.outputs), np.float32)
    folds = folds_of(len(given.states))
    for fold in range(FOLDS):
        left_out = task.rows[folds[task.rows] == fold]
        network = learned(task, given, task.rows[folds[task.rows] != fold])
        odds[left_out] = told(network, given, left_out)
    return odds


def labels_of(every: list[LabelledMessage]) -> Labels:
    """What each message is, as numbers."""
    intents = tuple(sorted({message.intent for message in every}))
    counts = Counter(name for message in every for name in message.facets or ())
    facets = tuple(sorted(name for name, count in counts.items() if count >= FEWEST))
    return Labels(
        intents,
        facets,
        np.array([intents.index(message.intent) for message in every]),
        np.array([[name in (message.facets or ()) for name in facets] for message in every]),
        np.array([[_can(message, name) for name in facets] for message in every]),
    )


def _can(message: LabelledMessage, facet: str) -> bool:
    return message.facets is not None and facet.startswith(message.intent)


def intent_task(labels: Labels) -> Task:
    """Which intent each message has."""

    def loss(odds: Tensor, batch: Integers) -> Tensor:
        return functional.cross_entropy(odds, torch.from_numpy(labels.intent[batch]), label_smoothing=SMOOTHED)

    return Task(len(labels.intents), INTENT_EPOCHS, np.arange(len(labels.intent)), loss)


def facet_task(labels: Labels) -> Task:
    """Which facets the messages have whose facets are named. A rare facet counts by the root of how rare it is."""
    has, can = torch.from_numpy(labels.has).float(), torch.from_numpy(labels.can).float()
    rare = ((can.sum(0) - has.sum(0)) / has.sum(0).clamp(min=1)).sqrt()

    def loss(odds: Tensor, batch: Integers) -> Tensor:
        each = functional.binary_cross_entropy_with_logits(odds, has[batch], pos_weight=rare, reduction="none")
        return (each * can[batch]).sum() / len(batch)

    return Task(len(labels.facets), FACET_EPOCHS, np.flatnonzero(labels.can.any(axis=1)), loss)


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


def _softmax(odds: Matrix) -> Matrix:
    shares = np.exp(odds - odds.max(axis=1, keepdims=True))
    together: Matrix = shares / shares.sum(axis=1, keepdims=True)
    return together


def _alarm(every: list[LabelledMessage], labels: Labels, shares: Matrix) -> float:
    """The probability above which ``FALSE_ALARMS`` of the look-alikes lie; prints what that tells."""
    names, wanted = labels.intents, labels.intent
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
    rows = shares[:, [names.index(name) for name in ROWS]].sum(axis=1)
    asked = np.isin(wanted, [names.index(name) for name in ROWS])
    rest = ~service & alike
    print(f"questions to rows or documents told as such {np.mean((rows > 0.5)[rest] == asked[rest]):.3f}")
    return alarm


def _print_facets(labels: Labels, said: Flags) -> None:
    print("facets: found, and right of those told")
    for column, name in enumerate(labels.facets):
        can = labels.can[:, column]
        has, tells = labels.has[can, column], said[can, column]
        right = (has & tells).sum()
        print(f"  {name:32} {has.sum():4} {right / has.sum():.2f} {right / max(1, tells.sum()):.2f}")
