"""The same document twice: a copy with another name or in another format, a page for telephones beside the other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from knowledge.models import Chunk, Metadata, State
from knowledge.text.language import fold
from knowledge.validity import state_of, successors

ALIKE = 0.8  # of what the shorter one says, that the other says too
SHORTEST, FEWEST = 6, 3  # characters of a piece that tells documents apart, and how many of them one must have
COMMON = 5  # documents: what more of them say is no sign
BETWEEN = re.compile(r"[。；;，,：:！!？?（）()、|\t]+|(?<=[a-z])\. ")
STALE = frozenset({State.EXPIRED, State.SUPERSEDED})


@dataclass(frozen=True)
class Duplicate:
    """Two documents in force that say the same. ``share``: of what the shorter one says, that the other says too."""

    source: str
    other: str
    share: float


def duplicates(documents: Mapping[str, Metadata], chunks: Iterable[Chunk], day: date) -> tuple[Duplicate, ...]:
    """The pairs of ``documents`` (by source) that say the same and are not out of date on ``day``."""
    replaced = successors(documents, day)
    texts: dict[str, list[str]] = defaultdict(list)
    for chunk in chunks:
        known = documents.get(chunk.source)
        if known and state_of(known, day, superseded=chunk.source in replaced) not in STALE:
            texts[chunk.source].append(chunk.text)
    pieces = {source: _pieces(told) for source, told in texts.items()}
    found = []
    for (one, other), count in _shared(pieces).items():
        shorter = min(len(pieces[one]), len(pieces[other]))
        if shorter >= FEWEST and count >= ALIKE * shorter:
            found.append(Duplicate(one, other, count / shorter))
    return tuple(sorted(found, key=lambda pair: (pair.source, pair.other)))


def _pieces(texts: Sequence[str]) -> frozenset[str]:
    """What stands between punctuation, without blanks and line breaks, which each format sets in its own way."""
    bare = ("".join(piece.split()) for text in texts for piece in BETWEEN.split(fold(text)))
    return frozenset(piece for piece in bare if len(piece) >= SHORTEST)


def _shared(pieces: Mapping[str, frozenset[str]]) -> dict[tuple[str, str], int]:
    """How many pieces any two documents have in common."""
    holders: dict[str, list[str]] = defaultdict(list)
    for source in sorted(pieces):
        for piece in pieces[source]:
            holders[piece].append(source)
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for sources in holders.values():
        if 1 < len(sources) <= COMMON:
            for pair in combinations(sources, 2):
                counts[pair] += 1
    return counts
