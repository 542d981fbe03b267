"""A Chinese sentence encoder into the space of all-MiniLM-L6-v2, learned from it (see knowledge/data/STUDENT.md).

A word is the sum of rows of a table: its own, those of the words in it and of its characters. A small layer of
attention lets the words of a sentence change each other and says how much each counts; their sum is the sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from knowledge import learned_arrays
from knowledge.text.language import HAN, fold, words

FILE = learned_arrays.FOLDER / "student.npz"
DIMENSION = 384
HEADS = 4
WINDOW = 256  # words that may attend to each other: keeps 10,000 characters cheap
LONGEST_PHRASE = 6  # characters of a dictionary word that spans several segmented words
PHRASE_WORDS = 3
CACHED = 4000  # words, 1.5 kB each

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Integers = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]
Bytes = np.ndarray[Any, np.dtype[np.int8]]


class EncoderVocabulary:
    """The words that have a row in the encoder's table: ``terms``, in the order of the rows."""

    def __init__(self, terms: Sequence[str]) -> None:
        self.terms = tuple(terms)
        self._rows = {term: row for row, term in enumerate(self.terms)}
        self.rows = lru_cache(maxsize=CACHED)(self._rows_of)

    def __contains__(self, term: str) -> bool:
        return term in self._rows

    def _rows_of(self, word: str) -> list[int]:
        """Rows of a folded word, longest part first: itself, the words in it, its characters. Empty: unknown."""
        if not HAN.search(word):
            return [self._rows[word]] if word in self._rows else []
        size = len(word)
        parts = (word[at : at + length] for length in range(size, 0, -1) for at in range(size - length + 1))
        return [self._rows[part] for part in parts if part in self._rows]

    def sentence(self, folded: str) -> list[list[int]]:
        """Rows of each known word of a folded text, with phrases of the dictionary that begin at that word."""
        cut = words(folded)
        sentence = ([*self.rows(word), *self._phrases(cut, at)] for at, word in enumerate(cut))
        return [rows for rows in sentence if rows]

    def _phrases(self, cut: Sequence[str], at: int) -> Iterator[int]:
        phrase = cut[at]
        if not HAN.search(phrase):
            return
        for word in cut[at + 1 : at + 1 + PHRASE_WORDS]:
            phrase += word
            if len(phrase) > LONGEST_PHRASE:
                return
            if phrase in self._rows:
                yield self._rows[phrase]


@dataclass(frozen=True)
class AttentionLayer:
    """The attention layer's numbers, float32. D: width of a row, H: width of the layer."""

    norm: Matrix  # (2, D): scale and shift
    attend: Matrix  # (D, 3H): queries, keys, values
    attend_shift: Matrix  # (3H,)
    around: Matrix  # (3, D, H): the word before, itself, the word after
    around_shift: Matrix  # (H,)
    change: Matrix  # (H, D)
    change_shift: Matrix  # (D,)
    gate: Matrix  # (H,)
    gate_shift: Matrix  # (1,)

    def __call__(self, tokens: Matrix, starts: Integers) -> Matrix:
        """The sum of the words of each text as they stand together: (words, D) to (texts, D).

        ``starts``: where each text's words begin, (texts,); no text is empty.
        """
        seen = _normalised(tokens) * self.norm[0] + self.norm[1]
        hidden = bent(self._attention(seen, starts) + self._neighbours(seen, starts))
        gate = 2 / (1 + np.exp(-(hidden @ self.gate + self.gate_shift)))
        changed = (tokens + hidden @ self.change + self.change_shift) * gate[:, None]
        total: Matrix = np.add.reduceat(changed, starts, axis=0)
        return total

    def _attention(self, seen: Matrix, starts: Integers) -> Matrix:
        every = (seen @ self.attend + self.attend_shift).reshape(len(seen), 3, HEADS, -1).transpose(1, 2, 0, 3)
        ends = [*starts[1:], len(seen)]
        return np.concatenate([_mixed(every[:, :, start:end]) for start, end in zip(starts, ends, strict=True)])

    def _neighbours(self, seen: Matrix, starts: Integers) -> Matrix:
        before, same, after = (seen @ part for part in self.around)
        before[starts[1:] - 1] = 0  # the last word of a text does not stand before the first of the next
        after[starts] = 0
        total: Matrix = same + self.around_shift
        total[1:] += before[:-1]
        total[:-1] += after[1:]
        return total


