"""The teacher: MiniLM's embeddings of the English side, kept in a file when asked to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embedding.embedder import Embedder

BLOCK = 8192

Matrix = np.ndarray[Any, np.dtype[np.float32]]


class Targets:
    """What the encoder should meet: one row for each English text."""

    def __init__(self, texts: tuple[str, ...], vectors: Matrix) -> None:
        self.vectors = vectors
        self.row = {text: row for row, text in enumerate(texts)}

    def __getitem__(self, text: str) -> Matrix:
        vector: Matrix = self.vectors[self.row[text]]
        return vector


def ask(embedder: Embedder, texts: Iterable[str], remembered: Path | None = None) -> Targets:
    """MiniLM's embeddings of ``texts``; those that ``remembered`` (.npz) holds are not computed again."""
    wanted = tuple(dict.fromkeys(texts))
    known = _recall(remembered)
    missing = sorted((text for text in wanted if text not in known.row), key=len)
    fresh = np.zeros((len(missing), embedder.dimension), dtype=np.float32)
    for start in range(0, len(missing), BLOCK):  # alike in length, so that little of a batch is padding
        fresh[start : start + BLOCK] = embedder.encode(missing[start : start + BLOCK])
        print(f"teacher: {min(start + BLOCK, len(missing))} of {len(missing)} texts", flush=True)
    both = Targets((*known.row, *missing), np.concatenate([known.vectors, fresh]))
    if remembered and missing:
        texts_as_bytes = np.frombuffer("\n".join(both.row).encode(), dtype=np.uint8)
        np.savez(remembered, texts=texts_as_bytes, vectors=both.vectors.astype(np.float16))
    return Targets(wanted, both.vectors[[both.row[text] for text in wanted]])


def _recall(path: Path | None) -> Targets:
    if path is None or not path.is_file():
        return Targets((), np.zeros((0, 384), dtype=np.float32))
    with np.load(path, allow_pickle=False) as arrays:
        texts = tuple(bytes(arrays["texts"]).decode().split("\n"))
        return Targets(texts, arrays["vectors"].astype(np.float32))
