"""The sentences of a passage that answer: quoted as they stand, lists whole, short enough for a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.chunking import ROW
from knowledge.readers.structure.outline import starts_item
from knowledge.text.language import HAN
from knowledge.text.question_types import Expected, expected, held

WHOLE = 130.0  # a passage of at most this size is quoted whole: its sentences need each other
ENOUGH = 200.0  # sentences are added up to this size
NEARLY = 0.72  # a sentence that fits nearly as well as the best one is added
EXPECTED = 0.35  # what holding the expected kind of answer adds to the best sentence's score
LATIN_SIZE = 0.36  # of a Latin letter, when a Chinese character is 1
Relevance = Callable[[str, Sequence[str]], list[float]]  # a score for each text, higher is better
ENGLISH_END = re.compile(
    r"(?<![A-Z])(?<!\b(?:No|Co|Mr|Ms|Dr|St|vs))(?<!\b(?:Ltd|Art|Inc|Mrs|e\.g|i\.e))[.!?][\"”’)]*\s+(?=[\"“(]*[A-Z0-9\u4e00-\u9fff])"
)
CHINESE_END = re.compile(r"[。！？!?][”’）】」》\"]*(?=\S)")
NEEDS_THE_ONE_BEFORE = re.compile(  # beginnings of sentences that say nothing without the sentence before
    r"^(?:但|但是|其中|该|此|这|那|前款|前项|上述|同时|并且|否则|因此|所以|此外|另外|他们|它|逾期|对此|除外|"
    r"(?:But|However|These|This|It|They|Such|Those|Otherwise|Therefore|If so|In that case|The latter)\b)"
)


@dataclass(frozen=True)
class Unit:
    """What is quoted whole or not at all: a span of the passage's text. ``items``: entries of a list, else 0."""

    start: int
    end: int
    items: int = 0


@dataclass(frozen=True)
class Excerpt:
    """Pieces of one text, in its order and exactly as written. ``score``: the best piece's, as the relevance gave it.

    ``items``: entries of the list that was quoted, 0 when none was.
    """

    pieces: tuple[str, ...]
    score: float
    items: int = 0


def excerpts(question: str, texts: Sequence[str], relevance: Relevance) -> list[Excerpt]:
    """The part of each of ``texts`` that answers ``question``; asks for the relevance of all sentences at once."""
    kinds = expected(question)
    divided = [units(text, rows_together=bool(kinds & {Expected.LIST, Expected.COUNT})) for text in texts]
    pieces = [text[unit.start : unit.end] for text, own in zip(texts, divided, strict=True) for unit in own]
    scores = iter(relevance(question, pieces))
    return [_excerpt(text, own, [next(scores) for _ in own], kinds) for text, own in zip(texts, divided, strict=True)]


def _excerpt(text: str, own: Sequence[Unit], scores: Sequence[float], kinds: frozenset[Expected]) -> Excerpt:
    """The best of a text's ``own`` units; all of a short text."""
    best = max(scores, default=0.0)
    if size(text) <= WHOLE or len(own) < 2:
        return Excerpt((text.strip(),), best, sum(unit.items for unit in own))
    chosen = [own[index] for index in _chosen(text, own, _ranked(text, own, scores, kinds))]
    return Excerpt(_pieces(text, chosen), best, sum(unit.items for unit in chosen))


def units(text: str, *, rows_together: bool = False) -> list[Unit]:
    """Lists with their opening lines, rows of tables, and the sentences of paragraphs, in order."""
    divided: list[Unit] = []
    for start, end, items in _groups(text, rows_together):
        if items:
            divided.append(Unit(start, end, items))
        else:
            divided.extend(_sentences(text, start, end))
    return divided


def size(text: str) -> float:
    """How much room ``text`` takes: about the number of Chinese characters that would."""
    chinese = len(HAN.findall(text))
    return chinese + LATIN_SIZE * (len(text) - chinese)


def _groups(text: str, rows_together: bool) -> list[tuple[int, int, int]]:
    """Start, end and number of items of each paragraph (0 items), row, or list with the line that opens it."""
    groups: list[tuple[int, int, int]] = []
    start, row_before = 0, False
    for line in text.split("\n"):
        end = start + len(line)
        row, item = bool(ROW.match(line)), starts_item(line)
        opened = bool(groups) and (groups[-1][2] > 0 or text[: groups[-1][1]].rstrip().endswith(("：", ":")))
        if (item and not row and opened and not row_before) or (row and row_before and rows_together):
            groups[-1] = (groups[-1][0], end, groups[-1][2] + 1)
        elif line.strip():
            groups.append((start, end, int(item or row)))
        start, row_before = end + 1, row
    return groups


def _sentences(text: str, start: int, end: int) -> list[Unit]:
    paragraph = text[start:end]
    ends = sorted({*(match.end() for match in CHINESE_END.finditer(paragraph)), *_english_ends(paragraph)})
    return [Unit(start + one, start + other) for one, other in pairwise([0, *ends, len(paragraph)]) if one < other]


def _english_ends(paragraph: str) -> list[int]:
    return [match.end() for match in ENGLISH_END.finditer(paragraph)]


def _ranked(text: str, own: Sequence[Unit], scores: Sequence[float], kinds: frozenset[Expected]) -> list[float]:
    """Scores from 0 to about 1.3: relevance against the best, and whether what is asked for stands there."""
    best = max(scores) or 1.0
    return [
        score / best + EXPECTED * held(text[unit.start : unit.end], kinds)
        for unit, score in zip(own, scores, strict=True)
    ]


def _chosen(text: str, own: Sequence[Unit], ranked: Sequence[float]) -> list[int]:
    """Indices of the units to quote, in the text's order."""
    order = sorted(range(len(own)), key=lambda index: -ranked[index])
    chosen = {order[0]}
    taken = _size(text, own[order[0]])
    for index in order[1:]:
        more = _size(text, own[index])
        if ranked[index] >= NEARLY * ranked[order[0]] and taken + more <= ENOUGH:
            chosen.add(index)
            taken += more
    for index in sorted(chosen):
        if index and NEEDS_THE_ONE_BEFORE.match(text[own[index].start : own[index].end].lstrip()):
            chosen.add(index - 1)
    return sorted(chosen)


def _size(text: str, unit: Unit) -> float:
    return size(text[unit.start : unit.end])


def _pieces(text: str, chosen: Sequence[Unit]) -> tuple[str, ...]:
    """Neighbours together, as they stand; others apart."""
    runs: list[tuple[int, int]] = []
    for unit in chosen:
        if runs and not text[runs[-1][1] : unit.start].strip():
            runs[-1] = (runs[-1][0], unit.end)
        else:
            runs.append((unit.start, unit.end))
    return tuple(text[start:end].strip() for start, end in runs)
