"""What a hand-off brings into the two chats: its card, what is passed on, notes, the closing message.

What people wrote is shown to the letter, whatever the script of its reader is.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace

from bot.answer import Answer, Block, BlockKind, Status
from bot.presentation.messages import message
from bot.presentation.rendering import telegram_parts
from bot.telegram.handoffs.handoff import EndedBy, Handoff
from bot.telegram.queue.conversations import PUBLIC_HELP
from bot.telegram.queue.outgoing.messages import MessageContent
from knowledge.text.characters import units

TOKEN = "handoff"  # noqa: S105 - begins the callback data of buttons of hand-offs, which are looked up by their ids
SEND, DECLINE, END, CLOSE = "send", "decline", "end", "close"
Row = tuple[tuple[str, str], ...]


def button(handoff: Handoff, verb: str, label: str) -> Row:
    """A row with the button that does ``verb``."""
    return ((label, f"{TOKEN} {verb} {handoff.id}"),)


def shortened(text: str, most: int) -> str:
    """The first ``most`` UTF-16 units of ``text``, on one line of its own; dots where something is missing."""
    if units(text) <= most:
        return text
    return f"{text.encode('utf-16-le', 'surrogatepass')[: 2 * most].decode('utf-16-le', 'ignore')}…"


def history(handoff: Handoff, language: str, most: int) -> str:
    """What was asked and answered before, each text cut to ``most`` UTF-16 units."""
    asked, said = message("handoff.asked", language), message("handoff.said", language)
    return "\n".join(
        f"{asked}{shortened(question, most)}\n{said}{shortened(answer, most)}" for question, answer in handoff.turns
    )


def card(handoff: Handoff) -> tuple[MessageContent, ...]:
    """What staff see first: the number, what was asked, what was said before, and how to answer."""
    language = handoff.staff_language
    head = message("handoff.card", language, number=handoff.number, name=_language_name(handoff))
    asked = handoff.question or message("handoff.card_no_question", language)
    before = (
        f"\n\n{message('handoff.card_before', language)}\n{history(handoff, language, 600)}" if handoff.turns else ""
    )
    how = message("handoff.card_how", language, number=handoff.number)
    contents = passed_text(handoff, f"{head}\n\n{asked}{before}\n\n{how}")
    *others, last = contents
    closes = button(handoff, CLOSE, message("handoff.close", language))
    return (*others, replace(last, keyboard=(closes,)))


def _language_name(handoff: Handoff) -> str:
    return message(f"language_{handoff.language}", handoff.language)


def from_user(handoff: Handoff, text: str, about: int, key: str = "handoff.from_user") -> tuple[MessageContent, ...]:
    """What the user wrote, for staff. ``key``: of the line above it."""
    head = message(key, handoff.staff_language, number=handoff.number)
    return passed_text(handoff, f"{head}\n{text}", about)


def from_staff(handoff: Handoff, text: str, about: int, key: str = "handoff.from_staff") -> tuple[MessageContent, ...]:
    """What staff wrote, for the user, who does not read which of them."""
    return passed_text(handoff, f"{message(key, handoff.language)}\n{text}", about)


def copied(handoff: Handoff, chat_id: int, number: int) -> tuple[MessageContent, ...]:
    """A file, a voice message, a place: whatever is no text, as it is and without its sender's name."""
    return (MessageContent("", handoff=handoff.id, copies=number, copies_from=chat_id, about=number),)


def passed_text(handoff: Handoff, text: str, about: int | None = None) -> tuple[MessageContent, ...]:
    """``text`` in as many messages as it needs."""
    whole = Answer(Status.ANSWERED, handoff.language, (Block(BlockKind.SAY, text),))
    return tuple(MessageContent(part, handoff=handoff.id, about=about) for part in telegram_parts(whole))


def note(handoff: Handoff, key: str, reply_to: int | None = None, **values: str) -> tuple[MessageContent, ...]:
    """Something that staff are told of a hand-off."""
    text = message(key, handoff.staff_language, number=handoff.number, **values)
    return (MessageContent(html.escape(text, quote=False), handoff=handoff.id, reply_to=reply_to),)


def closing(handoff: Handoff, by: EndedBy) -> tuple[MessageContent, ...]:
    """The one closing message, for the user."""
    language = handoff.language
    text = message(f"handoff.ended_{by}", language, contacts=handoff.office)
    return (MessageContent(html.escape(text, quote=False), keyboard=help_row(language)),)


def help_row(language: str) -> tuple[Row]:
    """The button that leads on from an end; it is kept nowhere."""
    return (((message("steps.open_help", language), PUBLIC_HELP),),)


def forgotten(handoff: Handoff, numbers: Sequence[int]) -> tuple[MessageContent, ...]:
    """What makes a hand-off disappear from the staff chat: its topic, or the bot's messages one by one."""
    if handoff.topic is not None:
        return (MessageContent("", deletes_topic=handoff.topic),)
    return tuple(MessageContent("", deletes=number) for number in numbers)
