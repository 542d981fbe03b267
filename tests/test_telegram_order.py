"""Who waits for whom: nobody for a flooder, no chat out of order, a question answered late says so."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.presentation.messages import message
from bot.telegram.queue.rate_limits import UNLIMITED
from tests.fake_bot_api import FakeBotApi
from tests.telegram_bots import Echo, bot_in_thread

AT_ONCE = 3  # the flooder's answer under way, the one just written, one that came while the question was stored


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi(flood_limits=False) as made:
        yield made


def before(api: FakeBotApi, flooder: int, chat: int) -> int:
    """Answers that ``flooder`` got while ``chat`` waited for its first."""
    asked = next(line.at for line in api.transcript(chat) if line.who != "bot")
    return sum(asked < line.at < api.heard(chat)[0].at for line in api.heard(flooder))


@pytest.mark.parametrize("workers", [1, 4])
def test_a_flooder_delays_another_chat_by_at_most_one_answer(api: FakeBotApi, tmp_path: Path, workers: int) -> None:
    with bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", Echo(0.15), limits=UNLIMITED, workers=workers):
        flooder = api.person(1)
        for number in range(200):
            api.say(flooder, f"flood {number}")
        api.wait_heard(1, 2)
        for number in range(100, 105):
            api.say(api.person(number), "mine")
            api.wait_heard(number)
        assert len(api.heard(1)) < 60, "the flood is still going on"
        assert max(before(api, 1, number) for number in range(100, 105)) <= AT_ONCE


def test_a_flooded_outbox_does_not_delay_others_either(tmp_path: Path) -> None:
    with FakeBotApi() as api, bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db"):
        flooder = api.person(1)
        for number in range(200):
            api.say(flooder, f"flood {number}")
        api.wait_heard(1, 2)
        api.say(api.person(2), "mine")
        api.wait_heard(2)
        assert before(api, 1, 2) <= AT_ONCE
        assert api.limits.violations == []


def test_chats_are_answered_in_order_while_many_are_answered_at_once(api: FakeBotApi, tmp_path: Path) -> None:
    chance = random.Random(3)
    with bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", limits=UNLIMITED, workers=8):
        for number in range(20):
            for chat in range(10, 18):
                api.say(api.person(chat), f"sleep {chance.uniform(0, 0.05):.3f} {number}")
        for chat in range(10, 18):
            texts = [line.text for line in api.wait_heard(chat, 20, 30)]
            assert [int(text.split()[-1]) for text in texts] == list(range(20))


def test_one_chat_never_has_two_answers_under_way(api: FakeBotApi, tmp_path: Path) -> None:
    with bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", limits=UNLIMITED, workers=8):
        for number in range(6):
            api.say(api.person(1), f"sleep 0.{number}")
        began = time.monotonic()
        api.wait_heard(1, 6)
        assert time.monotonic() - began > 1.4, "0.1 + … + 0.5, one after the other"


def test_batches_and_webhooks_that_come_again_and_backwards_are_answered_once(tmp_path: Path) -> None:
    for mode in ("polling", "webhook"):
        with FakeBotApi(flood_limits=False) as api:
            api.updates.reverse = True
            people = [api.person(number) for number in range(30)]
            for person in people:
                for number in range(3):
                    api.say(person, f"q {number}")
            api.updates.repeat |= set(api.updates.held)
            with bot_in_thread(api, f"sqlite:///{tmp_path}/{mode}.db", limits=UNLIMITED, mode=mode):
                api.wait(lambda: not api.updates.held, 20)
                api.wait(lambda: sum(len(api.heard(number)) for number in range(30)) >= 90, 20)
                time.sleep(0.5)
            for number in range(30):
                texts = [line.text.splitlines()[-1] for line in api.heard(number)]
                assert sorted(texts) == ["echo q 0", "echo q 1", "echo q 2"]
                if mode == "polling":  # a whole batch is stored at once, so its order is known
                    assert texts == sorted(texts)


def test_an_answer_that_comes_late_says_so_and_shows_what_it_answers(api: FakeBotApi, tmp_path: Path) -> None:
    asked = api.say(api.person(1), "学徒制", ago=600)  # it waited at Telegram
    with bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", limits=UNLIMITED, late_after=300):
        [line] = api.wait_heard(1)
        assert message("late", "zh") in line.text and line.text.endswith("echo 学徒制")
        assert line.reply_to == asked["message_id"]
        api.say(api.person(1), "在线")
        assert api.wait_heard(1, 2)[1].text == "echo 在线"
