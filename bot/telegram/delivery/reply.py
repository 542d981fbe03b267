"""What handlers get and what they return: plain values, so that a reply can be written in one transaction."""

from __future__ import annotations

import html
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.answer import Answer, Choice, Status, Turn
from bot.answering.next_steps import steps_of_commands, steps_of_text, wanted_by
from bot.presentation.messages import message
from bot.presentation.rendering import telegram_parts
from bot.settings import Contact
from bot.telegram.feedback.vote_buttons import Keyboard, reason_choices, vote_choices
from bot.telegram.feedback.votes import Opinion, RatedAnswer, Vote
from bot.telegram.queue.conversations import Button, Conversation, DeletionCounts
from bot.telegram.queue.outgoing.messages import MessageContent
from bot.telegram.update import IncomingUpdate
from knowledge.entities.home import wording
from knowledge.settings import NO_PROGRAMME, Programme
from knowledge.text.pii import masked

MOST_UNITS = 4096
LONGEST_LABEL = 60
RATED = frozenset({Status.ANSWERED, Status.PARTLY, Status.NOT_COVERED})


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
    ``too_many``: "minute" or "day" when it tells the user that they asked too many in one; ``rated``: an answer that
    can be voted on; ``opinion``: what the user thinks of one.
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
    rated: RatedAnswer | None = None
    opinion: Opinion | None = None


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
    keyboard, buttons = button_rows(incoming, [*rows, *((choice,) for choice in single)])
    return Reply((replace(content, keyboard=keyboard),), incoming.conversation, buttons, status=key)


def answer_reply(incoming: IncomingQuestion, answer: Answer, question: str) -> Reply:
    """An answer in as many messages as it needs, its choices as buttons below the last, votes above them."""
    texts = [*_notes(incoming, answer.language), *telegram_parts(answer)]
    rated, opinion = _rated(incoming, answer, question), _opinion(incoming, answer)
    if opinion:
        texts.append(html.escape(message("feedback_down", answer.language), quote=False))
    shown = rated if answer.from_documents else None  # below rows stands what leads on in them; words count there too
    votes, vote_buttons = button_rows(incoming, _vote_rows(shown, opinion, answer.language))
    keyboard, buttons = _keyboard(incoming, (*answer.choices, *steps_of_commands(answer)))
    messages = [addressed(incoming, text) for text in _joined(texts)]
    messages[-1] = replace(messages[-1], keyboard=(*votes, *keyboard))
    turn = Turn(masked(question)[0], answer.text[:2000], answer.context)
    talk = incoming.conversation.with_turn(turn, incoming.now, rated.token if rated else "")
    return Reply(
        tuple(messages),
        replace(talk, greeted=True),
        (*vote_buttons, *buttons),
        status=str(answer.status),
        edition=answer.edition,
        questions=1,
        rated=rated,
        opinion=opinion,
    )


def _rated(incoming: IncomingQuestion, answer: Answer, question: str) -> RatedAnswer | None:
    """An answer or a refusal as it can be voted on; None for what the bot says of itself and asks back."""
    if answer.wish or not question or answer.status not in RATED:
        return None
    cited = dict.fromkeys((one.document or one.source, one.section) for one in answer.citations)
    return RatedAnswer(
        secrets.token_urlsafe(12),
        incoming.conversation.person,
        masked(question)[0],
        str(answer.status),
        answer.language,
        answer.edition,
        tuple(cited),
    )


def _opinion(incoming: IncomingQuestion, answer: Answer) -> Opinion | None:
    """What somebody thinks of the last answer who says that it is wrong or of no use; None where there is none."""
    token = incoming.conversation.last_rated(incoming.now) if answer.wish == "wrong_answer" else ""
    return Opinion(token, incoming.conversation.person, Vote.DOWN) if token else None


def _vote_rows(rated: RatedAnswer | None, opinion: Opinion | None, language: str) -> tuple[tuple[Choice, ...], ...]:
    if rated:
        return (vote_choices(rated.token),)
    return reason_choices(opinion.token, language) if opinion else ()


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


def _keyboard(incoming: IncomingQuestion, choices: Sequence[Choice]) -> tuple[Keyboard, tuple[Button, ...]]:
    """Rows of one button each."""
    return button_rows(incoming, [(choice,) for choice in choices])


def button_rows(incoming: IncomingQuestion, rows: Sequence[Sequence[Choice]]) -> tuple[Keyboard, tuple[Button, ...]]:
    """Rows of buttons; what a button means stays here, Telegram only gets an opaque token."""
    person = incoming.conversation.person
    made = [
        [(choice.label[:LONGEST_LABEL], Button(secrets.token_urlsafe(12), person, choice.request)) for choice in row]
        for row in rows
    ]
    keyboard = tuple(tuple((label, button.token) for label, button in row) for row in made)
    return keyboard, tuple(button for row in made for _, button in row)


def question_of(request: str) -> str:
    """The question in a choice's request, if it is one, for the conversation's memory."""
    return str(wanted_by(request).get("ask", ""))
