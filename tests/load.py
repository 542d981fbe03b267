"""Questions by the hundred, bots killed at random, and what must come out of it."""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tests.fake_bot_api import FakeBotApi
from tests.patience import TIMES

ECHO = re.compile(r"echo q(\d+)-(\d+)\b")


class Killable(Protocol):
    """A bot in a process of its own."""

    def kill(self) -> None: ...


@dataclass(frozen=True)
class Fate:
    """What became of the questions. ``inversions``: pairs of one chat whose first answers came in the wrong order."""

    asked: int
    lost: int
    notices: int
    duplicates: int
    inversions: int
    kills: int


def ask_and_kill(
    api: FakeBotApi,
    start: Callable[[], Killable],
    *,
    questions: int,
    chats: int,
    kills: int,
    seconds: float,
    seed: int,
    words: str = "",
    limit: float = 60,
) -> Fate:
    """Ask over ``seconds`` (texts begin with ``words``), kill the bot at random moments meanwhile and afterwards."""
    chance = random.Random(seed)
    people = [api.person(1000 + number) for number in range(chats)]
    moments = sorted(chance.uniform(0.5, seconds + 3) for _ in range(kills))
    bot, began, killed = start(), time.monotonic(), 0
    try:
        for number in range(questions):
            while (left := began + number * seconds / questions - time.monotonic()) > 0:
                time.sleep(min(left, 0.02))
            api.say(people[number % chats], f"{words}q{number % chats}-{number // chats}")
            while killed < kills and time.monotonic() - began > moments[killed]:
                bot.kill()
                bot, killed = start(), killed + 1
        while killed < kills:
            time.sleep(max(0.0, moments[killed] - (time.monotonic() - began)))
            bot.kill()
            bot, killed = start(), killed + 1
        _until_quiet(api, questions, limit)
    finally:
        bot.kill()
    return fate(api, questions, chats, kills)


def _until_quiet(api: FakeBotApi, questions: int, limit: float) -> None:
    end = time.monotonic() + TIMES * limit
    while time.monotonic() < end:
        answered = {found for chat in list(api.world.chats) for found in _answers(api, chat)}
        if len(answered) >= questions:
            time.sleep(2.5)  # duplicates would come now
            return
        time.sleep(0.2)


def _answers(api: FakeBotApi, chat: int) -> list[tuple[int, int]]:
    found = (ECHO.search(line.text) for line in api.heard(chat, "message"))
    return [(int(match[1]), int(match[2])) for match in found if match]


def fate(api: FakeBotApi, questions: int, chats: int, kills: int) -> Fate:
    """What the transcripts show."""
    counts: Counter[tuple[int, int]] = Counter()
    inversions = notices = 0
    for chat in list(api.world.chats):
        answers = _answers(api, chat)
        counts.update(answers)
        first = list(dict.fromkeys(answers))
        inversions += sum(1 for place, one in enumerate(first) for other in first[place + 1 :] if other < one)
        notices += sum("/help" not in line.text and "Q" in line.text for line in api.heard(chat, "message"))
    lost = sum(1 for number in range(questions) if not counts[number % chats, number // chats])
    return Fate(questions, lost, notices, sum(count - 1 for count in counts.values()), inversions, kills)
