"""all-MiniLM-L6-v2 computed with torch alone: what the learned vectors were learned from, and a yardstick of cost.

The numbers are those of sentence-transformers, which a test compares. That library, with all that it imports, takes
four seconds of every start; torch alone takes one and a half.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor

from knowledge.embedding.packaged_models import MINILM
from knowledge.embedding.transformer import Matrix, Transformer

WORDS = "embeddings.word_embeddings.weight"


class MiniLM:
    """The model in ``folder`` (config, tokenizer and weights, as sentence-transformers saves them), on the CPU.

    Read-only; threads may share it.
    """

    def __init__(self, folder: Path) -> None:
        shape = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.dimension: int = shape["hidden_size"]
        self._window: int = json.loads((folder / "sentence_bert_config.json").read_text("utf-8"))["max_seq_length"]
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        weights = load_file(folder / "model.safetensors")
        table: Tensor = weights.pop(WORDS).clone()
        self._transformer = Transformer(
            weights,
            lambda ids: table[ids],
            layers=shape["num_hidden_layers"],
            heads=shape["num_attention_heads"],
            epsilon=shape["layer_norm_eps"],
        )

    def encode(self, texts: Sequence[str], *, question: bool = False) -> Matrix:
        """Unit-length embeddings, float32, shape (len(texts), 384). A text beyond the model's window is truncated.

        Questions and passages are one to this model.
        """
        tokens = [self._cut(encoding.ids) for encoding in self.tokenizer.encode_batch(list(texts))]
        return self._transformer.means(tokens)

    def _cut(self, ids: list[int]) -> list[int]:
        """Within the window, the closing marker kept."""
        return ids if len(ids) <= self._window else [*ids[: self._window - 1], ids[-1]]


@cache
def minilm() -> MiniLM:
    """The model of the installed package, read once in a process. Raises ``ModelError``."""
    return MiniLM(MINILM.path().parent)
