"""Users who ask for a person, and staff who answer them in their group, with topics or without."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from bot.answer import Answer, Block, BlockKind, Status, Turn
from bot.presentation.messages import message
from bot.settings import Contact
from bot.staff_settings import StaffSettings
from bot.telegram.queue.tables import handoffs
from tests.fake_bot_api import Chat, FakeBotApi, Line
from tests.telegram_bots import Echo, Running

CONTACTS = (Contact(phone="12333", zh="服务热线", en="hotline"),)
numbers = itertools.count(7_500_001)
groups = itertools.count(1_000_600_000_001)


class Refusing(Echo):
    """Echoes; what begins with "unheld" is held nowhere, and "转人工" wants a person."""

    def answer(self, question: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        answer = super().answer(question, turns, interface_language=interface_language)
        if question.startswith("unheld"):
            said = Block(BlockKind.SAY, f"nothing on {question}")
            return replace(answer, status=Status.NOT_COVERED, blocks=(said,))
        return replace(answer, wish="human") if question == "转人工" else answer


def staff_chat(api: FakeBotApi, *, forum: bool = True, administered: bool = True) -> Chat:
    """Staff's group."""
    return api.group(-next(groups), "工作人员", administered=administered, forum=forum)


def with_staff(chat: Chat) -> dict[str, Any]:
    """Options of a bot whose staff meet in ``chat``."""
    return {"staff": StaffSettings(chat=chat.id), "contacts": CONTACTS}


class Staff:
    """People in their group."""

    def __init__(self, api: FakeBotApi, bot: Running, chat: Chat) -> None:
        self.api, self.bot, self.chat = api, bot, chat
        self.people = [api.person(next(numbers), name) for name in ("陈主任", "李科员")]

    def say(self, text: str, who: int = 0, **more: Any) -> dict[str, Any]:
        """``more``: thread=…, reply_to=…, photo=…"""
        said = self.api.say(self.people[who], text, self.chat, **more)
        self.bot.settle(self.api)
        return said

    def read(self, words: str) -> list[Line]:
        """The bot's messages in the group that hold ``words``."""
        return [line for line in self.api.heard(self.chat.id) if words in line.text]

    def close(self, card: Line) -> None:
        """A tap on the button below the card."""
        (data,) = [data for label, data in card.buttons if label == message("handoff.close", "zh")]
        before = len(self.api.transcript(self.chat.id, "toast"))
        self.api.press(self.people[1], self.chat.id, data, card.message_id)
        self.bot.settle(self.api)
        self.api.wait(lambda: len(self.api.transcript(self.chat.id, "toast")) > before, what="the tap is answered")


class Asker:
    """A user in their private chat."""

    def __init__(self, api: FakeBotApi, bot: Running, language: str = "zh") -> None:
        self.api, self.bot = api, bot
        self.person = api.person(next(numbers), language=language)
        self.number, self.language = int(self.person["id"]), language

    def say(self, text: str, **more: Any) -> dict[str, Any]:
        said = self.api.say(self.person, text, **more)
        self.bot.settle(self.api)
        return said

    @property
    def heard(self) -> list[str]:
        """What the bot said, oldest first."""
        return [line.text for line in self.api.heard(self.number)]

    @property
    def last(self) -> Line:
        """The bot's last message as it looks now."""
        return self.api.heard(self.number)[-1]

    def tap(self, label: str, line: Line | None = None) -> str:
        """Tap a button of the last message; what is shown on top of the chat."""
        line = line or self.last
        data = next((data for shown, data in line.buttons if label in shown), None)
        assert data is not None, (label, line.text, line.buttons)
        return self.press(data, line.message_id)

    def press(self, data: str, message_id: int | None = None) -> str:
        before = len(self.api.transcript(self.number, "toast"))
        self.api.press(self.person, self.number, data, message_id)
        self.bot.settle(self.api)
        self.api.wait(lambda: len(self.api.transcript(self.number, "toast")) > before, what="the tap is answered")
        return "".join(toast.text for toast in self.api.transcript(self.number, "toast")[before:])

    def hand_off(self, question: str) -> Line:
        """A question that goes to staff; what stands in the chat then."""
        self.say(f"/human {question}")
        self.tap(message("handoff.agree", "en" if self.language == "en" else "zh"))
        return self.last


def kept(bot: Running) -> list[Any]:
    """Every hand-off, oldest first."""
    every = select(handoffs).order_by(handoffs.c.made)
    return bot.runtime.transactions.run_in_this_thread(lambda sql: list(sql.execute(every)))
