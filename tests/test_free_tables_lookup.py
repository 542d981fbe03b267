"""Questions to free tables: what is looked up, and what no single table holds is never taken from another."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.answer import Status
from bot.answering.rows import RecordAnswer
from bot.answering.tables.answerer import nearness
from bot.answering.tables.held_table import HeldTable
from bot.answering.tables.lookup import look_up
from bot.answering.tables.quoted_rows import of_other_rows
from bot.answering.tables.table_answer import table_answer
from bot.answering.tables.units import Asked
from bot.presentation.messages import message
from knowledge.models import FreeTable, Metadata, TableColumn, TableRow
from knowledge.tables.free import row_text
from knowledge.text.language import HAN
from tests.made_tables.held import held_tables
from tests.made_tables.scores import score
from tests.made_tables.tables import made_questions, made_tables

DAY = date(2026, 11, 30)
Ask = Callable[[str], RecordAnswer | None]


def asking(tables: list[HeldTable]) -> Ask:
    """What the tables answer, without an edition."""

    def answer(question: str) -> RecordAnswer | None:
        language = "zh" if HAN.search(question) else "en"
        found = look_up(question, tables, nearness, DAY)
        return table_answer(found, question, language, DAY) if found else None

    return answer


def held(title: str, *rows: str, source: str = "") -> HeldTable:
    """A table of lines whose cells are parted by blanks; the first is the header."""
    columns = tuple(TableColumn((name,)) for name in rows[0].split())
    read = tuple(TableRow(number, tuple(row.split())) for number, row in enumerate(rows[1:], 2))
    return HeldTable(FreeTable(source or f"{title}.csv", 0, (), (title,), columns, read), Metadata(title, "zh"))


def said(answer: RecordAnswer | None) -> str:
    return answer.blocks[0].text if answer else ""


GANSU = held("2021年甘肃省录取分数线", "专业 最高分 最低分", "法学 601 591", "护理学 580 560")
QINGHAI = held("2021年青海省录取分数线", "专业 最高分 最低分", "法学 608 598", "软件工程 611 599")
SUBSIDY = held("补贴标准", "工种 级别 补贴标准", "电工 初级 1234", "电工 中级 2345", "焊工 高级 3456")
BUSES = held("12路时刻表", "站点 首班车", "北站 5:40", "南站 6:10")


@pytest.fixture(scope="module")
def ask() -> Ask:
    return asking([GANSU, QINGHAI, SUBSIDY, BUSES])


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("2021年甘肃省法学最低分是多少？", "591"),
        ("2021年青海省法学专业的最低录取分数是多少", "598"),
        ("电工中级补贴多少", "2345"),
        ("電工中級補貼多少", "2345"),
        ("电工中级能领多少补助", "2345"),
        ("12路在北站的首班车时间", "5:40"),
        ("2021年甘肃省哪个专业的最低分最高？", "法学"),
        ("2021年甘肃省录取分数线里有多少个专业？", "2"),
        ("补贴标准超过2000元的工种有哪些？", "电工 中级、焊工 高级"),
    ],
)
def test_an_answer_begins_with_the_value(question: str, begins: str, ask: Ask) -> None:
    answer = ask(question)
    assert answer and answer.status is Status.ANSWERED
    assert said(answer).startswith(begins)


@pytest.mark.parametrize(
    "question",
    [
        "2020年甘肃省法学最低分是多少？",  # another year
        "2021年广东省法学最低分是多少？",  # a place of no table
        "2021年甘肃省软件工程最低分是多少？",  # a row of the other table
        "电工高级补贴多少",  # two names that stand in no row together
        "15路在北站的首班车时间",  # another line
        "12路在北站的末班车是几点",  # ends as the column's name does, and is its contrary
        "电工中级传真多少",  # no such column
    ],
)
def test_what_a_question_names_and_the_table_lacks_refuses(question: str, ask: Ask) -> None:
    answer = ask(question)
    assert answer is None or answer.status is Status.NOT_COVERED


def test_tables_that_fit_alike_are_asked_back(ask: Ask) -> None:
    answer = ask("法学最低分是多少")
    assert answer and answer.status is Status.CLARIFY
    assert [choice.label for choice in answer.choices] == ["2021年甘肃省录取分数线", "2021年青海省录取分数线"]


def test_tables_that_say_the_same_need_no_choice() -> None:
    same = held("2021年甘肃省录取分数线", "专业 最高分 最低分", "法学 601 591", source="again.csv")
    answer = asking([GANSU, same])("2021年甘肃省法学最低分是多少")
    assert answer and answer.status is Status.ANSWERED


def test_a_question_to_no_table_goes_on(ask: Ask) -> None:
    for question in ("怎么申请补贴", "试用期最长多久？", "你好", "what is an order class?", "？", "法学"):
        assert ask(question) is None or said(ask(question)) != message("tables.several", "zh"), question
    assert ask("试用期最长多久？") is None


@pytest.mark.parametrize(
    ("question", "table", "others"),
    [
        ("2021年甘肃省法学专业怎么样", GANSU, False),
        ("甘肃法学", GANSU, False),
        ("法学录取时要注意什么", GANSU, False),  # names nothing that tells the tables apart
        ("2021年青海省法学专业怎么样", GANSU, True),
        ("2021年广东省法学专业怎么样", GANSU, True),  # a place of no table
        ("2019年甘肃省法学专业怎么样", GANSU, True),  # a year of no table
        ("甘肃省护理学怎么样", GANSU, True),  # another row
        ("甘肃省软件工程怎么样", GANSU, True),  # a row of the other table
        ("电工初级补贴怎么领", SUBSIDY, False),
        ("电工特级补贴怎么领", SUBSIDY, True),  # a level of no table
        ("电工高级补贴怎么领", SUBSIDY, True),
        ("15路在北站的首班车", BUSES, True),
    ],
)
def test_only_rows_that_are_named_may_be_quoted(question: str, table: HeldTable, others: bool) -> None:
    quote = f"{table.title} | {row_text(table.table, table.table.rows[0])}"
    tables = [GANSU, QINGHAI, SUBSIDY, BUSES]
    assert of_other_rows(Asked.of(question), table.table.source, quote, tables) is others


def test_the_number_of_a_file_is_none_of_its_content() -> None:
    months = [held(f"{month}月水质", "水厂 余氯", "南湖水厂 0.5", source=f"water-{month + 8}.csv") for month in (3, 6)]
    assert "没有“11”" in said(asking(months)("11月南湖水厂余氯多少"))
    assert said(asking(months)("3月南湖水厂余氯多少")).startswith("0.5")
    route = held("时刻表", "站点 首班车", "北站 5:40", source="12路.csv")
    assert said(asking([route])("12路在北站的首班车几点")).startswith("5:40")
    year = held("录取分数线", "专业 最低分", "法学 591", source="2021.csv")
    assert said(asking([year])("2021年法学最低分是多少")).startswith("591")


def test_a_word_that_says_little_behind_a_column_says_little_whatever_other_tables_hold() -> None:
    hours = held("阅览室开放安排", "地点 时间", "一楼 9:00", "二楼 10:00")
    assert said(asking([BUSES, hours])("12路在北站的首班车时间")).startswith("5:40")


def test_lines_of_a_header_are_told_apart_where_a_page_has_joined_them() -> None:
    columns = (TableColumn(("幼儿园",)), TableColumn(("招生学位（个） 小班",)), TableColumn(("招生学位（个） 中班",)))
    rows = (TableRow(2, ("向阳幼儿园", "105", "42")), TableRow(3, ("星星幼儿园", "66", "48")))
    table = HeldTable(FreeTable("a.pdf", 0, (), ("学位计划",), columns, rows), Metadata("学位计划", "zh"))
    assert said(asking([table])("向阳幼儿园中班招生学位是多少个")).startswith("42")


def test_a_quote_of_no_row_is_left_alone() -> None:
    assert not of_other_rows(Asked.of("青海省法学"), GANSU.table.source, "甘肃省各专业见下表。", [GANSU, QINGHAI])
    assert not of_other_rows(Asked.of("青海省法学"), "law.md", "专业: 法学", [GANSU, QINGHAI])


@pytest.mark.parametrize("closed", [False, True])
def test_made_tables_are_asked_in_plain_words(closed: bool, tmp_path: Path) -> None:
    tables = made_tables(24, seed=5, closed=closed)
    scores = score(asking(held_tables(tables, tmp_path)), made_questions(tables, 60, seed=6))
    assert not scores.foreign, [question.text for question, _ in scores.foreign]
    assert scores.share >= 0.85, [question.text for question, _ in scores.wrong]


@pytest.mark.soak
def test_three_hundred_made_tables_are_asked_fifteen_hundred_questions(tmp_path: Path) -> None:
    seed = random.Random(9).randrange(1000)
    tables = made_tables(300, seed=seed)
    scores = score(asking(held_tables(tables, tmp_path)), made_questions(tables, 1500, seed=seed))
    assert not scores.foreign, [question.text for question, _ in scores.foreign]
    assert scores.share >= 0.85, (scores.asked, scores.right)
