# ruff: noqa: E501  # a sheet a line
"""Sheets as people really keep them: hidden rows and columns, formulas, headers of several lines, open ends, class hours."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from knowledge.tables import TableReading
from knowledge.tables.records import Opening, Program, Record
from knowledge.text.dates import DateError
from knowledge.text.periods import DatePeriod, parse_period
from knowledge.text.quantities import parse_length
from tests.sheets import csv_bytes, html, table, xlsx_bytes

HEADER = ["企业名称", "岗位名称", "招聘人数", "薪资待遇(元/月)", "截止日期", "发布日期"]
JOBS: list[list[object]] = [
    HEADER,
    ["示例甲公司", "装配工", 5, "5000-6000", "2027-06-30", "2026-11-01"],
    ["示例乙公司", "车工", 2, "6000", "2027-06-30", "2026-11-01"],
    ["示例丙公司", "铣工", 3, "7000", "2027-06-30", "2026-11-01"],
]
Change = Callable[[openpyxl.Workbook], None]


def reading(path: Path, content: bytes) -> TableReading:
    path.write_bytes(content)
    return table(path)


def workbook(rows: Sequence[Sequence[object]], change: Change, merges: Sequence[str] = ()) -> bytes:
    made = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(("岗位", [list(row) for row in rows]), merges=tuple(merges))))
    change(made)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def records(read: TableReading) -> list[Record]:
    return [row.record for row in read.rows]


def report(read: TableReading) -> str:
    return "\n".join(map(str, read.problems))


def hide_row(made: openpyxl.Workbook) -> None:
    made.active.row_dimensions[3].hidden = True


def filter_rows(made: openpyxl.Workbook) -> None:
    made.active.auto_filter.ref = "A1:F4"
    made.active.auto_filter.add_filter_column(1, ["装配工", "铣工"])
    made.active.row_dimensions[3].hidden = True


def group_rows(made: openpyxl.Workbook) -> None:
    made.active.row_dimensions.group(3, 3, hidden=True)


@pytest.mark.parametrize("change", [hide_row, filter_rows, group_rows])
def test_rows_that_nobody_sees_are_left_out_and_named(change: Change, tmp_path: Path) -> None:
    read = reading(tmp_path / "a.xlsx", workbook(JOBS, change))
    assert [record.title for record in records(read) if isinstance(record, Opening)] == ["装配工", "铣工"]
    assert "rows are hidden: not read ('3')" in report(read)


def hide_column(made: openpyxl.Workbook) -> None:
    made.active.column_dimensions["D"].hidden = True


def test_columns_that_nobody_sees_are_left_out_and_named(tmp_path: Path) -> None:
    read = reading(tmp_path / "a.xlsx", workbook(JOBS, hide_column))
    assert [(record.pay, record.deadline) for record in records(read) if isinstance(record, Opening)] == [
        (None, date(2027, 6, 30))
    ] * 3
    assert "columns are hidden: not read ('D')" in report(read)


def test_a_row_and_a_column_without_any_size_are_not_seen_either(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx_bytes(("岗位", JOBS)))
    _store(path, b'<row r="3">', b'<row r="3" ht="0" customHeight="1">')
    _store(path, b"<sheetData>", b'<cols><col min="4" max="4" width="0" customWidth="1"/></cols><sheetData>')
    read = table(path)
    assert [(record.title, record.pay) for record in records(read) if isinstance(record, Opening)] == [
        ("装配工", None),
        ("铣工", None),
    ]
    assert "rows are hidden: not read ('3')" in report(read) and "columns are hidden: not read ('D')" in report(read)


def test_a_hidden_sheet_is_named(tmp_path: Path) -> None:
    def change(made: openpyxl.Workbook) -> None:
        made.create_sheet("作废").sheet_state = "hidden"

    read = reading(tmp_path / "a.xlsx", workbook(JOBS, change))
    assert len(read.rows) == 3 and "sheet 作废: the sheet is hidden: not read" in report(read)


def test_a_merged_value_whose_first_row_is_hidden_still_holds_for_the_others(tmp_path: Path) -> None:
    rows = [JOBS[0], JOBS[1], [None, *JOBS[2][1:]], JOBS[3]]
    read = reading(
        tmp_path / "a.xlsx",
        workbook(rows, lambda made: setattr(made.active.row_dimensions[2], "hidden", True), ["A2:A3"]),
    )
    assert [record.employer for record in records(read) if isinstance(record, Opening)] == ["示例甲公司", "示例丙公司"]


def test_hidden_rows_of_a_page_saved_as_a_spreadsheet_are_not_read(tmp_path: Path) -> None:
    content = html(JOBS).replace("<tr><td>示例乙公司".encode(), '<tr style="display:none"><td>示例乙公司'.encode())
    assert [
        record.title for record in records(reading(tmp_path / "a.xls", content)) if isinstance(record, Opening)
    ] == ["装配工", "铣工"]


def test_formulas_that_nobody_computed_are_named_by_cell(tmp_path: Path) -> None:
    rows = [*JOBS, ["示例丁公司", "焊工", "=2+3", 8000, "=DATE(2027,6,30)", "2026-11-01"]]
    said = report(reading(tmp_path / "a.xlsx", xlsx_bytes(("岗位", rows))))
    assert "row 5, column C: a formula whose value the file does not hold" in said and "'=2+3'" in said
    assert "row 5, column E" in said


def test_a_formula_with_its_value_is_a_value(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx_bytes(("岗位", [*JOBS, ["示例丁公司", "焊工", "=2+3", 8000, "2027-06-30", "2026-11-01"]])))
    _store(path, b"<f>2+3</f><v></v>", b"<f>2+3</f><v>5</v>")
    read = table(path)
    (made,) = [record for record in records(read) if isinstance(record, Opening) and record.title == "焊工"]
    assert made.headcount is not None and made.headcount.low == 5 and report(read) == ""


def _store(path: Path, before: bytes, after: bytes) -> None:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    changed = members[name].replace(before, after).replace(before.replace(b"<v></v>", b"<v />"), after)
    assert changed != members[name]
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, changed if member == name else content)


PERIODS = {
    "即日起至2027年6月30日": (None, date(2027, 6, 30)),
    "2027年3月1日至2027年6月30日": (date(2027, 3, 1), date(2027, 6, 30)),
    "2027年3月1日至6月30日": (date(2027, 3, 1), date(2027, 6, 30)),
    "2026年11月1日-2月28日": (date(2026, 11, 1), date(2027, 2, 28)),
    "2027.3.1-2027.6.30": (date(2027, 3, 1), date(2027, 6, 30)),
    "2027-03-01至2027-06-30": (date(2027, 3, 1), date(2027, 6, 30)),
    "2027年6月30日前招满即止": (None, date(2027, 6, 30)),
    "招满即止，最迟2027年6月30日": (date(2027, 6, 30), date(2027, 6, 30)),
    "自2027年3月1日起": (date(2027, 3, 1), None),
    "报名截止时间：2027年6月30日": (None, date(2027, 6, 30)),
    "from now until 30 June 2027": (None, date(2027, 6, 30)),
    "3月1日至3月20日": (date(2026, 3, 1), date(2026, 3, 20)),
    "长期有效": (None, None),
    "常年招生": (None, None),
    "招满即止": (None, None),
    "额满为止": (None, None),
    "随到随学": (None, None),
    "滚动开班": (None, None),
    "Until filled": (None, None),
}


@pytest.mark.parametrize(("text", "expected"), PERIODS.items())
def test_periods(text: str, expected: tuple[date | None, date | None]) -> None:
    assert parse_period(text, year=2026) == DatePeriod(*expected)


@pytest.mark.parametrize("text", ["另行通知", "2027年2月30日", "2027年3月1日、4月1日和5月1日", "2027年6月30日或面谈"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(DateError):
        parse_period(text)


@pytest.mark.parametrize("words", ["长期有效", "常年招聘", "招满即止", "随时"])
def test_an_open_end_is_kept_as_one(words: str, tmp_path: Path) -> None:
    read = reading(tmp_path / "a.csv", csv_bytes([HEADER, ["示例甲公司", "装配工", 5, "5000", words, "2026-11-01"]]))
    (made,) = records(read)
    assert isinstance(made, Opening)
    assert (made.deadline, made.deadline_text, made.posted) == (None, words, date(2026, 11, 1))


STATED = {
    "above": [["填报单位：示例站    填报日期：2026年11月20日"], HEADER[:5]],
    "in the title": [["2026年冬季岗位汇总表（截至2026年11月20日）"], HEADER[:5]],
    "in two lines": [["冬季岗位汇总表"], ["制表日期：2026-11-20"], HEADER[:5]],
}


@pytest.mark.parametrize("head", STATED.values(), ids=STATED.keys())
def test_the_day_on_which_a_sheet_was_filled_in_holds_for_its_rows(head: list[list[object]], tmp_path: Path) -> None:
    rows = [
        *head,
        ["示例甲公司", "装配工", 5, "5000", "长期有效"],
        ["示例乙公司", "车工", 5, "5000", "12月20日"],
        ["示例丙公司", "铣工", 5, "5000", "1月10日"],
    ]
    made = [
        record
        for record in records(reading(tmp_path / "a.xlsx", xlsx_bytes(("岗位", rows))))
        if isinstance(record, Opening)
    ]
    assert [record.posted for record in made] == [date(2026, 11, 20)] * 3
    assert [record.deadline for record in made][:2] == [None, date(2026, 12, 20)]


def test_a_note_below_the_table_may_give_the_day(tmp_path: Path) -> None:
    rows = [HEADER[:5], ["示例甲公司", "装配工", 5, "5000", "长期有效"], ["填报日期：2026年11月20日"]]
    (made,) = records(reading(tmp_path / "a.xlsx", xlsx_bytes(("岗位", rows))))
    assert isinstance(made, Opening) and made.posted == date(2026, 11, 20)


def test_without_any_day_staff_are_asked(tmp_path: Path) -> None:
    read = reading(tmp_path / "a.csv", csv_bytes([HEADER[:5], ["示例甲公司", "装配工", 5, "5000", "长期"]]))
    assert read.rows == () and "write 填报日期" in report(read)


HEADERS: dict[str, tuple[list[list[object]], tuple[str, ...]]] = {
    "two lines, merged both ways": (
        [
            ["学校名称", "专业", "学费", None, "计划数"],
            [None, None, "每学年", "住宿费", None],
            ["示例学校甲", "数控加工", 6200, 900, 80],
        ],
        ("A1:A2", "B1:B2", "C1:D1", "E1:E2"),
    ),
    "two lines, not merged downwards": (
        [
            ["学校名称", "专业", "学费", None, "计划数"],
            [None, None, "每学年", "住宿费", None],
            ["示例学校甲", "数控加工", 6200, 900, 80],
        ],
        ("C1:D1",),
    ),
    "below a title": (
        [
            ["2027年招生计划", None, None, None, None],
            ["学校名称", "专业", "收费", None, "计划数"],
            [None, None, "学费（元/学年）", "住宿费", None],
            ["示例学校甲", "数控加工", 6200, 900, 80],
        ],
        ("A1:E1", "A2:A3", "B2:B3", "C2:D2", "E2:E3"),
    ),
}


@pytest.mark.parametrize(("rows", "merges"), HEADERS.values(), ids=HEADERS.keys())
def test_a_header_of_several_lines_is_one(rows: list[list[object]], merges: tuple[str, ...], tmp_path: Path) -> None:
    read = reading(tmp_path / "a.xlsx", xlsx_bytes(("计划", rows), merges=merges))
    (made,) = records(read)
    assert isinstance(made, Program), report(read)
    assert made.tuition is not None and made.tuition.low == 6200
    assert (made.school, made.major, made.other_fees) == ("示例学校甲", "数控加工", "住宿费 900")
    assert made.quota is not None and made.quota.low == 80


def test_a_header_of_several_lines_for_openings(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["企业名称", "岗位名称", "薪资", None, "截止日期"],
        [None, None, "最低薪资", "最高薪资", None],
        ["示例甲公司", "装配工", 5000, 6000, "2027-06-30"],
    ]
    (made,) = records(
        reading(tmp_path / "a.xlsx", xlsx_bytes(("岗位", rows), merges=("C1:D1", "A1:A2", "B1:B2", "E1:E2")))
    )
    assert isinstance(made, Opening) and made.pay is not None and (made.pay.low, made.pay.high) == (5000, 6000)


@pytest.mark.parametrize(
    ("header", "cell", "hours", "years", "shown"),
    [
        ("课时", "24", 24, None, "24课时"),
        ("学时", 80, 80, None, "80学时"),
        ("培训时长（小时）", "40", 40, None, "40小时"),
        ("课时", "24课时", 24, None, "24课时"),
        ("学制（年）", "3", None, 3.0, "3"),
        ("培训时长（月）", "6", None, 0.5, "6月"),
        ("培训时长（天）", "5", None, None, "5天"),
        ("课时", "见开班通知", None, None, "见开班通知"),
    ],
)  # fmt: skip
def test_a_length_of_study_costs_no_row(
    header: str, cell: object, hours: int | None, years: float | None, shown: str, tmp_path: Path
) -> None:
    read = reading(
        tmp_path / "a.csv",
        csv_bytes([["课程名称", header, "培训机构", "收费"], ["短视频剪辑", cell, "示例培训学校", "免费"]]),
    )
    (made,) = records(read)
    assert isinstance(made, Program) and made.length is not None
    assert (made.length.hours, made.length.years, made.length.text) == (hours, years, shown)


def test_a_header_with_two_units_gives_none() -> None:
    length = parse_length("3", unit="时长（月/天）")
    assert length is not None and length.years == 3


@pytest.mark.parametrize("words", ["常年招生", "满30人开班", "滚动开班"])
def test_a_beginning_that_is_no_day_is_shown_as_it_stands(words: str, tmp_path: Path) -> None:
    read = reading(
        tmp_path / "a.csv",
        csv_bytes([["课程名称", "课时", "培训机构", "开班时间"], ["短视频剪辑", "24", "示例培训学校", words]]),
    )
    (made,) = records(read)
    assert isinstance(made, Program) and (made.starts_on, made.season) == (None, words)


def test_a_sum_below_numbered_rows_is_no_row(tmp_path: Path) -> None:
    rows = [["序号", *HEADER], [1, *JOBS[1]], [2, "合计", None, 5]]
    read = reading(tmp_path / "a.xlsx", xlsx_bytes(("岗位", rows)))
    assert len(read.rows) == 1 and report(read) == ""


def test_what_is_provided_may_stand_among_the_remarks(tmp_path: Path) -> None:
    rows = [[*HEADER, "备注"], [*JOBS[1], "包吃住，购买五险一金"], [*JOBS[2], "两班倒"]]
    first, second = records(reading(tmp_path / "a.csv", csv_bytes(rows)))
    assert isinstance(first, Opening) and (first.food, first.lodging, first.insurance) == (True, True, True)
    assert isinstance(second, Opening) and (second.food, second.lodging, second.insurance) == (None, None, None)
