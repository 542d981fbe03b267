"""Tables that are none of the kinds of records: read from sheets and documents, kept with editions, answered."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answer import Status
from bot.assistant import Assistant
from bot.settings import load_settings
from knowledge import store
from knowledge.editions.live_edition import LiveEdition
from knowledge.embedding.embedder import Embedder
from knowledge.index import searched_text
from knowledge.models import FreeTable, Grid, TableColumn, TableRow
from knowledge.store.edition_rows import Edition
from knowledge.store.free_tables import free_tables_of, publish_free_tables
from knowledge.tables import TableReading
from knowledge.tables.free import row_text, table_of
from knowledge.tables.records import RecordKind
from tests.files import html_page
from tests.knowledge_base import KnowledgeBase
from tests.made_tables.files import write_table
from tests.made_tables.held import held_in
from tests.made_tables.tables import made_tables
from tests.sheets import Rows, csv_bytes, table, xlsx_bytes


def grid(*lines: str, marked: int = 0) -> Grid:
    """Cells parted by |."""
    return Grid(tuple(tuple(line.split("|")) for line in lines), marked)


def read(*lines: str, marked: int = 0) -> FreeTable:
    made = table_of(grid(*lines, marked=marked), "a.csv", 0)
    assert made is not None
    return made


def names(made: FreeTable) -> list[str]:
    return [column.name for column in made.columns]


def test_titles_units_totals_and_notes_are_told_from_rows() -> None:
    made = read(
        "收费表||", "单位：元||", "项目|成人|备注", "早场|30|", "晚场|45|周末", "合计|75|", "注：节假日不开放。||"
    )
    assert made.titles == ("收费表", "单位：元")
    assert made.columns[1] == TableColumn(("成人",), "元")
    assert [row.cells for row in made.rows] == [("早场", "30", ""), ("晚场", "45", "周末"), ("合计", "75", "")]
    assert [row.total for row in made.rows] == [False, False, True]
    assert made.notes == ("注：节假日不开放。",)


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (("科类|最高分|最低分",), ["科类", "最高分", "最低分"]),
        (("科类|理工类|理工类|计划", "科类|最高分|最低分|计划"), ["科类", "理工类 最高分", "理工类 最低分", "计划"]),
        (("科类|理工类||计划", "|最高分|最低分|"), ["科类", "理工类 最高分", "理工类 最低分", "计划"]),
        (
            ("科类|理工|理工|理工", "科类|一批|一批|二批", "科类|最高|最低|最低"),
            ["科类", "理工 一批 最高", "理工 一批 最低", "理工 二批 最低"],
        ),
    ],
)
def test_a_header_has_one_two_or_three_lines(header: tuple[str, ...], columns: list[str]) -> None:
    made = read(*header, *_rows(len(columns)))
    assert names(made) == columns
    assert len(made.rows) == 2


def _rows(width: int) -> list[str]:
    return ["|".join(["甲", *["600"] * (width - 1)]), "|".join(["乙", *["610"] * (width - 1)])]


def test_the_same_columns_side_by_side_are_one_table() -> None:
    made = read("站点|首班|站点|首班", "甲站|6:00|丙站|6:20", "乙站|6:10||")
    assert names(made) == ["站点", "首班"]
    assert [row.cells for row in made.rows] == [("甲站", "6:00"), ("乙站", "6:10"), ("丙站", "6:20")]


def test_an_empty_first_cell_says_what_stands_above() -> None:
    made = read("工种|等级|补贴", "电工|初级|100", "|中级|200", "合计||300")
    assert [row.cells[0] for row in made.rows] == ["电工", "电工", "合计"]


def test_headings_between_rows_are_said_in_the_rows_below() -> None:
    made = read(
        "项目|价格|单位", "一、检验|一、检验|一、检验", "血常规|20|次", "二、影像|二、影像|二、影像", "胸片|60|次"
    )
    assert [row_text(made, row) for row in made.rows] == [
        "一、检验; 项目: 血常规; 价格: 20; 单位: 次",
        "二、影像; 项目: 胸片; 价格: 60; 单位: 次",
    ]


@pytest.mark.parametrize(
    "lines",
    [("一段文字",), ("甲|乙",), ("1|2|3", "4|5|6", "7|8|9"), ("", "")],
    ids=["text", "one line", "figures alone", "empty"],
)
def test_what_has_no_header_or_no_rows_is_no_table(lines: tuple[str, ...]) -> None:
    assert table_of(grid(*lines), "a.csv", 0) is None


def sheet(folder: Path, *rows: list[object]) -> TableReading:
    path = folder / "a.csv"
    path.write_bytes(csv_bytes(list(rows)))
    return table(path)


HEADERS: dict[str, tuple[Rows, RecordKind | None]] = {
    "two names that fit, and no school": ([["专业", "招生人数", "最低分"], ["法学", "30", "591"]], None),
    "most columns unknown": (
        [["学校", "专业", "学费", "位次", "加分", "批次", "选科"], ["示例学院", "法学", "5000", "1", "2", "3", "4"]],
        None,
    ),
    "names that are figures": ([["企业名称", "类别"], ["1001", "甲"], ["1002", "乙"]], None),
    "figures that are words": ([["企业名称", "岗位名称", "招聘人数"], ["示例企业", "普工", "见附件"]], None),
    "openings": (
        [["企业名称", "岗位名称", "招聘人数", "截止日期"], ["示例企业", "普工", "5", "2027-01-01"]],
        RecordKind.OPENING,
    ),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_kind_needs_its_columns_and_values_of_the_right_type(name: str, tmp_path: Path) -> None:
    rows, kind = HEADERS[name]
    reading = sheet(tmp_path, *rows)
    assert [row.kind for row in reading.rows] == ([kind] if kind else [])
    assert len(reading.free) == (kind is None)


def test_staff_are_told_what_was_read_as_a_table_of_its_own(tmp_path: Path) -> None:
    reading = sheet(tmp_path, ["工种", "级别", "补贴标准（元）", "性别"], ["电工", "初级", "1234", "男"])
    assert [str(problem) for problem in reading.problems] == [
        "a.csv: read as a table of its own: 1 rows, columns 工种, 级别, 补贴标准"
    ]
    assert reading.free[0].rows[0].cells == ("电工", "初级", "1234")


def test_sheets_of_records_and_free_tables_stand_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    openings = HEADERS["openings"][0]
    path.write_bytes(xlsx_bytes(("招聘", openings), ("电话", [["镇街", "电话"], ["示例镇", "020-00000001"]])))
    reading = table(path)
    assert len(reading.rows) == 1
    assert [(one.path, len(one.rows)) for one in reading.free] == [(("电话",), 1)]


@pytest.mark.parametrize("closed", [False, True])
def test_every_format_gives_the_same_rows(closed: bool, tmp_path: Path) -> None:
    for made in made_tables(30, seed=3, closed=closed):
        found = [row.cells for held in held_in(write_table(made, tmp_path)) for row in held.table.rows]
        assert sorted(found) == sorted(made.rows), made.file


def edition(number: int, previous: int | None) -> Edition:
    return Edition(number, previous, 1.0, "m", 3, "r", "i", None, 1, 1)


def test_rows_belong_to_editions_and_stay_as_published(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    store.upgrade(url)
    first = read("工种|等级|补贴", "电工|初级|100", "焊工|中级|200")
    second = replace(first, rows=(first.rows[0], TableRow(3, ("焊工", "中级", "250"))))
    with store.writing(store.engine(url)) as connection:
        publish_free_tables(connection, edition(1, None), [first])
        publish_free_tables(connection, edition(2, 1), [second])
        assert free_tables_of(connection, 1) == (first,)
        assert free_tables_of(connection, 2) == (second,)
    with sqlite3.connect(tmp_path / "a.db") as connection:
        spans = connection.execute("SELECT since, until FROM free_rows ORDER BY id").fetchall()
    assert sorted(spans, key=str) == [(1, 2), (1, None), (2, None)]


PAGES = {"甘肃省": (601, 591), "青海省": (608, 598), "山西省": (615, 605)}


@pytest.fixture(scope="module")
def assistant(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Over pages whose titles differ in one word, and a table of phone numbers."""
    base = KnowledgeBase(tmp_path_factory.mktemp("free"), embedder)
    for place, (most, least) in PAGES.items():
        rows = (
            f"<tr><th>专业名称</th><th>最高</th><th>最低</th></tr><tr><td>法学</td><td>{most}</td><td>{least}</td></tr>"
        )
        page = html_page(f"<h1>2021年{place}录取分数线</h1><p>各专业录取分数线</p><table>{rows}</table>")
        (base.documents / f"{place}.html").write_text(page, encoding="utf-8")
    phones: Rows = [["镇街", "就业服务站地址", "咨询电话"], ["示例镇", "示例路1号", "020-00000021"]]
    (base.documents / "phones.csv").write_bytes(csv_bytes(phones, "gb18030"))
    base.refresh()
    settings = load_settings(base.config)
    live = LiveEdition(settings, embedder)
    live.start()
    yield Assistant(live.edition, settings)
    live.close()


def test_the_page_that_is_named_answers_alone(assistant: Assistant) -> None:
    for place, (_, least) in PAGES.items():
        answer = assistant.answer(f"2021年{place}法学专业的最低录取分数线是多少？")
        assert answer.status is Status.ANSWERED
        assert answer.text.startswith(str(least))
        assert {citation.document for citation in answer.citations} == {f"{place}.html"}


@pytest.mark.parametrize("question", ["2021年广东省法学专业的最低录取分数线是多少？", "2019年甘肃省法学最低分是多少"])
def test_no_other_page_answers(question: str, assistant: Assistant) -> None:
    answer = assistant.answer(question)
    assert answer.status is Status.NOT_COVERED
    assert not answer.citations


def test_a_phone_number_is_looked_up(assistant: Assistant) -> None:
    assert assistant.answer("示例镇就业服务站电话多少").text.startswith("020-00000021")


def test_search_sees_which_table_a_row_is_of(assistant: Assistant) -> None:
    with assistant._edition() as opened:
        rows = [searched_text(chunk) for chunk in opened.chunks if chunk.source == "甘肃省.html"]
    assert any("甘肃省" in text and "591" in text for text in rows)
