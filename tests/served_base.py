"""A knowledge base served in Telegram by ``python -m bot``, as people run it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import yaml

from tests.fake_bot_api import FakeBotApi
from tests.knowledge_base import KnowledgeBase
from tests.patience import TIMES
from tests.telegram_bots import ROOT, SECRET, free_port, health_at

PLACES = {  # a question, and what its answer must hold
    "报名窗口设在哪里？": "三楼大厅",
    "咨询台设在哪里？": "一楼门口",
    "考试教室设在哪里？": "五楼东侧",
    "实训车间设在哪里？": "二楼西侧",
}


def write_places(base: KnowledgeBase, **changed: str) -> None:
    """One document with a section for each question; ``changed``: another place for one of them."""
    sentences = [f"{question.removesuffix('在哪里？')}在{place}。" for question, place in PLACES.items()]
    for old, new in changed.items():
        sentences = [sentence.replace(old, new) for sentence in sentences]
    base.write("places.md", *sentences, title="办事地点")


def answered(text: str, **changed: str) -> str | None:
    """Which question a message answers; ``changed`` as for ``write_places``, known besides the old places."""
    found = (question for question, old in PLACES.items() if old in text or changed.get(old, old) in text)
    return next(found, None)


class Served:
    """``python -m bot --config …`` against a fake Bot API; what it logs goes to a file of its own."""

    def __init__(self, base: KnowledgeBase, api: FakeBotApi, log: Path, **telegram: Any) -> None:
        self.health, self.log = free_port(), log
        values = yaml.safe_load(base.config.read_text()) or {}
        values["telegram"] = {"base_url": api.url, **telegram}
        values["health"] = {"port": self.health}
        config = base.folder / f"{log.stem}.yaml"
        config.write_text(yaml.safe_dump(values, allow_unicode=True))
        self._command = [sys.executable, "-m", "bot", "--config", str(config)]
        self._environment = {**os.environ, "TELEGRAM_BOT_TOKEN": api.token, "TELEGRAM_WEBHOOK_SECRET": SECRET}
        self.start()

    def start(self) -> None:
        with self.log.open("a") as written:
            self.process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=written, stderr=written
            )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(100)

    def checks(self) -> tuple[int, dict[str, str]]:
        """/health; (0, {}) while nobody answers."""
        return health_at(self.health)

    def until_green(self, seconds: float = 240) -> None:
        end = time.monotonic() + seconds
        while self.checks()[0] != 200:
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            assert time.monotonic() < end, self.checks()
            time.sleep(0.1)

    def until_red(self, part: str, seconds: float = 10) -> str:
        """What /health says of ``part`` once it is red."""
        end = time.monotonic() + TIMES * seconds
        while (said := self.checks()[1].get(part, "")) in ("", "ok"):
            assert time.monotonic() < end, self.checks()
            time.sleep(0.1)
        return said

    def events(self, name: str) -> list[dict[str, Any]]:
        """Its log lines of one kind."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line.get("event") == name]
