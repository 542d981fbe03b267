"""Telegram refuses: one chat for a while, one parameter, one message for good. Nobody else pays, nothing is hidden."""

from __future__ import annotations

import sqlite3
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.telegram.delivery.known_windows import KnownWindows
from bot.telegram.queue import outbox
from bot.telegram.queue.outgoing.messages import AnswerEnd, Delivery, MessageBatch, MessageContent
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.queue.timing import flood_windows
from knowledge import store
from tests.fake_bot_api import FakeBotApi, Kind
from tests.sealed import chat_of, sealed_engine
from tests.telegram_bots import Running, bot_in_thread

GROUP, TOPIC = -1_000_000_000_001, 5


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi() as made:
        yield made


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/bot.db"


def test_a_refused_group_waits_alone_and_is_left_in_peace(api: FakeBotApi, url: str) -> None:
    """No message, no typing and no answer to a tap goes into its window; others are answered as ever."""
    group = api.group(GROUP)
    with bot_in_thread(api, url) as bot:
        api.say(api.person(1), "/ask buttons", group)
        shown = api.wait_heard(GROUP)[0]
        api.faults.add(Kind.TOO_MANY, 4, chat=GROUP)
        api.say(api.person(1), "/ask refused", group)
        api.wait(lambda: any(call.status == 429 for call in api.calls))
        refused = next(call.at for call in api.calls if call.status == 429)
        api.say(api.person(1), "/ask sleep 1.5 and more", group)
        api.press(api.person(1), GROUP, shown.buttons[0][1], shown.message_id)
        for chat in range(2, 8):
            api.say(api.person(chat), "hello")
        for chat in range(2, 8):
            api.wait_heard(chat)
        assert time.time() - refused < 2, "with the whole bot silent it would be 4 s"
        lines = api.wait_heard(GROUP, 4, 20)
        assert [line.text.partition("echo ")[2][:7] for line in lines[:3]] == ["buttons", "refused", "sleep 1"]
        assert lines[1].at - refused > 3.9 and api.limits.violations == [] and bot.health()[0] == 200
        inside = [
            call.method
            for call in api.calls
            if refused + 0.05 < call.at < refused + 3.9
            and (call.params.get("chat_id") == GROUP or call.method == "answerCallbackQuery")
        ]
        assert inside == []


def test_a_second_refused_chat_means_the_whole_bot_on_every_replica(url: str) -> None:
    steady = [100.0]
    windows = KnownWindows(lambda: steady[0])
    database = sealed_engine(url)
    with store.writing(database) as sql:
        outbox.begin(sql, 1)

        def refused(chat: int) -> float:
            windows.refused(chat, 10)
            flood_windows.close_chat(sql, 1, chat_of(sql, chat), 10, steady[0])
            return flood_windows.bot_window(sql, 1, steady[0])

        assert (refused(1), refused(1), windows.left(), windows.left(1), windows.left(2)) == (0, 0, 0, 10, 0)
        steady[0] = 105
        assert (refused(2), windows.left()) == (10, 10)
        steady[0] = 116
        assert (windows.left(), flood_windows.bot_window(sql, 1, steady[0]), windows.chats()) == (0, 0, set())
        assert (refused(3), windows.left()) == (0, 0), "the windows of before are over"
        outbox.enqueue(sql, 1, [MessageBatch(3, "person", (MessageContent("text"),))], steady[0])
        assert outbox.claim(sql, 1, "other", 9, UNLIMITED, steady[0] + 9).messages == ()
        assert len(outbox.claim(sql, 1, "other", 9, UNLIMITED, steady[0] + 10.1).messages) == 1
    database.dispose()


EVERYTHING = ("link_preview_options", "parse_mode", "message_thread_id", "reply_parameters", "reply_markup")
REFUSALS = [
    ({"link_preview_options": "unknown parameter"}, {"link_preview_options", "reply_parameters"}),
    ({"link_preview_options": "link preview is not supported"}, {"link_preview_options"}),
    ({"reply_parameters": "message to be replied not found"}, {"reply_parameters"}),
    ({"message_thread_id": "message thread not found"}, {"message_thread_id"}),
    ({"message_thread_id": "TOPIC_CLOSED"}, {"message_thread_id"}),
    ({"reply_markup": "BUTTON_DATA_INVALID"}, {"reply_markup"}),
    ({"parse_mode": "can't parse entities: unsupported start tag"}, {"parse_mode"}),
    ({"parse_mode": "no"}, set(EVERYTHING)),
    (dict.fromkeys(EVERYTHING, "no"), set(EVERYTHING)),
]


