"""States of the tokens of each chunk, as the judge reads it: 8 bits a number, mapped from disk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

STATES, SCALES = "states.bin", "states.npz"
WIDTH = 384
Matrix = np.ndarray[Any, np.dtype[np.float32]]


class TokenStates:
    """The states in an index's folder. Threads may share it."""

    def __init__(self, folder: Path) -> None:
        """Raises ``OSError`` or ``ValueError``."""
        with np.load(folder / SCALES, allow_pickle=False) as arrays:
            self._starts, self._scales = arrays["starts"], arrays["scales"]
        empty = np.zeros((0, WIDTH), np.int8)
        self._rows = np.memmap(folder / STATES, np.int8, "r").reshape(-1, WIDTH) if len(self._scales) else empty
        if len(self._rows) != len(self._scales):
            raise ValueError(f"{folder / STATES} has {len(self._rows)} tokens, {SCALES} {len(self._scales)}")

    def __len__(self) -> int:
        return len(self._starts) - 1

    def of(self, index: int) -> Matrix:
        """Those of the text at ``index``, (tokens, 384)."""
        tokens = slice(self._starts[index], self._starts[index + 1])
        states: Matrix = self._rows[tokens] * self._scales[tokens].astype(np.float32)[:, None]
        return states


def packed(states: Matrix) -> bytes:
    """States (tokens, 384) in a quarter of the room: a 16-bit scale for each token, then 8 bits a number."""
    scales = (np.abs(states).max(axis=1) / 127).clip(1e-6).astype("<f2")
    rows = np.round(states / scales.astype(np.float32)[:, None]).clip(-127, 127)
    numbers: bytes = rows.astype(np.int8).tobytes()
    return bytes(scales.tobytes()) + numbers


def write_states(folder: Path, texts: Iterable[bytes]) -> None:
    """Write the ``packed`` states of texts into ``folder``."""
    scales = []
    with (folder / STATES).open("wb") as file:
        for text in texts:
            tokens = len(text) // (WIDTH + 2)
            scales.append(np.frombuffer(text, "<f2", tokens))
            file.write(text[2 * tokens :])
    starts = np.cumsum([0, *map(len, scales)]).astype(np.int64)
    np.savez(folder / SCALES, starts=starts, scales=np.concatenate(scales) if scales else np.zeros(0, "<f2"))
