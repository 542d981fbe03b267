"""Answered gaps as questions to check later editions by: appended to the list that staff keep."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from bot.telegram.open_questions.open_questions import OpenQuestion
from bot.telegram.staff_workbook import RECKONED
from knowledge.text.language import fold

HEADER = ("question", "expected")
ENCODING = "utf-8-sig"  # as spreadsheet programs take it without asking


class GoldenListError(Exception):
    """The list cannot be added to; the message says why and what mends it."""


def append_answered(path: Path, answered: Sequence[OpenQuestion]) -> int:
    """Append what is not there yet, each question with the sources of its answer; how many that were. Raises
    ``GoldenListError`` and ``OSError``.
    """
    known = _known(path)
    new: dict[str, tuple[str, str]] = {}
    for one in answered:
        new.setdefault(fold(one.question), (_text(one.question), _text("；".join(one.sources))))
    rows = [row for key, row in new.items() if key not in known]
    if rows:
        there = path.exists()
        with path.open("a", encoding="utf-8" if there else ENCODING, newline="") as written:
            csv.writer(written).writerows(rows if there else (HEADER, *rows))
    return len(rows)


def _known(path: Path) -> frozenset[str]:
    """The questions that stand there: the first column."""
    if not path.exists():
        return frozenset()
    try:
        with path.open(encoding=ENCODING, newline="") as read:
            rows = [row[0].removeprefix("'") for row in csv.reader(read) if row]
    except UnicodeDecodeError:
        raise GoldenListError(f"{path}: is not in UTF-8; save it as CSV in UTF-8 and try again") from None
    return frozenset(map(fold, rows))


def _text(value: str) -> str:
    """A cell that no program takes for a formula."""
    return f"'{value}" if value.startswith(RECKONED) else value
