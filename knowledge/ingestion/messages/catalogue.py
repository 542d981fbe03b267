"""The catalogues: English templates with {…} where values stand, and what they are in Chinese.

``command.po`` has what the command says itself, ``elsewhere.po`` what is finished before the command gets it.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
LOCALE = "zh_Hans"
ELSEWHERE = "elsewhere.po"


@dataclass(frozen=True)
class Template:
    """An English sentence cut at its values: there is one piece more than names. ``chinese``: its translation."""

    english: str
    pieces: tuple[str, ...]
    names: tuple[str, ...]
    chinese: str

    @property
    def own(self) -> int:
        """How many characters are its own: of two that fit a text, the one with more is meant."""
        return sum(map(len, self.pieces))

    def values_in(self, text: str) -> Mapping[str, str] | None:
        """The values with which the template makes ``text``; None where it does not. None of them is empty.

        Each piece is looked for from the left, once.
        """
        if not self.names:
            return {} if text == self.pieces[0] else None
        first, *inner, last = self.pieces
        end = len(text) - len(last)
        if not (text.startswith(first) and text.endswith(last)):
            return None
        at, values = len(first), list[str]()
        for piece in inner:
            found = text.find(piece, at + 1, end)
            if found < 0:
                return None
            values.append(text[at:found])
            at = found + len(piece)
        if at >= end:
            return None
        return dict(zip(self.names, [*values, text[at:end]], strict=True))


def template_of(english: str, chinese: str) -> Template:
    """A template from the two texts of an entry. Two values must have something between them."""
    pieces, names = [""], list[str]()
    for literal, name, _, _ in string.Formatter().parse(english):
        pieces[-1] += literal
        if name is not None:
            names.append(name)
            pieces.append("")
    return Template(english, tuple(pieces), tuple(names), chinese)


@cache
def entries(name: str = "*.po") -> Mapping[str, str]:
    """All entries, or those of one catalogue: English templates and their Chinese."""
    from babel.messages.pofile import read_po  # who reads English needs none of it

    found: dict[str, str] = {}
    for path in sorted((FOLDER / LOCALE).glob(name)):
        with path.open("rb") as file:
            found |= {str(entry.id): str(entry.string) for entry in read_po(file, abort_invalid=True) if entry.id}
    return found


@cache
def templates() -> Sequence[Template]:
    """Templates of what is finished elsewhere, those with the most text of their own first."""
    made = [template_of(english, chinese) for english, chinese in entries(ELSEWHERE).items()]
    return sorted(made, key=lambda template: -template.own)
