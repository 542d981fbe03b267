"""The bundled model computed with torch alone: all-MiniLM-L6-v2, a BERT whose tokens' mean is a text's embedding.

The numbers are those of sentence-transformers, which a test compares. That library, with all that it imports, takes
four seconds of every start; torch alone takes one and a half.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

PADDED_TOKENS = 4096  # of a batch, padding included: what keeps two cores busy and stays in their caches
LAYER = "encoder.layer"
CONTIGUOUS = torch.contiguous_format
Matrix = np.ndarray[Any, np.dtype[np.float32]]


class MiniLM:
    """The model in ``folder`` (config, tokenizer and weights, as sentence-transformers saves them), on the CPU.

    Read-only; threads may share it.
    """

    def __init__(self, folder: Path) -> None:
        shape = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.dimension: int = shape["hidden_size"]
        self._heads: int = shape["num_attention_heads"]
        self._epsilon: float = shape["layer_norm_eps"]
        self._window: int = json.loads((folder / "sentence_bert_config.json").read_text("utf-8"))["max_seq_length"]
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self._layers = range(shape["num_hidden_layers"])
        self._weights = _arranged(load_file(folder / "model.safetensors"), self._layers)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Unit-length embeddings, float32, shape (len(texts), 384). A text beyond the model's window is truncated."""
        tokens = [self._cut(encoding.ids) for encoding in self.tokenizer.encode_batch(list(texts))]
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        with torch.inference_mode():
            for batch in _batches([len(ids) for ids in tokens]):
                vectors[batch] = self._embed([tokens[index] for index in batch]).numpy()
        return vectors

    def _cut(self, ids: list[int]) -> list[int]:
        """Within the window, the closing marker kept."""
        return ids if len(ids) <= self._window else [*ids[: self._window - 1], ids[-1]]

    def _embed(self, tokens: Sequence[list[int]]) -> Tensor:
        """Embeddings of texts that are computed together: (texts, dimension)."""
        lengths = torch.tensor([len(text) for text in tokens])
        longest = int(lengths.max())
        ids = torch.tensor([[*text, *[0] * (longest - len(text))] for text in tokens])
        real = torch.arange(longest) < lengths[:, None]
        # Where nothing is padded there is nothing to mask, and attention is quicker without.
        mask = None if bool(real.all()) else real[:, None, None, :]
        hidden = self._words(ids)
        for layer in self._layers:
            hidden = self._transformed(hidden, mask, f"{LAYER}.{layer}")
        mean = (hidden * real[:, :, None]).sum(dim=1) / lengths[:, None]
        return functional.normalize(mean)

    def _words(self, ids: Tensor) -> Tensor:
        name = "embeddings"
        words = self._weights[f"{name}.word_embeddings.weight"][ids]
        positions = self._weights[f"{name}.position_embeddings.weight"][: ids.shape[1]]
        return self._normalised(words + positions + self._weights[f"{name}.token_type_embeddings.weight"][0], name)

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


def _arranged(weights: dict[str, Tensor], layers: range) -> dict[str, Tensor]:
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


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of texts, those of like length together: a batch is as slow as its longest text."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda index: -lengths[index]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > PADDED_TOKENS:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
