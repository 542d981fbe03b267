"""Abbreviations of school names by some of their characters: 轻院 for 轻工技师学院, 公技 for 公用事业技师学院."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from knowledge.entities.spelling import Parts
from knowledge.text.language import in_dictionary

SHORT = re.compile(r"(?=([\u3400-\u9fff]{1,3}(?:技师|学院|学校|职院|职校|职中|技校|技院|院|校|技)))")
SCHOOL = {"职中": "职学校", "技校": "技学校"}  # what the last characters stand for


class Abbreviations:
    """Finds abbreviations of ``schools``, given as folded names with their parts."""

    def __init__(self, schools: Iterable[tuple[str, Parts]]) -> None:
        self._by_first: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for name, parts in schools:
            if len(parts.core) > 1:
                self._by_first[parts.core[0]].append((name, parts.core + parts.kind))

    def found_in(self, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Abbreviations in a plain text, each with the schools it fits; ordinary words are none."""
        for match in SHORT.finditer(text):
            written = match[1]
            full = self._by_first.get(written[0], ())
            fitting = tuple(name for name, letters in full if _abbreviates(written, letters))
            if fitting and not in_dictionary(written):
                yield written, fitting


def _abbreviates(written: str, letters: str) -> bool:
    """Whether the characters of ``written`` stand in ``letters`` in their order, and leave some out."""
    for ending, meant in SCHOOL.items():
        if written.endswith(ending):
            written = written.removesuffix(ending) + meant
    rest = iter(letters)
    return written != letters and all(character in rest for character in written)
