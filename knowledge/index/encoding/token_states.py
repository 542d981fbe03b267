"""States of the tokens of each chunk, as the judge reads it: made at ingestion, 8 bits a number, mapped from disk.

Making them takes most of the time of building an index, so those of texts that the earlier index has are copied.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.judge.judge import Judge
from knowledge.judge.network import WIDTH

STATES, SCALES = "states.bin", "states.npz"
TOGETHER = 64  # texts whose states are made at a time
Matrix = np.ndarray[Any, np.dtype[np.float32]]
Packed = tuple[  # numbers (tokens, 384), and the scale of each token (tokens,)
    np.ndarray[Any, np.dtype[np.int8]], np.ndarray[Any, np.dtype[np.float16]]
]


class TokenStates:
    """The states in an index's folder. Threads may share it. ``keys``: of the texts they were made from, in order."""

    def __init__(self, folder: Path) -> None:
        """Raises ``OSError`` or ``ValueError``."""
        with np.load(folder / SCALES, allow_pickle=False) as arrays:
            self.keys: tuple[bytes, ...] = tuple(arrays["keys"].tolist())
            self._starts, self._scales = arrays["starts"], arrays["scales"]
        empty = np.zeros((0, WIDTH), np.int8)
        self._rows = np.memmap(folder / STATES, np.int8, "r").reshape(-1, WIDTH) if len(self._scales) else empty
        if len(self._rows) != len(self._scales):
            raise ValueError(f"{folder / STATES} has {len(self._rows)} tokens, {SCALES} {len(self._scales)}")

    def packed(self, index: int) -> Packed:
        """Those of the text at ``index`` as they are stored."""
        tokens = slice(self._starts[index], self._starts[index + 1])
        return self._rows[tokens], self._scales[tokens]

    def of(self, index: int) -> Matrix:
        """Those of the text at ``index``, (tokens, 384)."""
        rows, scales = self.packed(index)
        states: Matrix = rows * scales.astype(np.float32)[:, None]
        return states


def write_states(folder: Path, texts: Sequence[str], judge: Judge, earlier: Path | None = None) -> None:
    """Write the states of ``texts``, as the judge reads them, into ``folder``. ``earlier``: another index's folder."""
    keys = [_key(text) for text in texts]
    before = TokenStates(earlier) if earlier else None
    known = {key: index for index, key in enumerate(before.keys)} if before else {}
    scales = []
    with (folder / STATES).open("wb") as file:
        for start in range(0, len(texts), TOGETHER):
            part = range(start, min(start + TOGETHER, len(texts)))
            lacking = [index for index in part if keys[index] not in known]
            made = dict(zip(lacking, judge.states([texts[index] for index in lacking]), strict=True))
            for index in part:
                rows, of_tokens = (
                    before.packed(known[keys[index]]) if before and index not in made else _pack(made[index])
                )
                file.write(rows.tobytes())
                scales.append(of_tokens)
    starts = np.cumsum([0, *map(len, scales)]).astype(np.int64)
    joined = np.concatenate(scales) if scales else np.zeros(0, np.float16)
    np.savez(folder / SCALES, keys=np.array(keys, dtype="S16"), starts=starts, scales=joined)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16].encode()


def _pack(states: Matrix) -> Packed:
    scales = (np.abs(states).max(axis=1) / 127).clip(1e-6).astype(np.float16)
    rows = np.round(states / scales.astype(np.float32)[:, None]).clip(-127, 127)
    return rows.astype(np.int8), scales
