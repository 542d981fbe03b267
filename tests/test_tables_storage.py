"""Records of editions in SQLite and PostgreSQL: plans, publishing, rolling back, forgetting, and the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from knowledge import store
from knowledge.ingestion.reports.row_changes import row_lines
from knowledge.tables import Records, forget_records, known_digests
from knowledge.tables.storage.schema import bodies, openings
from knowledge.text.money import Money, Period
from knowledge.validity import BEIJING, today
from tests.record_base import ALL, DAY, Base, opened, opening, reading


@pytest.fixture(params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Base]:
    yield from opened(request, tmp_path)


def test_a_plan_says_what_changes_and_in_which_fields(base: Base) -> None:
    base.publish(reading(opening("甲"), opening("乙"), opening("丙")))
    better = opening("乙", pay=Money(5000, 6000, Period.MONTH, "5000-6000"))
    plan = base.plan(reading(opening("甲"), better, opening("丁", deadline=DAY + timedelta(days=3))))
    assert [named.name for named in plan.added] == ["示例企业 · 丁"]
    assert [named.name for named in plan.removed] == ["示例企业 · 丙"]
    assert [(change.name, change.fields) for change in plan.changed] == [("示例企业 · 乙", (("pay", "", "5000-6000"),))]
    assert [named.name for named in plan.expiring] == ["示例企业 · 丁"]
    assert plan.unchanged == 1
    assert "Rows: 1 added, 1 changed, 1 removed, 1 unchanged" in list(row_lines(plan))
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
        assert set(known_digests(connection, 1, "jobs.csv")) == set(first.digests)
        assert not known_digests(connection, 1, "other.csv")
        assert not known_digests(connection, None)


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
