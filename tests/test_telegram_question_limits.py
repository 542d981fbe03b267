"""How many questions one user may ask: counted by the real queue, over hours by a clock that is handed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.presentation.messages import message
from bot.settings import QuestionLimitSettings
from bot.telegram.delivery.reply import Reply
from bot.telegram.queue import conversations, inbox
from bot.telegram.queue.inbox import Claim
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.queue.tables import inbox as inbox_rows
from bot.telegram.queue.tables import question_counts
from bot.telegram.sealing.identities import IdentityHasher
from bot.telegram.updates import question_limits
from bot.telegram.updates.question_limits import FullWindow, QuestionLimits
from knowledge import store
from tests.fake_bot_api import FakeBotApi
from tests.postgres import Server
from tests.sealed import sealed_engine
from tests.telegram_bots import bot_in_thread

IDENTITIES = IdentityHasher("1:token")
LIMITS = QuestionLimits.of(QuestionLimitSettings(a_minute=2, a_day=5, exempt=frozenset({7, -100})), IDENTITIES)
NOON = 1_800_000_000.0
HOUR = 3600.0


class Queue:
    """The real inbox, in which users ask, and are answered or refused as the bot would do it."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self._numbers = engine, 0

    def ask(self, now: float, user: int = 1, chat: int | None = None) -> FullWindow | None:
        """Ask at ``now``; what keeps the question from being answered."""
        self._numbers += 1
        update = {"update_id": self._numbers, "message": {"chat": {"id": chat or user}, "from": {"id": user}}}
        with store.writing(self.engine) as sql:
            inbox.store(sql, 1, [inbox.received_update(update, IDENTITIES)], now)
        with store.writing(self.engine) as sql:
            (claim,) = inbox.claim(sql, 1, f"replica {self._numbers % 2}", 1, now)
        full = LIMITS.full(claim, now)
        with store.writing(self.engine) as sql:
            question_limits.count(sql, [(claim.conversation.person, self._reply(claim, full))], now)
            inbox.mark_done(sql, [claim.id])
            inbox.release(sql, 1, f"replica {self._numbers % 2}", [claim.chat], now)
        return full

    def _reply(self, claim: Claim, full: FullWindow | None) -> Reply:
        if full is None:
            return Reply(questions=1)
        return Reply(too_many=None if full.told else full.name)


@pytest.fixture(params=["sqlite", "postgresql"])
def queue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Queue]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/bot.db"
    else:
        server: Server = request.getfixturevalue("postgresql")
        url = server.database()
    engine = sealed_engine(url)
    yield Queue(engine)
    engine.dispose()


def test_a_minute_and_a_day_fill_and_pass_and_each_is_told_once(queue: Queue) -> None:
    assert [queue.ask(NOON), queue.ask(NOON + 30)] == [None, None]
    assert queue.ask(NOON + 40) == FullWindow("minute", 2, 20, told=False)
    assert queue.ask(NOON + 45) == FullWindow("minute", 2, 15, told=True)
    assert queue.ask(NOON + 45, user=2) is None, "nobody else is refused"
    assert queue.ask(NOON + 45, chat=-5) == FullWindow("minute", 2, 15, told=True), "in a group it is the same user"
    assert [queue.ask(NOON + 60), queue.ask(NOON + 61)] == [None, None]
    assert queue.ask(NOON + 62) == FullWindow("minute", 2, 58, told=False), "told again in another minute"
    assert queue.ask(NOON + HOUR) is None, "the fifth"
    assert queue.ask(NOON + 2 * HOUR) == FullWindow("day", 5, 22 * HOUR, told=False), "of the day nothing was told yet"
    assert queue.ask(NOON + 3 * HOUR) == FullWindow("day", 5, 21 * HOUR, told=True)
    assert queue.ask(NOON + 24 * HOUR) is None


def test_a_clock_that_steps_keeps_nobody_out(queue: Queue) -> None:
    assert [queue.ask(NOON) for _ in range(2)] == [None, None] and queue.ask(NOON + 1)
    assert queue.ask(NOON - 300) is None, "the clock was set back by five minutes"
    assert [queue.ask(NOON + 500) for _ in range(2)] == [None, None], "and forth"
    assert queue.ask(NOON - 400 * 24 * HOUR) is None, "to a year that is long gone"


def test_staff_and_their_chats_are_exempt(queue: Queue) -> None:
    assert not any(queue.ask(NOON, user=7) for _ in range(9))
    assert not any(queue.ask(NOON, user=3, chat=-100) for _ in range(9))


def test_counts_name_nobody_and_go_after_a_day_or_when_the_user_wants_it(queue: Queue) -> None:
    for user in (123456789, 987654321):
        queue.ask(NOON, user=user)
    with queue.engine.connect() as sql:
        kept = [str(value) for row in sql.execute(select(question_counts)) for value in row]
    assert kept and not any("123456789" in value or "987654321" in value for value in kept)
    with store.writing(queue.engine) as sql:
        conversations.forget(sql, IDENTITIES.of(123456789))
        assert sql.scalars(select(question_counts.c.person)).all() == [IDENTITIES.of(987654321)]
        question_limits.purge(sql, NOON + 23 * HOUR)
        assert sql.scalars(select(question_counts.c.person)).all()
        question_limits.purge(sql, NOON + 24 * HOUR)
        assert not sql.scalars(select(question_counts.c.person)).all()


def test_two_replicas_that_answer_at_once_count_both(queue: Queue) -> None:
    person = IDENTITIES.of(1)
    for _ in range(2):  # neither has seen the other's
        with store.writing(queue.engine) as sql:
            question_limits.count(sql, [(person, Reply(questions=1)), (person, Reply(questions=1))], NOON)
    with queue.engine.connect() as sql:
        assert sql.execute(select(question_counts.c.in_minute, question_counts.c.in_day)).one() == (4, 4)


def test_in_telegram_a_user_is_told_once_and_commands_go_on_working(tmp_path: Path) -> None:
    url, questions = f"sqlite:///{tmp_path}/bot.db", QuestionLimitSettings(a_day=3, exempt=frozenset({43}))
    with FakeBotApi(flood_limits=False) as api:
        hasty, foreign, staff = api.person(41), api.person(42, language="en"), api.person(43)
        with bot_in_thread(api, url, limits=UNLIMITED, questions=questions):
            for text in ("/start", "问一", "问二", "/help", "/jobs", "问四", "问五", "/privacy"):
                api.say(hasty, text)
            for number in range(5):
                api.say(foreign, f"question {number}")
                api.say(staff, f"员工 {number}")
            api.wait_heard(41, 7)
            api.wait_heard(42, 4)
            api.wait_heard(43, 5)
        heard = [line.text for line in api.heard(41)]
        assert heard[1:3] == ["echo 问一", "echo 问二"] and heard[4] == "echo opened jobs"
        assert heard[5] == message("too_many_day", "zh", most="3", left="24").strip()
        assert len(heard) == 7 and heard[6].startswith("隐私说明"), "the second one was dropped"
        assert api.heard(42)[3].text == message("too_many_day", "en", most="3", left="24").strip()
        with bot_in_thread(api, url, limits=UNLIMITED, questions=questions):  # a restart forgets nothing
            for text in ("问六", "/help"):
                api.say(hasty, text)
            assert api.wait_heard(41, 8)[7].text == heard[3]
        with store.engine(url).connect() as sql:
            assert not sql.execute(select(inbox_rows.c.id).where(inbox_rows.c.state != "done")).all()
