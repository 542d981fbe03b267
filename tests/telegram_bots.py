"""Bots to test with: the real runtime around an assistant that echoes, in a thread or in a process of its own."""

from __future__ import annotations

import asyncio
import atexit
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.answer import Answer, Block, BlockKind, Choice, Status, Turn
from bot.settings import (
    Contact,
    FormsSettings,
    HandoffSettings,
    HealthSettings,
    QuestionLimitSettings,
    SealingSettings,
    ServiceOperator,
    Settings,
    TelegramSettings,
    WebhookSettings,
)
from bot.telegram.monitoring.logs import set_up_logs
from bot.telegram.queue.rate_limits import TELEGRAM_LIMITS, UNLIMITED
from bot.telegram.queue.sql_helpers import is_waiting
from bot.telegram.queue.tables import inbox, outbox
from bot.telegram.runtime.dependencies import Dependencies
from bot.telegram.runtime.signals import leave, serve
from bot.telegram.runtime.supervisor import Runtime
from bot.telegram.sealing.keyring import open_keyring
from knowledge.settings import NO_PROGRAMME, DatabaseSettings, Programme
from knowledge.store.database import engine, upgrade
from tests.fake_bot_api import FakeBotApi
from tests.patience import until

ROOT = Path(__file__).parents[1]
SECRET = "test-webhook-secret"
AS_MANY_AS_THEY_LIKE = QuestionLimitSettings(a_minute=None, a_day=None)  # tests ask faster than people


