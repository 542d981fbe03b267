"""The fake beside others: python-telegram-bot's example bots run on it, and another emulator is of the same opinion."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import ClientSession, web
from lo_bot_api_emulator import LoBotApiEmulator

from tests.fake_bot_api import TOKEN, FakeBotApi
from tests.load import ask_and_kill
from tests.ptb_programs import PROGRAMS
from tests.telegram_bots import ROOT


class Program:
    """One of the examples in a process of its own."""

    def __init__(self, name: str, api: FakeBotApi) -> None:
        assert name in PROGRAMS
        command = [sys.executable, "-m", "tests.ptb_programs", name, api.url, api.token]
        self.process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def program(name: str) -> Iterator[FakeBotApi]:
    with FakeBotApi(flood_limits=False) as api:
        running = Program(name, api)
        try:
            yield api
        finally:
            running.kill()


def test_echobot() -> None:
    with program("echobot") as api:
        api.say(api.person(1, "Ann"), "/start")
        assert api.wait_heard(1, seconds=20)[0].text == "Hi Ann!"
        api.say(api.person(1), "<b>echo & me</b>")
        assert api.wait_heard(1, 2)[1].text == "<b>echo & me</b>"
        assert {call.status for call in api.calls} == {200}


def test_inlinekeyboard() -> None:
    with program("inlinekeyboard") as api:
        api.say(api.person(1), "/start")
        shown = api.wait_heard(1, seconds=20)[0]
        assert shown.buttons == (("Option 1", "1"), ("Option 2", "2"))
        api.press(api.person(1), 1, "2", shown.message_id)
        assert api.wait_heard(1, 2)[1].text == "Selected option: 2"
        assert [line.kind for line in api.heard(1, "message", "edit", "toast")] == ["message", "toast", "edit"]


def test_conversationbot() -> None:
    with program("conversationbot") as api:
        for place, text in enumerate(("/start", "/skip", "/skip"), start=1):
            api.say(api.person(1), text)
            api.wait_heard(1, place, seconds=20)
        assert api.heard(1)[-1].text.startswith("Bye!")


def test_errorhandlerbot() -> None:
    with program("errorhandlerbot") as api:
        api.say(api.person(1), "/bad_command")
        assert "AttributeError" in api.wait_heard(1, seconds=20)[0].text


def test_the_measure_of_the_kill_tests_sees_what_a_plain_bot_loses() -> None:
    """Killed once with questions in memory, the library by itself loses some: so a loss would be seen."""
    with FakeBotApi() as api:
        for chat in range(20):
            api.person(1000 + chat)
        found = ask_and_kill(
            api,
            lambda: Program("echobot", api),
            questions=200,
            chats=20,
            kills=2,
            seconds=4,
            seed=1,
            words="echo ",
            limit=6,
        )
        assert found.lost > 0


WIDE = {"inline_keyboard": [[{"text": "a", "callback_data": "b" * 65}]]}
OPINIONS: list[tuple[str, dict[str, Any]]] = [
    ("getMe", {}),
    ("nonsense", {}),
    ("sendMessage", {"chat_id": 1, "text": "x"}),
    ("sendMessage", {"chat_id": 1, "text": ""}),
    ("sendMessage", {"chat_id": 1}),
    ("sendMessage", {"text": "x"}),
    ("sendMessage", {"chat_id": "abc", "text": "x"}),
    ("sendMessage", {"chat_id": 1, "text": "x" * 4096}),
    ("sendMessage", {"chat_id": 1, "text": "x" * 4097}),
    ("sendMessage", {"chat_id": 1, "text": "😀" * 2048}),
    ("sendMessage", {"chat_id": 1, "text": "😀" * 2049}),
    ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": WIDE}),
    ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}}),
    ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{"callback_data": "a"}]]}}),
    ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": "nonsense"}),
    ("sendChatAction", {"chat_id": 1, "action": "typing"}),
    ("sendChatAction", {"chat_id": 1, "action": "dancing"}),
    ("answerCallbackQuery", {"callback_query_id": ""}),
    ("answerCallbackQuery", {"callback_query_id": "q", "text": "x" * 201}),
    ("editMessageText", {"chat_id": 1, "text": "x"}),
    ("deleteMessage", {"chat_id": 1, "message_id": 0}),
    ("setMyCommands", {"commands": [{"command": "start", "description": "x"}]}),
    ("setWebhook", {"url": "http://example.com"}),
    ("setWebhook", {"url": "https://example.com", "secret_token": "bad secret"}),
    ("getWebhookInfo", {}),
    ("deleteWebhook", {}),
]


@contextmanager
def _fake() -> Iterator[FakeBotApi]:
    with FakeBotApi(flood_limits=False) as api:
        api.say(api.person(1), "hello")
        yield api


async def _statuses(session: ClientSession, url: str) -> list[int]:
    found = []
    for method, params in OPINIONS:
        async with session.post(f"{url}/bot{TOKEN}/{method}", json=params) as response:
            found.append(response.status)
    return found


async def _emulator() -> tuple[LoBotApiEmulator, web.AppRunner, str]:
    emulator = LoBotApiEmulator(allow_insecure_loopback_webhooks=True)
    runner = web.AppRunner(emulator.app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return emulator, runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


async def test_another_emulator_takes_and_refuses_the_same_calls() -> None:
    _, runner, url = await _emulator()
    with _fake() as api:
        async with ClientSession() as session:
            ours, theirs = await _statuses(session, api.url), await _statuses(session, url)
    await runner.cleanup()
    different = [one for one, mine, other in zip(OPINIONS, ours, theirs, strict=True) if mine != other]
    assert different == [] and {200, 400, 404} <= set(ours)


async def test_another_emulator_confirms_and_delivers_updates_the_same_way() -> None:
    emulator, runner, url = await _emulator()

    async def numbers(session: ClientSession, address: str, **params: Any) -> list[int]:
        async with session.post(f"{address}/bot{TOKEN}/getUpdates", json=params) as response:
            if response.status != 200:
                return [response.status]
            return [update["update_id"] for update in (await response.json())["result"]]

    async def seen(session: ClientSession, address: str, first: int) -> list[list[int]]:
        asked = [{}, {"limit": 2}, {"offset": first + 1}, {}, {"offset": -1}, {}, {"offset": first + 4}]
        found = [[one - first for one in await numbers(session, address, **params)] for params in asked]
        hook = {"url": "https://example.com/hook"}
        async with session.post(f"{address}/bot{TOKEN}/setWebhook", json=hook) as response:
            assert response.status == 200
        return [*found, await numbers(session, address)]

    with FakeBotApi() as api:
        for number in range(4):
            message = api.say(api.person(1), str(number))
            await emulator.enqueue_update({"message": message}, token=TOKEN)
        async with ClientSession() as session:
            ours, theirs = await seen(session, api.url, 900_000_001), await seen(session, url, 1)
    await runner.cleanup()
    assert ours == theirs == [[0, 1, 2, 3], [0, 1], [1, 2, 3], [1, 2, 3], [3], [3], [], [409]]
