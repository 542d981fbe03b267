"""Daily counts: each question once, with what answered it, in the role that was chosen; votes as they stand."""

from __future__ import annotations

import itertools
import random
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.answer import Answer, AnswerKind, Block, BlockKind, Choice, Status
from bot.presentation.messages import message
from bot.settings import StaffSettings
from bot.telegram.applications import applications, handling
from bot.telegram.applications.applications import Application, ApplicationState
from bot.telegram.daily_counts import day_counts
from bot.telegram.daily_counts.day_counts import CountedQuestion, CountsKept, DayEvent, Event, day_of
from bot.telegram.daily_counts.tables import daily_events, daily_questions
from bot.telegram.feedback import votes
from bot.telegram.feedback.votes import Opinion, RatedAnswer, Reason, Vote
from bot.telegram.open_questions import open_questions
from bot.telegram.queue.rate_limits import UNLIMITED
from knowledge import store
from knowledge.validity import BEIJING
from tests.fake_bot_api import FakeBotApi, Line
from tests.form_filler import ENQUIRY, WITH_FORMS, Filler
from tests.handoff_people import Asker, Refusing, Staff, staff_chat, with_staff
from tests.sealed import sealed_engine
from tests.telegram_bots import Echo, Running, bot_in_thread

DAY = 24 * 3600.0
STAFF = 7_600_000
numbers = itertools.count(STAFF + 1)


class Kinds(Echo):
    """Answers "KIND STATUS" as it says; "shaky" fails the first time, "human" wants a person; lists have pages."""

    def answer(self, question: str, *rest: object, **more: object) -> Answer:  # type: ignore[override]
        self.tries.append(question)
        kind, _, status = question.partition(" ")
        if kind == "boom" or (kind == "shaky" and self.tries.count(question) == 1):
            raise RuntimeError(kind)
        if kind == "human":
            return Answer(
                Status.HAND_OFF, "en", (Block(BlockKind.SAY, "whom?"),), wish="human", kind=AnswerKind.SERVICE
            )
        kind = kind if kind in set(AnswerKind) else "documents"
        known = Status(status) if status in set(Status) else Status.ANSWERED
        said = (Block(BlockKind.SAY, f"{question} {len(self.tries)}"),)
        return Answer(known, "en", said, kind=AnswerKind(kind), from_documents=True)

    def press(self, request: str, *rest: object, **more: object) -> Answer:  # type: ignore[override]
        return self.open(request)

    def open(self, command: str, *rest: object, **more: object) -> Answer:  # type: ignore[override]
        row = Block(BlockKind.ROW, f"{command[:20]} {time.time()}")
        choices = (Choice("on", '{"records": {}}', in_place=True), Choice("card", '{"records": {"card": 1}}'))
        return Answer(Status.ANSWERED, "zh", (row,), choices=choices, kind=AnswerKind.OPENINGS)


