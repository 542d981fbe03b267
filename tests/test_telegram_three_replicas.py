"""Three replicas as people run them, on PostgreSQL and a Chroma server; one is killed every ten seconds under load."""

from __future__ import annotations

import time
from datetime import datetime
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from knowledge.embedding.embedder import Embedder
from tests.fake_bot_api import FakeBotApi
from tests.knowledge_base import KnowledgeBase
from tests.patience import TIMES, until
from tests.postgres import Server
from tests.served_base import PLACES, Served, answered, write_places
from tests.test_chroma_server import Chroma

CHATS, APART = 40, 0.3
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

    def ask_for(self, seconds: float) -> None:
        """Ask evenly for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.ask()
            time.sleep(APART)

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
@pytest.mark.parametrize("kills", [6, pytest.param(30, marks=pytest.mark.soak)])
def test_one_killed_every_ten_seconds_nothing_is_lost_and_a_new_edition_is_served_by_all(
    tmp_path: Path, embedder: Embedder, postgresql: Server, kills: int
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
                replica.until_green(300)
            load = Load(api)
            published = _publish(load, base)
            load.ask_for(5)
            assert [_seconds_until_served(replica, published) <= TIMES * 5 for replica in replicas] == [True] * 3
            _kill_in_turn(load, replicas, kills)
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


def _publish(load: Load, base: KnowledgeBase) -> float:
    """Publish another edition while questions come; when that was (``time.time()``)."""
    load.ask_for(3)
    write_places(base, **CHANGED)
    command = base.start()
    while command.poll() is None:
        load.ask_for(APART)
    assert command.returncode == 0
    return time.time()


def _kill_in_turn(load: Load, replicas: list[Served], kills: int) -> None:
    """Kill one every ten seconds while questions come, and start it again."""
    for number in range(kills):
        replicas[number % 3].kill()
        replicas[number % 3].start()
        load.ask_for(10)


def _seconds_until_served(replica: Served, published: float) -> float:
    """From the command's end until ``replica`` had opened the second edition."""
    until(lambda: bool(_opened(replica)), 10)
    return _moment(_opened(replica)[0]) - published


def _opened(replica: Served) -> list[dict[str, Any]]:
    return [event for event in replica.events("edition opened") if event["edition"] == 2]


def _moment(event: dict[str, Any]) -> float:
    return datetime.fromisoformat(event["timestamp"]).timestamp()


def _all_serve_the_second(replicas: list[Served], published: float) -> None:
    for replica in replicas:
        since = max(published + 5, _moment(_opened(replica)[0]))
        later = {event["edition"] for event in replica.events("question") if _moment(event) > since}
        assert later <= {2}, replica.log.name
        assert replica.events("edition opened")[-1]["edition"] == 2
