"""Made tables: one for each pair of words in which the titles of a subject differ, and the questions to them."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.made_tables.subjects import SUBJECTS, Column, Subject

FORMATS = ("html", "xlsx", "docx", "csv", "pdf")


@dataclass(frozen=True)
class MadeTable:
    """``rows``: the cells of each, those of the keys first. ``file``: its name. ``twice``: laid out side by side."""

    subject: Subject
    one: str
    other: str
    rows: tuple[tuple[str, ...], ...]
    file: str
    twice: bool = False

    @property
    def title(self) -> str:
        return self.subject.title.format(one=self.one, other=self.other)

    @property
    def header(self) -> list[list[str]]:
        """One or two lines; a cell that spans others is repeated."""
        keys = [name for name, _ in self.subject.keys]
        depth = max(len(column.header) for column in self.subject.columns)
        lines = []
        for level in range(depth):
            lines.append(keys + [(column.header * depth)[level] for column in self.subject.columns])
        return lines


@dataclass(frozen=True)
class MadeQuestion:
    """``expected``: texts that the answer begins with or holds; none where nothing may be answered."""

    text: str
    table: MadeTable
    kind: str
    expected: tuple[str, ...] = ()


def made_tables(count: int, seed: int = 1, *, closed: bool | None = None) -> list[MadeTable]:
    """About ``count`` tables of all subjects, or of one half of them."""
    rng = random.Random(seed)
    subjects = [one for one in SUBJECTS if closed is None or one.closed == closed]
    tables: list[MadeTable] = []
    for subject in subjects:
        pairs = list(itertools.product(subject.ones, subject.others))
        rng.shuffle(pairs)
        # Neighbours: titles that differ in one of their two words.
        pairs.sort(key=lambda pair: subject.ones.index(pair[0]) + subject.others.index(pair[1]))
        for number, (one, other) in enumerate(pairs[: max(2, count // len(subjects))]):
            form = FORMATS[(number + len(tables)) % len(FORMATS)]
            twice = form != "pdf" and len(subject.keys) == 1 and number % 4 == 3
            name = f"{subject.name}-{number:02d}.{form}"
            tables.append(MadeTable(subject, one, other, tuple(_rows(subject, rng)), name, twice))
    return tables


def _rows(subject: Subject, rng: random.Random) -> Iterator[tuple[str, ...]]:
    for names in itertools.product(*(names for _, names in subject.keys)):
        if len(subject.keys) > 1 and rng.random() < 0.1:
            continue  # not every trade has every level
        yield (*names, *(column.values(rng) for column in subject.columns))


def made_questions(tables: list[MadeTable], count: int, seed: int = 2) -> list[MadeQuestion]:
    """``count`` questions to ``tables``: look-ups first of all, figures, and questions that nothing answers."""
    rng = random.Random(seed)
    makers = [_lookup] * 6 + [_extreme, _count, _absent_title, _absent_column, _absent_row]
    made: dict[str, MadeQuestion] = {}
    for number in range(count * 20):
        table = tables[number % len(tables)]
        question = rng.choice(makers)(table, tables, rng)
        if question and question.text not in made:
            made[question.text] = question
        if len(made) == count:
            break
    return list(made.values())


def _fill(table: MadeTable, template: str, row: str, column: str, one: str = "") -> str:
    return template.format(one=one or table.one, other=table.other, row=row, column=column)


def _name(table: MadeTable, row: tuple[str, ...]) -> str:
    names = row[: len(table.subject.keys)]
    return (" " if table.subject.language == "en" else "").join(names)


def _asked(column: Column, rng: random.Random) -> str:
    return rng.choice(column.asked)


def _lookup(table: MadeTable, _: list[MadeTable], rng: random.Random) -> MadeQuestion:
    row, number = rng.choice(table.rows), rng.randrange(len(table.subject.columns))
    column = table.subject.columns[number]
    text = _fill(table, rng.choice(table.subject.questions), _name(table, row), _asked(column, rng))
    return MadeQuestion(text, table, "lookup", (row[len(table.subject.keys) + number],))


def _extreme(table: MadeTable, _: list[MadeTable], rng: random.Random) -> MadeQuestion | None:
    subject = table.subject
    figures = [
        n for n in range(len(subject.columns)) if all(_is_figure(row[len(subject.keys) + n]) for row in table.rows)
    ]
    templates = [(max, subject.most), (min, subject.least)]
    choose, template = rng.choice(templates)
    if not template or not figures:
        return None
    number = rng.choice(figures)
    values = [float(row[len(subject.keys) + number].rstrip("%")) for row in table.rows]
    best = [row for row, value in zip(table.rows, values, strict=True) if value == choose(values)]
    text = _fill(table, template, "", subject.columns[number].asked[0])
    return MadeQuestion(text, table, "extreme", best[0][: len(subject.keys)])


def _is_figure(text: str) -> bool:
    return text.rstrip("%").replace(".", "", 1).isdigit()


def _count(table: MadeTable, _: list[MadeTable], __: random.Random) -> MadeQuestion | None:
    if not table.subject.count:
        return None
    names = {row[0] for row in table.rows}
    return MadeQuestion(_fill(table, table.subject.count, "", ""), table, "count", (str(len(names)),))


def _absent_title(table: MadeTable, tables: list[MadeTable], rng: random.Random) -> MadeQuestion | None:
    """The title of no table: a word that none has, or two words of which each stands in another table."""
    own = [one for one in tables if one.subject is table.subject]
    held = {(one.one, one.other) for one in own}
    crossed = [(one, table.other) for one in {each.one for each in own} if (one, table.other) not in held]
    choices = [(one, table.other) for one in table.subject.absent] + crossed
    if not choices:
        return None
    one, _ = rng.choice(sorted(choices))
    row, column = rng.choice(table.rows), rng.choice(table.subject.columns)
    text = _fill(table, rng.choice(table.subject.questions), _name(table, row), _asked(column, rng), one)
    return MadeQuestion(text, table, "absent title")


def _absent_column(table: MadeTable, _: list[MadeTable], rng: random.Random) -> MadeQuestion | None:
    if not table.subject.no_column:
        return None
    row, column = rng.choice(table.rows), rng.choice(table.subject.no_column)
    return MadeQuestion(
        _fill(table, rng.choice(table.subject.questions), _name(table, row), column), table, "absent column"
    )


def _absent_row(table: MadeTable, _: list[MadeTable], rng: random.Random) -> MadeQuestion | None:
    """A row that another subject has, or whose two names stand in no row together."""
    subject = table.subject
    held = {row[: len(subject.keys)] for row in table.rows}
    lacking = [names for names in itertools.product(*(names for _, names in subject.keys)) if names not in held]
    foreign = [("示例外星" if subject.language == "zh" else "Moonbase",)]
    names = rng.choice(lacking or foreign)
    text = _fill(
        table,
        rng.choice(subject.questions),
        (" " if subject.language == "en" else "").join(names),
        _asked(rng.choice(subject.columns), rng),
    )
    return MadeQuestion(text, table, "absent row")
