"""SIGKILL at random moments: no question lost, at most one duplicate a kill, no chat answered out of order."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings
from knowledge.store.database import upgrade
from tests.fake_bot_api import FakeBotApi
from tests.load import ask_and_kill
from tests.telegram_bots import BotProcess, settings_for

SAMPLE = [("sqlite", "polling"), ("postgresql", "webhook")]
OTHERS = [("sqlite", "webhook"), ("postgresql", "polling")]


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database with its tables."""
    made = (
        f"sqlite:///{tmp_path}/bot.db"
        if request.param == "sqlite"
        else str(request.getfixturevalue("postgresql").database())
    )
    upgrade(made)
    return made


def starter(settings: Settings, token: str, answer_seconds: float) -> BotProcess:
    return BotProcess(settings, token, answer_seconds=answer_seconds)


@pytest.mark.parametrize(("url", "mode"), SAMPLE, indirect=["url"])
def test_killed_three_times_nothing_is_lost(url: str, mode: str) -> None:
    with FakeBotApi() as api:
        settings = settings_for(api, url, health=None, mode=mode)
        fate = ask_and_kill(
            api,
            lambda: starter(settings, api.token, 0.05),
            questions=60,
            chats=20,
            kills=3,
            seconds=5,
            seed=len(url) + len(mode),
        )
        assert (fate.lost, fate.notices, fate.inversions) == (0, 0, 0), fate
        assert fate.duplicates <= fate.kills, fate
        assert api.limits.violations == []
        assert not api.updates.held, "everything was confirmed"


@pytest.mark.long
@pytest.mark.parametrize(
    ("url", "mode"), [*SAMPLE, *(pytest.param(*each, marks=pytest.mark.soak) for each in OTHERS)], indirect=["url"]
)
def test_a_thousand_questions_and_twenty_kills(url: str, mode: str) -> None:
    with FakeBotApi() as api:
        settings = settings_for(api, url, health=None, mode=mode)
        fate = ask_and_kill(
            api,
            lambda: starter(settings, api.token, 0.05),
            questions=1000,
            chats=200,
            kills=20,
            seconds=60,
            seed=len(url) + len(mode),
        )
        assert (fate.lost, fate.notices, fate.inversions) == (0, 0, 0), fate
        assert fate.duplicates <= fate.kills, fate
        assert api.limits.violations == []
        assert not api.updates.held
