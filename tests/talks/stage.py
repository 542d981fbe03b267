"""Plays talks: one real bot over the shipped base, on one day, for all of them."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

from bot.assistant import Assistant
from bot.telegram.queue.rate_limits import UNLIMITED
from tests.fake_bot_api import Chat, FakeBotApi, Line
from tests.shipped import Shipped, shipped
from tests.speaker import new_group, numbers
from tests.telegram_bots import bot_in_thread

from .transcript import Act, Talk, shown

DAY = date(2026, 12, 1)  # on which all talks take place: rows have last days, answers say what day they are of
SEEN = ("message", "edit", "markup", "delete", "toast")
FILE = {"file_id": "f", "file_unique_id": "f", "file_size": 9}
MEDIA: dict[str, dict[str, Any]] = {
    "photo": {"photo": [FILE | {"width": 90, "height": 60}]},
    "voice": {"voice": FILE | {"duration": 4}},
}


class OnOneDay(Assistant):
    """The real assistant, whose calendar stands still."""

    @staticmethod
    def calendar() -> date:
        return DAY


class Stage:
    """A bot that serves while the block lasts; ``folder`` holds its database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ends = ExitStack()

    def __enter__(self) -> Stage:
        base: Shipped = shipped()
        url = f"sqlite:///{self._folder / 'talks.db'}"
        self._api = self._ends.enter_context(FakeBotApi(flood_limits=False))
        self._bot = self._ends.enter_context(
            bot_in_thread(
                self._api,
                url,
                OnOneDay(base.lend, base.settings),
                limits=UNLIMITED,
                contacts=base.settings.contacts,
                programme=base.settings.programme,
            )
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.close()

    def played(self, talk: Talk) -> Played:
        """The talk, played anew."""
        chat = new_group(self._api) if talk.group else None
        played = Played(self._api, talk, chat)
        for act in talk.acts:
            played.do(act)
            self._bot.settle(self._api)
            played.look(act)
        return played


class Played:
    """A talk while it is played: ``lines`` is what the bot showed, ``page`` the transcript so far."""

    def __init__(self, api: FakeBotApi, talk: Talk, chat: Chat | None) -> None:
        self._api, self._talk, self._group = api, talk, chat
        self._people = {name: api.person(next(numbers), name, code) for name, code in talk.people}
        self._chat = chat.id if chat else next(iter(self._people.values()))["id"]
        self._said: dict[str, dict[str, Any]] = {}  # the last message of each
        self._numbers: dict[int, int] = {}  # of the bot's messages, as they stand in the transcript, by Telegram's id
        self._looks: dict[int, str] = {}  # of each of these, as it stands now
        self._seen = 0
        self.lines: list[Line] = []
        self._page = [talk.heading, "---"]

    @property
    def page(self) -> str:
        return "\n".join(self._page) + "\n"

    def do(self, act: Act) -> None:
        """Carry out an act, as Telegram tells the bot of it."""
        person = self._people[act.who]
        if act.deed == "tap":
            toasts = len(self._api.transcript(self._chat, "toast"))
            message, data = self._button(act)
            self._api.press(person, self._chat, data, message)
            self._api.wait(lambda: len(self._api.transcript(self._chat, "toast")) > toasts)
        elif act.deed == "edit":
            self._api.edit(person, self._said[act.who], act.words)
        elif act.deed == "add":
            assert self._group
            self._api.add_bot(person, self._group)
        else:
            content = MEDIA.get(act.deed, {})
            content = content | ({"caption": act.words} if content and act.words else {})
            replied = self._target(act.target) if act.deed == "reply" else None
            words = "" if content else act.words
            self._said[act.who] = self._api.say(person, words, self._group, reply_to=replied, **content)

    def _target(self, named: str) -> int:
        """Telegram's id of the bot's message with a number, or of a person's last."""
        if named in self._said:
            return int(self._said[named]["message_id"])
        return next(message for message, number in self._numbers.items() if number == int(named))

    def _button(self, act: Act) -> tuple[int, str]:
        """The message and data of a button by its label: the newest that has it, where no message is named."""
        within = [self._target(act.target)] if act.target else list(reversed(self._numbers))
        for message in within:
            keyboard = next(
                line.keyboard for line in reversed(self.lines) if line.message_id == message and line.kind != "delete"
            )
            for label, data in (button for row in keyboard for button in row):
                if label == act.words:
                    return message, data
        raise AssertionError(f"no such button: {act.line}")

    def look(self, act: Act) -> None:
        """Write down what has been shown since the last look."""
        new = self._api.transcript(self._chat, *SEEN)[self._seen :]
        self._seen += len(new)
        new = [line for line in new if line.who == "bot"]
        self._page += ["", act.line]
        self._page += [f"(for a moment: {line.text})" for line in new if line.kind == "toast" and line.text]
        for line in new:
            if line.kind == "toast":
                continue
            number = self._numbers.setdefault(line.message_id, len(self._numbers) + 1)
            self.lines.append(line)
            looks = shown(number, line).partition("\n")
            if self._looks.get(number) != looks[2]:  # an edit that changes nothing but what stands behind buttons
                self._page += ["", "".join(looks)]
            self._looks[number] = looks[2]
