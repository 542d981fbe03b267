"""Sheets of an OpenDocument spreadsheet (.ods): rows of cells as stored, and where cells are merged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from xml.etree.ElementTree import Element

from knowledge.readers.errors import ReadError
from knowledge.readers.formats.office.odf import OFFICE, refuse_encrypted, rows_of
from knowledge.readers.formats.office.odf_styles import TABLE, TEXT, OdfStyles
from knowledge.readers.formats.office.xml_members import number_of, opened, xml_member
from knowledge.tables.reading.csv_lines import WIDEST

ADVICE = "save it as .xlsx"
ROWS = 1_048_576
NUMBERS = {"float", "currency", "percentage"}
COVERED = f"{TABLE}covered-table-cell"


@dataclass
class OdsSheet:
    """A visible sheet: its rows, numbered from 1, and merged ranges (first and last row, columns, from 0)."""

    name: str
    rows: list[tuple[int, list[object]]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)


def ods_sheets(path: Path) -> Iterator[OdsSheet]:
    """The sheets of the file at ``path`` that are shown. Raises ``ReadError``."""
    with opened(path, "OpenDocument spreadsheet", ADVICE) as archive:
        refuse_encrypted(archive)
        root, styles = xml_member(archive, "content.xml"), OdfStyles(archive)
    for table in root.iterfind(f"{OFFICE}body/{OFFICE}spreadsheet/{TABLE}table"):
        if not styles.is_hidden(table.get(f"{TABLE}style-name", "")):
            yield _sheet(table)


def _sheet(table: Element) -> OdsSheet:
    sheet, number = OdsSheet(table.get(f"{TABLE}name", "")), 1
    for row in rows_of(table):
        cells = _row(row, number, sheet)
        times = number_of(row.get(f"{TABLE}number-rows-repeated"), 1, ROWS)
        if any(cell is not None for cell in cells):
            if len(sheet.rows) + times > ROWS:
                raise ReadError(f"its sheet {sheet.name} has more than {ROWS} rows; split it")
            sheet.rows += [(number + further, cells) for further in range(times)]
        number += times
    return sheet


def _row(row: Element, number: int, sheet: OdsSheet) -> list[object]:
    cells: list[object] = []
    for cell in row:
        if cell.tag not in (f"{TABLE}table-cell", COVERED) or len(cells) > WIDEST:
            continue
        value = None if cell.tag == COVERED else _value(cell)
        columns = number_of(cell.get(f"{TABLE}number-columns-spanned"), 1, WIDEST)
        rows = number_of(cell.get(f"{TABLE}number-rows-spanned"), 1, ROWS)
        if columns > 1 or rows > 1:
            sheet.merges.append((number - 1, number + rows - 2, len(cells), len(cells) + columns - 1))
        times = number_of(cell.get(f"{TABLE}number-columns-repeated"), 1, WIDEST + 1)
        cells += [value] * min(times, WIDEST + 1 - len(cells))
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _value(cell: Element) -> object:
    kind = cell.get(f"{OFFICE}value-type")
    if kind in NUMBERS:
        return _number(cell.get(f"{OFFICE}value", ""))
    if kind == "date":
        return _day(cell.get(f"{OFFICE}date-value", ""))
    if kind == "boolean":
        return cell.get(f"{OFFICE}boolean-value") == "true"
    lines = ("".join(paragraph.itertext()) for paragraph in cell.iterfind(f"{TEXT}p"))
    return "\n".join(lines) or None


def _number(written: str) -> object:
    try:
        value = float(written)
    except ValueError:
        return written or None
    return int(value) if value.is_integer() and abs(value) < 10**15 else value


def _day(written: str) -> object:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return written or None
