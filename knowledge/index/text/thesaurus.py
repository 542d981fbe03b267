"""People's words and the words that documents use, from files that staff can extend (knowledge/data/thesaurus.tsv)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.index.text.dictionary import english_stems
from knowledge.text.language import fold, words

SHIPPED = Path(__file__).parents[2] / "data" / "thesaurus.tsv"
COLUMNS = ("said", "written", "english")
LONGEST = 16  # characters of a Chinese entry that are looked for
LONGEST_ENGLISH = 6  # words


@dataclass(frozen=True)
class Concept:
    """One line: what people say, what documents write, and English words for it; all folded."""

    said: tuple[str, ...]
    written: tuple[str, ...]
    english: tuple[str, ...]


@dataclass(frozen=True)
class BadThesaurusLine:
    """A line of a thesaurus file that was left out, and why."""

    path: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: line {self.line}: {self.reason}"


class Thesaurus:
    """Concepts, found by what a question says. ``bad_lines``: what could not be used."""

    def __init__(self, concepts: Sequence[Concept], bad_lines: Sequence[BadThesaurusLine] = ()) -> None:
        self.concepts, self.bad_lines = tuple(concepts), tuple(bad_lines)
        self._chinese: dict[str, list[int]] = {}
        self._english: dict[tuple[str, ...], list[int]] = {}
        for index, concept in enumerate(concepts):
            for entry in (*concept.said, *concept.written):
                self._chinese.setdefault(entry, []).append(index)
            for entry in concept.english:
                self._english.setdefault(tuple(english_stems(entry)), []).append(index)

    @classmethod
    def load(cls, *paths: Path) -> Thesaurus:
        """The concepts of all files; a broken line is left out and noted. Raises ``OSError`` for a missing file."""
        concepts: list[Concept] = []
        bad: list[BadThesaurusLine] = []
        for path in paths:
            for number, content in _lines(path):
                if isinstance(content, Concept):
                    concepts.append(content)
                else:
                    bad.append(BadThesaurusLine(path, number, content))
        return cls(concepts, bad)

    def find(self, folded: str, language: str) -> tuple[Concept, ...]:
        """The concepts whose words are in a folded question in ``language`` ("zh" or "en").

        Where entries overlap, the longest counts.
        """
        indices = self._in_english(folded) if language == "en" else self._in_chinese(folded)
        return tuple(self.concepts[index] for index in dict.fromkeys(indices))

    def _in_chinese(self, folded: str) -> Iterator[int]:
        at = 0
        single = set(words(folded))
        while at < len(folded):
            sizes = range(min(LONGEST, len(folded) - at), 0, -1)
            size = next((size for size in sizes if self._is_entry(folded[at : at + size], single)), 0)
            yield from self._chinese[folded[at : at + size]] if size else ()
            at += size or 1

    def _is_entry(self, text: str, single: set[str]) -> bool:
        # 证 is an entry and part of many words: a lone character counts only where it is a word.
        return text in self._chinese and (len(text) > 1 or text in single)

    def _in_english(self, folded: str) -> Iterator[int]:
        stems = english_stems(folded)
        at = 0
        while at < len(stems):
            sizes = range(min(LONGEST_ENGLISH, len(stems) - at), 0, -1)
            size = next((size for size in sizes if tuple(stems[at : at + size]) in self._english), 0)
            yield from self._english[tuple(stems[at : at + size])] if size else ()
            at += size or 1


def _lines(path: Path) -> Iterator[tuple[int, Concept | str]]:
    for number, raw in enumerate(path.read_bytes().splitlines(), 1):
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            yield number, "it is not UTF-8"
            continue
        if line.strip() and not line.startswith("#"):
            yield number, _concept(line)


def _concept(line: str) -> Concept | str:
    fields = line.rstrip("\r").split("\t")
    if len(fields) != len(COLUMNS):
        return f"expected {len(COLUMNS)} columns separated by tabs ({', '.join(COLUMNS)}), found {len(fields)}"
    entries = [tuple(filter(None, (fold(entry) for entry in field.split("|")))) for field in fields]
    empty = [name for name, field in zip(COLUMNS, entries, strict=True) if not field]
    if empty:
        return f"the column {empty[0]} is empty"
    return Concept(*entries)
