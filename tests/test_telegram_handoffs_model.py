"""Every order in which user, staff, bot, clock and crashes may act: the bot never speaks inside a stretch of staff's,
nothing is lost, and each stretch has one closing message.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import event
from telegram import Bot

from bot.presentation.messages import message
from bot.telegram.queue.transactions import TransactionRunner
from knowledge import store
from tests.fake_bot_api import FakeBotApi
from tests.handoff_world import HandoffWorld, Seen, started
from tests.sealed import sealer

USER, STAFF = 7_700_001, -1_000_770_000_001
RELAYED = message("handoff.from_staff", "zh")
OPENED = message("handoff.opened", "zh", number="", when="").partition("，")[0]
CLOSING = tuple(
    message(f"handoff.ended_{by}", "zh", contacts="").split("\n")[0] for by in ("staff", "user", "unanswered", "silent")
)
NOT_SENT = message("handoff.note_over", "zh", number="").partition("：")[0]


class Talks(RuleBasedStateMachine):
    """What may happen, in any order."""

    bot: Bot
    transactions: TransactionRunner

    @initialize(forum=st.booleans())
    def begin(self, forum: bool) -> None:
        self.world = HandoffWorld(self.bot, self.transactions, USER, STAFF, forum, time.time())
        self.said: list[str] = []  # by the user
        self.answered: dict[int, str] = {}  # by staff, with the number of each message

    def _word(self, kind: str) -> str:
        """Words in Chinese, in which the bot then answers whatever stands first."""
        return f"说{kind}{len(self.said) + len(self.answered)}完"

    @rule()
    def the_user_writes(self) -> None:
        self.said.append(self._word("u"))
        self.world.write(USER, self.said[-1])

    @rule()
    def the_user_wants_a_person(self) -> None:
        self.said.append(self._word("p"))
        self.world.write(USER, f"/human {self.said[-1]}")

    @rule(verb=st.sampled_from(["send", "send", "send", "decline", "end"]))
    def the_user_taps(self, verb: str) -> None:
        if found := self.world.button(USER, verb):
            self.world.press(USER, *found)

    @rule()
    def a_stretch_begins(self) -> None:
        """What takes many steps and is wanted often."""
        self.the_user_wants_a_person()
        self.the_bot_goes_on()
        self.the_user_taps("send")
        for _ in range(4):  # the question before, the topic, the card
            self.the_bot_goes_on()

    @rule()
    def the_user_cancels(self) -> None:
        self.world.write(USER, "/cancel")

    @rule(closes=st.booleans())
    def staff_write(self, closes: bool) -> None:
        found = self.world.button(STAFF, "close")
        if found is None:
            return
        card = next(one for one in self.world.views[STAFF] if one.number == found[1])
        replied = {"message_id": card.number, "date": 1, "from": {"id": self.bot.id, "is_bot": True}, "text": card.text}
        thread = {"message_thread_id": card.thread, "is_topic_message": True} if card.thread else {}
        where = thread or {"reply_to_message": replied}
        if closes:
            self.world.write(STAFF, "/close", **where)
        else:
            word = self._word("s")
            self.answered[self.world.write(STAFF, word, **where)] = word

    @rule()
    def staff_tap(self) -> None:
        if found := self.world.button(STAFF, "close"):
            self.world.press(STAFF, *found)

    @rule()
    def both_end_it_or_write_on(self) -> None:
        """What only one of them may do, in one transaction."""
        self.the_user_writes()
        self.staff_tap()
        self.the_bot_handles()
        self.the_bot_commits_all()

    @rule()
    def the_bot_handles(self) -> None:
        self.world.handle()

    @rule(which=st.integers(0, 3))
    def the_bot_commits_one(self, which: int) -> None:
        if self.world.held:
            self.world.commit([self.world.held[which % len(self.world.held)]])

    @rule()
    def the_bot_commits_all(self) -> None:
        self.world.commit(list(self.world.held))

    @rule()
    def the_bot_goes_on(self) -> None:
        self.world.handle()
        self.world.commit(list(self.world.held))
        self.world.send()

    @rule(crash=st.booleans())
    def the_sender_sends(self, crash: bool) -> None:
        self.world.send(crash=crash)

    @rule()
    def the_process_is_killed(self) -> None:
        self.world.crash()

    @rule(hours=st.sampled_from([1.0, 25.0, 73.0]))
    def time_passes(self, hours: float) -> None:
        self.world.pass_time(hours)

    @rule()
    def a_topic_is_deleted(self) -> None:
        self.world.topics.clear()

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        self.world.drain()
        self.world.pass_time(1000)
        self.world.drain()
        user, staff = self.world.views[USER], self.world.views[STAFF]
        stretches = self._silent_within(user)
        cards = {button for one in staff for button in one.buttons if one.text.startswith("🆕")}
        assert len(cards) == stretches, "each stretch has its card"
        for word in self.said:
            self._in_one_place(word, user, staff)
        for number, word in self.answered.items():
            arrived = [one for one in user if one.text == f"{RELAYED}\n{word}"]
            told = [one for one in staff if one.text.startswith(NOT_SENT) and one.reply_to == number]
            assert len(arrived) + len(told) == 1, (word, arrived, told)

    def _silent_within(self, user: list[Seen]) -> int:
        """How many stretches there were; in none of them the bot speaks, and each ends once."""
        open_now, count = False, 0
        for one in user:
            closing = one.text.startswith(CLOSING)
            if one.text.startswith(OPENED):
                assert not open_now
                open_now, count = True, count + 1
            elif closing:
                assert open_now, f"closed without a beginning: {one.text}"
                open_now = False
            else:
                assert open_now == one.text.startswith(RELAYED), one.text
        assert not open_now, "a stretch without an end"
        return count

    def _in_one_place(self, word: str, user: list[Seen], staff: list[Seen]) -> None:
        """What somebody writes is answered, or passed on to staff; a wish for a person is previewed, or passed on."""
        answered = [one for one in user if one.text.endswith(f"echo {word}") or _previews(one, word)]
        passed = [one for one in staff if one.text.startswith("👤") and one.text.endswith(word)]
        assert len(answered) + len(passed) == 1, (word, answered, passed)


def _previews(one: Seen, word: str) -> bool:
    return f"\n\n{word}\n" in one.text and any(button.startswith("handoff send") for button in one.buttons)


@pytest.fixture
def talks(tmp_path: Path, request: pytest.FixtureRequest) -> type[Talks]:
    kind = getattr(request, "param", "sqlite")
    url = f"sqlite:///{tmp_path}/bot.db" if kind == "sqlite" else request.getfixturevalue("postgresql").database()
    store.upgrade(url)
    engine = store.engine(url)
    if kind == "sqlite":
        event.listen(engine, "connect", lambda made, _: made.execute("PRAGMA synchronous = OFF"))  # no power fails here

    class OfDatabase(Talks):
        transactions = TransactionRunner(engine, sealer())

    with FakeBotApi() as api:
        OfDatabase.bot = started(api)
    return OfDatabase


def played(machine: type[Talks], examples: int, steps: int) -> None:
    checks = list(HealthCheck)
    chosen = settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=checks)
    run_state_machine_as_test(machine, settings=settings(chosen, derandomize=examples < 100, database=None))  # type: ignore[no-untyped-call]


def test_in_every_order_staff_and_the_bot_keep_out_of_each_others_way(talks: type[Talks]) -> None:
    played(talks, 12, 30)


@pytest.mark.long
@pytest.mark.parametrize("talks", ["sqlite", "postgresql"], indirect=True)
def test_in_many_more_orders(talks: type[Talks]) -> None:
    played(talks, 300, 60)
