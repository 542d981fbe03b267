# ruff: noqa: E501  # a question in four ways of writing a line
"""Averages, counts by town and employer, who wants most, the first few: against the shipped rows reckoned by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from bot.answer import BlockKind, Status
from bot.answering.rows import RecordAnswer, RowAnswerer
from knowledge.tables.records import Opening, Program, first_day, last_day
from knowledge.tables.values import Relation
from knowledge.text.language import language_of
from knowledge.text.money import Period
from tests.names import shipped_desk
from tests.record_questions import DAY, asked, text
from tests.sheets import DOCUMENTS, source, table


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> RowAnswerer:
    return shipped_desk(tmp_path_factory.mktemp("figures"))


@pytest.fixture(scope="module")
def openings() -> list[Opening]:
    rows = [row.record for row in table(source(DOCUMENTS / "openings.csv").path).rows]
    return [
        each
        for each in rows
        if isinstance(each, Opening) and (last_day(each) or DAY) >= DAY >= (first_day(each) or DAY)
    ]


@pytest.fixture(scope="module")
def programs() -> list[Program]:
    rows = [row.record for row in table(source(DOCUMENTS / "programs.csv").path).rows]
    return [each for each in rows if isinstance(each, Program) and (last_day(each) or DAY) >= DAY]


def chosen(openings: list[Opening], trade: str) -> list[Opening]:
    words = {"数控": ("数控", "加工中心"), "焊工": ("焊工",), "": ("",)}[trade]
    return [each for each in openings if any(word in each.title for word in words)]


@pytest.mark.parametrize(
    ("trade", "question"),
    [
        ("", "平均工资多少"), ("", "花都嘅工平均人工幾多"), ("", "what is the average pay?"), ("", "岗位的平均薪资是多少"),
        ("数控", "花都数控岗位平均工资是多少"), ("数控", "數控職位平均薪資多少"), ("数控", "average salary of CNC jobs"),
        ("焊工", "焊工平均月薪"), ("焊工", "what's the average pay for welders in Huadu?"), ("焊工", "焊工的工资平均多少"),
    ],
)  # fmt: skip
def test_the_average_says_over_how_many_rows(
    desk: RowAnswerer, openings: list[Opening], trade: str, question: str
) -> None:
    pays = [
        each.pay for each in chosen(openings, trade) if each.pay and each.pay.low and each.pay.period is Period.MONTH
    ]
    low, high = (sum(getattr(pay, end) for pay in pays) / len(pays) for end in ("low", "high"))
    answer = asked(desk, question)
    assert all(f"{number:,.0f}" in answer.blocks[0].text for number in (low, high, (low + high) / 2)), text(answer)
    assert f"{len(pays)} " in answer.blocks[0].text and answer.citations
    silent = len(chosen(openings, trade)) - len(pays)
    notes = [block.text for block in answer.blocks if block.kind is BlockKind.NOTE]
    assert any(f"{silent} " in note for note in notes) == (silent > 0), text(answer)


@pytest.mark.parametrize("question", ["平均学费多少", "專業平均學費幾多", "average tuition"])
def test_the_average_tuition_leaves_out_what_is_paid_once(
    desk: RowAnswerer, programs: list[Program], question: str
) -> None:
    fees = [each.tuition for each in programs if each.tuition and each.tuition.period is Period.YEAR]
    low, high = (sum(getattr(fee, end) for fee in fees) / len(fees) for end in ("low", "high"))
    answer = asked(desk, question)
    assert f"{low:,.0f}" in text(answer) and f"{high:,.0f}" in text(answer) and f"{len(fees)} " in answer.blocks[0].text


def values(answer: RecordAnswer) -> dict[object, object]:
    return {row["value"]: row["rows"] for row in answer.records}


@pytest.mark.parametrize(
    ("question", "trade"),
    [
        ("每个镇有几个岗位", ""), ("各鎮街職位數量", ""), ("每個鎮有幾多份工", ""), ("how many openings are there in each town?", ""),
        ("openings by town", ""), ("哪些镇有岗位", ""), ("岗位的镇街分布", ""), ("which towns have jobs?", ""),
        ("哪些镇有数控岗位", "数控"), ("which towns have CNC jobs", "数控"), ("边啲镇有數控職位", "数控"),
    ],
)  # fmt: skip
def test_towns_are_counted(desk: RowAnswerer, openings: list[Opening], question: str, trade: str) -> None:
    answer = asked(desk, question)
    assert values(answer) == Counter(each.town for each in chosen(openings, trade)), text(answer)
    assert "SAMPLE" in text(answer) and answer.citations[0].source == "openings.csv"


@pytest.mark.parametrize(
    "question",
    [
        "哪家企业招人最多",
        "邊間公司請最多人",
        "which employer is hiring the most people",
        "招人最多的3家企业",
        "哪个公司招的人最多？",
    ],
)
def test_who_wants_most_people(desk: RowAnswerer, openings: list[Opening], question: str) -> None:
    wanted: Counter[str] = Counter()
    for each in openings:
        wanted[each.employer] += each.headcount.low or 0 if each.headcount else 0
    answer = asked(desk, question)
    most = max(wanted.values())
    assert [row["people"] for row in answer.records][:3] == [number for _, number in wanted.most_common(3)]
    assert {row["value"] for row in answer.records if row["people"] == most} == {
        name for name, number in wanted.items() if number == most
    }


@pytest.mark.parametrize("question", ["哪家公司岗位最多", "which company has the most openings", "邊間公司職位最多"])
def test_who_has_most_openings(desk: RowAnswerer, openings: list[Opening], question: str) -> None:
    rows = Counter(each.employer for each in openings)
    expected = {name: number for name, number in rows.items() if number == max(rows.values())}
    assert expected.items() <= values(asked(desk, question)).items()


@pytest.mark.parametrize(
    "question", ["各学校有几个专业", "how many majors does each school have", "每間學校有幾個專業"]
)
def test_schools_are_counted(desk: RowAnswerer, programs: list[Program], question: str) -> None:
    assert values(asked(desk, question)) == Counter(each.school for each in programs)


def test_several_towns_are_counted_apart(desk: RowAnswerer, openings: list[Opening]) -> None:
    rows = Counter(each.town for each in openings if each.town in {"狮岭", "花东"})
    for question in ("狮岭有多少岗位，花东呢", "狮岭和花东哪个镇岗位多", "how many jobs are in Shiling and Huadong?"):
        assert values(asked(desk, question)) == rows, question


@pytest.mark.parametrize(
    ("number", "question"),
    [
        (5, "工资最高的前五个岗位"), (5, "前五个工资最高的岗位"), (5, "top 5 highest paying jobs"), (5, "人工最高嘅前五份工"),
        (3, "工资最高的三个岗位"), (2, "薪資最高的兩個職位"), (4, "the 4 highest paying jobs"), (1, "工资最高的前1个岗位"),
    ],
)  # fmt: skip
def test_as_many_as_were_asked_for(desk: RowAnswerer, openings: list[Opening], number: int, question: str) -> None:
    tops = sorted(
        (each.pay.high or 0 for each in openings if each.pay and each.pay.period is Period.MONTH), reverse=True
    )
    answer = asked(desk, question)
    assert [row["pay"]["high"] for row in answer.records] == tops[:number], text(answer)  # type: ignore[index]


@pytest.mark.parametrize(
    ("question", "employer"),
    [
        ("企业H招什么人", "H"),
        ("企业h有限公司的岗位", "H"),
        ("H公司招什么人", "H"),
        ("企业A有什么岗位", "A"),
        ("jobs at 示例企业B", "B"),
    ],
)
def test_a_company_is_known_by_a_part_of_its_name(
    desk: RowAnswerer, openings: list[Opening], question: str, employer: str
) -> None:
    answer = asked(desk, question)
    named = f"示例企业{employer}有限公司（SAMPLE）"
    assert [row["employer"] for row in answer.records] == [named] * sum(each.employer == named for each in openings)


def test_a_company_that_no_row_has_is_not_answered_with_all_rows(desk: RowAnswerer) -> None:
    assert asked(desk, "企业Z招什么人").status is Status.NOT_COVERED


FOLLOWED: tuple[tuple[str, str, Callable[[RecordAnswer], bool]], ...] = (
    ("有焊工岗位吗", "平均工资呢", lambda answer: "5,633" in text(answer)),
    ("有焊工岗位吗", "按镇分布呢", lambda answer: sum(values(answer).values()) == 3),  # type: ignore[arg-type]
    ("what CNC jobs are there?", "what do they pay?", lambda answer: "Found 7 " in text(answer)),
    ("what CNC jobs are there?", "the top 2 by pay?", lambda answer: len(answer.records) == 2),
    ("有哪些学校有无人机专业", "学费几多", lambda answer: all("无人机" in str(row["major"]) for row in answer.records)),
    (
        "签约的五所学校",
        "学费多少",
        lambda answer: answer.status is Status.NOT_COVERED and "广州市交通技师学院" in text(answer),
    ),
    (
        "公用事业技师学院签约了吗",
        "学费多少",
        lambda answer: answer.status is Status.NOT_COVERED and "交通" not in text(answer),
    ),
    ("公用事业技师学院签约了吗", "一共几家", lambda answer: len(answer.records) == 5),
)


@pytest.mark.parametrize(("before", "question", "right"), FOLLOWED)
def test_figures_and_fields_go_on_from_rows(
    desk: RowAnswerer, before: str, question: str, right: Callable[[RecordAnswer], bool]
) -> None:
    first = asked(desk, before)
    answer = desk.answer(question, language_of(question), DAY, first.query)
    assert answer is not None and right(answer), answer and text(answer)


@pytest.mark.parametrize(
    "question",
    [
        "除了广州市技师学院还有谁签约",
        "Besides Guangzhou Technician College, who else signed?",
        "除咗廣州市技師學院仲有邊個簽約",
    ],
)
def test_who_else_signed_leaves_out_who_was_named(desk: RowAnswerer, question: str) -> None:
    answer = asked(desk, question)
    assert len(answer.records) == 4 and all(Relation.SIGNED in row["relations"] for row in answer.records)  # type: ignore[operator]
    assert "广州市技师学院" not in {row["name_zh"] for row in answer.records}
