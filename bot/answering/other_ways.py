"""What is said to somebody whom a telephone number did not help: other ways, and never the same number again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from bot.answer import Answer, AnswerKind, Block, BlockKind, Citation, ConversationContext, Status, Turn
from bot.answering.contact_names import contact_name, contacts_named
from bot.answering.extractive import compose, select_quotes
from bot.evidence.grounding_check import without_unsupported
from bot.evidence.particulars import states_a_place
from bot.presentation.messages import message
from bot.settings import Contact, Settings
from bot.understanding.question import Question, question_of
from knowledge.editions.live_edition import NoEdition
from knowledge.entities.home import wording

if TYPE_CHECKING:
    from knowledge.editions.open_edition import OpenEdition

Counter = tuple[tuple[Block, ...], tuple[Citation, ...]]


def other_ways(
    asked: Question, turns: Sequence[Turn], settings: Settings, edition: OpenEdition | None, day: date
) -> Answer:
    """Contacts that were not told yet, when the others are answered, and where the base says the office is.

    A number that the message names was told; without one, those in the answers before.
    """
    language = asked.reply_in
    told = _told(settings.contacts, asked.text) or _told(settings.contacts, *(turn.answer for turn in turns))
    left = [contact for contact in settings.contacts if contact not in told] if told else []
    hours = [contact for contact in told or settings.contacts if contact.hours]
    counter, citations = _counter(edition, settings, language, day) if edition else ((), ())
    further = [
        *([_say("steps.unreachable_other", language, contacts=contacts_named(left, language))] if left else []),
        *(
            _say("steps.unreachable_hours", language, name=contact_name(one, language), hours=_hours(one, language))
            for one in hours
        ),
        *([_say("steps.unreachable_counter", language), *counter] if counter else []),
    ]
    ways = further or [_say("steps.unreachable_nothing", language)]
    return Answer(
        Status.PARTLY if counter else Status.HAND_OFF,
        language,
        (_say("steps.unreachable", language), *ways, _say("steps.unreachable_employer", language)),
        citations,
        edition=edition.number if edition else None,
        context=ConversationContext(aside=True),
        wish="unreachable",
        kind=AnswerKind.SERVICE,
    )


def other_ways_of(
    lend: Callable[[], AbstractContextManager[OpenEdition]],
    language: str,
    turns: Sequence[Turn],
    settings: Settings,
    day: date,
) -> Answer:
    """The same to somebody who pressed a button, also while there is no edition."""
    asked = replace(question_of("", language), reply_in=language)
    try:
        with lend() as edition:
            return other_ways(asked, turns, settings, edition, day)
    except NoEdition:
        return other_ways(asked, turns, settings, None, day)


def _told(contacts: Sequence[Contact], *texts: str) -> list[Contact]:
    return [contact for contact in contacts if any(contact.phone in text for text in texts)]


def _counter(edition: OpenEdition, settings: Settings, language: str, day: date) -> Counter:
    """What documents say of where the office is, if they state a place."""
    host = wording(settings.programme, language)["host"]
    if not host:
        return (), ()
    question = question_of(message("steps.where_is_the_office", language, host=host), language)
    found = edition.search(question.text, day=day)
    if not found.passages or found.probability < settings.search.answer_above:
        return (), ()
    quotes = [
        quote for quote in select_quotes(question, found, edition) if any(map(states_a_place, quote.excerpt.pieces))
    ]
    draft = without_unsupported(compose(question, quotes)) if quotes else None
    return (draft.blocks, draft.citations) if draft else ((), ())


def _hours(contact: Contact, language: str) -> str:
    return contact.hours.shown(language) if contact.hours else ""


def _say(key: str, language: str, **values: str) -> Block:
    return Block(BlockKind.SAY, message(key, language, **values))
