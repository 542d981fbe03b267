"""Queries to rows in SQLite and PostgreSQL: orders, pages, what comes nearest; what is written of them reads back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.tables import Filter, Order, Query, QueryError, Records, query_from
from knowledge.tables.querying.conditions import FILTERS
from knowledge.tables.records import Opening, RecordKind
from knowledge.tables.storage.schema import read, write
from knowledge.tables.values import Work
from knowledge.text.money import Money, Period
from knowledge.text.quantities import Headcount
from tests.record_base import DAY, Base, opened, opening, reading


@pytest.fixture(params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Base]:
    yield from opened(request, tmp_path)


@pytest.mark.parametrize(
    ("order", "titles"),
    [
        (Order.PAY_HIGHEST, ["高", "低", "无"]),
        (Order.PAY_LOWEST, ["低", "高", "无"]),
        (Order.SOONEST, ["无", "低", "高"]),
        (Order.MOST_PEOPLE, ["低", "高", "无"]),
        (None, ["无", "高", "低"]),
    ],
)
def test_orders_put_rows_without_a_value_last(base: Base, order: Order | None, titles: list[str]) -> None:
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
    for order in (None, Order.PAY_HIGHEST, Order.PAY_LOWEST):
        query = Query(RecordKind.OPENING, (), order)
        pages = [records.find(query, DAY, start) for start in range(0, 540, 10)]
        assert {page.total for page in pages} == {537}
        assert len({row.id for page in pages for row in page.rows}) == 537


def test_the_nearest_leaves_out_the_last_filter_that_helps(base: Base) -> None:
    base.publish(reading(opening("焊工", town="狮岭", food=True)))
    query = Query(RecordKind.OPENING, (Filter("town", "狮岭"), Filter("pay_least", 5000.0)))
    found = Records(base.engine, 1).nearest(query, DAY)
    assert found is not None and found[1] == Filter("pay_least", 5000.0)


def test_quotes_and_percent_signs_in_a_question_are_only_text(base: Base) -> None:
    base.publish(reading(opening("焊工"), opening("100%_'; DROP TABLE openings")))
    records = Records(base.engine, 1)
    for text, found in (("%", 1), ("_", 1), ("drop table", 1), ("' or 1=1", 0), ("焊", 1), ("\\", 0)):
        assert records.count(Query(RecordKind.OPENING, (Filter("about", (text,)),)), DAY) == found, text


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        (Filter("town", ("狮岭", "花东")), ["丙", "乙", "甲"]),
        (Filter("not_town", "狮岭"), ["丁", "丙"]),
        (Filter("not_work", "实习"), ["丁", "丙", "甲"]),
        (Filter("not_food", 1.0), ["丁", "丙", "乙"]),
        (Filter("place", ("深圳", "shenzhen")), ["丁"]),
        (Filter("not_about", ("乙",)), ["丁", "丙", "甲"]),
        (Filter("year", 2026.0), ["丙", "乙", "甲"]),
        (Filter("pay_open", 1.0), ["丁", "丙"]),
        (Filter("pay_stated", "month"), ["甲"]),
    ],
)
def test_what_is_excluded_or_not_said(base: Base, wanted: Filter, titles: list[str]) -> None:
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
    query = Query(RecordKind.OPENING, (Filter("pay_stated", "month"),), Order.PAY_HIGHEST)
    page = Records(base.engine, 1).find(query, DAY)
    assert [row.record.title for row in page.rows if isinstance(row.record, Opening)] == ["年", "月"]
    assert (page.total, page.unstated) == (2, 2)
    old = Records(base.engine, 1).find(query.with_filter("about", ("旧",)), DAY)
    assert (old.total, old.unstated, old.lapsed) == (0, 0, 1)


def test_names_as_long_as_a_page_are_stored(base: Base) -> None:
    endless = "".join(chr(0x4E00 + number % 9000) for number in range(9000))
    base.publish(reading(opening("焊工", employer=endless, place=endless[::-1]), opening(endless)))
    assert Records(base.engine, 1).count(Query(RecordKind.OPENING, (Filter("about", ("焊工",)),)), DAY) == 1


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


QUERIES = st.builds(
    Query,
    st.just(RecordKind.OPENING),
    st.lists(
        st.sampled_from(
            (Filter("town", "狮岭"), Filter("pay_least", ("6000", "month")), Filter("food", 1.0),
             Filter("about", ("数控", "cnc")), Filter("closes_by", "2027-01-01"),
             Filter("education_most", "初中"), Filter("level_is", "中级工"))
        ),
        unique=True,
    ).map(tuple),
    st.sampled_from((None, *Order)),
)  # fmt: skip


@given(QUERIES)
def test_a_query_reads_back_from_what_a_button_carries(query: Query) -> None:
    assert query_from(query.written()) == query


@pytest.mark.parametrize(
    "written",
    [
        None,
        7,
        "{",
        {},
        {"kind": "x"},
        {"kind": "opening", "filters": [["nothing", 1]]},
        {"kind": "opening", "order": "up"},
    ],
)
def test_what_is_no_query_is_refused(written: object) -> None:
    with pytest.raises(QueryError):
        query_from(written)


def test_every_kind_knows_the_common_filters() -> None:
    assert all({"name", "about", "closes_by"} <= set(filters) for filters in FILTERS.values())
