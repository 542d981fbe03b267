"""The one message of a form, as it looks at each step: its text, its buttons, and where it stands in the chat."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from bot.answer import Choice, lines_of
from bot.answering.next_steps import steps_of_text
from bot.forms.checks import offered
from bot.forms.declaration import FormDeclaration, FormField
from bot.forms.filling import ADULT, AGE, CONSENT, MINOR, SUMMARY, UNDER_14, Draft, asked_fields, place
from bot.presentation.messages import message
from bot.telegram.applications.applications import DAY
from bot.telegram.applications.drafts import FormChange
from bot.telegram.delivery.reply import IncomingQuestion, Reply, addressed, button_rows
from bot.telegram.forms import requests
from bot.telegram.forms.form_texts import answer_lines, as_typed, consent_text, value_shown, worded
from bot.telegram.queue.outgoing.messages import AnsweredMessage, MessageContent
from knowledge.text.characters import units
from knowledge.text.language import HAN

STATUS = "form"
WIDE, NARROW = 10, 20  # UTF-16 units from which a label is too long to stand beside another, with Chinese and without
Rows = Sequence[Sequence[Choice]]


def draft_reply(
    incoming: IncomingQuestion, form: FormDeclaration, draft: Draft, *, notice: str = "", below: bool = False
) -> Reply:
    """``draft`` as it is from now on, shown in place of its message, or ``below`` as a new one; ``notice`` (a text)
    stands above it.
    """
    days = incoming.facts.forms.retention.draft
    text = _text(incoming, form, draft)
    kept = replace(draft, paused=False, message=None if below else draft.message)
    change = FormChange(kept, incoming.now + days * DAY, shows=True)
    shown = f"{notice}\n\n{text}" if notice else text
    reply = _message(incoming, draft, shown, list(_rows(incoming, form, draft)), below=below)
    return replace(reply, form=change)


def last_reply(
    incoming: IncomingQuestion, draft: Draft, key: str, change: FormChange, *, below: bool = False, **values: str
) -> Reply:
    """The end of ``draft``: the text ``key`` takes the place of its message, with what leads on from it; ``below``: as
    a new message.
    """
    steps = lines_of(steps_of_text(key, incoming.language))
    reply = _message(incoming, draft, message(key, incoming.language, **values), steps, below=below)
    return replace(reply, form=change)


def _message(incoming: IncomingQuestion, draft: Draft, text: str, rows: Rows, *, below: bool = False) -> Reply:
    keyboard, buttons = button_rows(incoming, rows)
    content = replace(addressed(incoming, html.escape(text.strip(), quote=False)), keyboard=keyboard, reply_to=None)
    contents: tuple[MessageContent, ...] = (replace(content, edits=None if below else draft.message),)
    if below and draft.message is not None:
        contents = (*contents, MessageContent("", deletes=draft.message))
    answered = AnsweredMessage(None, replaces=draft.shown_by, below=below)
    return Reply(contents, incoming.conversation, buttons, status=STATUS, answered=answered)


def _text(incoming: IncomingQuestion, form: FormDeclaration, draft: Draft) -> str:
    language, named = incoming.language, form.title.shown(incoming.language)
    if draft.step == AGE:
        return message("form.age", language, title=named)
    if draft.step == CONSENT:
        return consent_text(incoming, form, draft)
    if draft.step == SUMMARY:
        return as_typed("form.summary", language, answer_lines(form, draft.answers, incoming), title=named)
    field = _asked(form, draft)
    number, count = place(form, draft)
    ask = field.minor_ask if field.minor_ask and draft.age == MINOR else field.ask
    text = message(
        "form.question", language, title=named, number=str(number), count=str(count), ask=ask.shown(language)
    )
    if draft.answers.get(field.name):
        value = value_shown(field, draft.answers[field.name], incoming)
        return f"{text}\n\n{as_typed('form.current', language, value)}"
    return text


def _asked(form: FormDeclaration, draft: Draft) -> FormField:
    field = form.field(draft.step)
    if field is None:
        raise LookupError(f"form {form.name}: no field {draft.step}")
    return field


def _rows(incoming: IncomingQuestion, form: FormDeclaration, draft: Draft) -> Iterator[Sequence[Choice]]:
    tap = partial(_tap, incoming.language, draft)
    if draft.step == AGE:
        yield (tap("form.under_14_label", "age", UNDER_14), tap("form.minor_label", "age", MINOR))
        yield (tap("form.adult_label", "age", ADULT), tap("form.cancel", "cancel"))
    elif draft.step == CONSENT:
        yield (tap("form.agree", "agree"), tap("form.decline", "decline"))
    elif draft.step == SUMMARY:
        yield (tap("form.submit", "submit"),)
        edits = [
            Choice(
                message("form.edit", incoming.language, label=each.label.shown(incoming.language)),
                requests.step(draft, "edit", each.name),
                "edits",
            )
            for each in asked_fields(form, draft)
        ]
        yield from _pairs(edits)
        yield (tap("form.back", "back"), tap("form.cancel", "cancel"))
    else:
        yield from _field_rows(incoming, form, draft)


def _field_rows(incoming: IncomingQuestion, form: FormDeclaration, draft: Draft) -> Iterator[Sequence[Choice]]:
    tap, field = partial(_tap, incoming.language, draft), _asked(form, draft)
    options = offered(field, incoming.facts.forms.towns)
    yield from _pairs(
        [
            Choice(worded(option, incoming.language), requests.step(draft, "choose", str(number)))
            for number, option in enumerate(options)
        ]
    )
    if draft.answers.get(field.name):
        yield (tap("form.keep", "keep"),)
    number, _ = place(form, draft)
    first = number == 1 and not draft.editing
    yield (
        *(() if first else (tap("form.back", "back"),)),
        *((tap("form.skip", "skip"),) if field.optional else ()),
        tap("form.cancel", "cancel"),
    )


def _tap(language: str, draft: Draft, key: str, verb: str, argument: str = "") -> Choice:
    return Choice(message(key, language), requests.step(draft, verb, argument))


def _pairs(choices: Sequence[Choice]) -> Iterator[Sequence[Choice]]:
    """Two beside each other, long ones alone."""
    line: list[Choice] = []
    for choice in choices:
        long = units(choice.label) > (WIDE if HAN.search(choice.label) else NARROW)
        if line and (long or len(line) == 2):
            yield line
            line = []
        line.append(choice)
        if long:
            yield line
            line = []
    if line:
        yield line
