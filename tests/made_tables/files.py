"""Made tables as files: HTML, Word, PDF, Excel, CSV; with merged cells, units, notes, and two tables side by side."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import docx
import openpyxl

from tests.files import html_page, write_pdf
from tests.made_tables.tables import MadeTable

Lines = list[list[str]]


def write_table(table: MadeTable, folder: Path) -> Path:
    """``table`` as a file in ``folder``, of the format that its name ends in."""
    path = folder / table.file
    header, rows = table.header, [list(row) for row in table.rows]
    if table.twice:
        header = [[*line, *line] for line in header]
        half = (len(rows) + 1) // 2
        empty = [""] * len(rows[0])
        rows = [[*rows[n], *(rows[half + n] if half + n < len(rows) else empty)] for n in range(half)]
    {"html": _html, "docx": _docx, "xlsx": _xlsx, "csv": _csv, "pdf": _pdf}[path.suffix[1:]](table, path, header, rows)
    return path


def _spans(line: Sequence[str], above: Sequence[str] | None) -> list[tuple[int, int]]:
    """Where each cell of a line of a header starts, and over how many columns it goes; what repeats the line above is
    one with it.
    """
    spans: list[tuple[int, int]] = []
    for number, text in enumerate(line):
        if above and above[number] == text:
            continue
        if spans and line[spans[-1][0]] == text and sum(spans[-1]) == number:
            spans[-1] = spans[-1][0], spans[-1][1] + 1
        else:
            spans.append((number, 1))
    return spans


def _html(table: MadeTable, path: Path, header: Lines, rows: Lines) -> None:
    lines = []
    for level, line in enumerate(header):
        cells = ""
        for start, width in _spans(line, header[level - 1] if level else None):
            down = sum(below[start] == line[start] for below in header[level:])
            cells += f'<th colspan="{width}" rowspan="{down}">{line[start]}</th>'
        lines.append(f"<tr>{cells}</tr>")
    for number, row in enumerate(rows):
        cells = "".join(f"<td>{text}</td>" for text in row[1:])
        if len(table.subject.keys) > 1:  # the first column is merged downwards
            same = sum(other[0] == row[0] for other in rows)
            first = f'<td rowspan="{same}">{row[0]}</td>' if not number or rows[number - 1][0] != row[0] else ""
        else:
            first = f"<td>{row[0]}</td>"
        lines.append(f"<tr>{first}{cells}</tr>")
    above = f"<p>{table.subject.unit_line}</p>" if table.subject.unit_line else ""
    below = f"<p>{table.subject.note}</p>" if table.subject.note else ""
    body = f"<h1>{table.title}</h1>{above}<table>{''.join(lines)}</table>{below}"
    path.write_text(html_page(body), encoding="utf-8")


def _docx(table: MadeTable, path: Path, header: Lines, rows: Lines) -> None:
    document = docx.Document()
    document.add_paragraph(table.title, style="Title")
    if table.subject.unit_line:
        document.add_paragraph(table.subject.unit_line)
    grid = document.add_table(rows=0, cols=len(rows[0]))
    for line in [*header, *rows]:
        for cell, text in zip(grid.add_row().cells, line, strict=True):
            cell.text = text
    for level, line in enumerate(header):
        for start, width in _spans(line, header[level - 1] if level else None):
            down = sum(below[start] == line[start] for below in header[level:])
            if width > 1 or down > 1:
                merged = grid.cell(level, start).merge(grid.cell(level + down - 1, start + width - 1))
                merged.text = line[start]
    if table.subject.note:
        document.add_paragraph(table.subject.note)
    document.save(str(path))


def _xlsx(table: MadeTable, path: Path, header: Lines, rows: Lines) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Sheet1"
    width = len(rows[0])
    sheet.append([table.title])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=width)
    if table.subject.unit_line:
        sheet.append([table.subject.unit_line])
    top = sheet.max_row + 1
    for line in [*header, *rows]:
        sheet.append([_cell(text) for text in line])
    for level, line in enumerate(header):
        for start, across in _spans(line, header[level - 1] if level else None):
            down = sum(below[start] == line[start] for below in header[level:])
            if across > 1 or down > 1:
                sheet.merge_cells(None, top + level, start + 1, top + level + down - 1, start + across)
    if table.subject.note:
        sheet.append([table.subject.note])
    workbook.save(path)


def _cell(text: str) -> object:
    return int(text) if text.isdigit() else text


def _csv(table: MadeTable, path: Path, header: Lines, rows: Lines) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow([table.title])
    if table.subject.unit_line:
        writer.writerow([table.subject.unit_line])
    for level, line in enumerate(header):
        starts = {start for start, _ in _spans(line, header[level - 1] if level else None)}
        writer.writerow([text if number in starts else "" for number, text in enumerate(line)])
    for number, row in enumerate(rows):
        merged = len(table.subject.keys) > 1 and number and rows[number - 1][0] == row[0]
        writer.writerow(["" if merged else row[0], *row[1:]])
    if table.subject.note:
        writer.writerow([table.subject.note])
    path.write_bytes(stream.getvalue().encode("gb18030"))


def _pdf(table: MadeTable, path: Path, header: Lines, rows: Lines) -> None:
    """One line of header: lines drawn with free places for cells have no merged ones."""
    names = [" ".join(dict.fromkeys(levels)) for levels in zip(*header, strict=True)]
    sizes = [max(_size(line[number]) for line in [names, *rows]) for number in range(len(names))]
    gap = max(0.0, 520 - sum(sizes)) / len(sizes)
    sizes = [size + gap for size in sizes]
    lefts = [40.0 + sum(sizes[:number]) for number in range(len(names))]
    texts = [(40.0, 790.0, table.title)]
    height = 760.0
    for line in ([[table.subject.unit_line]] if table.subject.unit_line else []) + [names, *rows]:
        texts += [(left, height, text) for left, text in zip(lefts, line, strict=False)]
        height -= 20
    if table.subject.note:
        texts.append((40.0, height - 16, table.subject.note))
    write_pdf(path, [texts])


def _size(text: str) -> float:
    """How wide a text is on the page, in points, with the gap behind it."""
    return sum(12.0 if ord(letter) > 255 else 6.0 for letter in text) + 24