def test_a_refused_parameter_loses_no_answer(url: str) -> None:
    """What the refusal names is left out alone; else what is missed least goes first. The last try is bare text."""
    with FakeBotApi(flood_limits=False) as api, bot_in_thread(api, url, limits=UNLIMITED) as bot:
        for number, (refused, left_out) in enumerate(REFUSALS, start=1):
            group = api.group(GROUP - number, topics=(TOPIC,))
            api.refused_parameters = dict(refused)
            api.say(api.person(1), "/ask buttons", group, thread=TOPIC)
            (line,) = api.wait_heard(group.id)
            assert line.text.endswith("echo buttons") and "<" not in line.text
            last = [call for call in api.calls if call.method == "sendMessage"][-1]
            assert set(EVERYTHING) - last.params.keys() == left_out, refused
        api.wait(lambda: metric(bot, 'huadu_questions_total{status="answered"}') == len(REFUSALS))
        assert metric(bot, "huadu_messages_given_up_total") == 0


def test_an_answer_that_never_arrives_is_not_counted_as_answered(url: str) -> None:
    with (
        capture_logs() as logs,
        FakeBotApi(flood_limits=False) as api,
        bot_in_thread(api, url, limits=UNLIMITED) as bot,
    ):
        api.refused_parameters = {"text": "no"}
        api.say(api.person(1), "hello")
        api.wait(lambda: metric(bot, 'huadu_questions_total{status="given_up"}') == 1)
        api.refused_parameters = {}
        api.block(1)
        api.say(api.person(1), "are you there?")
        api.wait(lambda: metric(bot, 'huadu_questions_total{status="given_up"}') == 2)
        assert metric(bot, 'huadu_questions_total{status="answered"}') == 0
        api.say(api.person(2), "hello")
        api.wait(lambda: metric(bot, 'huadu_questions_total{status="answered"}') == 1)
    given_up = [line["reference"] for line in logs if line["event"] == "answer given up"]
    assert given_up == ["Q1", "Q2"]
    assert {line["delivery"] for line in logs if line["event"] == "question"} == {"waiting"}


def test_an_answer_with_one_part_lost_is_given_up(url: str) -> None:
    database = sealed_engine(url)
    parts = tuple(MessageContent(f"part {number}") for number in range(3))
    with store.writing(database) as sql:
        outbox.begin(sql, 1)
        outbox.enqueue(sql, 1, [MessageBatch(7, "person", parts, 40, "answered")], 0)
        ends = []
        for error in (None, "refused", None):
            (message,) = outbox.claim(sql, 1, "me", 9, UNLIMITED, 0).messages
            delivery = Delivery(message, sent=error is None, error=error)
            ends.append(outbox.settle(sql, 1, "me", [delivery], UNLIMITED, 0))
        assert ends == [(), (), (AnswerEnd(40, "given_up"),)]
        outbox.enqueue(sql, 1, [MessageBatch(7, "person", parts, 41, "answered")] * 2, 0)
        (message,) = outbox.claim(sql, 1, "me", 9, UNLIMITED, 0).messages
        lost = outbox.settle(sql, 1, "me", [Delivery(message, error="blocked", whole_chat=True)], UNLIMITED, 0)
        assert lost == (AnswerEnd(41, "given_up"),) * 2
    database.dispose()


def test_answers_go_out_within_ten_seconds_once_telegram_is_back(api: FakeBotApi, url: str, tmp_path: Path) -> None:
    """However often was tried: the pause is three seconds at most; before it was half a minute."""
    api.faults.add(Kind.STATUS, 500)
    with bot_in_thread(api, url):
        api.say(api.person(1), "hello")
        api.wait(lambda: any(call.status == 500 for call in api.calls))
        api.faults.add(Kind.STATUS, 500)
        with sqlite3.connect(tmp_path / "bot.db") as sql:
            sql.execute("UPDATE outbox SET tries = 50")
        api.wait(lambda: not api.faults.waiting, 5)
        back = time.monotonic()
        api.wait_heard(1, seconds=20)
        assert time.monotonic() - back < 10


def metric(bot: Running, name: str) -> float:
    page = urllib.request.urlopen(f"http://127.0.0.1:{bot.runtime.ports[0]}/metrics", timeout=3).read().decode()
    return sum(float(line.rsplit(" ", 1)[1]) for line in page.splitlines() if line.startswith(name))