class Echo:
    """Answers with the question. Some questions ask for trouble: boom, cancel, exit, "sleep 2 …", "buttons"."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.tries: list[str] = []

    def answer(self, question: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        self.tries.append(question)
        word, _, rest = question.partition(" ")
        if seconds := float(rest.split()[0]) if word == "sleep" else self.seconds:
            time.sleep(seconds)
        if word == "boom":
            raise RuntimeError(f"secret detail 440106199001011234 {rest}")
        if word == "cancel":
            raise asyncio.CancelledError
        if word == "exit":
            os._exit(9)
        choices = (Choice("again", '{"ask": "the same again"}'),) if word == "buttons" else ()
        said = (
            f"echo {question} | before: {', '.join(turn.question for turn in turns)}"
            if word == "turns"
            else f"echo {question}"
        )
        language = "en" if question.isascii() else "zh"
        return Answer(Status.ANSWERED, language, (Block(BlockKind.SAY, said),), choices=choices)

    def press(self, request: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        return self.answer(f"pressed {request}", turns)

    def open(self, command: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        return replace(self.answer(f"opened {command}", turns), language=interface_language or "zh")


def settings_for(
    api: FakeBotApi,
    url: str,
    *,
    health: int | None = 0,
    oldest: float = 60,
    oldest_answer: float = 30,
    contacts: tuple[Contact, ...] = (),
    operator: ServiceOperator | None = None,
    programme: Programme = NO_PROGRAMME,
    forms: FormsSettings = FormsSettings(),  # noqa: B008 - frozen
    handoffs: HandoffSettings = HandoffSettings(),  # noqa: B008 - frozen
    documents: Path = Path("documents"),
    **telegram: Any,
) -> Settings:
    """Settings of a bot that speaks to ``api`` and keeps its rows at ``url``."""
    telegram.setdefault("questions", AS_MANY_AS_THEY_LIKE)
    if telegram.get("mode") == "webhook" and "webhook" not in telegram:
        port = free_port()
        telegram["webhook"] = WebhookSettings(url=f"http://127.0.0.1:{port}/telegram", port=port)
    return Settings(
        database=DatabaseSettings(url=url),
        contacts=contacts,
        operator=operator,
        programme=programme,
        forms=forms,
        handoffs=handoffs,
        documents=documents,
        towns=ROOT / "knowledge" / "data" / "towns-huadu.tsv" if forms.enabled else None,
        telegram=TelegramSettings(base_url=api.url, **telegram),
        sealing=SealingSettings(key_file=key_folder() / "keys"),
        health=HealthSettings(port=health, oldest_question_seconds=oldest, oldest_answer_seconds=oldest_answer),
    )


@cache
def key_folder() -> Path:
    """Where the keys of this test run's bots stand: replicas on one database need the same."""
    folder = Path(tempfile.mkdtemp(prefix="keys"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def free_port() -> int:
    """A port that nobody listens on."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@dataclass
class Running:
    """A bot in a thread."""

    runtime: Runtime
    thread: threading.Thread

    def stop(self, seconds: float = 100) -> float:
        """Stop it; the seconds that took."""
        began = time.monotonic()
        self.runtime.loop.call_soon_threadsafe(self.runtime.stop)
        self.thread.join(seconds)
        assert not self.thread.is_alive(), "the bot did not stop"
        return time.monotonic() - began

    def settle(self, api: FakeBotApi, seconds: float = 30) -> None:
        """Until everything that people did has been dealt with, and what the bot said has arrived."""
        unsent = select(func.count()).select_from(outbox).where(is_waiting(outbox))  # what was given up never arrives
        unread = select(func.count()).select_from(inbox).where(inbox.c.state.not_in(("done", "dead_letter")))

        def settled() -> bool:
            if api.updates.held:
                return False
            return self.runtime.transactions.run_in_this_thread(
                lambda sql: sql.execute(unread).scalar_one() + sql.execute(unsent).scalar_one() == 0
            )

        until(settled, seconds, "all is answered", look=0.03)

    def health(self) -> tuple[int, dict[str, str]]:
        """Status code and checks of /health."""
        return health_at(self.runtime.ports[0])


def health_at(port: int) -> tuple[int, dict[str, str]]:
    """Status code and checks of /health at ``port``; 0 when nobody answers."""
    code, said = said_at(port)
    return code, said.get("checks", {})


def said_at(port: int) -> tuple[int, dict[str, Any]]:
    """Status code of /health at ``port`` and all that it says; 0 and nothing when nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=3) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
    except OSError:
        return 0, {}


@contextmanager
def bot_in_thread(api: FakeBotApi, url: str, assistant: Any = None, **options: Any) -> Iterator[Running]:
    """A running bot; options of ``Dependencies`` by their names, the others are telegram settings."""
    upgrade(url)
    names = {"limits", "late_after", "answer_seconds", "edition", "edition_number", "clock"}
    overrides = {name: options.pop(name) for name in list(options) if name in names}
    settings = settings_for(api, url, **options)
    secret = SECRET if settings.telegram.mode == "webhook" else None
    keyring = open_keyring(None, settings.sealing.key_file)
    dependencies = Dependencies(settings, api.token, assistant or Echo(), engine(url), keyring, secret, **overrides)
    ready = threading.Event()
    made: list[Runtime] = []

    async def main() -> None:
        runtime = Runtime(dependencies)
        made.append(runtime)
        task = asyncio.create_task(runtime.run())
        asyncio.get_running_loop().call_later(0.01, ready.set)
        await task

    thread = threading.Thread(target=lambda: asyncio.run(main()), name="bot", daemon=True)
    thread.start()
    assert ready.wait(100)
    running = Running(made[0], thread)
    try:
        yield running
    finally:
        if thread.is_alive():
            running.stop()


class BotProcess:
    """A bot in a process of its own, to be killed."""

    def __init__(
        self,
        settings: Settings,
        token: str,
        *,
        answer_seconds: float = 0.0,
        edition_seconds: float = 0.0,
        paced: bool = True,
        log: Any = None,
        level: str = "INFO",
    ) -> None:
        self._config = json.dumps({
            "settings": settings.model_dump(mode="json"),
            "token": token,
            "answer_seconds": answer_seconds,
            "edition_seconds": edition_seconds,
            "paced": paced,
            "level": level,
        })  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.telegram_bots", self._config],
            cwd=ROOT,
            stdout=log or subprocess.DEVNULL,
            stderr=subprocess.STDOUT if log else subprocess.DEVNULL,
        )

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait()

    def terminate(self, seconds: float = 100) -> int:
        """SIGTERM and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


def main(config: dict[str, Any]) -> int:
    """The process: ``python -m tests.telegram_bots CONFIG``."""
    settings = Settings.model_validate(config["settings"])
    secret = SECRET if settings.telegram.mode == "webhook" else None
    set_up_logs((config["token"], secret or ""), logging.getLevelNamesMapping()[config["level"]])
    limits = TELEGRAM_LIMITS if config["paced"] else UNLIMITED
    assistant = Echo(config["answer_seconds"])
    database, keyring = engine(settings.database.url), open_keyring(None, settings.sealing.key_file)
    seconds = config["edition_seconds"]  # that looking after the edition takes
    dependencies = Dependencies(
        settings,
        config["token"],
        assistant,
        database,
        keyring,
        secret,
        edition=lambda: time.sleep(seconds),
        limits=limits,
    )
    return serve(dependencies)


if __name__ == "__main__":
    leave(main(json.loads(sys.argv[1])))
