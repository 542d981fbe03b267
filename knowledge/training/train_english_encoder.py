"""Learns to tell MiniLM's embedding of an English text from that by e5.

The command is ``python -m knowledge.training english-encoder``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from knowledge import learned_arrays
from knowledge.embedding.e5 import e5_small
from knowledge.embedding.minilm import minilm
from knowledge.text.language import language_of
from knowledge.training.labelled_sets import lines_of
from knowledge.training.parallel_texts import english_texts

INNER = 1024
RATE, DECAY, EPOCHS, TOGETHER = 2e-3, 0.01, 16, 256
LEFT_OUT, NOISE, SHARP, APART = 0.2, 0.1, 20.0, 0.1  # APART: what telling the texts apart counts
HELD = 15  # one text in so many only measures
BLOCK = 512
Matrix = np.ndarray[Any, np.dtype[np.float32]]


class Projection(nn.Module):
    """What ``knowledge.index.encoding.english_encoder`` computes."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner, self.outer, self.straight = (
            nn.Linear(width, INNER),
            nn.Linear(INNER, width),
            nn.Linear(width, width),
        )
        self.left_out = nn.Dropout(LEFT_OUT)

    def forward(self, values: Tensor) -> Tensor:
        """Unit-length vectors of embeddings less their mean, (texts, width) both."""
        hidden = self.left_out(functional.gelu(self.inner(values), approximate="tanh"))
        return functional.normalize(self.outer(hidden) + self.straight(values), dim=1)


def train_english_encoder(pairs: Path, questions: Sequence[Path], training: Path, out: Path) -> None:
    """Read English texts, embed them twice, learn, print how alike on texts left out, write ``out``.

    ``pairs``: as for the Chinese encoder; ``questions``: files of our own questions; ``training``: the folder of public
    sets. Raises ``TrainingDataError``.
    """
    torch.manual_seed(0)
    texts = list(dict.fromkeys(_texts(pairs, questions, training)))
    given = np.concatenate([e5_small().encode(part, question=True) for part in _blocks(texts)])
    wanted = np.concatenate([minilm().encode(part) for part in _blocks(texts)])
    middle = given.mean(axis=0)
    network = Projection(given.shape[1])
    held = torch.arange(len(texts)) % HELD == 0
    values, target = torch.from_numpy(given - middle), torch.from_numpy(wanted)
    _learn(network, values[~held], target[~held])
    with torch.inference_mode():
        told = network.eval()(values[held])
        first = ((told @ target[held].T).argmax(dim=1) == torch.arange(int(held.sum()))).float().mean()
        print(f"{len(texts)} texts; left out: cosine {(told * target[held]).sum(dim=1).mean():.3f}, first {first:.3f}")
    arrays = {"middle": middle.astype(np.float16)}
    for name, values in network.state_dict().items():
        layer, kind = name.split(".")
        arrays[layer if kind == "weight" else f"{layer}_shift"] = values.numpy().T.astype(np.float16)
    print(learned_arrays.write(out, arrays))


def _texts(pairs: Path, questions: Sequence[Path], training: Path) -> list[str]:
    own = [
        asked
        for path in questions
        for line in lines_of(path)
        for asked in (*line["asks"], *(near for _, near in line["near"]))
        if language_of(asked) == "en"
    ]
    read = [line["question"] for line in lines_of(training / "squad2-part" / "questions.jsonl")]
    return [*english_texts(pairs), *own, *read]


def _blocks(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[start : start + BLOCK] for start in range(0, len(texts), BLOCK)]


def _learn(network: Projection, values: Tensor, target: Tensor) -> None:
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    steps = EPOCHS * (len(values) // TOGETHER)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.01, steps)
    for _ in range(EPOCHS):
        order = torch.randperm(len(values))
        for start in range(0, len(values) - TOGETHER + 1, TOGETHER):
            rows = order[start : start + TOGETHER]
            noise = NOISE * values[rows].std() * torch.randn(TOGETHER, values.shape[1])
            told = network(values[rows] + noise)
            apart = functional.cross_entropy(SHARP * told @ target[rows].T, torch.arange(TOGETHER))
            loss = 1 - (told * target[rows]).sum(dim=1).mean() + APART * apart
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
