"""Votes and remarks: one vote an answer, changeable and shown, sealed, for staff, gone with the user's data."""

from __future__ import annotations

import itertools
import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.answer import Answer, Block, BlockKind, Citation, Status
from bot.answering.next_steps import with_next_steps
from bot.presentation.messages import message
from bot.settings import Secrets
from bot.telegram.feedback import votes
from bot.telegram.feedback.feedback_command import run_feedback
from bot.telegram.feedback.votes import Opinion, RatedAnswer, Reason, StandingVote, Vote
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.queue.tables import feedback
from bot.telegram.sealing.identities import IdentityHasher
from knowledge import store
from tests.fake_bot_api import FakeBotApi, Line
from tests.postgres import Server
from tests.sealed import sealed_engine
from tests.telegram_bots import Echo, Running, bot_in_thread, settings_for

LAW = Citation(
    "劳动法要点", "加班最多多少小时（第四十一条）", None, "in_force", "law.md", "每月不超过36小时", "policies/law.md"
)
QUOTE = Block(BlockKind.QUOTE, "加班每月不超过36小时。", 1)
DAY = 24 * 3600.0
numbers = itertools.count(7_100_001)


class Policy(Echo):
    """Answers from a document, and knows when it is told that it was wrong."""

    def answer(self, question: str, *rest: object, **more: object) -> Answer:  # type: ignore[override]
        language = "en" if question.isascii() else "zh"
        if question in ("你答错了", "wrong answer"):
            said = Block(BlockKind.SAY, "sorry")
            return with_next_steps(Answer(Status.HAND_OFF, language, (said,), wish="wrong_answer"))
        if question == "岗位":
            return Answer(Status.ANSWERED, language, (Block(BlockKind.ROW, "焊工"),), edition=3)
        return with_next_steps(Answer(Status.ANSWERED, language, (QUOTE,), (LAW,), edition=3, from_documents=True))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback") / "bot.db"


@pytest.fixture(scope="module")
def bot(api: FakeBotApi, database: Path) -> Iterator[Running]:
    with bot_in_thread(api, f"sqlite:///{database}", Policy(), limits=UNLIMITED) as running:
        yield running


class Voter:
    """A person who asks, votes, and looks at the buttons."""

    def __init__(self, api: FakeBotApi, bot: Running, number: int, place: int | None = None) -> None:
        self.api, self.bot, self.number, self.place = api, bot, number, place or number
        self.person = api.person(number)

    def ask(self, text: str) -> Line:
        before = len(self.api.heard(self.place))
        chat = self.api.world.chats[self.place] if self.place != self.number else None
        self.api.say(self.person, text, chat)
        return self.api.wait_heard(self.place, before + 1)[before]

    def tap(self, line: Line, label: str) -> str:
        """What is shown on top of the chat."""
        before = len(self.api.transcript(self.place, "toast"))
        data = next(data for shown, data in self.buttons(line) if shown.startswith(label))
        self.api.press(self.person, self.place, data, line.message_id)
        self.api.wait(lambda: len(self.api.transcript(self.place, "toast")) > before)
        return self.api.transcript(self.place, "toast")[before].text

    def buttons(self, line: Line) -> list[tuple[str, str]]:
        """The buttons of a message as they look now."""
        shown = [one for one in self.api.transcript(self.place, "markup") if one.message_id == line.message_id]
        return list((shown[-1] if shown else line).buttons)

    def sees(self, line: Line, *labels: str) -> None:
        """Wait until these are the first buttons."""
        self.api.wait(
            lambda: [label for label, _ in self.buttons(line)][: len(labels)] == list(labels),
            what=f"{labels}: {self.buttons(line)}",
        )

    def votes(self) -> list[Any]:
        """The rows of this person that hold a vote or a remark."""
        person = IdentityHasher(self.api.token).of(self.number)
        table = feedback.c
        query = select(feedback).where(table.person == person, table.voted.is_not(None)).order_by(table.answered)
        return self.bot.runtime.transactions.run_in_this_thread(lambda sql: sql.execute(query).all())


