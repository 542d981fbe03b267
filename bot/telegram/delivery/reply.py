"""What handlers are given and what they hand back: plain values, so that a reply can be written in one transaction."""

from __future__ import annotations

import html
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.answer import Answer, Choice, Turn
from bot.presentation.messages import message
from bot.presentation.rendering import telegram_parts
from bot.settings import Contact
from bot.telegram.queue.conversations import Button, Conversation, Forgotten
from bot.telegram.queue.outbox import Outgoing
from bot.telegram.update import Heard
from knowledge.entities.home import wording
from knowledge.settings import NO_PROGRAMME, Programme
from knowledge.text.pii import masked

MOST_UNITS = 4096
LONGEST_LABEL = 60


class Assistant(Protocol):
    """Who answers; ``bot.assistant.Assistant`` does."""

    def answer(self, question: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        """The answer to a question."""

    def press(self, request: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        """The answer to a pressed choice."""

    def open(self, command: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        """The beginning of a guided list: jobs, training, partners, join."""


@dataclass(frozen=True)
class Asked:
    """An update as handlers see it. ``now``: in seconds; ``late``: it waited so long that its answer says it."""

    heard: Heard
    text: str
    talk: Conversation
    now: float
    late: bool = False
    contacts: tuple[Contact, ...] = ()
    programme: Programme = NO_PROGRAMME

    @property
    def private(self) -> bool:
        """Whether the chat has only the user and the bot."""
        return self.heard.private

    @property
    def language(self) -> str:
        """The language of the interface: chosen by the user, else that of their Telegram, else Chinese."""
        if self.talk.language:
            return self.talk.language
        user = self.heard.user
        return interface_language(user.code if user else None)


@dataclass(frozen=True)
class Reply:
    """What a handler wants: messages, and changes of what is remembered. ``status`` names for the log how it ended."""

    messages: tuple[Outgoing, ...] = ()
    talk: Conversation | None = None
    buttons: tuple[Button, ...] = ()
    pressed: str | None = None
    forget: Callable[[Forgotten], Outgoing] | None = None
    status: str = "ignored"
    edition: int | None = None


SILENT = Reply()


def interface_language(code: str | None) -> str:
    """One of "zh", "zh-hant", "en" for Telegram's language code."""
    if not code:
        return "zh"
    parts = code.lower().split("-")
    if parts[0] not in ("zh", "yue"):
        return "en"
    return "zh-hant" if parts[0] == "yue" or {"hant", "tw", "hk", "mo"} & set(parts[1:]) else "zh"


def units(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def place(asked: Asked, text: str) -> Outgoing:
    """``text`` (HTML) addressed to where the question came from: its topic, and in a group as a reply to it."""
    origin = asked.heard.origin
    if origin is None:
        return Outgoing(text)
    asks = origin.author is not None and not origin.author.is_bot
    reply_to = origin.id if asks and (asked.late or not asked.private) else None
    return Outgoing(text, thread=origin.thread, reply_to=reply_to)


def say(asked: Asked, key: str, *choices: Choice, **values: str) -> Reply:
    """A text of the message files, with a button for each choice."""
    names = wording(asked.programme, asked.language)
    text = place(asked, html.escape(message(key, asked.language, **names, **values), quote=False))
    keyboard, buttons = _keyboard(asked, choices)
    return Reply((replace(text, keyboard=keyboard),), asked.talk, buttons, status=key)


def show(asked: Asked, answer: Answer, question: str) -> Reply:
    """An answer in as many messages as it needs, its choices as buttons below the last."""
    texts = [*_notes(asked, answer.language), *telegram_parts(answer)]
    keyboard, buttons = _keyboard(asked, answer.choices)
    messages = [place(asked, text) for text in _joined(texts)]
    messages[-1] = replace(messages[-1], keyboard=keyboard)
    turn = Turn(masked(question)[0], answer.text[:2000], answer.topic)
    talk = replace(asked.talk.with_turn(turn, asked.now), greeted=True)
    return Reply(tuple(messages), talk, buttons, status=str(answer.status), edition=answer.edition)


def _notes(asked: Asked, language: str) -> list[str]:
    """What stands above an answer: who speaks, the first time; that it comes late, when it does."""
    notes = []
    if asked.private and not asked.talk.greeted:
        notes.append("first_contact")
    if asked.late:
        notes.append("late")
    return [html.escape(message(key, language), quote=False) for key in notes]


def _joined(texts: Sequence[str]) -> list[str]:
    """Texts put together as long as they fit into one message (markup counted too, to be on the safe side)."""
    joined: list[str] = []
    for text in texts:
        if joined and units(joined[-1]) + 2 + units(text) <= MOST_UNITS:
            joined[-1] += "\n\n" + text
        else:
            joined.append(text)
    return joined


def _keyboard(
    asked: Asked, choices: Sequence[Choice]
) -> tuple[tuple[tuple[tuple[str, str], ...], ...], tuple[Button, ...]]:
    """Rows of one button each; what a button means stays here, Telegram only gets an opaque token."""
    made = [
        (choice.label[:LONGEST_LABEL], Button(secrets.token_urlsafe(12), asked.talk.person, choice.request))
        for choice in choices
    ]
    return tuple(((label, button.token),) for label, button in made), tuple(button for _, button in made)


def question_of(request: str) -> str:
    """The question in a choice's request, if it is one, for the conversation's memory."""
    try:
        value = json.loads(request)
    except ValueError:
        return ""
    return str(value.get("ask", "")) if isinstance(value, dict) else ""
