"""Which short texts say alike: each joins the first group whose leader is near enough, in the same language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.index.encoding.word_vectors import word_vectors
from knowledge.text.language import fold, language_of

if TYPE_CHECKING:
    from knowledge.embedding.embedder import Embedder

# Of two wordings of one question (knowledge/training/questions/held.jsonl) four in ten are nearer than this, of two
# questions to the same four documents one in two hundred is: rather two groups of one thing than one of two.
ALIKE_CHINESE, ALIKE_ENGLISH = 0.58, 0.92
Matrix = np.ndarray[Any, np.dtype[np.float32]]


def alike_groups(texts: Sequence[str], load: Callable[[], Embedder]) -> list[list[int]]:
    """The indexes of ``texts`` in groups, each with its leader first: the earliest. ``load`` gives the embedding model,
    and is not called where all is Chinese.
    """
    groups: list[list[int]] = [[] for _ in texts]
    for english, least in ((False, ALIKE_CHINESE), (True, ALIKE_ENGLISH)):
        own = [index for index, text in enumerate(texts) if (language_of(text) == "en") is english]
        if not own:
            continue
        vectors = _english([texts[index] for index in own], load()) if english else _chinese([texts[i] for i in own])
        leaders: list[int] = []
        for row, index in enumerate(own):
            near = vectors[leaders] @ vectors[row] if leaders else np.zeros(0, np.float32)
            best = int(np.argmax(near)) if len(near) else -1
            if best >= 0 and near[best] >= least:
                groups[own[leaders[best]]].append(index)
            else:
                leaders.append(row)
                groups[index].append(index)
    return [group for group in groups if group]


def _chinese(texts: Sequence[str]) -> Matrix:
    vectors: Matrix = word_vectors().chinese_encoder.encode([fold(text) for text in texts])
    return vectors


def _english(texts: Sequence[str], embedder: Embedder) -> Matrix:
    return np.array([embedder.read_question(text).bundled for text in texts], dtype=np.float32)
