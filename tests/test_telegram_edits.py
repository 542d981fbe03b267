"""Lists that change in place: a tap edits the message below which it stands, and else nothing is lost."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.answer import Answer, Choice, Turn
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.queue.tables import outbox
from tests.fake_bot_api import FakeBotApi, Kind
from tests.telegram_bots import Echo, Running, bot_in_thread

numbers = itertools.count(6_223_400_001)
LEAVES = tuple(Choice(str(number), f"leaf {number}", "cards", in_place=True) for number in range(1, 6))
CHOICES = (*LEAVES, Choice("‹", "leaf back", "pages", in_place=True), Choice("›", "leaf on", "pages", in_place=True),
           Choice("apart", "leaf apart"))  # fmt: skip


class Leaves(Echo):
    """Every answer has the buttons of a list below it."""

    def answer(self, question: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        return replace(super().answer(question, turns), choices=CHOICES)


@pytest.fixture(scope="module")
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi() as made:
        yield made


@pytest.fixture(scope="module")
def bot(api: FakeBotApi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    url = f"sqlite:///{tmp_path_factory.mktemp('edits') / 'bot.db'}"
    with bot_in_thread(api, url, Leaves()) as running:
        yield running


@pytest.fixture
def chat(api: FakeBotApi, bot: Running) -> int:
    number = next(numbers)
    api.person(number)
    return number


def ask(api: FakeBotApi, chat: int, text: str) -> int:
    """The id of the message that answers ``text``."""
    before = len(api.heard(chat))
    api.say(api.person(chat), text)
    return api.wait_heard(chat, before + 1)[before].message_id


def tap(api: FakeBotApi, chat: int, message: int, label: str) -> None:
    data = next(data for line in api.keyboard(chat, message) for name, data in line if name == label)
    api.press(api.person(chat), chat, data, message)


def edits(api: FakeBotApi, chat: int) -> list[int]:
    """How the calls ended that edit a message of ``chat``."""
    return [call.status for call in api.calls if call.method == "editMessageText" and call.params["chat_id"] == chat]


def delivered(api: FakeBotApi, bot: Running) -> None:
    """Until nothing waits to be sent."""
    waiting = select(func.count()).select_from(outbox)

    def empty() -> bool:
        return bot.runtime.transactions.run_in_this_thread(lambda sql: sql.execute(waiting).scalar_one()) == 0

    api.wait(empty)


def test_a_tap_on_a_list_changes_its_message_and_any_other_brings_a_new_one(api: FakeBotApi, chat: int) -> None:
    listed = ask(api, chat, "list")
    assert [[label for label, _ in line] for line in api.keyboard(chat, listed)] == [
        ["1", "2", "3", "4", "5"],
        ["‹", "›"],
        ["apart"],
    ]
    tap(api, chat, listed, "3")
    edited = api.wait_heard(chat, 2)[1]
    assert (edited.kind, edited.message_id) == ("edit", listed)
    assert edited.text == "echo pressed leaf 3" and len(api.keyboard(chat, listed)) == 3
    tap(api, chat, listed, "apart")
    apart = api.wait_heard(chat, 3)[2]
    assert apart.kind == "message" and apart.message_id != listed


def test_however_far_somebody_leafs_it_is_one_turn(api: FakeBotApi, chat: int) -> None:
    listed = ask(api, chat, "list")
    for place, label in enumerate(("1", "‹", "2"), start=2):
        tap(api, chat, listed, label)
        api.wait_heard(chat, place)
    ask(api, chat, "turns")
    assert api.heard(chat)[-1].text == "echo turns | before: list,"


def test_a_message_that_the_user_deleted_comes_as_a_new_one(api: FakeBotApi, chat: int, bot: Running) -> None:
    listed = ask(api, chat, "list")
    data = api.keyboard(chat, listed)[1][1][1]
    api.faults.add(Kind.SLOW, 0.5, method="editMessageText", chat=chat)
    api.press(api.person(chat), chat, data, listed)
    api.wait(lambda: any(fault.method == "editMessageText" for fault in api.faults.hit))
    api.delete(chat, listed)  # after the tap, before the edit
    shown = api.wait_heard(chat, 2)[1]
    assert (shown.kind, shown.text) == ("message", "echo pressed leaf on")
    assert len(api.keyboard(chat, shown.message_id)) == 3
    delivered(api, bot)
    assert len(api.heard(chat)) == 2


@pytest.mark.parametrize("kind", [Kind.CUT_AFTER, Kind.CUT_BEFORE])
def test_an_edit_of_which_nobody_knows_whether_it_arrived_is_tried_again(
    api: FakeBotApi, chat: int, bot: Running, kind: Kind
) -> None:
    listed = ask(api, chat, "list")
    api.faults.add(kind, method="editMessageText", chat=chat)
    tap(api, chat, listed, "4")
    api.wait(lambda: len(edits(api, chat)) == 2)
    delivered(api, bot)
    assert edits(api, chat) == ([0, 400] if kind is Kind.CUT_AFTER else [0, 200])
    assert [line.kind for line in api.heard(chat)] == ["message", "edit"], "what is there already counts as delivered"


def test_edits_keep_to_the_pace_and_wait_as_long_as_they_are_told(api: FakeBotApi, chat: int, bot: Running) -> None:
    listed = ask(api, chat, "list")
    api.faults.add(Kind.TOO_MANY, 2, method="editMessageText", chat=chat)
    for label in ("1", "2", "3"):
        tap(api, chat, listed, label)
    seen = api.wait_heard(chat, 4, seconds=20)
    assert [line.text[-1] for line in seen[1:]] == ["1", "2", "3"] and {line.message_id for line in seen} == {listed}
    assert api.limits.violations == []


def test_a_parameter_that_telegram_refuses_costs_no_edit(api: FakeBotApi, chat: int, bot: Running) -> None:
    listed = ask(api, chat, "list")
    api.refused_parameters = {"parse_mode": "can't parse entities: nobody knows why"}
    tap(api, chat, listed, "5")
    edited = api.wait_heard(chat, 2)[1]
    api.refused_parameters = {}
    assert (edited.kind, edited.message_id, edited.text) == ("edit", listed, "echo pressed leaf 5")


def test_a_tap_below_a_message_too_old_for_telegram_to_hand_over_is_answered_anew(tmp_path: Path) -> None:
    with (
        FakeBotApi(flood_limits=False) as api,
        bot_in_thread(api, f"sqlite:///{tmp_path / 'bot.db'}", Leaves(), limits=UNLIMITED),
    ):
        number = next(numbers)
        api.person(number)
        listed = ask(api, number, "list")
        data = api.keyboard(number, listed)[0][0][1]
        api.press(api.person(number), number, data)  # the update says no more of the message than its id
        assert api.wait_heard(number, 2)[1].kind == "message"
