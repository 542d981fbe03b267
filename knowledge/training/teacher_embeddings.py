"""The teacher: MiniLM's embeddings of the English texts, which the Chinese encoder is trained to meet."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embedding.minilm import MiniLM

BLOCK = 8192  # texts between two lines of progress

Matrix = np.ndarray[Any, np.dtype[np.float32]]


class TeacherEmbeddings:
    """Unit-length embeddings by text: ``vectors`` (texts, 384), and ``row``, each text's row in it."""

    def __init__(self, texts: tuple[str, ...], vectors: Matrix) -> None:
        self.vectors = vectors
        self.row = {text: row for row, text in enumerate(texts)}

    def __getitem__(self, text: str) -> Matrix:
        vector: Matrix = self.vectors[self.row[text]]
        return vector


def embed_with_teacher(teacher: MiniLM, texts: Iterable[str], cache: Path | None = None) -> TeacherEmbeddings:
    """The embeddings of ``texts``; those that the file ``cache`` (.npz) holds are not computed again.

    New ones are added to ``cache``, in 16 bits. Prints its progress.
    """
    wanted = tuple(dict.fromkeys(texts))
    cached = _read_cache(cache)
    missing = sorted((text for text in wanted if text not in cached.row), key=len)
    fresh = np.zeros((len(missing), teacher.dimension), dtype=np.float32)
    for start in range(0, len(missing), BLOCK):  # alike in length, so that little of a batch is padding
        fresh[start : start + BLOCK] = teacher.encode(missing[start : start + BLOCK])
        print(f"teacher: {min(start + BLOCK, len(missing))} of {len(missing)} texts", flush=True)
    known = TeacherEmbeddings((*cached.row, *missing), np.concatenate([cached.vectors, fresh]))
    if cache and missing:
        texts_as_bytes = np.frombuffer("\n".join(known.row).encode(), dtype=np.uint8)
        np.savez(cache, texts=texts_as_bytes, vectors=known.vectors.astype(np.float16))
    return TeacherEmbeddings(wanted, known.vectors[[known.row[text] for text in wanted]])


def _read_cache(path: Path | None) -> TeacherEmbeddings:
    if path is None or not path.is_file():
        return TeacherEmbeddings((), np.zeros((0, 384), dtype=np.float32))
    with np.load(path, allow_pickle=False) as arrays:
        texts = tuple(bytes(arrays["texts"]).decode().split("\n"))
        return TeacherEmbeddings(texts, arrays["vectors"].astype(np.float32))
