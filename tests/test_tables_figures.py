"""Averages and counts by town, employer or level, in SQLite and PostgreSQL; what is counted once is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from knowledge.tables import Average, Condition, Field, Group, Operator, Query, Records, about
from knowledge.tables.records import RecordKind
from knowledge.tables.values import Benefit, Education, Level, Work
from knowledge.text.money import Amount, Money, Period
from knowledge.text.quantities import Headcount
from tests.record_base import ALL, DAY, Base, opened, opening, reading

MONTHLY = Query(RecordKind.OPENING, (Condition(Field.PAY, Operator.STATED, Period.MONTH),))


@pytest.fixture(params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Base]:
    yield from opened(request, tmp_path)


def people(number: int) -> Headcount:
    return Headcount(number, number, str(number))


def test_the_average_is_over_rows_that_state_pay_for_the_same_period(base: Base) -> None:
    base.publish(
        reading(
            opening("月", pay=Money(4000, 6000, Period.MONTH, "")),
            opening("年", pay=Money(120_000, 120_000, Period.YEAR, "")),
            opening("起", pay=Money(5000, None, Period.MONTH, "")),
            opening("止", pay=Money(None, 7000, Period.MONTH, "")),
            opening("日", pay=Money(300, 400, Period.DAY, "")),
            opening("议", pay=Money(None, None, Period.MONTH, "面议")),
            opening("旧", pay=Money(90_000, 90_000, Period.MONTH, ""), deadline=DAY - timedelta(days=1)),
        )
    )
    records = Records(base.engine, 1)
    assert records.average(MONTHLY, DAY) == Average(
        (4000 + 10_000 + 5000 + 7000) / 4, (6000 + 10_000 + 5000 + 7000) / 4, 4
    )
    daily = Query(RecordKind.OPENING, (Condition(Field.PAY, Operator.STATED, Period.DAY),))
    assert records.average(daily, DAY) == Average(300, 400, 1)
    assert (
        records.average(Query(RecordKind.OPENING, (Condition(Field.PAY, Operator.STATED, Period.HOUR),)), DAY) is None
    )


def test_groups_count_rows_and_people_and_put_the_largest_first(base: Base) -> None:
    base.publish(
        reading(
            opening("甲", town="狮岭", headcount=people(2)),
            opening("乙", town="狮岭", headcount=people(3)),
            opening("丙", town="花东", headcount=people(20)),
            opening("丁", headcount=Headcount(None, None, "若干")),
            opening("戊", town="花东", headcount=people(90), deadline=DAY - timedelta(days=1)),
        )
    )
    records = Records(base.engine, 1)
    expected = (Group("狮岭", 2, 5, 0), Group("花东", 1, 20, 0), Group(None, 1, 0, 1))
    assert records.groups(ALL, DAY, "town") == (3, expected)
    assert records.groups(ALL, DAY, "town", people=True)[1][0] == Group("花东", 1, 20, 0)
    assert records.groups(ALL, DAY, "town", limit=1) == (3, expected[:1])
    only = Query(RecordKind.OPENING, (about(("乙",)),))
    assert records.groups(only, DAY, "town") == (1, (Group("狮岭", 1, 3, 0),))


def test_groups_name_employers_titles_levels_and_schooling_as_rows_do(base: Base) -> None:
    base.publish(
        reading(
            opening("焊工", employer="企业 A", education=Education.SECONDARY_TECHNICAL, skill_level=Level.SENIOR),
            opening("焊工", employer="企业 B", education=Education.SENIOR_HIGH),
        )
    )
    records = Records(base.engine, 1)
    found = {
        by: [group.value for group in records.groups(ALL, DAY, by)[1]] for by in ("name", "title", "education", "level")
    }
    assert found == {
        "name": ["企业 A", "企业 B"],
        "title": ["焊工"],
        "education": ["高中、中专、中技"],
        "level": ["高级工", None],
    }


def test_the_nearest_drops_what_nothing_meets_and_is_none_where_two_do_not(base: Base) -> None:
    base.publish(reading(opening("焊工", town="狮岭", food=True, pay=Money(6000, 7000, Period.MONTH, ""))))
    records = Records(base.engine, 1)
    town, food, much = (
        Condition(Field.TOWN, Operator.ANY_OF, ("狮岭",)),
        Condition(Field.BENEFIT, Operator.INCLUDES, Benefit.FOOD),
        Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(20000, Period.MONTH)),
    )
    elsewhere = Condition(Field.TOWN, Operator.ANY_OF, ("花东",))
    found = records.nearest(Query(RecordKind.OPENING, (town, much, food)), DAY)
    assert found is not None and found[1] == (much,)
    assert records.nearest(Query(RecordKind.OPENING, (elsewhere, much, food)), DAY) is None
    found = records.nearest(Query(RecordKind.OPENING, (town, elsewhere, food)), DAY)
    assert found is not None and found[1] == (elsewhere,)
    words = about(("招写",)), about(("程式",))
    assert records.nearest(Query(RecordKind.OPENING, (town, *words)), DAY) is None
    trade = about(("焊工",))  # rows of the trade that was asked for help whoever adds words that nobody knows
    found = records.nearest(Query(RecordKind.OPENING, (trade, *words)), DAY)
    assert found is not None and found == (Query(RecordKind.OPENING, (trade,)), words)


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        (Condition(Field.TOWN, Operator.ANY_OF, ("花东",)), []),
        (Condition(Field.TOWN, Operator.ANY_OF, ("花东", "狮岭")), ["月", "日"]),
        (Condition(Field.TOWN, Operator.ANY_OF, ("花东",), negated=True), ["月", "日"]),
        (Condition(Field.WORK, Operator.IS, Work("兼职")), []),
        (Condition(Field.WORK, Operator.IS, Work("兼职"), negated=True), ["月", "日"]),
        (Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(10, Period.HOUR)), []),
        (Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(300, Period.DAY)), ["日"]),
        (Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(5000, Period.MONTH)), ["月"]),
    ],
)
def test_values_that_no_row_has_find_nothing(base: Base, wanted: Condition, titles: list[str]) -> None:
    base.publish(
        reading(
            opening("月", town="狮岭", pay=Money(5000, 6000, Period.MONTH, "")),
            opening("日", town="狮岭", pay=Money(300, 300, Period.DAY, "")),
        )
    )
    page = Records(base.engine, 1).find(Query(RecordKind.OPENING, (wanted,)), DAY)
    assert [row.record.title for row in page.rows] == titles  # type: ignore[union-attr]


def test_a_count_is_made_once_for_each_day_and_edition(base: Base) -> None:
    base.publish(reading(opening("甲"), opening("乙", deadline=DAY)))
    records = Records(base.engine, 1)
    records.warm(DAY)
    said: list[str] = []
    event.listen(base.engine, "before_cursor_execute", lambda *of: said.append(of[2]))
    assert [records.count(ALL, DAY) for _ in range(3)] == [2, 2, 2]
    assert said == [each for each in said if not each.startswith("SELECT")]
    assert records.count(ALL, DAY + timedelta(days=1)) == 1
    base.publish(reading(opening("甲")))
    assert (records.count(ALL, DAY), Records(base.engine, 2).count(ALL, DAY)) == (2, 1)
