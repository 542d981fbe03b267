"""What handlers get and what they return: plain values, so that a reply can be written in one transaction."""

from __future__ import annotations

import html
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.answer import Answer, Choice, Turn, lines_of
from bot.answering.next_steps import steps_of_text
from bot.presentation.messages import message
from bot.presentation.rendering import label_shown
from bot.settings import Contact
from bot.telegram.applications.drafts import NOTHING_KEPT, FormChange, KeptForms
from bot.telegram.daily_counts.day_counts import CountedQuestion
from bot.telegram.delivery import privacy_notice
from bot.telegram.delivery.service_facts import NO_FACTS, Place, ServiceFacts
from bot.telegram.feedback.vote_buttons import Keyboard
from bot.telegram.feedback.votes import Opinion, RatedAnswer
from bot.telegram.handoffs.changes import HandoffChange
from bot.telegram.handoffs.terms import HandoffTerms
from bot.telegram.open_questions.open_questions import Agreement
from bot.telegram.queue.audience.group_chats import GroupEvent
from bot.telegram.queue.audience.personal_data import PersonalData
from bot.telegram.queue.conversations import Button, Conversation, DeletionCounts
from bot.telegram.queue.outgoing.messages import AnsweredMessage, MessageContent
from bot.telegram.staff.acts import StaffDeed
from bot.telegram.update import IncomingUpdate, Message
from bot.understanding.question import question_of
from knowledge.entities.home import wording
from knowledge.settings import NO_PROGRAMME, Programme
from knowledge.text.pii import masked


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

    ``now``: in seconds since 1970; ``late``: it waited so long that its answer says it; ``contacts``: for /human;
    ``places``: what its chat counts as; ``bot_name``: the bot's user name; ``reply_in``: the language of the reply
    where that is not the interface's; ``before``: the turns that it leans on, None for the last ones; ``replaces``: the
    id in the inbox of the question whose answer it takes the place of; ``pointed_at``: somebody else's text that it
    replies to; ``kept``: the user's forms, in a private chat where forms can be filled in; ``chat_id``: the chat's;
    ``again``: its message has an answer already, whose place this one takes.
    """

    update: IncomingUpdate
    text: str
    conversation: Conversation
    now: float
    late: bool = False
    contacts: tuple[Contact, ...] = ()
    programme: Programme = NO_PROGRAMME
    facts: ServiceFacts = NO_FACTS
    places: frozenset[Place] = frozenset()
    bot_name: str = ""
    reply_in: str | None = None
    before: tuple[Turn, ...] | None = None
    replaces: int | None = None
    pointed_at: str = ""
    kept: KeptForms = NOTHING_KEPT
    chat_id: int = 0
    again: bool = False

    @property
    def staff_terms(self) -> HandoffTerms | None:
        """Under which terms staff answer in this chat; None where they do not."""
        return self.facts.handoffs if self.private else None

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What it may lean on, oldest first."""
        return self.conversation.recent_turns(self.now) if self.before is None else self.before

    @property
    def message(self) -> Message | None:
        """The user's message; None for a pressed button."""
        return None if self.update.callback_query else self.update.message

    @property
    def private(self) -> bool:
        """Whether the chat has only the user and the bot."""
        return self.update.private

    @property
    def language(self) -> str:
        """The language of the interface: chosen by the user, else that of their Telegram, else of what they write."""
        if self.reply_in:
            return self.reply_in
        if self.conversation.language:
            return self.conversation.language
        user = self.update.user
        if user and user.language_code:
            return interface_language(user.language_code)
        asked = self.text if not self.text.startswith("/") else ""
        written = asked or next((turn.question for turn in reversed(self.conversation.recent_turns(self.now))), "")
        return question_of(written).reply_in

    @property
    def lacks_notice(self) -> bool:
        """Whether the user has not yet received the privacy notice as it stands; groups receive none."""
        return self.private and (self.conversation.notice or 0) < privacy_notice.VERSION


