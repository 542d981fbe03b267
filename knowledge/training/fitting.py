"""The loop: a Chinese sentence is drawn to MiniLM's embedding of its English, and away from its batch's others."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from knowledge.index.encoding.chinese_encoder import EncoderVocabulary
from knowledge.training.network import Network, Sentence
from knowledge.training.sources import Saying
from knowledge.training.teacher import Targets

BATCH = 512
RATE = 2e-3
TEMPERATURE = 0.05
SAME = 0.9  # English texts nearer than this are no counter-examples of each other
FORGET = 0.1  # share of words, and of words' own rows, left out while training
WARM_UP = 100


@dataclass(frozen=True)
class Example:
    """A sentence as rows of the table, the rows of its targets, and the number of its concept."""

    sentence: Sentence
    targets: Sequence[int]
    concept: int


def examples(sayings: Sequence[Saying], terms: EncoderVocabulary, targets: Targets) -> list[Example]:
    """Each saying as often as it says."""
    concepts: dict[str, int] = {}
    found: list[Example] = []
    for saying in sayings:
        sentence = terms.sentence(saying.text)
        rows = [targets.row[text] for text in saying.english]
        example = Example(sentence, rows, concepts.setdefault(saying.concept, len(concepts)))
        found += [example] * saying.repeat if sentence else []
    return found


def fit(
    network: Network,
    learned: Sequence[Example],
    targets: Targets,
    epochs: float,
    rng: np.random.Generator,
    pace: float = 1.0,
) -> None:
    """Trains in place; prints the loss now and then."""
    steps, began = int(epochs * len(learned) / min(BATCH, len(learned))), time.monotonic()
    rest = [values for name, values in network.named_parameters() if not name.startswith("table")]
    optimizers = (torch.optim.SparseAdam([network.table.weight], lr=RATE), torch.optim.Adam(rest, lr=RATE / 2))
    goals = torch.tensor(targets.vectors)
    network.train()
    for step, batch in zip(range(steps), _batches(learned, rng), strict=False):
        now = pace * min(1.0, (step + 1) / WARM_UP) * max(0.02, 1 - step / steps)
        loss = _loss(network, batch, goals, rng)
        for optimizer, rate in zip(optimizers, (RATE, RATE / 2), strict=True):
            optimizer.param_groups[0]["lr"] = rate * now
            optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        for optimizer in optimizers:
            optimizer.step()  # type: ignore[no-untyped-call]
        if not step % 200:
            print(f"step {step} of {steps}: loss {loss.item():.3f}, {time.monotonic() - began:.0f} s", flush=True)
    network.eval()


def _batches(learned: Sequence[Example], rng: np.random.Generator) -> Iterator[list[Example]]:
    size = min(BATCH, len(learned))
    while True:
        order = rng.permutation(len(learned))
        for start in range(0, len(order) - size + 1, size):
            yield [learned[place] for place in order[start : start + size]]


def _loss(network: Network, batch: Sequence[Example], goals: Tensor, rng: np.random.Generator) -> Tensor:
    goal = goals[[example.targets[int(rng.integers(len(example.targets)))] for example in batch]]
    found = network([_forgetful(example.sentence, rng) for example in batch])
    concept = torch.tensor([example.concept for example in batch])
    itself = torch.eye(len(batch), dtype=torch.bool)
    alike = ((goal @ goal.T > SAME) | (concept[:, None] == concept[None])) & ~itself
    scores = (found @ goal.T / TEMPERATURE).masked_fill(alike, -1e4)
    right = torch.arange(len(batch))
    apart = functional.cross_entropy(scores, right) + functional.cross_entropy(scores.T, right)
    near: Tensor = (1 - (found * goal).sum(-1)).mean()
    return near + apart / 2


def _forgetful(sentence: Sentence, rng: np.random.Generator) -> Sentence:
    """Without some of its words, and some words without their own row: so that parts learn to stand in."""
    kept = [rows for rows in sentence if len(sentence) <= 2 or rng.random() >= FORGET]
    return [rows[1:] if len(rows) > 1 and rng.random() < FORGET else rows for rows in kept] or sentence