@pytest.fixture
def voter(api: FakeBotApi, bot: Running) -> Voter:
    return Voter(api, bot, next(numbers))


def test_a_vote_is_shown_changed_and_explained_below_the_same_answer(voter: Voter, api: FakeBotApi) -> None:
    answer = voter.ask("加班最多多少小时，我手机13826417779")
    assert [label for label, _ in answer.buttons][:2] == ["👍", "👎"]
    assert voter.tap(answer, "👍") == message("feedback.up_thanks", "zh")
    voter.sees(answer, "👍 ✓", "👎")
    assert voter.tap(answer, "👎") == message("feedback.down_why", "zh")
    voter.sees(answer, "👍", "👎 ✓", "不对", "不完整", "看不懂", "过时了")
    assert voter.tap(answer, "过时了") == message("feedback.reason_thanks", "zh")
    voter.sees(answer, "👍", "👎 ✓", "不对", "不完整", "看不懂", "过时了 ✓")
    assert voter.tap(answer, "不对") == message("feedback.reason_thanks", "zh")
    voter.sees(answer, "👍", "👎 ✓", "不对 ✓", "不完整", "看不懂", "过时了")
    [row] = voter.votes()
    assert (row.vote, row.reason, row.edition) == ("down", "wrong", 3)
    voter.tap(answer, "👍")
    voter.sees(answer, "👍 ✓", "👎", message("steps.open_human", "zh"))
    [row] = voter.votes()
    assert (row.vote, row.reason) == ("up", None)
    changes = len(api.transcript(voter.place, "markup"))
    voter.tap(answer, "👍")
    voter.ask("还有吗")
    assert len(api.transcript(voter.place, "markup")) == changes, "a vote that stands changes no buttons"
    assert not [call for call in api.calls if call.status == 400]


def test_whoever_asked_may_vote_and_each_in_a_group_on_their_own(api: FakeBotApi, bot: Running) -> None:
    group = api.group(-1_000_000_700_001)
    first, second = Voter(api, bot, 7_000_011, group.id), Voter(api, bot, 7_000_012, group.id)
    mine, theirs = first.ask("/ask 加班"), second.ask("/ask 休假")
    assert second.tap(mine, "👎") == message("button_foreign", "zh")
    assert first.votes() == second.votes() == []
    first.tap(mine, "👍")
    second.tap(theirs, "👎")
    first.sees(mine, "👍 ✓", "👎")
    api.wait(lambda: bool(second.votes()))
    assert [row.vote for row in (*first.votes(), *second.votes())] == ["up", "down"]


def test_words_count_as_a_vote_on_the_last_answer(voter: Voter) -> None:
    voter.ask("first")
    voter.ask("加班")
    said = voter.ask("你答错了")
    assert message("feedback_down", "zh") in said.text
    [row] = voter.votes()
    assert (row.vote, row.reason) == ("down", None)
    voter.tap(said, "不完整")
    voter.sees(said, "不对", "不完整 ✓")
    assert [row.reason for row in voter.votes()] == ["incomplete"]


def test_words_mean_the_last_answer_also_where_rows_gave_it(voter: Voter) -> None:
    voter.ask("加班")
    assert voter.ask("岗位").buttons == ()
    voter.ask("你答错了")
    rows = voter.bot.runtime.transactions.run_in_this_thread(lambda sql: list(votes.given(sql)))
    [row] = voter.votes()
    [entry] = [one for one in rows if one.token == row.token]
    assert entry.content and entry.content["question"] == "岗位"


def test_words_without_an_answer_before_them_count_for_nothing(voter: Voter) -> None:
    said = voter.ask("wrong answer")
    assert message("feedback_down", "en") not in said.text and voter.votes() == []
    assert said.buttons, "and lead on all the same"