@dataclass(frozen=True)
class Reply:
    """What a handler wants: messages to send and changes of what is remembered.

    ``conversation``: to be remembered instead; ``pressed``: the token of the button that was pressed; ``forget``: what
    is kept of the user shall be deleted, and what this makes of the counts be sent; ``status``: how it ended, for logs
    and metrics; ``edition``: of the knowledge base that answered; ``questions``: how many of the user's it counts as;
    ``too_many``: "minute" or "day" when it tells the user that they asked too many in one; ``show``: makes a message of
    what is kept of the user; ``notice``: the version of the privacy notice that its first message brings; ``group``:
    what happened to the bot in a group, of which the books are kept: they say whether the messages are sent;
    ``answered``: what is remembered of it; ``rated``: an answer that can be voted on; ``opinion``: what the user thinks
    of one; ``form``: what changes of the user's forms; ``handoff``: of a hand-off to staff; ``agreement``: whether the
    user wants to be told of an answer; ``counted``: as what it counts in the monthly report; ``staff``: what staff did.
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
    show: Callable[[PersonalData], MessageContent] | None = None
    notice: int | None = None
    group: GroupEvent | None = None
    answered: AnsweredMessage | None = None
    rated: RatedAnswer | None = None
    opinion: Opinion | None = None
    form: FormChange | None = None
    handoff: HandoffChange | None = None
    agreement: Agreement | None = None
    staff: StaffDeed | None = None
    counted: CountedQuestion | None = None


NO_REPLY = Reply()


@dataclass(frozen=True)
class TapResult:
    """What a tap on a button does. ``toast``: the text shown on top of the chat at once, "" for none."""

    toast: str
    reply: Reply = NO_REPLY


def interface_language(code: str | None) -> str:
    """One of "zh", "zh-hant", "en" for Telegram's language code."""
    if not code:
        return "zh"
    parts = code.lower().split("-")
    if parts[0] not in ("zh", "yue"):
        return "en"
    return "zh-hant" if parts[0] == "yue" or {"hant", "tw", "hk", "mo"} & set(parts[1:]) else "zh"


def addressed(incoming: IncomingQuestion, text: str) -> MessageContent:
    """``text`` (HTML) addressed to where the question came from: its topic, and in a group as a reply to it."""
    question = incoming.update.message
    if question is None:
        return MessageContent(text)
    asks = question.author is not None and not question.author.is_bot
    reply_to = question.id if asks and (incoming.late or not incoming.private) else None
    return MessageContent(text, thread=question.thread, reply_to=reply_to)


def text_reply(
    incoming: IncomingQuestion,
    key: str,
    *choices: Choice,
    rows: Sequence[Sequence[Choice]] = (),
    **values: str,
) -> Reply:
    """The text ``key`` of the message files in the interface's language, with ``rows`` of buttons and one for each
    choice, by default for what leads on from it.
    """
    names = wording(incoming.programme, incoming.language)
    content = addressed(incoming, html.escape(message(key, incoming.language, **names, **values), quote=False))
    single = choices or steps_of_text(key, incoming.language)
    keyboard, buttons = button_rows(incoming, [*rows, *lines_of(single)])
    messages = (replace(content, keyboard=keyboard),)
    return Reply(messages, incoming.conversation, buttons, status=key, answered=remembered_answer(incoming))


def with_notice(incoming: IncomingQuestion, reply: Reply) -> Reply:
    """``reply``, with the privacy notice above its first message if the user has not received it yet."""
    if not incoming.lacks_notice or reply.notice:
        return reply
    notice, show = html.escape(privacy_notice.notice_text(incoming.language), quote=False), reply.show

    def below(content: MessageContent) -> MessageContent:
        return replace(content, text=f"{notice}\n\n{content.text}")

    if show is not None:
        return replace(reply, show=lambda kept: below(show(kept)), notice=privacy_notice.VERSION)
    if not reply.messages:
        return reply
    first, *others = reply.messages
    answered = reply.answered and replace(reply.answered, introduced=True)
    return replace(reply, messages=(below(first), *others), notice=privacy_notice.VERSION, answered=answered)


def with_link(reply: Reply, label: str, address: str) -> Reply:
    """``reply`` with one more button below its last message, which opens ``address``."""
    *others, last = reply.messages
    return replace(reply, messages=(*others, replace(last, keyboard=(*last.keyboard, ((label, address),)))))


def remembered_answer(incoming: IncomingQuestion, turn: Turn | None = None) -> AnsweredMessage | None:
    """What is remembered of a reply; None where nothing can point at it."""
    question, introduced = incoming.message, turn is not None and incoming.lacks_notice
    if question is None:
        return AnsweredMessage(None, turn=turn) if turn else None
    return AnsweredMessage(question.key, masked(question.text)[0], turn, introduced, incoming.replaces)


def button_rows(incoming: IncomingQuestion, rows: Sequence[Sequence[Choice]]) -> tuple[Keyboard, tuple[Button, ...]]:
    """Rows of buttons; what a button means stays here, Telegram only gets an opaque token."""
    return buttons_for(incoming.conversation.person, rows)


def buttons_for(person: str, rows: Sequence[Sequence[Choice]]) -> tuple[Keyboard, tuple[Button, ...]]:
    """The same for ``person`` (a keyed hash)."""
    made = [
        [(one.label, Button(secrets.token_urlsafe(12), person, one.request, in_place=one.in_place)) for one in row]
        for row in rows
    ]
    keyboard = tuple(tuple((label_shown(label), button.token) for label, button in row) for row in made)
    return keyboard, tuple(button for row in made for _, button in row)