class Day:
    """A clock of the database that a test sets, and that goes on."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def set(self, at: float) -> None:
        self.ahead = at - time.time()

    def __call__(self) -> float:
        return time.time() + self.ahead


class Person:
    """Somebody who writes in private."""

    def __init__(self, api: FakeBotApi, bot: Running, number: int | None = None) -> None:
        self.api, self.bot, self.number = api, bot, number or next(numbers)
        self.person = api.person(self.number)

    def says(self, text: str) -> Line:
        self.api.say(self.person, text)
        return self._last()

    def taps(self, line: Line, label: str) -> Line:
        data = next(data for shown, data in line.buttons if shown.startswith(label))
        self.api.press(self.person, self.number, data, line.message_id)
        return self._last()

    def _last(self) -> Line:
        self.bot.settle(self.api)
        return self.api.heard(self.number)[-1]


@pytest.fixture
def clock() -> Day:
    return Day()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "bot.db"


@pytest.fixture
def bot(api: FakeBotApi, database: Path, clock: Day) -> Iterator[Running]:
    staff = StaffSettings(people=frozenset({STAFF}))
    with bot_in_thread(api, f"sqlite:///{database}", Kinds(), limits=UNLIMITED, staff=staff, clock=clock) as running:
        yield running


def questions(bot: Running) -> dict[tuple[str, ...], int]:
    """Kind, language, role and status of each question, and how often."""
    rows = bot.runtime.transactions.run_in_this_thread(lambda sql: sql.execute(select(daily_questions)).all())
    return {(row.kind, row.language, row.role, row.status): row[-1] for row in rows}


def events(bot: Running) -> dict[tuple[str, ...], int]:
    rows = bot.runtime.transactions.run_in_this_thread(lambda sql: sql.execute(select(daily_events)).all())
    return {(row.event, row.what, row.state): row[-1] for row in rows if row[-1]}


def test_each_question_counts_once_by_what_answered_it(api: FakeBotApi, bot: Running) -> None:
    one = Person(api, bot)
    for asked in (
        "documents",
        "documents not_covered",
        "tables partly",
        "curated",
        "service",
        "human",
        "shaky",
        "boom",
    ):
        one.says(asked)
    one.says("/help")
    listed = one.says("/jobs")
    one.taps(listed, "on")
    assert questions(bot) == {
        ("documents", "en", "", "answered"): 2,
        ("documents", "en", "", "not_covered"): 1,
        ("tables", "en", "", "partly"): 1,
        ("curated", "en", "", "answered"): 1,
        ("service", "en", "", "answered"): 1,
        ("service", "en", "", "hand_off"): 1,
        ("none", "zh", "", "failed"): 1,
        ("list", "zh", "", "answered"): 1,
    }
    assert events(bot) == {("gap", "new", "refused"): 1, ("gap", "new", "partly"): 1}


def test_an_edited_question_counts_once(api: FakeBotApi, bot: Running) -> None:
    one = Person(api, bot)
    sent = api.say(one.person, "documents not_covered")
    bot.settle(api)
    api.edit(one.person, sent, "documents")
    bot.settle(api)
    assert questions(bot) == {("documents", "en", "", "not_covered"): 1}


def test_the_role_is_what_was_chosen_and_staff_are_known_by_their_chat(
    api: FakeBotApi, bot: Running, database: Path
) -> None:
    by_link, by_tap, staff = Person(api, bot), Person(api, bot), Person(api, bot, STAFF)
    by_link.says("/start student")
    by_tap.taps(by_tap.says("/start"), message("role_enterprise", "zh"))
    staff.says("/start enterprise")
    for person in (by_link, by_tap, staff, Person(api, bot)):
        person.says("documents")
    by_link.says("/language")
    by_link.says("curated")
    assert questions(bot) == {
        ("documents", "en", "student", "answered"): 1,
        ("documents", "en", "enterprise", "answered"): 1,
        ("documents", "en", "staff", "answered"): 1,
        ("documents", "en", "", "answered"): 1,
        ("curated", "en", "student", "answered"): 1,
    }
    mine = by_link.says("/my_data")
    assert message("my_data_role", "zh", roles=message("role_student", "zh")) in mine.text
    by_link.taps(by_link.says("/delete_my_data"), message("delete_yes", "zh"))
    by_link.says("documents partly")
    assert questions(bot)["documents", "en", "", "partly"] == 1
    assert questions(bot)["documents", "en", "student", "answered"] == 1, "what was counted is nobody's, and stays"
    with sqlite3.connect(database) as sql:
        assert "enterprise" in repr(sql.execute("SELECT role FROM conversations").fetchall())


def test_midnight_is_in_beijing(api: FakeBotApi, bot: Running, clock: Day) -> None:
    midnight = datetime(2027, 3, 1, tzinfo=BEIJING).timestamp()
    one = Person(api, bot)
    for at in (midnight - 600, midnight + 1):
        clock.set(at)
        one.says("documents")
    rows = bot.runtime.transactions.run_in_this_thread(lambda sql: sql.execute(select(daily_questions)).all())
    assert {row.day: row[-1] for row in rows} == {"2027-02-28": 1, "2027-03-01": 1}


def test_a_vote_counts_as_it_stands_on_the_day_of_the_answer(engine: Engine) -> None:
    asked, later = 1_796_000_000.0, 1_796_000_000.0 + DAY

    def counted(*opinions: Opinion) -> dict[tuple[str, ...], int]:
        with store.writing(engine) as sql:
            changes = votes.give(sql, opinions, later)
            changes += open_questions.follow_votes(sql, opinions, 30, later)
            day_counts.add_events(sql, changes)
            rows = sql.execute(select(daily_events)).all()
        return {tuple(row[:-1]): row[-1] for row in rows if row[-1]}

    with store.writing(engine) as sql:
        votes.add(sql, [RatedAnswer(token, "p", "question", "answered", "zh") for token in ("a", "b")], asked)
    day, voted = day_of(asked), day_of(later)
    assert counted(Opinion("a", "p", Vote.UP), Opinion("a", "p", Vote.UP)) == {(day, "vote", "up", ""): 1}
    both = counted(Opinion("a", "p", Vote.DOWN), Opinion("b", "p", Vote.UP))
    assert both == {(day, "vote", "down", ""): 1, (day, "vote", "up", ""): 1, (voted, "gap", "new", "wrong"): 1}
    both = {(day, "vote", "up", ""): 1, (voted, "gap", "new", "wrong"): 1}
    why = counted(Opinion("a", "p", Vote.DOWN, Reason.OUTDATED), Opinion("a", "p", remark="so?"))
    assert why == both | {(day, "vote", "down", "outdated"): 1}
    assert counted(Opinion("a", "p", Vote.UP), Opinion("x", "p", Vote.UP)) == {(day, "vote", "up", ""): 2}
    with store.writing(engine) as sql:
        votes.forget(sql, "p")
    assert counted() == {(day, "vote", "up", ""): 2}


def test_an_application_stands_on_the_day_when_it_came(engine: Engine) -> None:
    made = 1_796_000_000.0
    with store.writing(engine) as sql:
        sent = Application("SH-1", "join", made, made, made + 90 * DAY)
        applications.add(sql, sent, "p")
        day_counts.add_events(sql, [applications.counted(sent)])
        for state in (ApplicationState.HANDLING, ApplicationState.ACCEPTED, ApplicationState.ACCEPTED):
            assert handling.set_state(sql, "SH-1", state, made + 40 * DAY, 30)
        rows = sql.execute(select(daily_events)).all()
    assert {tuple(row) for row in rows if row[-1]} == {(day_of(made), "application", "join", "accepted", 1)}


def test_counts_go_by_the_clock(engine: Engine) -> None:
    kept, one = CountsKept(36), CountedQuestion("documents", "zh", "answered")
    first = datetime(2026, 11, 1, tzinfo=BEIJING).timestamp()
    with store.writing(engine) as sql:
        for at in (first - 1, first):
            day_counts.add_questions(sql, [(one, ""), (one, "")], at)
            day_counts.add_events(sql, [DayEvent(Event.HANDOFF, "opened", at)])

    def days(now: datetime) -> list[str]:
        with store.writing(engine) as sql:
            while kept.purge(sql, now.timestamp()):
                pass
            found = [*sql.execute(select(daily_questions)), *sql.execute(select(daily_events))]
            return sorted(row.day for row in found)

    both = ["2026-10-31", "2026-10-31", "2026-11-01", "2026-11-01"]
    assert days(datetime(2029, 10, 31, 23, 59, tzinfo=BEIJING)) == both
    assert days(datetime(2029, 11, 1, 0, 0, tzinfo=BEIJING)) == both[2:]
    assert days(datetime(2029, 11, 30, 23, 59, tzinfo=BEIJING)) == both[2:]
    assert days(datetime(2029, 12, 1, tzinfo=BEIJING)) == []


def test_a_talk_with_staff_counts_when_it_begins_and_ends(api: FakeBotApi, tmp_path: Path) -> None:
    chat = staff_chat(api)
    url = f"sqlite:///{tmp_path}/talks.db"
    with bot_in_thread(api, url, Refusing(), limits=UNLIMITED, **with_staff(chat)) as running:
        staff, asker = Staff(api, running, chat), Asker(api, running)
        asker.hand_off("学费多少")
        staff.close(staff.read("学费多少")[-1])
        asker.hand_off("住宿多少")
        asker.say("/cancel")
        counted = {key: count for key, count in events(running).items() if key[0] == "handoff"}
        ended = {("handoff", "ended", "staff"): 1, ("handoff", "ended", "user"): 1}
        assert counted == {("handoff", "opened", ""): 2} | ended
        rows = running.runtime.transactions.run_in_this_thread(lambda sql: sql.execute(select(daily_events)).all())
        stored = repr(rows)
        assert not [one["first_name"] for one in staff.people if one["first_name"] in stored], "not who answered"


def test_a_form_that_is_sent_counts_once(api: FakeBotApi, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/forms.db"
    with bot_in_thread(api, url, Echo(), limits=UNLIMITED, **WITH_FORMS) as running:
        filler = Filler(api, running, next(numbers))
        filler.open("enquiry")
        filler.fill(ENQUIRY)
        summary = filler.form
        filler.tap("提交")
        filler.tap("提交", summary)
        assert len(filler.sent()) == 1
        assert events(running) == {("application", "enquiry", "new"): 1}


def test_a_running_bot_lets_old_counts_go_by_itself(api: FakeBotApi, tmp_path: Path, clock: Day) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    made = sealed_engine(url)
    new = datetime(2027, 1, 1, tzinfo=BEIJING).timestamp()
    with store.writing(made) as sql:
        for at in (new - 1, new):
            day_counts.add_questions(sql, [(CountedQuestion("documents", "zh", "answered"), "")], at)
    made.dispose()
    clock.set(datetime(2030, 1, 31, 23, tzinfo=BEIJING).timestamp())
    with bot_in_thread(api, url, Kinds(), limits=UNLIMITED, clock=clock) as running:
        read = running.runtime.transactions.run_in_this_thread
        api.wait(lambda: read(lambda sql: sql.scalars(select(daily_questions.c.day)).all()) == ["2027-01-01"], 30)


def test_replicas_that_count_at_once_wait_for_each_other_and_lose_nothing(engine: Engine) -> None:
    """Each in another order: nobody waits in a ring."""
    now, rounds, replicas = 1_796_000_000.0, 40, 4
    kinds = [CountedQuestion(str(kind), "zh", "answered") for kind in AnswerKind]
    happened = [DayEvent(event, what, now) for event in Event for what in ("one", "two", "three")]

    def replica(number: int) -> None:
        order = random.Random(number)
        for _ in range(rounds):
            with store.writing(engine) as sql:
                day_counts.add_events(sql, order.sample(happened, len(happened)))
                day_counts.add_questions(sql, [(one, "") for one in order.sample(kinds, len(kinds))], now)

    with ThreadPoolExecutor(replicas) as pool:
        list(pool.map(replica, range(replicas)))
    with store.writing(engine) as sql:
        counts = [row[-1] for row in (*sql.execute(select(daily_questions)), *sql.execute(select(daily_events)))]
    assert set(counts) == {rounds * replicas} and len(counts) == len(kinds) + len(happened)
