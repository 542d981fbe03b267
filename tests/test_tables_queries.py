"""Queries to rows in SQLite and PostgreSQL: orders, pages, what comes nearest; what is written of them reads back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.tables import (
    Condition,
    ConditionError,
    Field,
    Operator,
    Query,
    QueryError,
    Records,
    SortOrder,
    about,
    named,
    query_from_json,
    query_to_json,
)
from knowledge.tables.querying.conditions import VALUE_TYPES
from knowledge.tables.querying.record_queries import PAGE
from knowledge.tables.querying.sql_conditions import CONDITIONS
from knowledge.tables.records import Opening, RecordKind
from knowledge.tables.storage.schema import read, write
from knowledge.tables.values import Benefit, Education, Level, Work
from knowledge.text.money import Amount, Money, Period
from knowledge.text.quantities import Headcount
from tests.record_base import DAY, Base, opened, opening, reading


@pytest.fixture(params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Base]:
    yield from opened(request, tmp_path)


@pytest.mark.parametrize(
    ("order", "titles"),
    [
        (SortOrder.PAY_HIGHEST, ["高", "低", "无"]),
        (SortOrder.PAY_LOWEST, ["低", "高", "无"]),
        (SortOrder.SOONEST, ["无", "低", "高"]),
        (SortOrder.MOST_PEOPLE, ["低", "高", "无"]),
        (None, ["无", "高", "低"]),
    ],
)
def test_orders_put_rows_without_a_value_last(base: Base, order: SortOrder | None, titles: list[str]) -> None:
    base.publish(
        reading(
            opening("无", deadline=DAY),
            opening(
                "高",
                pay=Money(8000, 9000, Period.MONTH, ""),
                headcount=Headcount(2, 2, ""),
                deadline=DAY + timedelta(days=9),
            ),
            opening(
                "低",
                pay=Money(4000, 5000, Period.MONTH, ""),
                headcount=Headcount(8, 8, ""),
                deadline=DAY + timedelta(days=5),
            ),
        )
    )
    page = Records(base.engine, 1).find(Query(RecordKind.OPENING, (), order), DAY)
    assert [row.record.title for row in page.rows if isinstance(row.record, Opening)] == titles


def test_a_long_list_is_paged_without_gaps_or_repeats(base: Base) -> None:
    base.publish(
        reading(*(opening(f"岗位{number:03}", pay=Money(number % 7, 9000, Period.MONTH, "")) for number in range(537)))
    )
    records = Records(base.engine, 1)
    for order in (None, SortOrder.PAY_HIGHEST, SortOrder.PAY_LOWEST):
        query = Query(RecordKind.OPENING, (), order)
        pages = [records.find(query, DAY, start) for start in range(0, 540, PAGE)]
        assert {page.total for page in pages} == {537}
        assert len({row.id for page in pages for row in page.rows}) == 537


def test_the_nearest_leaves_out_the_last_filter_that_helps(base: Base) -> None:
    base.publish(reading(opening("焊工", town="狮岭", food=True)))
    query = Query(
        RecordKind.OPENING,
        (
            Condition(Field.TOWN, Operator.ANY_OF, ("狮岭",)),
            Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(5000, Period.MONTH)),
        ),
    )
    found = Records(base.engine, 1).nearest(query, DAY)
    assert found is not None and found[1] == (
        Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(5000, Period.MONTH)),
    )


def test_quotes_and_percent_signs_in_a_question_are_only_text(base: Base) -> None:
    base.publish(reading(opening("焊工"), opening("100%_'; DROP TABLE openings")))
    records = Records(base.engine, 1)
    for text, found in (("%", 1), ("_", 1), ("drop table", 1), ("' or 1=1", 0), ("焊", 1), ("\\", 0)):
        assert records.count(Query(RecordKind.OPENING, (about((text,)),)), DAY) == found, text


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        (Condition(Field.TOWN, Operator.ANY_OF, ("狮岭", "花东")), ["丙", "乙", "甲"]),
        (Condition(Field.TOWN, Operator.ANY_OF, ("狮岭",), negated=True), ["丁", "丙"]),
        (Condition(Field.WORK, Operator.IS, Work("实习"), negated=True), ["丁", "丙", "甲"]),
        (Condition(Field.BENEFIT, Operator.INCLUDES, Benefit.FOOD, negated=True), ["丁", "丙", "乙"]),
        (Condition(Field.PLACE, Operator.CONTAINS, ("深圳", "shenzhen")), ["丁"]),
        (Condition(Field.WORDS, Operator.CONTAINS, ("乙",), negated=True), ["丁", "丙", "甲"]),
        (Condition(Field.YEAR, Operator.IS, 2026), ["丙", "乙", "甲"]),
        (Condition(Field.PAY, Operator.NOT_STATED), ["丁", "丙"]),
        (Condition(Field.PAY, Operator.STATED, Period.MONTH), ["甲"]),
    ],
)
def test_what_is_excluded_or_not_said(base: Base, wanted: Condition, titles: list[str]) -> None:
    base.publish(
        reading(
            opening("甲", town="狮岭", food=True, pay=Money(5000, None, Period.MONTH, "5000以上")),
            opening("乙", town="狮岭", work=Work.INTERNSHIP, pay=Money(200, 300, Period.DAY, "")),
            opening("丙", town="花东", food=False, pay=Money(None, None, Period.MONTH, "面议")),
            opening("丁", place="深圳市南山区", posted=date(2025, 12, 1)),
        )
    )
    page = Records(base.engine, 1).find(Query(RecordKind.OPENING, (wanted,)), DAY)
    assert sorted(row.record.title for row in page.rows if isinstance(row.record, Opening)) == titles


def test_what_cannot_be_compared_is_counted_apart(base: Base) -> None:
    base.publish(
        reading(
            opening("月", pay=Money(5000, 6000, Period.MONTH, "")),
            opening("年", pay=Money(120_000, None, Period.YEAR, "")),
            opening("日", pay=Money(9000, 9000, Period.DAY, "")),
            opening("议", pay=Money(None, None, Period.MONTH, "面议")),
            opening("旧", pay=Money(9000, 9000, Period.MONTH, ""), deadline=DAY - timedelta(days=1)),
        )
    )
    query = Query(RecordKind.OPENING, (Condition(Field.PAY, Operator.STATED, Period.MONTH),), SortOrder.PAY_HIGHEST)
    page = Records(base.engine, 1).find(query, DAY)
    assert [row.record.title for row in page.rows if isinstance(row.record, Opening)] == ["年", "月"]
    assert (page.total, page.unstated) == (2, 2)
    old = Records(base.engine, 1).find(query.with_conditions(about(("旧",))), DAY)
    assert (old.total, old.unstated, old.lapsed) == (0, 0, 1)


def test_names_as_long_as_a_page_are_stored(base: Base) -> None:
    endless = "".join(chr(0x4E00 + number % 9000) for number in range(9000))
    base.publish(reading(opening("焊工", employer=endless, place=endless[::-1]), opening(endless)))
    assert Records(base.engine, 1).count(Query(RecordKind.OPENING, (about(("焊工",)),)), DAY) == 1


def test_people_wanted_are_added_up(base: Base) -> None:
    base.publish(
        reading(
            opening("甲", headcount=Headcount(3, 3, "3")),
            opening("乙", headcount=Headcount(5, 8, "5-8")),
            opening("丙", headcount=Headcount(None, None, "若干")),
        )
    )
    assert Records(base.engine, 1).people(Query(RecordKind.OPENING), DAY) == (8, 1)


def test_a_record_reads_back_from_its_json() -> None:
    record = opening(
        "焊工", pay=Money(None, None, Period.MONTH, "面议"), headcount=Headcount(None, None, "若干"), food=False
    )
    assert read(write(record, RecordKind.OPENING), RecordKind.OPENING) == record


SOME_OF_EACH_TYPE = (
    Condition(Field.TOWN, Operator.ANY_OF, ("狮岭",)),
    Condition(Field.TOWN, Operator.ANY_OF, ("狮岭", "花东"), negated=True),
    Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(6000, Period.MONTH)),
    Condition(Field.TOP_PAY, Operator.BELOW, Amount(300.5, Period.DAY)),
    Condition(Field.PAY, Operator.STATED, Period.HOUR),
    Condition(Field.PAY, Operator.NOT_STATED),
    Condition(Field.BENEFIT, Operator.INCLUDES, Benefit.FOOD),
    Condition(Field.DEADLINE, Operator.ON_OR_BEFORE, date(2027, 1, 1)),
    Condition(Field.YEAR, Operator.IS, 2026),
    Condition(Field.EDUCATION, Operator.AT_MOST, Education.JUNIOR_HIGH),
    Condition(Field.LEVEL, Operator.IS, Level.MIDDLE),
    about(("数控", "cnc")),
)
QUERIES = st.builds(
    Query,
    st.just(RecordKind.OPENING),
    st.lists(st.sampled_from(SOME_OF_EACH_TYPE), unique=True).map(tuple),
    st.sampled_from((None, *SortOrder)),
)


@given(QUERIES)
def test_a_query_reads_back_from_what_a_button_carries(query: Query) -> None:
    assert query_from_json(json.loads(json.dumps(query_to_json(query)))) == query


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "{",
        {},
        {"kind": "x", "conditions": []},
        {"conditions": []},
        {"kind": "opening", "conditions": [], "order": "up"},
        {"kind": "opening", "conditions": [], "order": ["newest"]},
        {"kind": "opening", "filters": [["pay_least", ["6000", "month"]]]},  # as buttons once carried it
        *(
            {"kind": "opening", "conditions": [condition]}
            for condition in (
                "town", ["town", "any_of", ["狮岭"]], ["town", "any_of", "狮岭", False], ["town", "any_of", [7], False],
                ["nothing", "is", 1, False], ["town", "at_least", ["狮岭"], False], ["work", "is", "闲", False],
                ["starting_pay", "at_least", ["x", "month"], False], ["starting_pay", "at_least", 6000, False],
                ["deadline", "on_or_before", "soon", False], ["year", "is", 99999, False],
                ["year", "is", 2026.5, False],
                ["year", "is", 10**30, False], ["pay", "not_stated", 1, False], ["pay", "not_stated", None, "no"],
                ["tuition", "free", None, False],
            )
        ),
    ],
)  # fmt: skip
def test_what_is_no_query_is_refused(value: object) -> None:
    with pytest.raises(QueryError):
        query_from_json(value)


def test_a_condition_that_does_not_exist_names_field_and_operator() -> None:
    with pytest.raises(ConditionError, match="town at_least"):
        Condition(Field.TOWN, Operator.AT_LEAST, ("狮岭",))
    with pytest.raises(ConditionError, match=r"starting_pay at_least.*Amount.*6000"):
        Condition(Field.STARTING_PAY, Operator.AT_LEAST, 6000)
    with pytest.raises(ConditionError, match=r"tuition free.*opening"):
        Query(RecordKind.OPENING, (Condition(Field.TUITION, Operator.FREE),))


def test_every_condition_has_sql_and_every_kind_the_common_ones() -> None:
    assert set(VALUE_TYPES) == {key for rules in CONDITIONS.values() for key in rules}
    common = {(Field.NAME, Operator.ANY_OF), (Field.WORDS, Operator.CONTAINS), (Field.DEADLINE, Operator.ON_OR_BEFORE)}
    assert all(common <= set(rules) for rules in CONDITIONS.values())


def test_a_later_condition_takes_the_place_of_the_one_of_its_slot() -> None:
    food, lodging = (Condition(Field.BENEFIT, Operator.INCLUDES, one) for one in (Benefit.FOOD, Benefit.LODGING))
    town, other = (Condition(Field.TOWN, Operator.ANY_OF, (name,)) for name in ("狮岭", "花东"))
    query = Query(RecordKind.OPENING, (about(("数控",)), about(("焊工",)), food, town))
    assert query.with_conditions(lodging, other).conditions == (*query.conditions[:3], lodging, other)
    changed = query.with_conditions(about(("电工",)), named(("甲",)))
    assert changed.conditions == (about(("焊工",)), food, town, about(("电工",)), named(("甲",)))
