"""Builders of spreadsheets, and readers of what came of them."""

from __future__ import annotations

import csv
import hashlib
import io
import struct
import zipfile
from collections.abc import Iterable
from pathlib import Path

import openpyxl

from knowledge import store
from knowledge.readers import SourceFile
from knowledge.tables import Records, TableReading, plan_records, publish_records, read_table
from knowledge.towns import Town, read_towns
from knowledge.validity import today

DOCUMENTS = Path(__file__).parents[1] / "documents"
TOWNS = read_towns(DOCUMENTS.parent / "knowledge" / "data" / "towns-huadu.tsv")
JOBS = [
    ["企业名称", "岗位名称", "招聘人数", "薪资(元/月)", "截止日期"],
    ["示例企业甲", "普工", "5", "4500-6000", "2027-01-01"],
]
Rows = list[list[object]]


def table(path: Path, known: Iterable[str] = (), towns: tuple[Town, ...] = TOWNS) -> TableReading:
    """What is read of the file at ``path``."""
    content = path.read_bytes()
    return read_table(SourceFile(path.name, path, hashlib.sha256(content).hexdigest(), len(content)), known, towns)


def csv_bytes(rows: Rows, encoding: str = "utf-8") -> bytes:
    """``rows`` as CSV."""
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode(encoding)


def xlsx_bytes(*sheets: tuple[str, Rows], merges: tuple[str, ...] = ()) -> bytes:
    """Sheets as a workbook; ``merges`` are ranges of the first."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets:
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for merge in merges:
        workbook.worksheets[0].merge_cells(merge)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def html(rows: Rows) -> bytes:
    """An HTML table, as portals export it under the name .xls."""
    lines = ("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return ("<html><head><meta charset=utf-8></head><body><table>" + "".join(lines) + "</table></body></html>").encode()


def xls_bytes(rows: Rows) -> bytes:
    """A worksheet as Excel 2 wrote it, text in GBK: offices still hand such files on."""
    cells = [(row, column, cell) for row, line in enumerate(rows) for column, cell in enumerate(line)]
    parts = [_record(0x09, struct.pack("<HH", 2, 0x10)), _record(0x42, struct.pack("<H", 936))]
    for row, column, cell in cells:
        place = struct.pack("<HH3x", row, column)
        if isinstance(cell, int | float):
            parts.append(_record(0x03, place + struct.pack("<d", cell)))
        elif cell is not None:
            text = str(cell).encode("gbk")
            parts.append(_record(0x04, place + bytes([len(text)]) + text))
    return b"".join([*parts, _record(0x0A, b"")])


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def raw_sheet(body: str) -> bytes:
    """A workbook with JOBS and, below them, rows as raw XML."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_bytes(("岗位", JOBS)))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for item in old.infolist():
            content = old.read(item)
            if item.filename.endswith("sheet1.xml"):
                content = content.replace(b"</sheetData>", body.encode() + b"</sheetData>")
            new.writestr(item, content)
    return out.getvalue()


def source(path: Path) -> SourceFile:
    """A table as the command would see it."""
    content = path.read_bytes()
    return SourceFile(path.name, path, hashlib.sha256(content).hexdigest(), len(content))


def published(folder: Path, paths: Iterable[Path], towns: tuple[Town, ...] = TOWNS) -> Records:
    """The rows of ``paths`` as edition 1 of a new database in ``folder``."""
    url = f"sqlite:///{folder / 'assistant.db'}"
    store.upgrade(url)
    engine = store.engine(url)
    with store.writing(engine) as connection:
        readings = [read_table(source(path), (), towns) for path in paths]
        publish_records(connection, 1, plan_records(connection, None, readings, day=today()))
    return Records(engine, 1)
