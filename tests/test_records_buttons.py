"""Pages, filters and guided lists by button, before and after a new edition; what is shown of contacts and dates."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from bot.answer import Status
from bot.answering.rows import RecordAnswer, RowAnswerer
from knowledge import store
from knowledge.tables import Records, plan_records, publish_records, read_table
from knowledge.tables.records import RecordKind
from tests.names import desk_of as over
from tests.names import shipped_desk
from tests.record_questions import DAY, asked, text
from tests.sheets import csv_bytes, published, source


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> RowAnswerer:
    return shipped_desk(tmp_path_factory.mktemp("desk"))


def desk_of(folder: Path, *paths: Path) -> RowAnswerer:
    """A desk over the rows of ``paths``."""
    return over(published(folder, paths))


@pytest.mark.parametrize(("command", "question"), [("jobs", "有多少个岗位"), ("training", "有哪些专业")])
def test_pages_and_buttons_carry_the_whole_query(desk: RowAnswerer, command: str, question: str) -> None:
    guide, typed = desk.guide(command, "zh", DAY), asked(desk, question)
    assert guide.records == typed.records
    seen = [json.dumps(record) for record in guide.records]
    answer = guide
    while follow := [choice for choice in answer.choices if choice.label == "下一页 ›"]:
        answer = desk.press(json.loads(follow[0].request), "zh", DAY)
        seen += [json.dumps(record) for record in answer.records]
    total = int("".join(filter(str.isdigit, guide.blocks[0].text.split("个")[0])))
    assert len(seen) == total


def test_a_filter_button_gives_what_the_typed_question_gives(desk: RowAnswerer) -> None:
    guide = desk.guide("jobs", "zh", DAY)
    button = next(choice for choice in guide.choices if choice.label == "包吃 · 包住")
    assert desk.press(json.loads(button.request), "zh", DAY).records == asked(desk, "包吃住的岗位有哪些").records


@pytest.mark.parametrize(
    "request_",
    [{}, {"records": 7}, {"records": {"query": None}}, {"records": {"query": {"kind": "moon"}}},
     {"records": {"query": {"kind": "opening", "conditions": [["salary", "is", 3, False]]}}},
     {"records": {"query": {"kind": "opening", "filters": [["pay_least", ["6000", "month"]]]}}},
     {"records": {"query": {"kind": "opening", "conditions": [["pay", "stated", "moon", False]]}}}],
)  # fmt: skip
def test_a_request_that_nobody_wrote_is_answered_calmly(desk: RowAnswerer, request_: dict[str, object]) -> None:
    assert desk.press(request_, "en", DAY).status is Status.NOT_COVERED


def test_a_page_beyond_the_last_shows_the_last(desk: RowAnswerer) -> None:
    request = {"records": {"query": {"kind": "program", "conditions": [], "order": None}, "page": 99}}
    assert desk.press(request, "zh", DAY).records


def test_joining_is_handed_to_the_bureau_while_nothing_is_known(desk: RowAnswerer) -> None:
    answer = desk.guide("join", "en", DAY)
    assert answer.status is Status.HAND_OFF and "12333" in text(answer) and not answer.citations


def test_partners_guide_lists_seven_and_offers_the_relations(desk: RowAnswerer) -> None:
    answer = desk.guide("partners", "zh", DAY)
    on = _press(desk, answer, "下一页 ›")
    assert "7" in answer.blocks[0].text and len(answer.records) + len(on.records) == 7
    assert {"签约", "作介绍"} <= {choice.label for choice in answer.choices}
    signed = _press(desk, answer, "签约")
    assert len(signed.records) == 5 and "✕ 签约" in {choice.label for choice in signed.choices}


def test_mobile_numbers_are_shown_only_when_the_row_says_so(tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    rows = [["企业名称", "岗位名称", "截止日期", "联系电话", "联系方式公开"],
            ["示例企业甲", "普工", "2027-01-01", "13812345678", ""],
            ["示例企业乙", "普工", "2027-01-01", "13812345678", "是"],
            ["示例企业丙", "普工", "2027-01-01", "020-12345678 张三 13812345678", ""]]  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    contacts = [record["contact"] for record in asked(desk_of(tmp_path, path), "普工岗位有哪些").records]
    assert contacts == ["未公开", "13812345678", "020-12345678、未公开"]


def test_the_last_day_is_still_open_and_the_next_is_not(tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_text("企业名称,岗位名称,截止日期\n示例企业甲,普工,2026-11-24\n", encoding="utf-8")
    desk = desk_of(tmp_path, path)
    on_the_day = desk.answer("普工岗位有哪些", "zh", date(2026, 11, 24))
    after = desk.answer("普工岗位有哪些", "zh", date(2026, 11, 25))
    assert on_the_day is not None and len(on_the_day.records) == 1
    assert after is not None and not after.records and "已过期" in text(after)


def _jobs(path: Path, titles: list[str]) -> Path:
    rows = [[f"示例企业{title}", title, "2027-01-01"] for title in titles]
    path.write_bytes(csv_bytes([["企业名称", "岗位名称", "截止日期"], *rows]))
    return path


def _press(desk: RowAnswerer, answer: RecordAnswer, label: str) -> RecordAnswer:
    button = next(choice for choice in answer.choices if choice.label == label)
    return desk.press(json.loads(button.request), "zh", DAY)


def test_a_button_works_after_a_restart_and_in_a_new_edition(tmp_path: Path) -> None:
    path = _jobs(tmp_path / "jobs.csv", [f"焊工{number:02}" for number in range(25)])
    records = published(tmp_path, [path])
    first = asked(over(records), "焊工岗位有哪些")
    again = _press(desk_of_new_process(tmp_path, 1), first, "下一页 ›")
    assert [record["title"] for record in again.records] == [f"焊工{number:02}" for number in range(5, 10)]
    fifth_page = again
    for _ in range(3):
        fifth_page = _press(over(records), fifth_page, "下一页 ›")
    assert [record["title"] for record in fifth_page.records] == [f"焊工{number}" for number in range(20, 25)]
    back = _press(over(records), fifth_page, "‹ 上一页")
    _jobs(path, [f"焊工{number:02}" for number in range(12)] + ["普工"])
    engine = store.engine(f"sqlite:///{tmp_path / 'assistant.db'}")
    with store.writing(engine) as connection:
        publish_records(connection, 2, plan_records(connection, 1, [read_table(source(path))], day=DAY))
    later = _press(over(Records(engine, 2)), back, "下一页 ›")
    assert [record["title"] for record in later.records] == ["焊工10", "焊工11"]  # the list has grown shorter
    assert "12" in later.blocks[0].text and "11–12" in later.blocks[0].text


def desk_of_new_process(folder: Path, edition: int) -> RowAnswerer:
    """A desk that knows nothing but the database."""
    records = Records(store.engine(f"sqlite:///{folder / 'assistant.db'}"), edition)
    return over(records)


def test_a_formula_goes_out_as_text(tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_bytes(csv_bytes([["企业名称", "岗位名称", "截止日期"], ["=cmd|'/C calc'!A0", "+焊工", "2027-01-01"]]))
    answer = asked(desk_of(tmp_path, path), "有哪些岗位")
    assert answer.records[0]["employer"] == "'=cmd|'/C calc'!A0" and answer.records[0]["title"] == "'+焊工"
    assert "'+焊工 · '=cmd|" in text(answer)
    assert answer.citations[0].section == "'+焊工"


PROCEDURES = [
    ["合作类型", "适用对象", "申报条件", "办理流程", "所需材料", "示例"],
    ["订单班（示例）", "企业", "示例条件", "1.申请 2.审核", "申请表、协议", "是"],
    ["共建基地（示例）", "院校", "示例条件", "1.申请", "申请表", "是"],
]


@pytest.mark.parametrize(
    ("question", "types"),
    [
        ("订单班怎么申请", ["订单班（示例）"]),
        ("訂單班要什麼材料？", ["订单班（示例）"]),
        ("共建基地办理流程", ["共建基地（示例）"]),
        ("我们公司怎么加入", ["订单班（示例）", "共建基地（示例）"]),
        ("How can our company join?", ["订单班（示例）", "共建基地（示例）"]),
    ],
)
def test_procedures_are_found_where_staff_keep_them(tmp_path: Path, question: str, types: list[str]) -> None:
    path = tmp_path / "procedures.csv"
    path.write_bytes(csv_bytes(PROCEDURES))
    desk = desk_of(tmp_path, path)
    answer = asked(desk, question)
    assert [record["type"] for record in answer.records] == types
    assert not answer.complete and "SAMPLE" in text(answer)
    assert [record["type"] for record in desk.guide("join", "zh", DAY).records] == [
        "订单班（示例）",
        "共建基地（示例）",
    ]
    assert desk.answer("劳动合同期满有补偿吗", "zh", DAY) is None


@pytest.mark.parametrize("question", ["平均工资呢", "那平均学费呢", "how about the average pay?"])
def test_procedures_have_no_figures_to_go_on_to(tmp_path: Path, question: str) -> None:
    path = tmp_path / "procedures.csv"
    path.write_bytes(csv_bytes(PROCEDURES))
    desk = desk_of(tmp_path, path)
    before = asked(desk, "我们公司怎么加入")
    answer = desk.answer(question, "zh", DAY, before.query)
    assert before.query and before.query.kind is RecordKind.PROCEDURE
    assert answer is None or (answer.query and answer.query.kind is not RecordKind.PROCEDURE)
