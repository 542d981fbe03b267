"""The free tables of a document, and its text with each of their rows saying which table it is of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.models import Document, FreeTable, Grid, Metadata, Section, TableColumn, TableRow
from knowledge.readers.structure.blocks import dominant_language
from knowledge.tables.free.grid_reading import NOTE, table_of
from knowledge.tables.free.header_lines import unit_stated

CAPTION = 60  # characters of a line above a table that names it; a longer one is a text
ENDS_SENTENCE = ("。", "；", ";", ".", "！", "？", "!", "?")
APART = " | "  # between what a table is called and the cells of a row
NOTES_READ = 3  # lines below a table that are looked at


@dataclass(frozen=True)
class _Placed:
    """A table and the lines of a section's text that it was made of, from ``start`` to before ``end``."""

    section: int
    start: int
    end: int
    table: FreeTable


def tables_of(document: Document) -> tuple[FreeTable, ...]:
    """The free tables in a document's text, in order. One that goes on on the next page, below its header, is one."""
    return tuple(_joined([placed.table for placed in _placed(document)]))


def with_titled_rows(document: Document) -> Document:
    """The document, each row of its tables with what the table is called: rows are found and quoted one by one."""
    sections = list(document.sections)
    lines = {index: section.text.split("\n") for index, section in enumerate(sections)}
    for placed in reversed(list(_placed(document))):
        title = _title_in_rows(placed.table, document.metadata)
        if title:
            texts = [f"{title}{APART}{row_text(placed.table, row)}" for row in placed.table.rows]
            lines[placed.section][placed.start : placed.end] = texts
    changed = (replace(one, text="\n".join(lines[index])) for index, one in enumerate(sections))
    return replace(document, sections=tuple(changed))


def sheet_document(source: str, digest: str, tables: Sequence[FreeTable], title: str) -> Document:
    """The tables of a spreadsheet as a document, a section for each."""
    metadata = Metadata(title, dominant_language(" ".join(column.name for one in tables for column in one.columns)))
    sections = []
    for table in tables:
        name = _title_in_rows(table, metadata) or title
        rows = [f"{name}{APART}{row_text(table, row)}" for row in table.rows]
        sections.append(Section(table.path, "\n".join([*rows, *table.notes])))
    return Document(source, digest, metadata, tuple(sections))


def row_text(table: FreeTable, row: TableRow) -> str:
    """A row as "header: value; header: value"."""
    pairs = zip(table.columns, row.cells, strict=True)
    return "; ".join(f"{column.name}: {cell}" if column.name else cell for column, cell in pairs if cell)


def value_text(column: TableColumn, cell: str) -> str:
    """A cell with the unit of its column, where it has not its own."""
    return f"{cell}{column.unit}" if column.unit and not cell.endswith(column.unit) else cell


def _title_in_rows(table: FreeTable, metadata: Metadata) -> str:
    """What is said of the table in each of its rows: its titles, and that of the document where no heading stands
    between.
    """
    own = [title for title in table.titles if not unit_stated(title) or len(title) > len(unit_stated(title)) + 4]
    own = [title for title in own if title not in metadata.title and (not table.path or title != table.path[-1])]
    above = [metadata.title] if not table.path or own else []
    return " ".join(dict.fromkeys([*above, *own])).replace(";", ",").replace("；", "，")


def _placed(document: Document) -> Iterator[_Placed]:
    ordinal = 0
    for index, section in enumerate(document.sections):
        lines, end = section.text.split("\n"), 0
        for grid in section.grids:
            start, end = _run(lines, grid, end)
            above, below = _above(lines[:start]), _below(lines[end:])
            table = table_of(
                grid, document.source, ordinal, path=section.path, above=above, notes=below, page=section.page
            )
            if table and start < end:
                yield _Placed(index, start, end, table)
                ordinal += 1


def _run(lines: Sequence[str], grid: Grid, after: int) -> tuple[int, int]:
    """From where to where the lines of ``grid`` stand in a section, at or behind the line ``after``."""
    own = set(grid.lines)
    start = next((index for index in range(after, len(lines)) if lines[index] in own), len(lines))
    end = next((index for index in range(start, len(lines)) if lines[index] not in own), len(lines))
    return start, end


def _above(lines: Sequence[str]) -> list[str]:
    """The caption right above a table, and a line of its unit between the two."""
    found: list[str] = []
    for line in reversed(lines[-2:]):
        if (
            len(line) > CAPTION
            or line.endswith(ENDS_SENTENCE)
            or APART in line
            or (found and not unit_stated(found[0]))
        ):
            break
        found.insert(0, line.rstrip("：: "))
    return found


def _below(lines: Sequence[str]) -> list[str]:
    notes = []
    for line in lines[:NOTES_READ]:
        if not NOTE.match(line):
            break
        notes.append(line)
    return notes


def _joined(tables: Sequence[FreeTable]) -> list[FreeTable]:
    """Tables of which one is the continuation of the other, on the next page below the same header, as one."""
    whole: list[FreeTable] = []
    for table in tables:
        before = whole[-1] if whole else None
        if before and _continues(before, table):
            rows = (*before.rows, *table.rows)
            whole[-1] = replace(before, rows=rows, notes=tuple(dict.fromkeys((*before.notes, *table.notes))))
        else:
            whole.append(replace(table, ordinal=len(whole)))
    return whole


def _continues(before: FreeTable, table: FreeTable) -> bool:
    last = before.rows[-1].page
    return (
        last is not None
        and table.page == last + 1
        and table.path == before.path
        and not table.titles
        and [column.levels for column in table.columns] == [column.levels for column in before.columns]
    )
