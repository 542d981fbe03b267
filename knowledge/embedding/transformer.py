"""A BERT encoder computed with torch alone: layers of attention and two dense steps, on the CPU."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

PADDED_TOKENS = 4096  # of a batch, padding included: what keeps two cores busy and stays in their caches
LAYER = "encoder.layer"
CONTIGUOUS = torch.contiguous_format
Matrix = np.ndarray[Any, np.dtype[np.float32]]
Words = Callable[[Tensor], Tensor]
NONE: Matrix = np.zeros((0, 0), np.float32)


class Transformer:
    """The layers of an encoder; read-only, threads may share it.

    ``weights``: by the names that Hugging Face gives a BERT's, see ``arranged``; ``words``: the rows of the table of
    words for ids (texts, tokens), float32 (texts, tokens, width).
    """

    def __init__(self, weights: dict[str, Tensor], words: Words, *, layers: int, heads: int, epsilon: float) -> None:
        self._weights = arranged(weights, range(layers))
        self._words, self.layers, self._heads, self._epsilon = words, layers, heads, epsilon

    def read(self, tokens: Sequence[Sequence[int]], after: int) -> tuple[Matrix, list[Matrix]]:
        """Of each text the mean of its last states at unit length, float32 (texts, width), and the states of its tokens
        after the first ``after`` layers, float32 (tokens, width).
        """
        vectors: list[Matrix] = [NONE] * len(tokens)
        states: list[Matrix] = [NONE] * len(tokens)
        with torch.inference_mode():
            for batch, begun, real in self._batches(tokens):
                hidden = self._through(begun, real, range(after))
                _keep(states, batch, hidden, real)
                _keep_means(vectors, batch, self._through(hidden, real, range(after, self.layers)), real)
        return np.stack(vectors) if vectors else NONE, states

    def means(self, tokens: Sequence[Sequence[int]]) -> Matrix:
        """The mean of each text's last states at unit length, float32 (texts, width)."""
        vectors: list[Matrix] = [NONE] * len(tokens)
        with torch.inference_mode():
            for batch, begun, real in self._batches(tokens):
                _keep_means(vectors, batch, self._through(begun, real, range(self.layers)), real)
        return np.stack(vectors) if vectors else NONE

    def states(self, tokens: Sequence[Sequence[int]], after: int) -> list[Matrix]:
        """The states after the first ``after`` layers, float32 (tokens, width) for each text."""
        states: list[Matrix] = [NONE] * len(tokens)
        with torch.inference_mode():
            for batch, begun, real in self._batches(tokens):
                _keep(states, batch, self._through(begun, real, range(after)), real)
        return states

    def _batches(self, tokens: Sequence[Sequence[int]]) -> Iterator[tuple[list[int], Tensor, Tensor]]:
        """Indices of texts, their states before the first layer (texts, longest, width), and which are of tokens that
        are there (texts, longest).
        """
        for batch in batches([len(ids) for ids in tokens]):
            texts = [tokens[index] for index in batch]
            lengths = torch.tensor([len(text) for text in texts])
            longest = int(lengths.max())
            ids = torch.tensor([[*text, *[0] * (longest - len(text))] for text in texts])
            yield batch, self._embedded(ids), torch.arange(longest) < lengths[:, None]

    def _through(self, hidden: Tensor, real: Tensor, layers: range) -> Tensor:
        # Where nothing is padded there is nothing to mask, and attention is quicker without.
        mask = None if bool(real.all()) else real[:, None, None, :]
        for layer in layers:
            hidden = self._transformed(hidden, mask, f"{LAYER}.{layer}")
        return hidden

    def _embedded(self, ids: Tensor) -> Tensor:
        name = "embeddings"
        positions = self._weights[f"{name}.position_embeddings.weight"][: ids.shape[1]]
        kind = self._weights[f"{name}.token_type_embeddings.weight"][0]
        return self._normalised(self._words(ids) + positions + kind, name)

    def _transformed(self, hidden: Tensor, mask: Tensor | None, name: str) -> Tensor:
        every = self._linear(hidden, f"{name}.attention.self")
        query, key, value = (self._headed(part) for part in every.chunk(3, dim=-1))
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask).transpose(1, 2).flatten(2)
        seen = self._normalised(
            hidden + self._linear(mixed, f"{name}.attention.output.dense"), f"{name}.attention.output"
        )
        wide = functional.gelu(self._linear(seen, f"{name}.intermediate.dense"))
        return self._normalised(seen + self._linear(wide, f"{name}.output.dense"), f"{name}.output")

    def _headed(self, values: Tensor) -> Tensor:
        return values.reshape(*values.shape[:2], self._heads, -1).transpose(1, 2)

    def _linear(self, values: Tensor, name: str) -> Tensor:
        rows = torch.addmm(self._weights[f"{name}.bias"], values.flatten(0, 1), self._weights[f"{name}.weight"])
        return rows.view(*values.shape[:2], -1)

    def _normalised(self, values: Tensor, name: str) -> Tensor:
        weight, bias = self._weights[f"{name}.LayerNorm.weight"], self._weights[f"{name}.LayerNorm.bias"]
        return functional.layer_norm(values, weight.shape, weight, bias, self._epsilon)


def _keep(states: list[Matrix], batch: Sequence[int], hidden: Tensor, real: Tensor) -> None:
    for index, own, there in zip(batch, hidden, real, strict=True):
        states[index] = own[there].numpy()  # a copy, without what is padded


def _keep_means(vectors: list[Matrix], batch: Sequence[int], hidden: Tensor, real: Tensor) -> None:
    mean = (hidden * real[:, :, None]).sum(dim=1) / real.sum(dim=1)[:, None]
    for index, vector in zip(batch, functional.normalize(mean), strict=True):
        vectors[index] = vector.numpy()


def arranged(weights: dict[str, Tensor], layers: range) -> dict[str, Tensor]:
    """Weights as they are read in order when few rows are multiplied: transposed, and three of attention as one."""
    parts = ("query", "key", "value")
    for layer in layers:
        own = f"{LAYER}.{layer}.attention.self"
        for kind in ("weight", "bias"):
            weights[f"{own}.{kind}"] = torch.cat([weights.pop(f"{own}.{part}.{kind}") for part in parts])
    turned = {name for name in weights if name.startswith(LAYER) and name.endswith(("self.weight", "dense.weight"))}
    # Copies, so that the file they came from need not stay in memory.
    return {
        name: (weight.t() if name in turned else weight).clone(memory_format=CONTIGUOUS)
        for name, weight in weights.items()
    }


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of texts, those of like length together: a batch is as slow as its longest text."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda index: -lengths[index]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > PADDED_TOKENS:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
