"""The network that reads a message: attention over the states of its tokens, beside their mean and the embedding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

WIDTH = 384  # of a state and of an embedding
HEADS, EACH = 8, 64
SOFTER = 4.0  # attention is divided by it
LEFT_OUT = 0.3
MOST = 128  # tokens that are read
EMBEDDING_SCALE = 8.0  # an embedding less its mean is short beside a state
Matrix = np.ndarray[Any, np.dtype[np.float32]]


class MessageNetwork(nn.Module):
    """Odds of ``outputs`` things that a message may want. What it has learned of its inputs' scale is kept with it."""

    middle: Tensor
    spread: Tensor
    usual: Tensor

    def __init__(self, outputs: int) -> None:
        super().__init__()
        self.register_buffer("middle", torch.zeros(WIDTH))
        self.register_buffer("spread", torch.ones(WIDTH))
        self.register_buffer("usual", torch.zeros(WIDTH))
        self.attention, self.values = nn.Linear(WIDTH, HEADS), nn.Linear(WIDTH, HEADS * EACH)
        self.left_out = nn.Dropout(LEFT_OUT)
        self.odds = nn.Linear(HEADS * EACH + 2 * WIDTH, outputs)

    def forward(self, states: Tensor, there: Tensor, embedding: Tensor) -> Tensor:
        """Odds (messages, outputs) from ``states`` (messages, tokens, 384), of which those ``there`` (messages, tokens)
        count, and the ``embedding`` (messages, 384).
        """
        scaled = self.left_out((states - self.middle) / self.spread) * there[..., None]
        weights = (self.attention(scaled) / SOFTER).masked_fill(~there[..., None], -1e9).softmax(dim=1)
        values = functional.gelu(self.values(scaled)).view(*there.shape, HEADS, EACH)
        attended = (weights[..., None] * values).sum(dim=1).flatten(1)
        mean = scaled.sum(dim=1) / there.sum(dim=1, keepdim=True)
        apart = functional.normalize(embedding - self.usual, dim=1) * EMBEDDING_SCALE
        odds: Tensor = self.odds(torch.cat([self.left_out(part) for part in (attended, mean, apart)], dim=1))
        return odds


def padded(states: Sequence[np.ndarray[Any, np.dtype[np.floating[Any]]]]) -> tuple[Tensor, Tensor]:
    """States of messages, (tokens, 384) each, as the network takes them: filled up with zeros, and which are there."""
    cut = [rows[:MOST] for rows in states]
    values = torch.zeros(len(cut), max(map(len, cut)), WIDTH)
    there = torch.zeros(values.shape[:2], dtype=torch.bool)
    for row, own in enumerate(cut):
        values[row, : len(own)] = torch.from_numpy(own.astype(np.float32, copy=False))
        there[row, : len(own)] = True
    return values, there
