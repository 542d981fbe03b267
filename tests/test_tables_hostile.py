"""Tables that nobody should hand in: read or refused in time, within memory, with a reason."""

from __future__ import annotations

import io
import resource
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.readers import FileFormat, SourceFile, detect_format
from knowledge.tables import read_table
from tests.sheets import JOBS, csv_bytes, raw_sheet, table, xlsx_bytes

ROWS = 7_000
LAST_CELL = '<c r="XFD3" t="inlineStr"><is><t>x</t></is></c>'
# A formula of which no value is stored, and a deadline.
FORMULA = '<row r="3"><c r="A3"><f>CMD("calc")</f></c><c r="B3" t="inlineStr"><is><t>焊工</t></is></c>'
FORMULA += '<c r="E3"><v>46388</v></c></row>'


def _entities() -> bytes:
    """A workbook whose sheet expands to a billion letters."""
    out = io.BytesIO()
    nested = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes(("岗位", JOBS)))) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename.endswith("sheet1.xml"):
                more = "<row><c><v>&a9;</v></c></row></sheetData>"
                body = content.decode().split("?>")[-1].replace("</sheetData>", more)
                content = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a0 "lol">{nested}]>{body}'.encode()
            new.writestr(item, content)
    return out.getvalue()


HOSTILE: dict[str, tuple[str, Callable[[], bytes], int, str]] = {
    "a million empty rows": (
        "a.xlsx", lambda: raw_sheet("".join(f'<row r="{row}"/>' for row in range(3, 1_000_003))), 1, "",
    ),
    "16,384 columns": ("a.xlsx", lambda: raw_sheet(f'<row r="3">{LAST_CELL}</row>'), 1, ""),
    "a header of 16,384 columns": (
        "a.csv", lambda: csv_bytes([[*JOBS[0], *["x"] * 16_379], [*JOBS[1], *["y"] * 16_379]]), 1, "beyond the 256th",
    ),
    "a bomb": ("a.xlsx", lambda: raw_sheet(" " * 150_000_000), 0, "unpack"),
    "entities of entities": ("a.xlsx", _entities, 0, ""),
    "a formula that was never worked out": ("a.xlsx", lambda: raw_sheet(FORMULA), 1, "is empty and required"),
    "half a million rows of commas": ("a.csv", lambda: csv_bytes(JOBS) + b",,,,\n" * 500_000, 1, ""),
    "a cell of 2,000,000 letters": ("a.csv", lambda: csv_bytes([JOBS[0], ["x" * 2_000_000, *JOBS[1][1:]]]), 0, "CSV"),
    "a quote that is never closed": ("a.csv", lambda: csv_bytes(JOBS) + b'"' + b"a,b\n" * 400_000, 0, "CSV"),
    "zero bytes": ("a.csv", lambda: b"", 0, "empty"),
    "only a mark": ("a.csv", lambda: b"\xef\xbb\xbf", 0, ""),
    "noise": ("a.xls", lambda: bytes(range(256)) * 4000, 0, ""),
    "a header alone": ("a.csv", lambda: csv_bytes(JOBS[:1]), 0, "no rows"),
}  # fmt: skip


@pytest.mark.parametrize(
    "hostile",
    [pytest.param(each, id=name, marks=[pytest.mark.long] * ("million" in name)) for name, each in HOSTILE.items()],
)
def test_hostile_tables_are_read_or_refused_in_time(
    hostile: tuple[str, Callable[[], bytes], int, str], tmp_path: Path
) -> None:
    name, make, rows, reason = hostile
    path = tmp_path / name
    path.write_bytes(make())
    started = time.monotonic()
    reading = table(path)
    assert time.monotonic() - started < 65  # of these 60 for the reading, which is stopped then
    assert len(reading.rows) == rows, reading.problems
    report = "\n".join(map(str, reading.problems))
    assert reason in report
    assert rows or reading.problems[0].skipped
    assert "Traceback" not in report and name in (report or name)


def test_a_file_of_200_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as stream:
        stream.truncate(200 * 2**20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reading = read_table(SourceFile("a.csv", path, "0", path.stat().st_size))
    assert not reading.digests and "200 MiB" in str(reading.problems[0])
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 2**24


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16", "big5"])
def test_a_large_table_is_known_by_its_beginning_whatever_its_name(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "jobs.txt"
    lines = [
        "企業名稱,崗位名稱,人數,截止日期",
        *(f"示例企業{'花都' * 40}{number},裝配工{number},5,2027-01-01" for number in range(ROWS)),
    ]
    path.write_bytes("\n".join(lines).encode(encoding))
    assert path.stat().st_size > 1_200_000 and detect_format(path) is FileFormat.CSV
    reading = read_table(SourceFile("jobs.txt", path, "0", path.stat().st_size))
    assert len(reading.digests) == ROWS, reading.problems[:2]
