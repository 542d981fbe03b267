"""Open questions: kept masked and sealed, asked again of every new edition, and whoever agreed is told once."""

from __future__ import annotations

import itertools
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.answer import Answer, Block, BlockKind, Citation, ConversationContext, Status
from bot.answering.next_steps import with_next_steps
from bot.presentation.messages import message
from bot.telegram.delivery.answered_question import answered_messages
from bot.telegram.feedback import votes
from bot.telegram.feedback.votes import Opinion, RatedAnswer, Reason, Vote
from bot.telegram.open_questions import open_questions
from bot.telegram.open_questions.open_questions import CLOSED, OPEN, Agreement, OpenQuestion, Why
from bot.telegram.open_questions.tables import open_questions as table
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.sealing.identities import IdentityHasher
from knowledge import store
from tests.fake_bot_api import FakeBotApi, Line
from tests.postgres import Server
from tests.sealed import sealed_engine
from tests.telegram_bots import Echo, Running, bot_in_thread

DAY = 24 * 3600.0
NOTICE = Citation("体检通知", "费用", None, "in_force", "notice.md", "由单位承担", "policies/notice.md")
SAID = "体检费由单位承担。"
numbers = itertools.count(7_300_001)


class Growing(Echo):
    """Answers what is in ``held``, and refuses the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.edition, self.held = 1, {"加班": "加班每月不超过36小时。"}

    def answer(self, question: str, *rest: object, **more: object) -> Answer:  # type: ignore[override]
        self.tries.append(question)
        context = ConversationContext(question)
        if question not in self.held:
            refused = Block(BlockKind.SAY, message("answer.not_covered", "zh"))
            return with_next_steps(Answer(Status.NOT_COVERED, "zh", (refused,), edition=self.edition, context=context))
        quote = Block(BlockKind.QUOTE, self.held[question], 1)
        answer = Answer(Status.ANSWERED, "zh", (quote,), (NOTICE,), edition=self.edition, context=context)
        return with_next_steps(answer)

    def publish(self, **held: str) -> None:
        """A new edition that holds more."""
        self.held |= held
        self.edition += 1


@pytest.fixture
def growing() -> Growing:
    return Growing()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "bot.db"


@pytest.fixture
def bot(api: FakeBotApi, database: Path, growing: Growing) -> Iterator[Running]:
    options = {"limits": UNLIMITED, "edition_number": lambda: growing.edition}
    with bot_in_thread(api, f"sqlite:///{database}", growing, **options) as running:
        yield running


class Asker:
    """A person who asks and taps."""

    def __init__(self, api: FakeBotApi, place: int | None = None) -> None:
        self.api, self.number = api, next(numbers)
        self.place, self.person = place or self.number, api.person(self.number)

    def ask(self, text: str) -> Line:
        before = len(self.api.heard(self.place))
        chat = self.api.world.chats[self.place] if self.place != self.number else None
        self.api.say(self.person, text, chat)
        return self.api.wait_heard(self.place, before + 1)[before]

    def tap(self, line: Line, label: str) -> str:
        before = len(self.api.transcript(self.place, "toast"))
        data = next(data for shown, data in line.buttons if shown.startswith(label))
        self.api.press(self.person, self.place, data, line.message_id)
        self.api.wait(lambda: len(self.api.transcript(self.place, "toast")) > before)
        return self.api.transcript(self.place, "toast")[before].text

    def agrees(self, line: Line) -> None:
        assert self.tap(line, message("open.tell", "zh")) == message("open.agreed", "zh")


def kept(bot: Running, state: str = OPEN) -> list[OpenQuestion]:
    return bot.runtime.transactions.run_in_this_thread(lambda sql: list(open_questions.all_of(sql, state)))


def agreed(api: FakeBotApi, bot: Running, people: int) -> None:
    api.wait(lambda: sum(one.chat_id is not None for one in kept(bot)) == people)


def test_a_dozen_gaps_are_answered_by_one_file_and_each_asker_is_told_once(
    api: FakeBotApi, bot: Running, growing: Growing
) -> None:
    askers = [Asker(api) for _ in range(12)]
    for number, asker in enumerate(askers):
        refused = asker.ask(f"体检问题{number}")
        if number != 11:  # the last one does not ask to be told
            asker.agrees(refused)
    agreed(api, bot, 11)
    again = askers[0].ask("体检问题1")  # somebody else's question too
    askers[0].agrees(again)
    agreed(api, bot, 12)
    growing.publish(**{f"体检问题{number}": SAID for number in (*range(9), 11)})
    api.wait(lambda: len(kept(bot, CLOSED)) == 11, 30)
    assert {one.question for one in kept(bot)} == {"体检问题9", "体检问题10"}
    assert all(one.sources == ("体检通知",) and one.chat_id is None for one in kept(bot, CLOSED))
    bot.settle(api)
    for number, asker in enumerate(askers[:11]):
        told = [line for line in api.heard(asker.place) if "现在有答案了" in line.text]
        assert len(told) == (2 if number == 0 else 1 if number < 9 else 0), number
        for line in told:
            assert f"体检问题{number}" in line.text or number == 0
            assert SAID in line.text and "体检通知" in line.text and line.buttons
    assert not [line for line in api.heard(askers[11].place) if "现在有答案了" in line.text]
    tries = len(growing.tries)
    growing.publish()
    api.wait(lambda: len(growing.tries) == tries + 2, 30)  # only what is open is asked again
    bot.settle(api)
    assert sum("现在有答案了" in line.text for asker in askers for line in api.heard(asker.place)) == 10


def test_the_wish_can_be_taken_back_and_there_is_none_in_groups(
    api: FakeBotApi, bot: Running, growing: Growing
) -> None:
    asker = Asker(api)
    refused = asker.ask("问题甲，我手机13826417779")
    asker.agrees(refused)
    shown = lambda: [label for line in api.transcript(asker.place, "markup") for label, _ in line.buttons]  # noqa: E731
    api.wait(lambda: any(label.endswith("✓") for label in shown()))
    assert asker.tap(refused, message("open.tell", "zh")) == message("open.undone", "zh")
    agreed(api, bot, 0)
    [one] = kept(bot)
    assert "13826417779" not in one.question and one.why is Why.REFUSED and one.edition == 1
    group = api.group(-1_000_000_700_301)
    member = Asker(api, group.id)
    below = member.ask("/ask 问题乙")
    assert message("open.tell", "zh") not in [label for label, _ in below.buttons]
    growing.publish(问题甲=SAID, 问题乙=SAID)
    api.wait(lambda: len(kept(bot, CLOSED)) >= 1, 30)
    bot.settle(api)
    assert not [line for place in (asker.place, group.id) for line in api.heard(place) if "现在有答案了" in line.text]
    assert asker.tap(refused, message("open.tell", "zh")) in (
        message("open.too_late", "zh"),
        message("open.agreed", "zh"),
    )


def test_who_blocked_the_bot_is_not_told_and_no_wish_of_theirs_stays(
    api: FakeBotApi, bot: Running, growing: Growing
) -> None:
    asker = Asker(api)
    asker.agrees(asker.ask("问题丙"))
    asker.agrees(asker.ask("问题丁"))
    agreed(api, bot, 2)
    api.block(asker.place)
    growing.publish(问题丙=SAID)
    api.wait(lambda: [one.chat_id for one in kept(bot)] == [None], 30)


def test_deletion_takes_open_questions_along(api: FakeBotApi, bot: Running, database: Path) -> None:
    asker = Asker(api)
    asker.agrees(asker.ask("蓝色大象在哪里"))
    agreed(api, bot, 1)
    with sqlite3.connect(database) as sql:
        stored = repr(sql.execute("SELECT * FROM open_questions").fetchall())
    assert "蓝色大象" not in stored and str(asker.number) not in stored
    mine = asker.ask("/my_data")
    assert message("my_data_open", "zh", count="1", told="1") in mine.text
    confirm = asker.ask("/delete_my_data")
    before = len(api.heard(asker.place))
    api.press(asker.person, asker.place, confirm.buttons[0][1], confirm.message_id)
    told = api.wait_heard(asker.place, before + 1)[before]
    assert message("deleted_open", "zh", count="1") in told.text
    person = IdentityHasher(api.token).of(asker.number)
    query = select(table).where(table.c.person == person)
    assert bot.runtime.transactions.run_in_this_thread(lambda sql: sql.execute(query).all()) == []


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    server: Server | None = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    made = sealed_engine(server.database() if server else f"sqlite:///{tmp_path}/bot.db")
    yield made
    made.dispose()


def rated(token: str, status: Status = Status.ANSWERED) -> RatedAnswer:
    return RatedAnswer(token, "p", f"question {token}", str(status), "zh", 3, alone=f"alone {token}", said="digest")


def test_what_counts_as_open_and_how_it_goes(engine: Engine) -> None:
    now = time.time()
    with store.writing(engine) as sql:
        answers = [rated("a"), rated("b", Status.PARTLY), rated("c", Status.NOT_COVERED), rated("d"), rated("e")]
        votes.add(sql, answers, now)
        open_questions.note(sql, answers, 30, now)
        opinions = [
            Opinion("a", "p", Vote.DOWN, Reason.WRONG),
            Opinion("d", "p", Vote.DOWN, Reason.UNCLEAR),
            Opinion("e", "q", Vote.DOWN, Reason.WRONG),
        ]
        votes.give(sql, opinions, now)
        open_questions.follow_votes(sql, opinions, 30, now)
        open_questions.follow_votes(sql, opinions, 30, now)
        found = {one.token: one for one in open_questions.all_of(sql, OPEN)}
        assert {token: one.why for token, one in found.items()} == {"a": Why.WRONG, "b": Why.PARTLY, "c": Why.REFUSED}
        assert found["a"].question == "alone a" and found["a"].said == "digest"
        better = [Opinion("a", "p", Vote.UP)]
        votes.give(sql, better, now)
        open_questions.follow_votes(sql, better, 30, now)
        assert {one.token for one in open_questions.all_of(sql, OPEN)} == {"b", "c"}
        open_questions.agree(sql, Agreement("c", True), "p", 77)
        open_questions.agree(sql, Agreement("b", True), "somebody else", 77)
        assert open_questions.count_of(sql, "p") == (2, 1)
        assert [one.token for one in open_questions.to_ask(sql, 3, 9)] == []
        assert [one.token for one in open_questions.to_ask(sql, 4, 9)] == ["b", "c"]
        assert open_questions.close(sql, found["c"], 4, ["here"], now)
        assert not open_questions.close(sql, found["c"], 4, ["here"], now), "only once"
        assert open_questions.agreed(sql, "c", "p") is None and open_questions.agreed(sql, "b", "p") is False
        open_questions.purge(sql, now + 29 * DAY)
        assert len(list(open_questions.all_of(sql, CLOSED))) == 1
        open_questions.purge(sql, now + 31 * DAY)
        assert not sql.execute(select(table)).all()


@pytest.mark.parametrize(
    ("language", "day"), [("zh", "2026年12月1日"), ("zh-hant", "2026年12月1日"), ("en", "1 December 2026")]
)
def test_what_is_told_names_the_question_and_leads_on_in_each_language(language: str, day: str) -> None:
    one = OpenQuestion("t", "p", "<体检>", language, 1_796_000_000.0, Why.REFUSED)
    quote = Block(BlockKind.QUOTE, SAID, 1)
    answer = with_next_steps(Answer(Status.ANSWERED, language, (quote,), (NOTICE,)))
    messages, buttons = answered_messages(one, answer)
    text = "\n".join(each.text for each in messages)
    head = message("open.answered", language, day=day, question="<体检>")
    assert head.replace("<", "&lt;").replace(">", "&gt;").splitlines()[-1] in text and "&lt;体检&gt;" in text.replace(
        "體檢", "体检"
    )
    assert messages[-1].keyboard and {button.person for button in buttons} == {"p"}


def test_two_replicas_close_a_question_once(engine: Engine) -> None:
    now = time.time()
    with store.writing(engine) as sql:
        open_questions.note(sql, [rated("a", Status.NOT_COVERED)], 30, now)
        [one] = open_questions.all_of(sql, OPEN)
    closed: list[bool] = []

    def close() -> None:
        with store.writing(engine) as sql:
            closed.append(open_questions.close(sql, one, 4, (), now))

    threads = [threading.Thread(target=close) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(closed) == [False, False, False, True]
