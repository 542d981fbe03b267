"""What was looked up in free tables as an answer: the value first, then the row, its table, notes and source."""

from __future__ import annotations

from datetime import date

from bot.answer import Block, Choice, Citation, Status
from bot.answering.rows.answer_blocks import ask, note_block, row_block, say_block
from bot.answering.rows.row_answer import RecordAnswer
from bot.answering.tables.figures import Figure, Reckoning
from bot.answering.tables.held_table import HeldTable
from bot.answering.tables.lookup import Found, Outcome
from bot.answering.tables.reading import TableMatch
from bot.presentation.messages import message
from knowledge.models import TableRow
from knowledge.tables.free import row_text, value_text
from knowledge.validity import state_of

MOST_ROWS = 10
MOST_TABLES = 6
NOTE = 200  # characters of notes below a table
COUNTED = 20  # names that are listed


def table_answer(found: Found, question: str, language: str, day: date) -> RecordAnswer:
    """The answer to ``question`` in ``language`` ("zh" or "en")."""
    match = found.matches[0]
    if found.outcome is Outcome.LACKING:
        lacking = ("、" if language != "en" else ", ").join(dict.fromkeys(found.lacking))
        text = message("tables.lacking", language, lacking=lacking, table=match.held.title)
        return RecordAnswer(Status.NOT_COVERED, (say_block(text),))
    if found.outcome is Outcome.SEVERAL:
        return _which(found, question, language)
    if found.figure:
        return _reckoned(match.held, found.figure, language, day)
    return _looked_up(match, language, day)


def _which(found: Found, question: str, language: str) -> RecordAnswer:
    titles = dict.fromkeys(match.held.title for match in found.matches)
    choices = tuple(Choice(title, ask(f"{title} {question}")) for title in [*titles][:MOST_TABLES])
    return RecordAnswer(Status.CLARIFY, (say_block(message("tables.several", language)),), choices=choices)


def _looked_up(match: TableMatch, language: str, day: date) -> RecordAnswer:
    held, rows = match.held, match.held.rows(match.rows)
    table = held.table
    if len(rows) == 1 and match.columns:
        values = [(table.columns[number].name, _value(held, number, rows[0])) for number in match.columns]
        said = _said(values, _name(held, rows[0], match.columns), held.title, language)
        return _answer([say_block(said)], held, rows, language, day)
    shown = rows[:MOST_ROWS]
    lines = []
    if match.columns:
        lines = [f"{_values(held, match.columns, row)} · {_name(held, row, match.columns)}" for row in shown]
    key = "tables.rows" if len(rows) > 1 else "tables.row"
    more = [message("tables.more", language, total=str(len(rows)))] if len(rows) > len(shown) else []
    head = message(key, language, table=held.title, total=str(len(rows)))
    first = "\n".join([*lines, head, *more]) if lines else "\n".join([head, *more])
    return _answer([say_block(first)], held, shown, language, day)


def _said(values: list[tuple[str, str]], name: str, title: str, language: str) -> str:
    between = "；" if language != "en" else "; "
    value = between.join(value for _, value in values)
    column = ("、" if language != "en" else ", ").join(column for column, _ in values if column)
    key = "tables.value" if column else "tables.value_alone"
    return message(key, language, value=value, column=column, row=name, table=title)


def _reckoned(held: HeldTable, figure: Figure, language: str, day: date) -> RecordAnswer:
    rows, column = held.rows(figure.rows), held.table.columns[figure.column]
    if figure.reckoning is Reckoning.COUNT:
        names = ("、" if language != "en" else ", ").join(row.cells[figure.column] for row in rows[:COUNTED])
        more = "…" if len(rows) > COUNTED else ""
        values = {"total": str(len(rows)), "column": column.name, "table": held.title, "names": names + more}
        return _answer(
            [say_block(message("tables.count", language, **values))], held, rows[:1], language, day, rows_shown=False
        )
    if figure.reckoning is Reckoning.FILTER:
        names = ("、" if language != "en" else ", ").join(_name(held, row, (figure.column,)) for row in rows[:COUNTED])
        key = "tables.filtered" if rows else "tables.filtered_none"
        text = message(key, language, total=str(len(rows)), names=names, column=column.name, table=held.title)
        return _answer([say_block(text)], held, rows[:MOST_ROWS], language, day)
    names = ("、" if language != "en" else ", ").join(_name(held, row, (figure.column,)) for row in rows[:MOST_ROWS])
    value = _value(held, figure.column, rows[0])
    key = f"tables.{figure.reckoning.value}"
    text = message(key, language, names=names, value=value, column=column.name, table=held.title)
    return _answer([say_block(text)], held, rows[:MOST_ROWS], language, day)


def _answer(
    blocks: list[Block], held: HeldTable, rows: list[TableRow], language: str, day: date, *, rows_shown: bool = True
) -> RecordAnswer:
    citations = tuple(_citation(held, row, day) for row in rows)
    shown = [row_block(row_text(held.table, row), number) for number, row in enumerate(rows, 1)] if rows_shown else []
    notes = " ".join(held.table.notes)
    below = [note_block(notes if len(notes) <= NOTE else f"{notes[:NOTE]}…")] if notes else []
    if held.metadata.sample:
        below.append(note_block(message("answer.sample", language)))
    values = tuple(
        {column.name: cell for column, cell in zip(held.table.columns, row.cells, strict=True)}
        | {"table": held.table.source}
        for row in rows
    )
    return RecordAnswer(Status.ANSWERED, (*blocks, *shown, *below), citations, values)


def _citation(held: HeldTable, row: TableRow, day: date) -> Citation:
    metadata, table = held.metadata, held.table
    section = " › ".join(dict.fromkeys([*table.path, *table.titles]))
    state = state_of(metadata, day).value
    page = row.page or table.page
    return Citation(
        metadata.title,
        section,
        metadata.dated,
        state,
        metadata.source_url or table.source,
        row_text(table, row),
        table.source,
        page,
    )


def _value(held: HeldTable, column: int, row: TableRow) -> str:
    return value_text(held.table.columns[column], row.cells[column]) or "—"


def _values(held: HeldTable, columns: tuple[int, ...], row: TableRow) -> str:
    return " / ".join(_value(held, column, row) for column in columns)


def _name(held: HeldTable, row: TableRow, without: tuple[int, ...]) -> str:
    """What a row is called: its cells of words that come first."""
    names = [row.cells[number] for number in held.names if number not in without and row.cells[number]]
    return " ".join(dict.fromkeys(names[:3])) or row.cells[0]
