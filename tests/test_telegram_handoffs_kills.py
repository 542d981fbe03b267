"""SIGKILL while questions are handed off: none is lost, none handed off twice, and what is repeated is one message."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.presentation.messages import message
from bot.telegram.queue.tables import handoffs
from knowledge import store
from tests.fake_bot_api import FakeBotApi
from tests.handoff_people import staff_chat, with_staff
from tests.patience import until
from tests.telegram_bots import BotProcess, settings_for

LONGEST = 1.5  # seconds from one start to its kill
FIRST = 7_800_001


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_200_hand_offs_under_20_kills(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    handed_off(200, 20, kind, tmp_path, request)


@pytest.mark.long
def test_a_few_hand_offs_under_kills(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    handed_off(12, 3, "sqlite", tmp_path, request)


def handed_off(count: int, kills: int, kind: str, folder: Path, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{folder}/bot.db" if kind == "sqlite" else request.getfixturevalue("postgresql").database()
    store.upgrade(url)
    chance = random.Random(count)
    with FakeBotApi(flood_limits=False) as api:
        chat = staff_chat(api)
        settings = settings_for(api, url, health=None, **with_staff(chat))
        people = [api.person(number) for number in range(FIRST, FIRST + count)]
        begun, agreed, killed = list(people), [], 0
        process = BotProcess(settings, api.token, paced=False)
        try:
            while killed < kills or begun or agreed:
                for person in [begun.pop() for _ in range(min(len(begun), -(-count // kills)))]:
                    api.say(person, f"/human question{person['id']}.")
                    agreed.append(person)
                agreed = [person for person in agreed if not agrees(api, person)]
                if killed < kills:
                    time.sleep(chance.uniform(0, LONGEST))
                    process.kill()
                    process, killed = BotProcess(settings, api.token, paced=False), killed + 1
                else:
                    time.sleep(0.2)
            until(
                lambda: all(cards(api, chat.id)[str(person["id"])] for person in people), 300, "every question arrived"
            )
            until(lambda: all(opened(api, person) for person in people), 300, "everybody was told")
        finally:
            process.kill()
        shown = cards(api, chat.id)
        assert sum(shown.values()) <= count + kills, "a kill repeats at most one message"
        database = store.engine(url)
        with database.connect() as sql:
            rows = Counter(sql.scalars(select(handoffs.c.person).where(handoffs.c.state == "open")))
        database.dispose()
        assert len(rows) == count and set(rows.values()) == {1}
        made = [call for call in api.calls if call.method == "createForumTopic" and call.status == 200]
        assert count <= len(made) <= count + kills, "a kill leaves at most one empty topic"


def agrees(api: FakeBotApi, person: dict[str, object]) -> bool:
    """Taps on the preview, once it is there; whether that was done."""
    label = message("handoff.agree", "zh")
    for line in api.heard(int(str(person["id"]))):
        for shown, data in line.buttons:
            if shown == label:
                api.press(person, int(str(person["id"])), data, line.message_id)
                return True
    return False


def opened(api: FakeBotApi, person: dict[str, object]) -> bool:
    number = int(str(person["id"]))
    return any(label == message("handoff.end", "zh") for line in api.heard(number) for label, _ in line.buttons)


def cards(api: FakeBotApi, chat: int) -> Counter[str]:
    """How often the question of each stands in the staff chat."""
    texts = [line.text for line in api.heard(chat) if line.text.startswith("🆕")]
    return Counter(text.partition("question")[2].partition(".")[0] for text in texts)
