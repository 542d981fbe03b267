# ruff: noqa: E501  # a spreadsheet a line
"""Spreadsheets as staff have them: each with the rows that load and the whole report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from knowledge.tables import TableReading
from knowledge.tables.records import Opening, Partner, Procedure, Program
from knowledge.tables.values import Level, Relation
from knowledge.text.money import Period
from tests.sheets import JOBS, csv_bytes, html, table, xls_bytes, xlsx_bytes


def _opening(reading: TableReading, place: int = 0) -> Opening:
    record = reading.rows[place].record
    assert isinstance(record, Opening)
    return record


def _program(reading: TableReading) -> Program:
    record = reading.rows[0].record
    assert isinstance(record, Program)
    return record


@dataclass(frozen=True)
class Messy:
    """A file, how many rows load, a check of them, and each line of the report: a part of it, in their order."""

    name: str
    content: bytes
    rows: int
    holds: Callable[[TableReading], bool] = lambda reading: True
    report: tuple[str, ...] = ()


MESSY = {
    "UTF-8 with a mark": Messy("a.csv", csv_bytes(JOBS, "utf-8-sig"), 1, lambda read: _opening(read).employer == "示例企业甲"),
    "GB18030 with a rare name": Messy(
        "a.csv", csv_bytes([JOBS[0], ["示例䶮镇企业", *JOBS[1][1:]]], "gb18030"), 1, lambda read: "䶮" in _opening(read).employer
    ),
    "Big5": Messy(
        "a.csv",
        csv_bytes([["企業名稱", "職位名稱", "招聘人數", "薪資", "截止日期"], ["示例企業甲", "普通操作員工", "5", "4500-6000", "2027-01-01"]], "big5"),
        1,
        lambda read: _opening(read).title == "普通操作員工",
    ),
    "HTML named .xls": Messy("a.xls", html(JOBS), 1, lambda read: _opening(read).headcount.low == 5),  # type: ignore[union-attr]
    "title rows above the header": Messy(
        "a.xlsx", xlsx_bytes(("岗位", [["2026年招聘信息汇总表"], ["填报单位：示例"], *JOBS])), 1, lambda read: read.rows[0].number == 4
    ),
    "merged employer": Messy(
        "a.xlsx",
        xlsx_bytes(("岗位", [*JOBS, [None, "焊工", 2, "6000", "2027-01-01"]]), merges=("A2:A3",)),
        2,
        lambda read: {_opening(read, place).employer for place in (0, 1)} == {"示例企业甲"},
    ),
    "merged title": Messy("a.xlsx", xlsx_bytes(("岗位", [["招聘表", None, None, None, None], *JOBS]), merges=("A1:E1",)), 1),
    "two sheets of two kinds": Messy(
        "a.xlsx",
        xlsx_bytes(("岗位", JOBS), ("专业", [["学校", "专业", "学制", "学费(元/学年)", "年份"], ["示例学院", "数控", "三年", 5000, 2027]])),
        2,
        lambda read: {row.kind.value for row in read.rows} == {"opening", "program"},
    ),
    "columns permuted and renamed": Messy(
        "a.csv",
        csv_bytes([["过期日期*", "综合工资（元/月）", "缺工人数（必填）", "工种", "用人单位"], ["2027.1.1", "4500—6000", "若干", "普工", "示例企业甲"]]),
        1,
        lambda read: (_opening(read).title, _opening(read).deadline) == ("普工", date(2027, 1, 1)),
    ),
    "English headers": Messy(
        "a.csv",
        csv_bytes([["Employer", "Job Title", "Headcount", "Salary", "Deadline"], ["SAMPLE Co", "Welder", "3", "6000", "2027-01-01"]]),
        1,
        lambda read: _opening(read).title == "Welder",
    ),
    "masked phones": Messy(
        "a.csv",
        csv_bytes([[*JOBS[0], "联系电话"], [*JOBS[1], "138****5678"]]),
        1,
        lambda read: _opening(read).contact == "未公开",
        ("masked in the file",),
    ),
    "units in the header": Messy(
        "a.csv",
        csv_bytes([["公司", "职位", "薪资（万元/年）", "截止日期"], ["示例企业甲", "主管", "10-15", "2027-01-01"]]),
        1,
        lambda read: (_opening(read).pay.low, _opening(read).pay.period) == (100_000, Period.YEAR),  # type: ignore[union-attr]
    ),
    "Excel dates and serials": Messy(
        "a.xlsx",
        xlsx_bytes(("岗位", [JOBS[0], ["示例企业甲", "普工", 5, 4500, datetime(2027, 1, 1)], ["示例企业甲", "焊工", 5, 4500, 46388]])),
        2,
        lambda read: {_opening(read, place).deadline for place in (0, 1)} == {date(2027, 1, 1)},
    ),
    "notes, totals and a repeated header": Messy(
        "a.csv", csv_bytes([*JOBS, ["合计", "", "5"], JOBS[0], ["注：以上岗位长期招聘"], [], ["备注：无"]]), 1
    ),
    "a row with an error": Messy(
        "a.csv",
        csv_bytes([*JOBS, ["示例企业乙", "焊工", "许多", "6000", "2027-01-01"], ["示例企业丙", "", "1", "1", "2027-01-01"],
                   ["示例企业丁", "电工", "1", "5000", "2027-02-30"]]),
        1,
        report=("row 3, column 招聘人数: not a number of people", "row 4, column 岗位名称: is empty", "row 5, column 截止日期: there is no such day"),
    ),
    "the same row twice": Messy("a.csv", csv_bytes([*JOBS, JOBS[1]]), 1, report=("row 3: the same row stands in this file twice",)),
    "unlawful columns": Messy(
        "a.csv",
        csv_bytes([[*JOBS[0], "性别要求", "最高年龄", "政治面貌"], [*JOBS[1], "男", "35", "党员"]]),
        1,
        lambda read: "党员" not in repr(read.rows) and "男" not in repr(read.rows),
        ("column 性别要求: unlawful in job advertisements", "column 最高年龄: unlawful", "column 政治面貌: unlawful"),
    ),
    "an unknown column": Messy("a.csv", csv_bytes([[*JOBS[0], "企业愿景"], [*JOBS[1], "x"]]), 1, report=("column 企业愿景: this column was not understood",)),
    "formula injection is text": Messy(
        "a.csv", csv_bytes([JOBS[0], ["=cmd|'/C calc'!A0", *JOBS[1][1:]]]), 1, lambda read: _opening(read).employer.startswith("=cmd")
    ),
    "semicolons": Messy("a.csv", "企业名称;岗位名称;人数;截止日期\n示例企业甲;普工;5;2027-01-01\n".encode(), 1),
    "lengths and the year of the title": Messy(
        "a.xlsx",
        xlsx_bytes(("招生", [["示例技师学院2027年招生计划"], ["序号", "招生专业", "学制", "培养层次", "学费(元/学年)"], [1, "数控加工", "3+2", "高级工", "免学费"]])),
        1,
        lambda read: (_program(read).school, _program(read).year, _program(read).level) == ("示例技师学院", 2027, Level.SENIOR),
    ),
    "partners with two relations": Messy(
        "a.csv",
        csv_bytes([["单位名称", "英文名称", "合作关系", "统一社会信用代码"], ["", "Sample Co", "presenter、signed", "91440000000000000X"]]),
        1,
        lambda read: isinstance(read.rows[0].record, Partner) and set(read.rows[0].record.relations) == {Relation.SIGNED, Relation.PRESENTER},
    ),
    "a procedure": Messy(
        "a.csv",
        csv_bytes([["合作类型", "申报条件", "办理流程", "所需材料"], ["订单班（示例）", "1.示例条件", "1.申请 2.审核", "申请表、协议"]]),
        1,
        lambda read: isinstance(read.rows[0].record, Procedure) and read.rows[0].record.steps == ("申请", "审核"),
    ),
    "a header that fits two kinds": Messy(
        "a.csv", csv_bytes([["学校", "专业", "学制", "学费", "企业名称", "岗位名称", "薪资", "招聘人数"], ["a"] * 8]), 0, report=("two kinds of table",)
    ),
    "an empty sheet beside a good one": Messy("a.xlsx", xlsx_bytes(("空", []), ("岗位", JOBS)), 1, report=("sheet 空: the sheet is empty",)),
    "an empty file": Messy("a.csv", b"", 0, report=("empty",)),
    "a workbook of no bytes": Messy("a.xlsx", b"", 0, report=("empty",)),
    "a picture named .xlsx": Messy("a.xlsx", b"\x89PNG\r\n\x1a\n\x00\x00", 0, report=("no table",)),
    "Excel 2 in GBK": Messy(
        "a.xls", xls_bytes([*JOBS, ["示例企业乙", "焊工", 3, 5000, 46388]]), 2, lambda read: _opening(read, 1).deadline == date(2027, 1, 1)
    ),
    "a workbook named .csv": Messy("a.csv", xlsx_bytes(("岗位", JOBS)), 1),
    "a CSV named .xlsx": Messy("a.xlsx", csv_bytes(JOBS), 1),
    "English dates and words": Messy(
        "a.csv",
        csv_bytes([["Company", "Position", "Vacancies", "Wage", "Deadline", "Education", "Meals", "Dormitory"],
                   ["SAMPLE Co", "Fitter", "2", "20 yuan/hour", "2027-01-01", "Junior college", "yes", "no"]]),
        1,
        lambda read: (_opening(read).pay.period, _opening(read).food, _opening(read).lodging) == (Period.HOUR, True, False),  # type: ignore[union-attr]
    ),
    "a truncated workbook": Messy("a.xlsx", xlsx_bytes(("岗位", JOBS))[:900], 0, report=("damaged",)),
}  # fmt: skip


@pytest.mark.parametrize("messy", MESSY.values(), ids=MESSY.keys())
def test_messy_spreadsheets(messy: Messy, tmp_path: Path) -> None:
    path = tmp_path / messy.name
    path.write_bytes(messy.content)
    reading = table(path)
    report = [str(problem) for problem in reading.problems]
    assert len(reading.rows) == len(reading.digests) == messy.rows, report
    assert messy.holds(reading)
    assert len(report) == len(messy.report), report
    assert [line for line, said in zip(report, messy.report, strict=True) if said not in line] == []
    assert all(line.startswith(messy.name) for line in report)


def test_there_are_at_least_twenty() -> None:
    assert len(MESSY) >= 20


def test_known_rows_are_counted_and_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes(JOBS))
    known = frozenset(table(path).digests)
    path.write_bytes(csv_bytes([*JOBS, ["示例企业乙", "焊工", "2", "6000", "2027-01-01"]]))
    reading = table(path, known)
    assert len(reading.digests) == 2
    assert [_opening(reading).title] == ["焊工"] and len(reading.rows) == 1


def test_a_known_row_that_stands_there_once_more_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes(JOBS))
    known = frozenset(table(path).digests)
    path.write_bytes(csv_bytes([*JOBS, JOBS[1], ["示例企业乙", "焊工", "2", "6000", "2027-01-01"]]))
    plain, reading = table(path), table(path, known)
    assert [str(problem) for problem in reading.problems] == [str(problem) for problem in plain.problems] != []
    assert set(reading.digests) == set(plain.digests) and len(reading.digests) == 2
    assert [_opening(reading).title] == ["焊工"] and len(reading.rows) == 1


def test_a_quote_in_one_row_changes_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes(JOBS))
    plain = table(path)
    path.write_bytes(csv_bytes([*JOBS, ["示例企业乙", "焊工, 电工", "2", "6000", "2027-01-01"]]))
    quoted = table(path, frozenset(plain.digests))
    assert quoted.digests[0] == plain.digests[0]
    assert [_opening(quoted).title] == ["焊工, 电工"] and len(quoted.rows) == 1
