"""Lists as a phone shows them: their size in all languages, cards, filters, and buttons of an earlier release."""

from __future__ import annotations

import html
import itertools
import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answer import Answer, BlockKind, Choice, Status, lines_of
from bot.answering.assembly import AnswerAssembler
from bot.answering.rows import RecordAnswer, RowAnswerer
from bot.answering.rows.layout.list_requests import ListView, request
from bot.presentation.rendering import plain, telegram_parts
from bot.settings import Contact
from knowledge.settings import NO_PROGRAMME
from knowledge.tables import Condition, Field, Operator, Query, Records, SortOrder, about
from knowledge.tables.querying.record_queries import PAGE
from knowledge.tables.records import Opening, Record, RecordKind
from knowledge.tables.values import Benefit, Education, Entry, Level, Mode, PartnerKind, Relation, Work
from knowledge.text.language import language_of
from knowledge.text.money import Amount, Period
from tests.made_rows import DAY, opening, program
from tests.names import names_of
from tests.record_questions import shipped
from tests.sheets import TOWNS, csv_bytes, published
from tests.test_records_grid import questions, stored

LANGUAGES = ("zh", "zh-hant", "en")
CONTACTS = (Contact(phone="12333", zh="人力资源和社会保障服务热线", en="human resources and social security hotline"),)
MONTH = Period.MONTH
FILTERS: dict[RecordKind, tuple[tuple[Condition, ...], ...]] = {
    RecordKind.OPENING: (
        tuple(Condition(Field.TOWN, Operator.ANY_OF, (town.zh,)) for town in TOWNS),
        tuple(Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(sum_, MONTH)) for sum_ in (4000, 6000, 8000)),
        tuple(Condition(Field.BENEFIT, Operator.INCLUDES, benefit) for benefit in Benefit),
        tuple(Condition(Field.EDUCATION, Operator.AT_MOST, schooling) for schooling in list(Education)[1:6]),
        tuple(Condition(Field.WORK, Operator.IS, work) for work in Work),
        (about(("数控", "cnc")), about(("叉车", "forklift")), about(("焊工", "welder"))),
    ),
    RecordKind.PROGRAM: (
        tuple(Condition(Field.ENTRY, Operator.INCLUDES, entry) for entry in Entry),
        tuple(Condition(Field.LEVEL, Operator.IS, level) for level in Level),
        tuple(Condition(Field.MODE, Operator.IS, mode) for mode in Mode),
        (Condition(Field.TUITION, Operator.FREE), Condition(Field.TUITION, Operator.AT_MOST, 5000.0)),
        (about(("汽车维修", "auto repair")), about(("无人机", "drone"))),
    ),
    RecordKind.PARTNER: (
        tuple(Condition(Field.RELATION, Operator.INCLUDES, relation) for relation in Relation),
        tuple(Condition(Field.PARTNER_KIND, Operator.IS, kind) for kind in PartnerKind),
    ),
}
ORDERS: dict[RecordKind, tuple[SortOrder | None, ...]] = {
    RecordKind.OPENING: (None, SortOrder.PAY_HIGHEST, SortOrder.SOONEST, SortOrder.MOST_PEOPLE),
    RecordKind.PROGRAM: (None, SortOrder.CHEAPEST, SortOrder.LONGEST),
    RecordKind.PARTNER: (None,),
}
ASKS = ((), ("pay", "deadline", "place"), ("fee", "length", "entry"), ("education", "duties", "how_to_apply"))


def queries() -> Iterator[Query]:
    """Every one and two filters of different sorts of each kind, and every three in one order."""
    for kind, sorts in FILTERS.items():
        for number in range(4):
            for chosen in itertools.combinations(sorts, number):
                for conditions in itertools.product(*chosen):
                    for order in ORDERS[kind] if number < 3 else (None,):
                        yield Query(kind, conditions, order)


@pytest.fixture(scope="module")
def shipped_rows(tmp_path_factory: pytest.TempPathFactory) -> Records:
    return shipped(tmp_path_factory.mktemp("shipped"))


@pytest.fixture(scope="module")
def made_rows(tmp_path_factory: pytest.TempPathFactory) -> Records:
    """A larger table, some of whose cells are long, and some of whose rows are no samples."""
    choose = random.Random(5)
    rows: list[Record] = [opening(number, choose) for number in range(900)]
    rows += [program(number, choose) for number in range(300)]
    long = [replace(one, employer=f"{'很长的单位名称' * 6}有限公司", title=f"{one.title}{'（长）' * 9}", sample=False,
                    description="说明" * 90, contact="020-12345678")
            for one in rows[:300] if isinstance(one, Opening)]  # fmt: skip
    return stored((*long, *rows[300:]), tmp_path_factory.mktemp("made"))


