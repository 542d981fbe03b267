"""What handlers get and what they return: plain values, so that a reply can be written in one transaction."""

from __future__ import annotations

import html
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.answer import Answer, BlockKind, Choice, Turn, lines_of
from bot.presentation.messages import message
from bot.presentation.rendering import telegram_parts
from bot.settings import Contact
from bot.telegram.queue.conversations import Button, Conversation, DeletionCounts
from bot.telegram.queue.outgoing.messages import MessageContent
from bot.telegram.update import IncomingUpdate
from knowledge.entities.home import wording
from knowledge.settings import NO_PROGRAMME, Programme
from knowledge.text.pii import masked

MOST_UNITS = 4096
LONGEST_LABEL = 60


class AssistantProtocol(Protocol):
    """Who answers; ``bot.assistant.Assistant`` does."""

    def answer(self, question: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        """The answer to a question."""

    def press(self, request: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        """The answer to a pressed choice."""

    def open(self, command: str, turns: Sequence[Turn] = (), *, interface_language: str | None = None) -> Answer:
        """The beginning of a guided list: jobs, training, partners, join."""


@dataclass(frozen=True)
class IncomingQuestion:
    """An update as handlers see it: a question, a command or a pressed button.

    ``now``: in seconds since 1970; ``late``: it waited so long that its answer says it; ``contacts``: for /human.
    """

    update: IncomingUpdate
    text: str
    conversation: Conversation
    now: float
    late: bool = False
    contacts: tuple[Contact, ...] = ()
    programme: Programme = NO_PROGRAMME

    @property
    def private(self) -> bool:
        """Whether the chat has only the user and the bot."""
        return self.update.private

    @property
    def language(self) -> str:
        """The language of the interface: chosen by the user, else that of their Telegram, else Chinese."""
        if self.conversation.language:
            return self.conversation.language
        user = self.update.user
        return interface_language(user.language_code if user else None)


@dataclass(frozen=True)
class Reply:
    """What a handler wants: messages to send and changes of what is remembered.

    ``conversation``: to be remembered instead; ``pressed``: the token of the button that was pressed; ``forget``: what
    is kept of the user shall be deleted, and what this makes of the counts be sent; ``status``: how it ended, for logs
    and metrics; ``edition``: of the knowledge base that answered; ``questions``: how many of the user's it counts as;
    ``too_many``: "minute" or "day" when it tells the user that they asked too many in one.
    """

    messages: tuple[MessageContent, ...] = ()
    conversation: Conversation | None = None
    buttons: tuple[Button, ...] = ()
    pressed: str | None = None
    forget: Callable[[DeletionCounts], MessageContent] | None = None
    status: str = "ignored"
    edition: int | None = None
    questions: int = 0
    too_many: str | None = None


NO_REPLY = Reply()


def interface_language(code: str | None) -> str:
    """One of "zh", "zh-hant", "en" for Telegram's language code."""
    if not code:
        return "zh"
    parts = code.lower().split("-")
    if parts[0] not in ("zh", "yue"):
        return "en"
    return "zh-hant" if parts[0] == "yue" or {"hant", "tw", "hk", "mo"} & set(parts[1:]) else "zh"


def utf16_units(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def addressed(incoming: IncomingQuestion, text: str) -> MessageContent:
    """``text`` (HTML) addressed to where the question came from: its topic, and in a group as a reply to it."""
    question = incoming.update.message
    if question is None:
        return MessageContent(text)
    asks = question.author is not None and not question.author.is_bot
    reply_to = question.id if asks and (incoming.late or not incoming.private) else None
    return MessageContent(text, thread=question.thread, reply_to=reply_to)


def text_reply(incoming: IncomingQuestion, key: str, *choices: Choice, **values: str) -> Reply:
    """The text ``key`` of the message files in the interface's language, with a button for each choice."""
    names = wording(incoming.programme, incoming.language)
    content = addressed(incoming, html.escape(message(key, incoming.language, **names, **values), quote=False))
    keyboard, buttons = _keyboard(incoming, choices)
    return Reply((replace(content, keyboard=keyboard),), incoming.conversation, buttons, status=key)


def answer_reply(incoming: IncomingQuestion, answer: Answer, question: str, edits: int | None = None) -> Reply:
    """An answer in as many messages as it needs, its choices as buttons below the last.

    ``edits``: the id of the message whose place the first of them takes.
    """
    notes = _notes(incoming, answer.language) if edits is None else []
    keyboard, buttons = _keyboard(incoming, answer.choices)
    apart = [*notes, *telegram_parts(answer)]
    listed = any(block.kind is BlockKind.ROW for block in answer.blocks)  # a list has no room for more
    messages = [addressed(incoming, text) for text in (apart if listed else _joined(apart))]
    messages[-1] = replace(messages[-1], keyboard=keyboard)
    messages[0] = replace(messages[0], edits=edits)
    turn = Turn(masked(question)[0], answer.text[:2000], answer.context)
    remember = incoming.conversation.with_turn if edits is None else incoming.conversation.with_page
    conversation = replace(remember(turn, incoming.now), greeted=True)
    return Reply(tuple(messages), conversation, buttons, status=str(answer.status), edition=answer.edition, questions=1)


def _notes(incoming: IncomingQuestion, language: str) -> list[str]:
    """What stands above an answer: who speaks, the first time; that it comes late, when it does."""
    notes = []
    if incoming.private and not incoming.conversation.greeted:
        notes.append("first_contact")
    if incoming.late:
        notes.append("late")
    return [html.escape(message(key, language), quote=False) for key in notes]


def _joined(texts: Sequence[str]) -> list[str]:
    """Texts put together as long as they fit into one message (markup counted too, to be on the safe side)."""
    joined: list[str] = []
    for text in texts:
        if joined and utf16_units(joined[-1]) + 2 + utf16_units(text) <= MOST_UNITS:
            joined[-1] += "\n\n" + text
        else:
            joined.append(text)
    return joined


def _keyboard(
    incoming: IncomingQuestion, choices: Sequence[Choice]
) -> tuple[tuple[tuple[tuple[str, str], ...], ...], tuple[Button, ...]]:
    """The buttons in their lines; what a button means stays here, Telegram only gets an opaque token."""
    person = incoming.conversation.person
    lines = [
        [(one.label, Button(secrets.token_urlsafe(12), person, one.request, in_place=one.in_place)) for one in line]
        for line in lines_of(choices)
    ]
    keyboard = tuple(tuple((label[:LONGEST_LABEL], button.token) for label, button in line) for line in lines)
    return keyboard, tuple(button for line in lines for _, button in line)


def question_of(request: str) -> str:
    """The question in a choice's request, if it is one, for the conversation's memory."""
    try:
        value = json.loads(request)
    except ValueError:
        return ""
    return str(value.get("ask", "")) if isinstance(value, dict) else ""
