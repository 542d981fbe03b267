"""The Chinese encoder in PyTorch, as it is trained.

``knowledge.index.encoding.chinese_encoder`` computes the same in NumPy from the learned file.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from knowledge.index.encoding.chinese_encoder import DIMENSION, HEADS

WIDTH = 128  # of the attention layer
DROPOUT = 0.1  # share of the layer's numbers dropped while training

SentenceRows = Sequence[Sequence[int]]  # rows of the table for each word


class EncoderNetwork(nn.Module):
    """Sentences, given as rows of the table for each word, to unit-length embeddings of 384 numbers."""

    def __init__(self, table: Tensor, projection: Tensor) -> None:
        """``table``: (rows, D), one row for each term; ``projection``: (384, D)."""
        super().__init__()
        self.size = table.shape[1]
        self.table = nn.EmbeddingBag.from_pretrained(table, freeze=False, mode="sum", sparse=True)
        self.norm = nn.LayerNorm(self.size)
        self.attend = nn.Linear(self.size, 3 * WIDTH)
        self.around = nn.Conv1d(self.size, WIDTH, 3, padding=1)
        self.change = nn.Linear(WIDTH, self.size)
        self.gate = nn.Linear(WIDTH, 1)
        self.projection = nn.Linear(self.size, DIMENSION, bias=False)
        self.projection.weight.data = projection
        for layer in (self.change, self.gate):  # at first a sentence is the plain sum of its words
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, sentences: Sequence[SentenceRows]) -> Tensor:
        """The embeddings, shape (sentences, 384)."""
        lengths = torch.tensor([len(sentence) for sentence in sentences])
        owner = torch.repeat_interleave(torch.arange(len(sentences)), lengths)
        position = torch.cat([torch.arange(len(sentence)) for sentence in sentences])
        tokens = self._tokens(sentences)
        padded = torch.zeros(len(sentences), int(lengths.max()), self.size)
        normed = functional.dropout(self.norm(tokens), DROPOUT, self.training)
        hidden = self._hidden(padded.index_put((owner, position), normed), lengths)[owner, position]
        hidden = functional.dropout(hidden, DROPOUT, self.training)
        tokens = (tokens + self.change(hidden)) * 2 * torch.sigmoid(self.gate(hidden))
        total = torch.zeros(len(sentences), self.size).index_add(0, owner, tokens)
        return functional.normalize(self.projection(total), dim=-1)

    def _tokens(self, sentences: Sequence[SentenceRows]) -> Tensor:
        counts = torch.tensor([0, *(len(rows) for sentence in sentences for rows in sentence)])
        flat = torch.tensor([row for sentence in sentences for rows in sentence for row in rows])
        tokens: Tensor = self.table(flat, counts.cumsum(0)[:-1])
        return tokens

    def _hidden(self, normed: Tensor, lengths: Tensor) -> Tensor:
        count, longest, _ = normed.shape
        heads = self.attend(normed).view(count, longest, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        real = (torch.arange(longest)[None] < lengths[:, None])[:, None, None]
        mixed = functional.scaled_dot_product_attention(heads[0], heads[1], heads[2], attn_mask=real)
        mixed = mixed.transpose(1, 2).reshape(count, longest, -1)
        around = self.around(normed.transpose(1, 2)).transpose(1, 2)
        return functional.gelu(mixed + around, approximate="tanh")
