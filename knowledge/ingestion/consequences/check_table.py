"""Staff's check questions: ``questions.csv`` or ``questions.xlsx`` in the documents folder. They are no knowledge.

A row is a question and what its answer must hold: words parted by ; all of which must stand there, each of them a
choice of several parted by |. Without any, all that counts is whether the question is answered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from knowledge.editions.errors import IngestionError
from knowledge.readers import CHECK_TABLES
from knowledge.readers.errors import ReadError
from knowledge.readers.sandbox.limits import run_limited
from knowledge.tables.reading.kinds.guide_sheet import is_guide
from knowledge.tables.reading.kinds.headers import bare
from knowledge.tables.reading.sheets import Cell, Sheet, sheets_of, tidy
from knowledge.tables.reading.table_reading import Problem
from knowledge.text.language import simplified

HEADERS = {
    "question": "问题 提问 检查问题 question questions",
    "expected": "答案应含 应含 应有 必含 expected expectedwords answermusthold",
}
LONGEST = 500  # characters of a question
MOST = 2_000  # questions: each is asked of two editions
TEMPLATE = "begin with a template: python ingest.py templates"


@dataclass(frozen=True)
class CheckQuestion:
    """A question of staff's list. ``expected``: of each choice one has to stand in the answer."""

    question: str
    expected: tuple[tuple[str, ...], ...] = ()

    def lacks(self, text: str) -> tuple[str, ...]:
        """What of the expected words ``text`` does not hold."""
        held = _plain(text)
        return tuple("|".join(choice) for choice in self.expected if not any(_plain(word) in held for word in choice))


@dataclass(frozen=True)
class CheckTable:
    """All check questions, what is wrong with rows of the list, and a digest of its files."""

    questions: tuple[CheckQuestion, ...] = ()
    problems: tuple[Problem, ...] = ()
    digest: str = ""


def read_check_table(folder: Path) -> CheckTable:
    """The check questions of the documents folder; none where there is no list.

    Raises ``IngestionError`` for a list that cannot be read: without it nobody would notice what a refresh spoils.
    """
    questions: dict[str, CheckQuestion] = {}
    problems: list[Problem] = []
    digest = hashlib.sha256()
    for path in (folder / name for name in CHECK_TABLES):
        if path.is_file():
            digest.update(path.read_bytes())
            rows, wrong = _read(path)
            problems += wrong
            for row in rows:
                questions.setdefault(row.question, row)
    if len(questions) > MOST:
        raise IngestionError(f"{path.name}: {len(questions)} check questions; {MOST} are allowed: remove some")
    return CheckTable(tuple(questions.values()), tuple(problems), digest.hexdigest() if questions else "")


def _read(path: Path) -> tuple[list[CheckQuestion], list[Problem]]:
    try:
        return run_limited(partial(read_rows, source=path.name), path)
    except ReadError as error:
        raise IngestionError(f"{path.name}: {error.reason}") from None


def read_rows(path: Path, source: str) -> tuple[list[CheckQuestion], list[Problem]]:
    """The questions of one file, and what is wrong with its rows. Raises ``ReadError``. Runs in a limited child."""
    questions: list[CheckQuestion] = []
    problems: list[Problem] = []
    for sheet in sheets_of(path):
        if not sheet.rows or is_guide(sheet.rows):
            continue
        rows = [(number, cells) for number, raw in zip(sheet.numbers, sheet.rows, strict=True) if (cells := tidy(raw))]
        if rows:
            for row in _rows_of(rows, sheet, source):
                (problems if isinstance(row, Problem) else questions).append(row)  # type: ignore[arg-type]
    return questions, problems


def _rows_of(rows: list[tuple[int, tuple[Cell, ...]]], sheet: Sheet, source: str) -> Iterator[CheckQuestion | Problem]:
    columns = _columns(rows[0], sheet, source)
    for number, cells in rows[1:]:
        values = {name: _text(cells, index) for name, index in columns.items()}
        question, expected = values["question"], values.get("expected", "")
        if not question:
            yield Problem(source, sheet.name, number, "question", expected, "there is no question", True)
        elif len(question) > LONGEST:
            said = f"it is longer than {LONGEST} characters, as no question is"
            yield Problem(source, sheet.name, number, "question", question, said, True)
        else:
            yield CheckQuestion(question, _choices(expected))


def _columns(header: tuple[int, tuple[Cell, ...]], sheet: Sheet, source: str) -> Mapping[str, int]:
    """Which column is which. Raises ``ReadError`` where none holds questions, or one is not known."""
    number, cells = header
    place = f"sheet {sheet.name}, row {number}" if sheet.name else f"row {number}"
    found: dict[str, int] = {}
    for index, cell in enumerate(cells):
        if cell is None:
            continue
        field = next((name for name, names in HEADERS.items() if bare(cell) in names.split()), None)
        if field is None or field in found:
            raise ReadError(
                f"{place}, column {cell}: a list of check questions has the columns 问题/question and"
                f" 答案应含/expected words, once each; {TEMPLATE}"
            )
        found[field] = index
    if "question" not in found:
        raise ReadError(f"{place}: the column 问题/question is missing; {TEMPLATE}")
    return found


def _text(cells: tuple[Cell, ...], index: int) -> str:
    cell = cells[index] if index < len(cells) else None
    return "" if cell is None else str(cell).strip()


def _choices(expected: str) -> tuple[tuple[str, ...], ...]:
    parts = (part.replace("｜", "|").split("|") for part in expected.replace("；", ";").split(";"))
    choices = (tuple(word.strip() for word in part if word.strip()) for part in parts)
    return tuple(choice for choice in choices if choice)


def _plain(text: str) -> str:
    return "".join(simplified(text).split()).casefold()
