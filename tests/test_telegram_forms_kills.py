"""SIGKILL while a form is filled in: no step lost, none doubled, one receipt of one application."""

from __future__ import annotations

import random
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.settings import Settings
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.sealing.identities import IdentityHasher
from bot.telegram.sealing.keyring import open_keyring
from bot.telegram.sealing.sealer import Sealer
from knowledge.store.database import engine, upgrade
from tests.fake_bot_api import FakeBotApi
from tests.form_filler import ENTERPRISE, WITH_FORMS, Filler
from tests.telegram_bots import BotProcess, Running, settings_for

LONGEST = 0.6  # seconds from an act to the kill


class KilledBot(Running):
    """A bot that is killed after every second act of its user, at any moment, and started again."""

    def __init__(self, settings: Settings, token: str, seed: int) -> None:
        sealer = Sealer(open_keyring(None, settings.sealing.key_file), IdentityHasher(token))
        made: Any = SimpleNamespace(transactions=TransactionRunner(engine(settings.database.url), sealer))
        super().__init__(made, None)  # type: ignore[arg-type]
        self._settings, self._token, self._random = settings, token, random.Random(seed)
        self.process = self._started()

    def _started(self) -> BotProcess:
        return BotProcess(self._settings, self._token, paced=False)

    def settle(self, api: FakeBotApi, seconds: float = 60) -> None:
        if self._random.random() < 0.5:
            time.sleep(self._random.uniform(0, LONGEST))
            self.process.kill()
            self.process = self._started()
        super().settle(api, seconds)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)])
def test_killed_while_a_form_is_filled_in(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{tmp_path}/bot.db" if kind == "sqlite" else request.getfixturevalue("postgresql").database()
    upgrade(url)
    with FakeBotApi(flood_limits=False) as api:
        bot = KilledBot(settings_for(api, url, health=None, **WITH_FORMS), api.token, len(kind))
        filler = Filler(api, bot, 7_400_001)
        try:
            filler.open("enterprise")
            for number, answer in enumerate(ENTERPRISE, 1):
                assert f"{number} / 9" in filler.form.text
                filler.fill((answer,))
            filler.tap("提交")
        finally:
            bot.process.kill()
        [sent] = filler.sent()
        assert dict(sent.answers) | {"company": ENTERPRISE[0], "phone": "02012345678"} == dict(sent.answers)
        receipts = {line.message_id for line in filler.shown() if sent.number in line.text}
        assert len(receipts) == 1 and filler.kept().drafts == () and [row.agreed for row in filler.consents()] == [True]