def desk_over(records: Records) -> RowAnswerer:
    return RowAnswerer(records, names_of(records), CONTACTS)


def assembled(answer: RecordAnswer, language: str) -> Answer:
    return AnswerAssembler(CONTACTS, NO_PROGRAMME).rows(answer, language, 1, DAY)


def seen(answer: Answer) -> str:
    """The message as a phone shows it."""
    (part,) = telegram_parts(answer)
    return html.unescape(re.sub(r"<[^<>]*>", "", part))


def press(desk: RowAnswerer, choice: Choice, language: str = "zh") -> Answer:
    return assembled(desk.press(json.loads(choice.request), language, DAY), language)


def opened(desk: RowAnswerer, view: ListView, language: str = "zh") -> Answer:
    return press(desk, Choice("", request(view, language)), language)


def labelled(answer: Answer, label: str) -> Choice:
    return next(choice for choice in answer.choices if choice.label == label)


@pytest.mark.parametrize("table", ["shipped_rows", "made_rows"])
def test_every_list_fits_on_a_phone(request: pytest.FixtureRequest, table: str) -> None:
    desk = desk_over(request.getfixturevalue(table))
    lists = 0
    asked = itertools.cycle(itertools.product((0, PAGE), ASKS))
    for query, language in zip(itertools.islice(queries(), 0, None, 3), itertools.cycle(LANGUAGES), strict=False):
        start, asks = next(asked)
        answer = opened(desk, ListView(query, start, asks=asks), language)
        text, rows = seen(answer), [block for block in answer.blocks if block.kind is BlockKind.ROW]
        if len(rows) > 1:
            lists += 1
            assert all(block.text.count("\n") <= 1 for block in rows) and len(rows) <= PAGE
            assert len(text) < 700 and text.count("\n") < 15, text
            assert text.count("SAMPLE") <= 1 or "SAMPLE are samples" in text, text
        keyboard = [[choice.label for choice in line] for line in lines_of(answer.choices)]
        assert all(len(line) <= PAGE for line in keyboard) and sum(map(len, keyboard)) <= PAGE + 2 + 6
    assert lists > 1000, lists


def test_figures_and_typed_lists_fit_too(made_rows: Records) -> None:
    desk = desk_over(made_rows)
    figures = ("各镇街有多少个岗位", "各企业有多少个岗位", "哪些企业在招人", "平均工资多少", "招人最多的企业",
               "工资最高的前五个岗位",
               "how many openings does each town have?", "which employers are hiring?", "average pay by town",
               "average tuition", "top 5 highest paying jobs", "哪所学校专业最多")  # fmt: skip
    typed = [asked.text for asked in itertools.islice(questions(), 0, None, 50)]
    seen_lists = 0
    for question in (*figures, *typed):
        language = language_of(question)
        answer = desk.answer(question, language, DAY)
        if answer and sum(block.kind is BlockKind.ROW for block in answer.blocks) > 1:
            seen_lists += 1
            text = seen(assembled(answer, language))
            assert len(text) < 700 and text.count("\n") < 15, text
    assert seen_lists > 30, seen_lists


def test_a_list_is_numbered_and_its_numbers_open_cards(made_rows: Records) -> None:
    desk = desk_over(made_rows)
    query = Query(RecordKind.OPENING, (Condition(Field.TOWN, Operator.ANY_OF, ("狮岭",)),))
    page = opened(desk, ListView(query, PAGE))
    assert [choice.label for choice in lines_of(page.choices)[0]] == ["6", "7", "8", "9", "10"]
    assert [choice.label for choice in lines_of(page.choices)[1]] == ["‹ 上一页", "下一页 ›"]
    assert page.context.shown and len(page.context.shown.ids) == PAGE and page.context.shown.pointed_at is None
    card = press(desk, labelled(page, "7"))
    assert card.records == page.records[1:2]
    shown = card.context.shown
    assert shown and shown.ids == page.context.shown.ids and shown.start == PAGE
    assert shown.pointed_at == page.context.shown.ids[1]
    again = press(desk, labelled(card, "‹ 返回列表"))
    assert seen(again) == seen(page) and again.context == page.context


