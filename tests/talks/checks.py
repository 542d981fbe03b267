"""What must hold for every message of every talk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.presentation.reader_script import ADDRESS
from knowledge.text.language import HAN, script_of
from tests.fake_bot_api import Line

FOREIGN = {"zh": {"traditional"}, "zh-hant": {"simplified"}, "en": set(), "": set()}
MOST_LETTERS, MOST_LINES = 700, 16  # a list has fewer
NUMBERED = re.compile(r"\d{1,3}")


def faults(lines: Iterable[Line], script: str) -> list[str]:
    """What is wrong with the bot's messages of a talk in ``script``, in words; nothing when all is well."""
    return [
        f"{fault}: {line.text}" for line in lines if line.kind in ("message", "edit") for fault in _of(line, script)
    ]


def _of(line: Line, script: str) -> Iterator[str]:
    if not line.buttons:
        yield "no next step"
    scripts = _scripts(" ".join((line.text, *(label for label, _ in line.buttons))))
    if scripts & FOREIGN[script]:
        yield f"a letter that is not of {script}"
    if len(scripts) > 1:
        yield "two scripts"
    if script == "en" and _mostly_chinese(line.text):
        yield "Chinese to a reader of English"
    is_list = any(NUMBERED.fullmatch(label) for label, _ in line.buttons)
    if is_list and (len(line.text) >= MOST_LETTERS or line.text.count("\n") + 1 >= MOST_LINES):
        yield "a list that is longer than a screen"


def _scripts(text: str) -> set[str]:
    """Which of the two scripts a text has letters of that the other lacks; addresses stay as they are."""
    return {script_of(letter) for letter in HAN.findall(ADDRESS.sub(" ", text))} & {"simplified", "traditional"}


def _mostly_chinese(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * len(HAN.findall(text)) > len(letters)
