"""States of passages' tokens beside an index: made at ingestion, kept in 8 bits, mapped and read when asked for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

STATES, SCALES, STARTS = "states.npy", "state_scales.npy", "state_starts.npy"
WIDTH = 384
Matrix = np.ndarray[Any, np.dtype[np.float32]]


def write_states(folder: Path, passages: Iterable[Matrix]) -> None:
    """Write the states of passages, float32 (tokens, 384) each, in their order."""
    packed = [_packed(states) for states in passages]
    none = np.zeros((0, WIDTH), np.int8), np.zeros(0, np.float16)
    numbers, scales = zip(*(packed or [none]), strict=True)
    np.save(folder / STATES, np.concatenate(numbers))
    np.save(folder / SCALES, np.concatenate(scales))
    np.save(folder / STARTS, np.cumsum([0, *map(len, (scale for _, scale in packed))]).astype(np.int64))


def _packed(states: Matrix) -> tuple[Any, Any]:
    """8-bit numbers and each token's scale."""
    scales = (np.abs(states).max(axis=1) / 127).astype(np.float16).clip(np.finfo(np.float16).tiny)
    return np.rint(states / scales[:, None].astype(np.float32)).clip(-127, 127).astype(np.int8), scales


class StateStore:
    """What ``write_states`` wrote, opened. Threads may share it."""

    def __init__(self, folder: Path) -> None:
        """Raises ``OSError`` or ``ValueError``."""
        self._states = np.load(folder / STATES, mmap_mode="r")
        self._scales, self._starts = np.load(folder / SCALES), np.load(folder / STARTS)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def of(self, index: int) -> Matrix:
        """The states of one passage, float32 (tokens, 384)."""
        own = slice(self._starts[index], self._starts[index + 1])
        states: Matrix = self._states[own].astype(np.float32) * self._scales[own, None].astype(np.float32)
        return states
