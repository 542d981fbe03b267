"""Hand-offs and the clock: when somebody reads, running out of time, what is kept until when, keys that are gone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select
from telegram import Bot

from bot.presentation.messages import message
from bot.settings import OpeningHours
from bot.telegram.handoffs import changes, retention
from bot.telegram.handoffs.terms import DAY, HandoffTerms
from bot.telegram.queue.tables import handoff_messages, handoffs
from bot.telegram.queue.transactions import TransactionRunner
from knowledge import store
from knowledge.validity import BEIJING
from tests.fake_bot_api import FakeBotApi
from tests.handoff_world import HandoffWorld, started
from tests.sealed import opened, sealer

USER, STAFF = 7_710_001, -1_000_771_000_001
WEEK = {"weekdays": ["14:00-17:30", "09:00-12:00"], "closed": ["2027-01-01"], "also_open": ["2027-01-10"]}


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING).timestamp()


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-12-01 10:00", "今天到 12:00"),
        ("2026-12-01 12:00", "2026年12月1日 14:00"),
        ("2026-12-01 17:30", "2026年12月2日 09:00"),
        ("2026-12-31 18:00", "2027年1月4日 09:00"),  # over a holiday and a weekend
        ("2027-01-10 08:59", "2027年1月10日 09:00"),  # a Sunday that is worked
    ],
)
def test_users_are_told_when_somebody_reads(moment: str, said: str) -> None:
    terms = HandoffTerms(STAFF, hours=OpeningHours.model_validate(WEEK))
    assert said in terms.when(at(moment), "zh")
    assert terms.when(at(moment), "en") != terms.when(at(moment), "zh")


def test_nobody_is_promised_what_nobody_has_said() -> None:
    never = HandoffTerms(STAFF, hours=OpeningHours())
    for terms in (HandoffTerms(STAFF), never):
        assert terms.when(at("2026-12-01 10:00"), "zh") == message("handoff.when_unknown", "zh")
    for wrong in ("9-12", "12:00-09:00", "09:00", "09:00-25:00"):
        with pytest.raises(ValidationError, match="write the times of a day as 09:00-12:00"):
            OpeningHours.model_validate({"weekdays": [wrong]})


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path, known: Bot) -> HandoffWorld:
    url = f"sqlite:///{tmp_path}/bot.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql").database()
    store.upgrade(url)
    transactions = TransactionRunner(store.engine(url), sealer())
    return HandoffWorld(known, transactions, USER, STAFF, forum=True, now=time.time())


@pytest.fixture(scope="module")
def known() -> Iterator[Bot]:
    with FakeBotApi() as api:
        yield started(api)


def begun(world: HandoffWorld, question: str = "secret words") -> None:
    world.write(USER, f"/human {question}")
    world.drain()
    world.press(USER, *(world.button(USER, "send") or ("", 0)))
    world.drain()


def test_running_out_of_time_is_told_to_both_sides_once(world: HandoffWorld) -> None:
    begun(world)
    world.pass_time(71)
    world.write(USER, "still there?")
    world.drain()
    assert not world.views[USER][-1].text.startswith("🔚")
    world.pass_time(2)  # staff's time counts from the first message that waits for them
    world.pass_time(1)
    world.drain()
    assert [one.text for one in world.views[USER] if one.text.startswith("🔚")] == [
        message("handoff.ended_unanswered", "zh", contacts="12333  服务热线")
    ]
    assert sum("一直没有人回复" in one.text for one in world.views[STAFF]) == 1
    begun(world, "once more")
    card = world.views[STAFF][-1]
    world.write(STAFF, "yes?", message_thread_id=card.thread, is_topic_message=True)
    world.drain()
    world.pass_time(25)
    world.drain()
    assert world.views[USER][-1].text == message("handoff.ended_silent", "zh")


def test_it_goes_by_the_clock_with_what_stands_in_the_staff_chat(world: HandoffWorld) -> None:
    begun(world)
    read = world.run(lambda sql: [opened(sql, row.content) for row in sql.execute(select(handoffs))])
    assert "secret words" in read[0]
    world.press(USER, *(world.button(USER, "end") or ("", 0)))
    world.write(USER, "/human never sent")
    world.drain()
    read = world.run(lambda sql: [opened(sql, row.content) for row in sql.execute(select(handoffs))])
    assert len(read) == 2 and "secret words" not in " ".join(read), "what was asked goes with the end"
    topics = set(world.topics)
    purge = lambda sql: retention.purge(sql, world.now)  # noqa: E731
    world.pass_time(25)
    world.run(purge)
    assert world.run(lambda sql: sql.execute(select(handoffs.c.state)).scalars().all()) == ["closed"]
    world.pass_time(29 * 24 - 26)
    world.run(purge)
    world.drain()
    assert world.topics == topics != set()
    world.pass_time(2 * 24)
    world.run(purge)
    world.drain()
    left = [
        world.run(lambda sql, t=t: sql.execute(select(func.count()).select_from(t)).scalar_one())
        for t in (handoffs, handoff_messages)
    ]
    assert left == [0, 0] and world.topics == set()
    assert changes.PREVIEW_SECONDS == DAY


def test_an_open_one_is_never_purged(world: HandoffWorld) -> None:
    begun(world)
    world.now += 400 * DAY
    assert not world.run(lambda sql: retention.purge(sql, world.now))
    assert world.run(lambda sql: sql.execute(select(handoffs.c.state)).scalars().all()) == ["open"]


def test_a_message_that_cannot_be_handled_is_told_to_staff_and_not_to_the_user(world: HandoffWorld) -> None:
    begun(world)
    said = len(world.views[USER])
    world.write(USER, "", document="no object", message_id="no number")
    for _ in range(3):
        world.drain()
        world.pass_time(0.01)
    assert len(world.views[USER]) == said
    assert any("没能处理" in one.text for one in world.views[STAFF])