def test_a_card_says_all_that_its_row_says_and_whom_to_ask(tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_bytes(csv_bytes([
        ["企业名称", "岗位名称", "岗位英文名", "招聘人数", "薪资(元/月)", "学历要求", "工作地点", "包吃", "包住",
         "截止日期", "联系电话", "岗位职责"],
        ["企业甲", "焊工", "Welder", "3", "5000-6000", "高中", "花都区狮岭镇工业路1号", "是", "否", "2027-01-01",
         "020-12345678", "焊接车架"],
        ["企业乙", "普工", "", "", "", "", "", "", "", "2027-02-01", "13812345678", ""],
    ]))  # fmt: skip
    desk = desk_over(published(tmp_path, [path]))
    page = opened(desk, ListView(Query(RecordKind.OPENING)))
    first, second = seen(press(desk, labelled(page, "1"))), seen(press(desk, labelled(page, "2")))
    for value in ("焊工（Welder）", "企业甲", "5,000–6,000 元/月", "高中", "花都区狮岭镇工业路1号", "包吃：是",
                  "包住：否", "招3人", "截止 2027年1月1日", "焊接车架", "应聘联系：020-12345678",
                  "《招聘岗位表》"):  # fmt: skip
        assert value in first, value
    assert "12333" not in first and "SAMPLE" not in first
    assert "12333（人力资源和社会保障服务热线）" in second and "138" not in second


def test_what_is_asked_stands_first_on_every_page(shipped_rows: Records) -> None:
    desk = desk_over(shipped_rows)
    trade = Query(RecordKind.OPENING, (about(("数控", "加工中心", "cnc")),))
    first = opened(desk, ListView(trade, asks=("pay",)))
    second = press(desk, labelled(first, "下一页 ›"))
    figure = first.text.split("\n")[0]
    assert figure.startswith("薪资：") and second.text.startswith(figure), "of the whole list, not of a page"
    assert "第 1–5 个" in first.text and "第 6–7 个" in second.text
    assert press(desk, labelled(second, "‹ 上一页")).text == first.text


def test_a_filter_in_force_is_taken_out_and_none_is_offered_that_changes_nothing(shipped_rows: Records) -> None:
    desk = desk_over(shipped_rows)
    for kind in (RecordKind.OPENING, RecordKind.PROGRAM, RecordKind.PARTNER):
        whole = opened(desk, ListView(Query(kind)))
        total = shipped_rows.count(Query(kind), DAY)
        filters = [choice for line in lines_of(whole.choices)[2:] for choice in line]
        assert 2 <= len(filters) <= 6 and all(choice.in_place for choice in filters)
        for choice in filters:
            narrowed = press(desk, choice)
            assert narrowed.context.query and 0 < shipped_rows.count(narrowed.context.query, DAY) < total
            taken = [each for each in narrowed.choices if each.label.startswith("✕ ")]
            assert len(taken) == len(narrowed.context.query.conditions)
            back = press(desk, taken[0])
            assert back.context.query and len(back.context.query.conditions) == len(taken) - 1


def test_a_row_that_is_no_more_is_told_and_the_list_shown(shipped_rows: Records) -> None:
    desk = desk_over(shipped_rows)
    view = ListView(Query(RecordKind.PROGRAM))
    answer = press(desk, Choice("", request(view, "zh", 10**6)))
    assert answer.blocks[0].text.startswith("这一条已不在表中") and len(answer.records) == PAGE
    assert seen(answer).count("\n") < 15


@pytest.mark.parametrize("line", Path(__file__).with_name("earlier_buttons.jsonl").read_text("utf-8").splitlines())
def test_a_button_of_an_earlier_release_works_or_is_told_to_be_old(shipped_rows: Records, line: str) -> None:
    old = json.loads(line)
    carried = json.loads(old["request"])
    if "ask" in carried:
        return  # a question, which the assistant answers as if it were typed
    answer = press(desk_over(shipped_rows), Choice(old["label"], old["request"]))
    if not old["label"]:
        assert answer.status is Status.NOT_COVERED and "旧的列表" in answer.text
        return
    assert answer.status in (Status.ANSWERED, Status.PARTLY) and answer.records
    if carried["records"].get("page", 1) > 1 and answer.context.shown:  # pages had ten rows
        total = shipped_rows.count(answer.context.query or Query(RecordKind.OPENING), DAY)
        assert answer.context.shown.start == min(10, (total - 1) // PAGE * PAGE)


def test_a_terminal_numbers_choices_by_the_rows_that_they_open(shipped_rows: Records) -> None:
    answer = opened(desk_over(shipped_rows), ListView(Query(RecordKind.OPENING), PAGE))
    lines = plain(answer).split("\n")
    assert lines[0].startswith("共找到 ") and "6. " in lines[3]
    assert "[6]–[10] 查看该条的全部信息" in lines and "[11] ‹ 上一页   [12] 下一页 ›" in lines
