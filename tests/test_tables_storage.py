"""Records of editions in SQLite and PostgreSQL: plans, publishing, rolling back, forgetting, and the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from knowledge import store
from knowledge.tables import (
    Filter,
    Order,
    Query,
    QueryError,
    RecordPlan,
    Records,
    Row,
    TableReading,
    forget_records,
    known_digests,
    plan_records,
    publish_records,
    query_from,
)
from knowledge.tables.conditions import FILTERS
from knowledge.tables.records import Opening, RecordKind
from knowledge.tables.schema import bodies, openings, read, write
from knowledge.tables.values import Headcount, Money, Period
from knowledge.validity import BEIJING, today
from tests.postgres import Server

DAY = date(2026, 11, 24)
ALL = Query(RecordKind.OPENING)


@dataclass
class Base:
    """A database and the edition that is live in it."""

    engine: Engine
    live: int | None = None
    newest: int = 0

    def plan(self, *readings: TableReading, sources: set[str] | None = None) -> RecordPlan:
        with self.engine.connect() as connection:
            return plan_records(connection, self.live, readings, sources, day=DAY)

    def publish(self, *readings: TableReading, sources: set[str] | None = None) -> None:
        plan = self.plan(*readings, sources=sources)
        self.newest += 1
        with store.writing(self.engine) as connection:
            publish_records(connection, self.newest, plan)
        self.live = self.newest

    def titles(self, edition: int | None = None) -> list[str]:
        page = Records(self.engine, edition or self.live or 0).find(ALL, DAY, limit=None)
        return sorted(row.record.title for row in page.rows if isinstance(row.record, Opening))


@pytest.fixture(params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Base]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'assistant.db'}"
    else:
        server: Server = request.getfixturevalue("postgresql")
        url = server.database()
    store.upgrade(url)
    engine = store.engine(url)
    yield Base(engine)
    engine.dispose()


def opening(title: str, **changes: object) -> Opening:
    """An opening that is open on DAY."""
    made = Opening(employer="示例企业", title=title, deadline=DAY + timedelta(days=90), posted=DAY, sample=True)
    return replace(made, **changes)  # type: ignore[arg-type]


def reading(*records: Opening, source: str = "jobs.csv") -> TableReading:
    """A file that holds ``records``."""
    rows = tuple(
        Row(f"{abs(hash((source, record))):024x}"[-24:], RecordKind.OPENING, "", number, record)
        for number, record in enumerate(records, 2)
    )
    return TableReading(source, "0", tuple(row.digest for row in rows), rows)


def test_a_plan_says_what_changes_and_in_which_fields(base: Base) -> None:
    base.publish(reading(opening("甲"), opening("乙"), opening("丙")))
    better = opening("乙", pay=Money(5000, 6000, Period.MONTH, "5000-6000"))
    plan = base.plan(reading(opening("甲"), better, opening("丁", deadline=DAY + timedelta(days=3))))
    assert [named.name for named in plan.added] == ["示例企业 · 丁"]
    assert [named.name for named in plan.removed] == ["示例企业 · 丙"]
    assert [(change.name, change.fields) for change in plan.changed] == [("示例企业 · 乙", (("pay", "", "5000-6000"),))]
    assert [named.name for named in plan.expiring] == ["示例企业 · 丁"]
    assert plan.unchanged == 1
    assert "records: 1 added, 1 changed, 1 removed, 1 unchanged" in list(plan.lines())
    assert base.titles() == ["丙", "乙", "甲"]  # a plan changes nothing


def test_editions_stay_as_they_were_published(base: Base) -> None:
    base.publish(reading(opening("甲"), opening("乙")))
    base.publish(reading(opening("甲"), opening("丙")))
    assert (base.titles(1), base.titles(2)) == (["乙", "甲"], ["丙", "甲"])


def test_an_unchanged_file_keeps_its_rows_and_a_removed_one_loses_them(base: Base) -> None:
    base.publish(reading(opening("甲"), source="a.csv"), reading(opening("乙"), source="b.csv"))
    base.publish(reading(opening("丙"), source="c.csv"), sources={"a.csv", "c.csv"})
    assert base.titles() == ["丙", "甲"]


def test_after_a_rollback_nothing_of_the_rolled_back_edition_leaks(base: Base) -> None:
    base.publish(reading(opening("甲"), opening("乙")))
    base.publish(reading(opening("甲"), opening("丙")))  # drops 乙, adds 丙
    base.live = 1  # rolled back
    base.publish(reading(opening("甲"), opening("乙"), opening("丁")))
    assert base.titles(3) == ["丁", "乙", "甲"]
    assert base.titles(2) == ["丙", "甲"]  # still whole, as it may be wanted again
    base.publish(reading(opening("丁")))
    assert base.titles(4) == ["丁"]


def test_forgetting_removes_what_no_kept_edition_holds(base: Base) -> None:
    base.publish(reading(opening("甲"), opening("乙")))
    base.publish(reading(opening("甲")))
    with store.writing(base.engine) as connection:
        forget_records(connection, [2])
    with base.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(bodies)).scalar() == 1
        assert connection.execute(select(func.count()).select_from(openings)).scalar() == 1
    assert base.titles(2) == ["甲"]


def test_known_digests_are_those_of_the_live_edition(base: Base) -> None:
    first = reading(opening("甲"), opening("乙"))
    base.publish(first)
    with base.engine.connect() as connection:
        assert known_digests(connection, 1, "jobs.csv") == set(first.digests)
        assert known_digests(connection, 1, "other.csv") == frozenset()
        assert known_digests(connection, None) == frozenset()


def test_what_was_published_is_unchanged_when_it_is_read_again(base: Base) -> None:
    base.publish(reading(opening("甲"), opening("乙")))
    plan = base.plan(reading(opening("甲"), opening("乙")))
    assert not plan.changes and plan.unchanged == 2


@pytest.mark.parametrize("offset", range(-15, 15))
def test_no_expired_row_on_thirty_boundary_days(tmp_path: Path, offset: int) -> None:
    url = f"sqlite:///{tmp_path / 'assistant.db'}"
    store.upgrade(url)
    base = Base(store.engine(url))
    ends = DAY + timedelta(days=offset)
    base.publish(reading(opening("甲", deadline=ends, posted=ends - timedelta(days=5))))
    records = Records(base.engine, 1)
    midnight = datetime(ends.year, ends.month, ends.day, tzinfo=BEIJING)
    moments = {  # in UTC, as a server's clock says it
        midnight - timedelta(days=5, seconds=1): 0,  # not posted yet
        midnight - timedelta(days=5): 1,
        midnight: 1,
        midnight + timedelta(hours=23, minutes=59, seconds=59): 1,
        midnight + timedelta(days=1): 0,
    }
    found = {moment: records.count(ALL, today(moment.astimezone(UTC))) for moment in moments}
    assert found == moments


def test_what_is_open_until_filled_lapses_when_its_review_is_due(base: Base) -> None:
    base.publish(reading(opening("甲", deadline=None, deadline_text="招满即止", posted=DAY - timedelta(days=180))))
    records = Records(base.engine, 1)
    assert records.count(ALL, DAY) == 1
    assert records.find(ALL, DAY + timedelta(days=1)).lapsed == 1


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