def _mixed(heads: Matrix) -> Matrix:
    """Attention within one text: (3, heads, words, width) to (words, H)."""
    query, key, value = heads
    scores = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(key.shape[-1]))
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    mixed: Matrix = (scores / scores.sum(axis=-1, keepdims=True)) @ value
    return mixed.transpose(1, 0, 2).reshape(heads.shape[2], -1)


def _normalised(tokens: Matrix) -> Matrix:
    centred = tokens - tokens.mean(axis=1, keepdims=True)
    scaled: Matrix = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + np.float32(1e-5))
    return scaled


def bent(values: Matrix) -> Matrix:
    """GELU in its tanh form, as it was trained."""
    inner = np.float32(0.7978845608) * (values + np.float32(0.044715) * values * values * values)
    result: Matrix = values * np.float32(0.5) * (1 + np.tanh(inner))
    return result


class ChineseEncoder:
    """Encodes Chinese texts and words. Read-only; threads may share it. The table takes about 25 MB of memory.

    ``arrays``: the learned numbers by name; ``digest``: SHA-256 of the file they are from.
    """

    def __init__(self, arrays: Mapping[str, np.ndarray[Any, Any]], digest: str = "") -> None:
        self.digest = digest
        self.vocabulary = EncoderVocabulary(bytes(arrays["terms"]).decode().split("\n"))
        self._table: Bytes = arrays["table"]
        self._scales: Matrix = arrays["scales"].astype(np.float32)
        self._projection: Matrix = arrays["projection"].astype(np.float32)
        fields = AttentionLayer.__dataclass_fields__
        self._layer = AttentionLayer(**{name: arrays[f"layer_{name}"].astype(np.float32) for name in fields})
        self._word = lru_cache(maxsize=CACHED)(self._look_up)

    @classmethod
    def load(cls, path: Path = FILE) -> ChineseEncoder:
        """The learned encoder. Raises ``LearnedError`` when the file is missing or its SHA-256 is not as noted."""
        return cls(*learned_arrays.read(path))

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Unit-length embeddings, float32, shape (len(texts), 384); zeros for a text without a known word."""
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        sentences = [self.vocabulary.sentence(fold(text)) for text in texts]
        known = [index for index, sentence in enumerate(sentences) if sentence]
        if known:
            vectors[known] = self._encode([sentences[index] for index in known])
        return vectors

    def word_vector(self, word: str) -> Matrix | None:
        """The unit-length embedding (384,) of a word by itself, or None if nothing of it is known."""
        return self._word(fold(word))[0]

    def weight(self, word: str) -> float:
        """How much a word by itself counts in a sentence: 0 for an unknown one, small for 的, larger for rare words."""
        return self._word(fold(word))[1]

    def _encode(self, sentences: Sequence[Sequence[Sequence[int]]]) -> Matrix:
        """Texts that all have known words, computed together: (texts, 384)."""
        tokens = self._tokens([rows for sentence in sentences for rows in sentence])
        sizes = [len(sentence) for sentence in sentences]
        starts = np.cumsum([0, *sizes[:-1]])
        windows = [start + at for start, size in zip(starts, sizes, strict=True) for at in range(0, size, WINDOW)]
        parts = self._layer(tokens, np.array(windows))
        whole = np.add.reduceat(parts, np.searchsorted(windows, starts), axis=0) @ self._projection
        unit: Matrix = whole / np.linalg.norm(whole, axis=1, keepdims=True).clip(1e-12)
        return unit

    def _tokens(self, sentence: Sequence[Sequence[int]]) -> Matrix:
        """The sum of each word's rows, (words, D)."""
        flat = np.fromiter((row for rows in sentence for row in rows), dtype=np.int64)
        starts = np.cumsum([0, *(len(rows) for rows in sentence[:-1])])
        rows = self._table[flat].astype(np.float32) * self._scales[flat, None]
        total: Matrix = np.add.reduceat(rows, starts, axis=0)
        return total

    def _look_up(self, word: str) -> tuple[Matrix | None, float]:
        sentence = self.vocabulary.sentence(word)
        if not sentence:
            return None, 0.0
        whole = self._tokens(sentence).sum(axis=0) @ self._projection
        return _unit(whole), float(np.linalg.norm(whole))


def _unit(vector: Matrix) -> Matrix:
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length else vector
