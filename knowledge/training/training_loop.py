"""The training loop: a Chinese text is drawn to MiniLM's embedding of its English, and away from its batch's others."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from knowledge.index.encoding.chinese_encoder import EncoderVocabulary
from knowledge.training.encoder_network import EncoderNetwork, SentenceRows
from knowledge.training.parallel_texts import ParallelText
from knowledge.training.teacher_embeddings import TeacherEmbeddings

BATCH = 512
LEARNING_RATE = 2e-3
TEMPERATURE = 0.05
SAME_MEANING = 0.9  # cosine; English texts nearer than this are no counter-examples of each other
WORD_DROPOUT = 0.1  # share of words, and of words' own rows, left out while training
WARM_UP = 100  # steps


@dataclass(frozen=True)
class TrainingExample:
    """A sentence as rows of the table, the rows of its targets among the teacher's, and the number of its concept."""

    sentence: SentenceRows
    targets: Sequence[int]
    concept: int


def make_examples(
    texts: Sequence[ParallelText], vocabulary: EncoderVocabulary, teacher: TeacherEmbeddings
) -> list[TrainingExample]:
    """Each text as often as its ``repeat``; without those of which no word is known."""
    concepts: dict[str, int] = {}
    examples: list[TrainingExample] = []
    for parallel in texts:
        sentence = vocabulary.sentence(parallel.text)
        targets = [teacher.row[text] for text in parallel.english]
        example = TrainingExample(sentence, targets, concepts.setdefault(parallel.concept, len(concepts)))
        examples += [example] * parallel.repeat if sentence else []
    return examples


def train(
    network: EncoderNetwork,
    examples: Sequence[TrainingExample],
    teacher: TeacherEmbeddings,
    epochs: float,
    rng: np.random.Generator,
    rate_scale: float = 1.0,
) -> None:
    """Trains ``network`` in place, at ``rate_scale`` times the learning rate; prints the loss every 200 steps."""
    steps, began = int(epochs * len(examples) / min(BATCH, len(examples))), time.monotonic()
    rest = [values for name, values in network.named_parameters() if not name.startswith("table")]
    rates = (LEARNING_RATE, LEARNING_RATE / 2)
    optimizers = (torch.optim.SparseAdam([network.table.weight], lr=rates[0]), torch.optim.Adam(rest, lr=rates[1]))
    goals = torch.tensor(teacher.vectors)
    network.train()
    for step, batch in zip(range(steps), _batches(examples, rng), strict=False):
        schedule = rate_scale * min(1.0, (step + 1) / WARM_UP) * max(0.02, 1 - step / steps)
        loss = _loss(network, batch, goals, rng)
        for optimizer, rate in zip(optimizers, rates, strict=True):
            optimizer.param_groups[0]["lr"] = rate * schedule
            optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        for optimizer in optimizers:
            optimizer.step()  # type: ignore[no-untyped-call]
        if not step % 200:
            print(f"step {step} of {steps}: loss {loss.item():.3f}, {time.monotonic() - began:.0f} s", flush=True)
    network.eval()


def _batches(examples: Sequence[TrainingExample], rng: np.random.Generator) -> Iterator[list[TrainingExample]]:
    size = min(BATCH, len(examples))
    while True:
        order = rng.permutation(len(examples))
        for start in range(0, len(order) - size + 1, size):
            yield [examples[index] for index in order[start : start + size]]


def _loss(network: EncoderNetwork, batch: Sequence[TrainingExample], goals: Tensor, rng: np.random.Generator) -> Tensor:
    """Cosine distance to the target, and cross-entropy of telling it from the targets of the rest of the batch."""
    goal = goals[[example.targets[int(rng.integers(len(example.targets)))] for example in batch]]
    encoded = network([_with_dropout(example.sentence, rng) for example in batch])
    concept = torch.tensor([example.concept for example in batch])
    itself = torch.eye(len(batch), dtype=torch.bool)
    alike = ((goal @ goal.T > SAME_MEANING) | (concept[:, None] == concept[None])) & ~itself
    scores = (encoded @ goal.T / TEMPERATURE).masked_fill(alike, -1e4)
    right = torch.arange(len(batch))
    contrast = functional.cross_entropy(scores, right) + functional.cross_entropy(scores.T, right)
    distance: Tensor = (1 - (encoded * goal).sum(-1)).mean()
    return distance + contrast / 2


def _with_dropout(sentence: SentenceRows, rng: np.random.Generator) -> SentenceRows:
    """Without some of its words, and some words without their own row: so that parts learn to stand in."""
    kept = [rows for rows in sentence if len(sentence) <= 2 or rng.random() >= WORD_DROPOUT]
    return [rows[1:] if len(rows) > 1 and rng.random() < WORD_DROPOUT else rows for rows in kept] or sentence
