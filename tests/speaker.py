"""Somebody who talks to the bot of a fake Bot API, in their private chat or in a group."""

from __future__ import annotations

import itertools
from typing import Any

from tests.fake_bot_api import Chat, FakeBotApi, Line

numbers = itertools.count(7_411_200_001)


class Speaker:
    """A new person, and what they do in their private chat or in ``group``."""

    def __init__(self, api: FakeBotApi, group: Chat | None = None, language: str | None = "zh") -> None:
        self.api, self.group = api, group
        self.person = api.person(next(numbers), language=language)
        self.chat = group.id if group else int(self.person["id"])

    def in_group(self, group: Chat) -> Speaker:
        """The same person there."""
        there = Speaker(self.api, group)
        there.person = self.person
        return there

    def say(self, text: str, **more: Any) -> dict[str, Any]:
        return self.api.say(self.person, text, self.group, **more)

    def ask(self, text: str, **more: Any) -> Line:
        """The answer to it."""
        before = len(self.api.heard(self.chat))
        self.say(text, **more)
        return self.api.wait_heard(self.chat, before + 1)[before]

    def end(self) -> int:
        """How many of the bot's messages stand in the chat once everything before was dealt with."""
        word = f"end{next(numbers)}"
        self.say(f"/ask {word}")
        self.api.wait(lambda: any(text.endswith(f"echo {word}") for text in self.api.showing(self.chat)))
        return len(self.api.showing(self.chat)) - 1

    def press(self, line: Line, label: str) -> Line:
        """What the bot says to a tap on a button."""
        before = len(self.api.heard(self.chat))
        data = next(data for shown, data in line.buttons if label in shown)
        self.api.press(self.person, self.chat, data, line.message_id)
        return self.api.wait_heard(self.chat, before + 1)[before]


def new_group(api: FakeBotApi) -> Chat:
    """A group of which the bot reads every message, with a topic 7."""
    return api.group(-1_000_500_000_000 - next(numbers) % 100_000, topics=(7,), administered=True)
