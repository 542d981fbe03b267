"""``python -m bot`` from a configuration to an answer in Telegram, with a real edition, while staff publish."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from knowledge.embedding.embedder import Embedder
from tests.fake_bot_api import FakeBotApi
from tests.knowledge_base import KnowledgeBase
from tests.postgres import Server
from tests.served_base import PLACES, Served, write_places
from tests.telegram_bots import ROOT
from tests.test_chroma_server import Chroma


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi(flood_limits=False) as made:
        yield made


def said(api: FakeBotApi, chat: int, count: int = 1, seconds: float = 30) -> str:
    return api.wait_heard(chat, count, seconds)[count - 1].text


def test_a_bot_answers_from_the_edition_that_staff_publish(tmp_path: Path, embedder: Embedder, api: FakeBotApi) -> None:
    base = KnowledgeBase(tmp_path / "base", embedder)
    bot = Served(base, api, tmp_path / "bot.log")
    try:
        assert "ingest.py" in bot.until_red("edition", 240), "nothing is published yet, and it says what mends it"
        api.say(api.person(1), "报名窗口设在哪里？")
        first = said(api, 1)
        assert "三楼大厅" not in first
        write_places(base)
        base.refresh()
        bot.until_green(60)
        for chat, (question, place) in enumerate(PLACES.items(), start=2):
            api.say(api.person(chat), question)
            assert place in said(api, chat)
        write_places(base, 三楼大厅="六楼北侧")
        base.refresh()
        api.wait(lambda: len(bot.events("edition opened")) == 2)
        api.say(api.person(9), "报名窗口设在哪里？")
        assert "六楼北侧" in said(api, 9) and "三楼大厅" not in said(api, 9)
        assert [event["edition"] for event in bot.events("edition opened")] == [1, 2]
        assert base.run("withdraw", "places.md", "第4部分").returncode == 0
        assert base.run("maintenance", "on", "--zh", "今晚维护。", "--en", "Maintenance tonight.").returncode == 0
        ordered = time.monotonic()
        while not (heeded := bot.events("staff orders heeded")) or heeded[-1]["withdrawals"] != 1:
            assert time.monotonic() < ordered + 5, "both are promised within five seconds"
            time.sleep(0.05)
        time.sleep(max(0.0, ordered + 5 - time.monotonic()))  # the sentence was switched on last
        api.say(api.person(10), "实训车间设在哪里？")
        assert "今晚维护。" in said(api, 10) and "二楼西侧" not in said(api, 10)
        api.say(api.person(11), "报名窗口设在哪里？")
        assert "今晚维护。" in said(api, 11) and "六楼北侧" in said(api, 11)
        began = time.monotonic()
        assert bot.stop() == 0 and time.monotonic() - began < 2, "the models are not freed piece by piece"
    finally:
        bot.kill()


@pytest.mark.long
def test_with_chroma_away_answers_go_on_and_health_is_red_until_it_is_back(
    tmp_path: Path, embedder: Embedder, api: FakeBotApi, postgresql: Server
) -> None:
    chroma = Chroma(tmp_path / "chroma")
    chroma.start()
    database = {"url": postgresql.database()}
    base = KnowledgeBase(tmp_path / "base", embedder, database=database, index={"url": chroma.url})
    write_places(base)
    base.refresh()
    bot = Served(base, api, tmp_path / "bot.log")
    try:
        bot.until_green()
        chroma.stop()
        assert "exact search" in bot.until_red("edition")
        for chat, (question, place) in enumerate(PLACES.items(), start=1):
            api.say(api.person(chat), question)
            assert place in said(api, chat)
        chroma.start()
        bot.until_green(20)
    finally:
        bot.kill()
        chroma.stop()


STARTS = [
    ({}, None, "TELEGRAM_BOT_TOKEN is not set"),
    ({}, "nonsense", "not a bot token"),
    ({"telegram": {"mode": "webhook"}}, "7000001:AAF-not-a-real-token-for-tests", "telegram.webhook.url: missing"),
    ({"telegram": {"mode": "carrier pigeon"}}, "7000001:AAF-not-a-real-token-for-tests", "telegram.mode"),
    ({"database": {"url": "sqlite:////proc/none/x.db"}}, "7000001:AAF-not-a-real-token-for-tests", "database.url"),
]


@pytest.mark.parametrize(("settings", "token", "expected"), STARTS)
def test_what_keeps_it_from_starting_is_said_in_one_line(
    tmp_path: Path, settings: dict[str, object], token: str | None, expected: str
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump(settings))
    environment = {name: value for name, value in os.environ.items() if name != "TELEGRAM_BOT_TOKEN"}
    environment |= {"TELEGRAM_BOT_TOKEN": token} if token else {}
    command = [sys.executable, "-m", "bot", "--config", str(config)]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 2 and expected in ended.stderr
    assert "Traceback" not in ended.stderr and (token is None or token not in ended.stderr or token == "nonsense")