def test_a_remark_is_kept_masked_and_sealed_with_the_last_answer(voter: Voter, database: Path) -> None:
    assert voter.ask("/feedback 少了办理时间").text == message("feedback_no_answer", "zh")
    voter.ask("加班")
    how = voter.ask("/feedback")
    assert how.text == message("feedback_how", "zh").strip()
    voter.tap(how, "👎")
    voter.sees(how, "👍", "👎 ✓", "不对")
    assert voter.ask("/feedback 蓝色大象的办理时间呢，打13826417779").text == message("feedback_stored", "zh")
    [row] = voter.votes()
    assert row.vote == "down" and row.content.startswith("v1.")
    with sqlite3.connect(database) as sql:
        stored = repr(sql.execute("SELECT * FROM feedback").fetchall())
    assert "蓝色大象" not in stored and "13826417779" not in stored and str(voter.number) not in stored


def test_deletion_takes_votes_along_and_says_how_many(voter: Voter) -> None:
    answer = voter.ask("加班")
    voter.tap(answer, "👍")
    voter.ask("休假")
    confirm = voter.ask("/delete_my_data")
    voter.api.press(voter.person, voter.place, confirm.buttons[0][1], confirm.message_id)
    told = voter.api.wait_heard(voter.place, 4)[3]
    assert message("deleted_votes", "zh", votes="1") in told.text
    assert voter.votes() == []
    assert voter.tap(answer, "👎") == message("button_stale", "zh")
    [(_, data)] = told.buttons
    voter.api.press(voter.person, voter.place, data, told.message_id)
    assert voter.api.wait_heard(voter.place, 5)[4].text.count("\n/") > 5  # the help names every command


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    server: Server | None = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    made = sealed_engine(server.database() if server else f"sqlite:///{tmp_path}/bot.db")
    yield made
    made.dispose()


def test_votes_go_after_half_a_year_and_what_nobody_voted_on_after_a_day(engine: Engine) -> None:
    now = time.time()
    answers = [RatedAnswer(token, "p", f"question {token}", "answered", "zh") for token in ("a", "b")]
    with store.writing(engine) as sql:
        votes.add(sql, answers, now)
        votes.give(sql, [Opinion("a", "p", Vote.DOWN, Reason.WRONG), Opinion("b", "somebody else", Vote.UP)], now)
        votes.give(sql, [Opinion("a", "p", remark="remark"), Opinion("a", "p", Vote.DOWN)], now)
        assert votes.standing(sql, "a", "p") == StandingVote(Vote.DOWN, Reason.WRONG)
        assert votes.standing(sql, "b", "p") == StandingVote() and votes.standing(sql, "a", "q") is None
        [entry] = votes.given(sql)
        assert entry.content and entry.content["remarks"] == ["remark"]
        votes.purge(sql, now + DAY + 1)
        assert votes.standing(sql, "b", "p") is None and votes.standing(sql, "a", "p")
        votes.purge(sql, now + 179 * DAY)
        assert list(votes.given(sql))
        votes.purge(sql, now + 181 * DAY)
        assert not list(votes.given(sql)) and not sql.execute(select(feedback)).all()


def test_staff_read_votes_newest_first_with_counts_and_harmless(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/bot.db"
    with FakeBotApi(flood_limits=False) as api, bot_in_thread(api, url, Policy(), limits=UNLIMITED) as running:
        settings = settings_for(api, url)
        for number, (question, label) in enumerate((("old \x1b[31mred", "👍"), ("newer", "👎")), start=7_000_021):
            voter = Voter(api, running, number)
            voter.tap(voter.ask(question), label)
            api.wait(lambda voter=voter: bool(voter.votes()))
    capsys.readouterr()  # the bot's log
    assert run_feedback(settings, Secrets(), as_json=False) == 0
    told = capsys.readouterr().out
    assert told.splitlines()[0] == "good 1, not good 1 (no reason 1)"
    assert told.index("newer") < told.index("old") and "\x1b" not in told
    assert "source: policies/law.md · 加班最多多少小时（第四十一条）" in told
    assert run_feedback(settings, Secrets(), as_json=True) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["vote"], first["question"], first["edition"]) == ("down", "newer", 3)
    assert second["vote"] == "up" and second["citations"] == [["policies/law.md", LAW.section]]
