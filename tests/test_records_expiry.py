"""Nothing that has expired is shown as current: the clock is moved across thirty days, second by second at midnight."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from knowledge import store
from knowledge.models import Metadata, State
from knowledge.tables import Query, Records, Row, TableReading, plan_records, publish_records
from knowledge.tables.records import (
    Opening,
    Partner,
    Procedure,
    Program,
    Record,
    RecordKind,
    first_day,
    kind_of,
    last_day,
)
from knowledge.tables.values import PartnerKind, Relation
from knowledge.validity import BEIJING, state_of, today
from tests.names import desk_of
from tests.record_questions import text

FIRST = date(2026, 12, 17)  # the thirty days cross the end of a year, when programs end that only name theirs
DAYS = tuple(FIRST + timedelta(days=number) for number in range(30))
NAMED = re.compile(r"(?:企业|学校|学院|订单班)(\d{4}-\d\d-\d\d)")
ASKED = {
    RecordKind.OPENING: "有哪些岗位",
    RecordKind.PROGRAM: "数控专业有哪些",
    RecordKind.PARTNER: "合作单位有哪些",
    RecordKind.PROCEDURE: "合作流程",
}


def rows_of(day: date) -> Iterator[Record]:
    """A row of each kind that ends on ``day``; of those that begin, one that begins a week before."""
    begins, name = day - timedelta(days=7), day.isoformat()
    yield Opening(employer=f"示例企业{name}", title="普工", deadline=day, posted=begins)
    yield Program(school=f"示例学校{name}", major="数控", deadline=day)
    yield Program(school=f"示例学校{name}", major="焊接", year=day.year)
    yield Partner(
        name_zh=f"示例学院{name}", kind=PartnerKind.SCHOOL, relations=(Relation.SIGNED,), signed_on=begins, valid_to=day
    )
    yield Procedure(type=f"订单班{name}", valid_to=day)


@pytest.fixture(scope="module")
def rows() -> tuple[Record, ...]:
    return tuple(record for day in DAYS for record in rows_of(day))


@pytest.fixture(scope="module")
def records(rows: tuple[Record, ...], tmp_path_factory: pytest.TempPathFactory) -> Records:
    url = f"sqlite:///{tmp_path_factory.mktemp('expiry') / 'assistant.db'}"
    store.upgrade(url)
    engine = store.engine(url)
    read = tuple(Row(f"{number:024}", kind_of(each), "", number, each) for number, each in enumerate(rows))
    reading = TableReading("rows.csv", "0", tuple(row.digest for row in read), read)
    with store.writing(engine) as connection:
        publish_records(connection, 1, plan_records(connection, None, [reading], day=FIRST))
    return Records(engine, 1)


def moments(day: date) -> tuple[tuple[datetime, date], ...]:
    """The edges of ``day`` in Beijing, as a clock in UTC says them, with the day that it then is there."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=BEIJING).astimezone(UTC)
    second, whole = timedelta(seconds=1), timedelta(days=1)
    return (
        (midnight - second, day - whole),
        (midnight, day),
        (midnight + timedelta(hours=12), day),
        (midnight + whole - second, day),
        (midnight + whole, day + whole),
    )


def holds(record: Record, day: date) -> bool:
    return (first_day(record) or day) <= day <= (last_day(record) or day)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_rows_hold_from_their_first_day_to_the_end_of_their_last(
    records: Records, rows: tuple[Record, ...], day: date
) -> None:
    for moment, there in moments(day):
        for kind in RecordKind:
            page = records.find(Query(kind), today(moment), limit=None)
            expected = [each for each in rows if kind_of(each) is kind and holds(each, there)]
            assert [row.record for row in page.rows] == expected, (kind, moment)
            assert page.total == len(expected)


@pytest.mark.parametrize("kind", ASKED)
def test_an_answer_shows_no_expired_row_on_any_of_thirty_days(records: Records, kind: RecordKind) -> None:
    desk = desk_of(records)
    shown: set[date] = set()
    for day in DAYS:
        for moment, there in moments(day):
            answer = desk.answer(ASKED[kind], "zh", today(moment))
            assert answer is not None
            named = {date.fromisoformat(name) for name in NAMED.findall(text(answer))}
            assert all(each >= there for each in named), moment
            ends = [str(row.get("deadline") or row.get("valid_to") or there) for row in answer.records]
            assert all(end >= str(there) for end in ends), moment
            shown |= named
    assert max(shown) == DAYS[-1]  # the last one was seen while it was current


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_documents_are_in_force_from_their_first_day_to_the_end_of_their_last(day: date) -> None:
    week = timedelta(days=7)
    document = Metadata("办法", "zh", effective_on=day - week, expires_on=day)
    notice = Metadata("通知", "zh", expires_on=day)
    for moment, there in moments(day):
        expected = State.IN_FORCE if there <= day else State.EXPIRED
        assert state_of(document, today(moment)) is expected
        assert state_of(notice, today(moment)) is expected
    for moment, there in moments(day - week):
        assert state_of(document, today(moment)) is (State.NOT_YET if there < day - week else State.IN_FORCE)
