"""Three replicas as people run them, on PostgreSQL and a Chroma server; one is killed every ten seconds under load."""

from __future__ import annotations

import time
from datetime import datetime
from itertools import cycle
from pathlib import Path

import pytest

from knowledge.embeddings import Embedder
from tests.fake_bot_api import FakeBotApi
from tests.knowledge_base import KnowledgeBase
from tests.postgres import Server
from tests.served_base import PLACES, Served, answered, write_places
from tests.test_chroma_server import Chroma

SECONDS, CHATS, APART = 120, 40, 0.3
CHANGED = {"三楼大厅": "六楼北侧"}


class Load:
    """Every chat asks the same questions in turn, so that a loss, a duplicate and a wrong order can be told."""

    def __init__(self, api: FakeBotApi) -> None:
        self.api, self.asked = api, {chat: [] for chat in range(1, CHATS + 1)}
        self._chats, self._questions = cycle(self.asked), list(PLACES)

    def ask(self) -> None:
        chat = next(self._chats)
        question = self._questions[len(self.asked[chat]) % len(self._questions)]
        self.asked[chat].append(question)
        self.api.say(self.api.person(chat), question)

    def heard(self, chat: int) -> list[str | None]:
        return [answered(line.text, **CHANGED) for line in self.api.heard(chat)]

    def once(self, chat: int) -> list[str | None]:
        """What was heard without what was said twice in a row."""
        heard = self.heard(chat)
        return [one for place, one in enumerate(heard) if place == 0 or heard[place - 1] != one]

    @property
    def complete(self) -> bool:
        return all(len(self.once(chat)) >= len(asked) for chat, asked in self.asked.items())


@pytest.mark.long
def test_one_killed_every_ten_seconds_nothing_is_lost_and_a_new_edition_is_served_by_all(
    tmp_path: Path, embedder: Embedder, postgresql: Server
) -> None:
    chroma = Chroma(tmp_path / "chroma")
    chroma.start()
    database = {"url": postgresql.database()}
    base = KnowledgeBase(tmp_path / "base", embedder, database=database, index={"url": chroma.url})
    write_places(base)
    base.refresh()
    with FakeBotApi() as api:
        replicas = [Served(base, api, tmp_path / f"replica{number}.log") for number in range(3)]
        try:
            for replica in replicas:
                replica.until_green(120)
            load = Load(api)
            kills, published = _kill_and_publish(load, replicas, base)
            api.wait(lambda: load.complete, 90)
            time.sleep(3)
            assert {chat: load.once(chat) for chat in load.asked} == load.asked, "lost or out of order"
            twice = sum(len(load.heard(chat)) - len(load.once(chat)) for chat in load.asked)
            assert twice <= kills and api.limits.violations == []
            _all_serve_the_second(replicas, published)
        finally:
            for replica in replicas:
                replica.kill()
            chroma.stop()


def _kill_and_publish(load: Load, replicas: list[Served], base: KnowledgeBase) -> tuple[int, float]:
    """How many were killed, and when the second edition was published (``time.time()``)."""
    began, kills, published, questions = time.monotonic(), 0, 0.0, 0
    while (now := time.monotonic() - began) < SECONDS:
        if now > (kills + 1) * 10:
            victim = replicas[kills % 3]
            victim.kill()
            victim.start()
            kills += 1
        if now > SECONDS / 2 and not published:
            write_places(base, **CHANGED)
            base.refresh()
            published = time.time()
        if now > questions * APART:
            load.ask()
            questions += 1
        time.sleep(0.01)
    return kills, published


def _all_serve_the_second(replicas: list[Served], published: float) -> None:
    for replica in replicas:
        later = [
            event["edition"]
            for event in replica.events("question")
            if datetime.fromisoformat(event["timestamp"]).timestamp() - event["answer_ms"] / 1000 > published + 5
        ]
        assert later and set(later) == {2}, (replica.log.name, later)
