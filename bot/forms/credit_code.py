"""The unified social credit code of firms and bodies (GB 32100-2015): 18 characters, the last checks the others."""

from __future__ import annotations

import unicodedata

LENGTH = 18
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V and Z, which are mistaken for others


def normal_code(text: str) -> str:
    """``text`` as a code is written: half width, capitals, no blanks and hyphens."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split()).replace("-", "")


def wrong_letters(code: str) -> str:
    """The characters of ``code`` that no code has, each once."""
    return "".join(dict.fromkeys(letter for letter in code if letter not in LETTERS))


def is_checked(code: str) -> bool:
    """Whether the last character of a code of the right length and letters checks the others."""
    total = sum(LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(code[: LENGTH - 1]))
    return LETTERS[-total % 31] == code[-1]
