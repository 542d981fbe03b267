"""English texts in the space of the Chinese encoder, from what the embedding model makes of them (see STUDENT.md).

The Chinese encoder was learned from all-MiniLM-L6-v2; here that model's embedding of an English text is told from the
embedding by multilingual-e5-small, which is computed anyway.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from knowledge import learned_arrays
from knowledge.index.encoding.chinese_encoder import bent

FILE = learned_arrays.FOLDER / "english_encoder.npz"
Matrix = np.ndarray[Any, np.dtype[np.float32]]


class EnglishEncoder:
    """A layer of 1,024 and a straight one, added. Read-only, threads may share it.

    ``arrays``: the learned numbers by name.
    """

    def __init__(self, arrays: learned_arrays.Arrays) -> None:
        self._middle: Matrix = arrays["middle"].astype(np.float32)
        self._layers: dict[str, tuple[Matrix, Matrix]] = {
            name: (arrays[name].astype(np.float32), arrays[f"{name}_shift"].astype(np.float32))
            for name in ("inner", "outer", "straight")
        }

    def __call__(self, embedded: Matrix) -> Matrix:
        """Unit-length vectors (texts, 384) from the unit-length embeddings (texts, 384) of English texts."""
        values: Matrix = embedded - self._middle
        told = self._layer("outer", bent(self._layer("inner", values))) + self._layer("straight", values)
        unit: Matrix = told / np.linalg.norm(told, axis=1, keepdims=True).clip(1e-6)
        return unit

    def _layer(self, name: str, values: Matrix) -> Matrix:
        weights, shift = self._layers[name]
        layer: Matrix = values @ weights + shift
        return layer


@cache
def english_encoder() -> EnglishEncoder:
    """The shipped encoder, read once in a process. Raises ``LearnedError``."""
    return EnglishEncoder(learned_arrays.read(FILE)[0])
