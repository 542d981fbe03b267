"""States of the texts that a judge learns from, computed once and mapped from a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.judge.judge import Judge
from knowledge.judge.network import WIDTH

TOGETHER = 256  # texts computed at a time
HalfMatrix = np.ndarray[Any, np.dtype[np.float16]]
Matrix = np.ndarray[Any, np.dtype[np.float32]]


class StateCache:
    """States (tokens, 384) in 16 bits of questions and passages by their text, in the files of ``folder``."""

    def __init__(self, folder: Path, judge: Judge) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._numbers, self._listed, self._judge = folder / "states.bin", folder / "texts.jsonl", judge
        self._places: dict[str, tuple[int, int]] = {}
        if self._listed.exists():
            rows = map(json.loads, self._listed.read_text(encoding="ascii").splitlines())
            self._places = {key: (start, count) for key, start, count in rows}
        self._end = max((start + count for start, count in self._places.values()), default=0)
        self._mapped: HalfMatrix = np.zeros((0, WIDTH), np.float16)

    def fill(self, texts: Iterable[str], *, question: bool) -> None:
        """Compute what is missing: about 1,000 tokens a second and core."""
        missing = [text for text in dict.fromkeys(texts) if _key(text, question) not in self._places]
        for start in range(0, len(missing), TOGETHER):
            part = missing[start : start + TOGETHER]
            self._append(part, question)
            print(f"states of {len(part)} {'questions' if question else 'passages'}", flush=True)
        if self._end:
            self._mapped = np.memmap(self._numbers, dtype=np.float16, mode="r").reshape(-1, WIDTH)

    def of(self, text: str, *, question: bool) -> HalfMatrix:
        """The states of a text that ``fill`` was given."""
        start, count = self._places[_key(text, question)]
        return self._mapped[start : start + count]

    def means(self, texts: Sequence[str], middle: Matrix, *, question: bool) -> Matrix:
        """The mean state of each text less ``middle``, at unit length, float32 (texts, 384)."""
        rows = np.stack([self.of(text, question=question).mean(axis=0, dtype=np.float32) for text in texts]) - middle
        unit: Matrix = rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-6)
        return unit

    def middle(self) -> Matrix:
        """The mean of all states, float32 (384,)."""
        every = self._mapped[:: max(1, len(self._mapped) // 200_000)]
        middle: Matrix = every.mean(axis=0, dtype=np.float32)
        return middle

    def _append(self, texts: Sequence[str], question: bool) -> None:
        states = self._judge.states(texts, question=question)
        with self._numbers.open("r+b" if self._numbers.exists() else "wb") as numbers:
            numbers.seek(self._end * WIDTH * 2)  # what a killed run left behind the noted end is written over
            numbers.write(np.concatenate(states).astype(np.float16).tobytes())
        with self._listed.open("a", encoding="ascii") as listed:
            for key, start, count in self._placed(texts, question, states):
                listed.write(f"{json.dumps([key, start, count])}\n")
                self._places[key] = (start, count)
        self._end += sum(map(len, states))

    def _placed(self, texts: Sequence[str], question: bool, states: Sequence[Matrix]) -> Iterator[tuple[str, int, int]]:
        starts = np.cumsum([self._end, *map(len, states)]).tolist()
        yield from zip((_key(text, question) for text in texts), starts, map(len, states), strict=False)


def texts_in(pairs: Iterable[Any]) -> tuple[list[str], list[str]]:
    """All questions and all passages of bundles, each once."""
    bundles = list(pairs)
    every = list(chain.from_iterable(bundle.pairs for bundle in bundles))
    passages = chain((pair.passage for pair in every), *(bundle.tempting for bundle in bundles))
    return list(dict.fromkeys(pair.question for pair in every)), list(dict.fromkeys(passages))


def _key(text: str, question: bool) -> str:
    return hashlib.sha256(f"{'q' if question else 'p'}{text}".encode("utf-8", "replace")).hexdigest()[:24]
