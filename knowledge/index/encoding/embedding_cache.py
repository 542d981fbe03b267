"""What Chinese chunks and their sentences mean to the student, taken from an earlier index where that has them.

Encoding takes most of the time of building an index, and most chunks of an edition are those of the one before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.index.encoding.chinese_encoder import DIMENSION, Student
from knowledge.models import Chunk

MEANING, SENTENCES = "meaning.npy", "sentences.npz"
Half = np.ndarray[Any, np.dtype[np.float16]]


@dataclass(frozen=True)
class Earlier:
    """An index that was built by the same recipe. ``keys``: of its chunks, in their order; see ``key_of``."""

    folder: Path
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Meaning:
    """What a chunk means, (384,), and what its sentences do, (sentences or the whole chunk, 384)."""

    whole: Half
    sentences: Half


class Meanings:
    """Encodes chunks, or remembers them."""

    def __init__(self, student: Student, earlier: Earlier | None = None) -> None:
        self._student = student
        self._known = dict(_known(earlier)) if earlier else {}

    def of(self, chunk: Chunk, text: str, sentences: Sequence[str]) -> Meaning:
        """What ``text`` means, which is what is searched of a Chinese chunk; its ``sentences`` one by one, if any."""
        known = self._known.get(key_of(chunk))
        if known is not None:
            return known
        encoded = self._student.encode([text, *sentences]).astype(np.float16)
        return Meaning(encoded[0], encoded[1:] if sentences else encoded)


def key_of(chunk: Chunk) -> str:
    """The same for chunks that mean the same: their id tells source, headings and text."""
    return f"{chunk.language} {chunk.id}"


def save(folder: Path, meanings: Sequence[Meaning]) -> None:
    """Write the meanings of all chunks, in their order."""
    whole = [each.whole for each in meanings]
    rows = [each.sentences for each in meanings]
    empty = np.zeros((0, DIMENSION), dtype=np.float16)
    np.save(folder / MEANING, np.stack(whole) if whole else empty)
    starts = np.cumsum([0, *map(len, rows)]).astype(np.int32)
    np.savez(folder / SENTENCES, starts=starts, rows=np.concatenate(rows) if rows else empty)


def _known(earlier: Earlier) -> Iterable[tuple[str, Meaning]]:
    whole = np.load(earlier.folder / MEANING)
    with np.load(earlier.folder / SENTENCES, allow_pickle=False) as arrays:
        starts, rows = arrays["starts"], arrays["rows"]
    for place, key in enumerate(earlier.keys):
        yield key, Meaning(whole[place], rows[starts[place] : starts[place + 1]])
