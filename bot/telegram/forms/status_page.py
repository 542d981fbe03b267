"""What somebody sent, with its state; what waits to be sent; and the forms that there are, to be chosen from."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.answer import Choice
from bot.forms.declaration import FormDeclaration
from bot.presentation.days import day_in_words
from bot.presentation.messages import message
from bot.telegram.applications.applications import Application
from bot.telegram.delivery.reply import IncomingQuestion, Reply, button_rows, text_reply
from bot.telegram.forms import requests
from bot.telegram.forms.form_texts import answer_lines, consent_version, contacts, operator_name
from knowledge.validity import BEIJING

MOST_SHOWN = 10  # applications of one message


def status(incoming: IncomingQuestion) -> Reply:
    """All that somebody sent, the newest first."""
    sent, language = incoming.kept.sent, incoming.language
    if not sent:
        return text_reply(incoming, "form.status_none", *form_choices(incoming, incoming.facts.forms.forms))
    lines = [_line(incoming, one) for one in sent[:MOST_SHOWN]]
    choices = [
        Choice(message("form.show", language, number=one.number), requests.shows(one.number), f"sent {place // 2}")
        for place, one in enumerate(sent[:MOST_SHOWN])
    ]
    return text_reply(incoming, "form.status", *choices, lines="\n".join(lines), contacts=contacts(incoming))


def _line(incoming: IncomingQuestion, sent: Application) -> str:
    form = incoming.facts.forms.named(sent.form)
    return message(
        "form.status_line",
        incoming.language,
        number=sent.number,
        title=form.title.shown(incoming.language) if form else sent.form,
        date=day_in_words(datetime.fromtimestamp(sent.made, BEIJING).date(), incoming.language),
        state=message(f"form.state_{sent.state}", incoming.language),
    )


def shown(incoming: IncomingQuestion, number: str) -> Reply:
    """One application with all that was entered; the list where it is there no more."""
    sent = next((one for one in incoming.kept.sent if one.number == number), None)
    form = incoming.facts.forms.named(sent.form) if sent else None
    if sent is None or form is None:
        return status(incoming)
    reply = text_reply(incoming, "form.shown", line=_line(incoming, sent))
    *_, last = reply.messages
    lines = html.escape(answer_lines(form, sent.answers, incoming), quote=False)
    return replace(reply, messages=(replace(last, text=f"{last.text}\n\n{lines}"),))


def choose(incoming: IncomingQuestion, forms: Sequence[FormDeclaration]) -> Reply:
    """Which of ``forms`` somebody wants to fill in."""
    choices = form_choices(incoming, forms)
    return text_reply(incoming, "form.choose", *choices, operator=operator_name(incoming), contacts=contacts(incoming))


def not_declined(incoming: IncomingQuestion, forms: Sequence[FormDeclaration]) -> list[FormDeclaration]:
    """Those of ``forms`` whose text somebody has not declined as it stands: nobody is asked again by itself."""
    declined = incoming.kept.declined
    return [form for form in forms if (form.name, consent_version(incoming, form)) not in declined]


def form_choices(incoming: IncomingQuestion, forms: Sequence[FormDeclaration]) -> list[Choice]:
    """A button that opens each of ``forms``."""
    language = incoming.language
    return [
        Choice(message("form.open", language, title=form.title.shown(language)), requests.opens(form)) for form in forms
    ]


def with_forms(incoming: IncomingQuestion, reply: Reply, forms: Sequence[FormDeclaration]) -> Reply:
    """``reply`` with a button below it that opens each of ``forms``, in front of what leads on otherwise."""
    if not forms or not reply.messages:
        return reply
    keyboard, buttons = button_rows(incoming, [[choice] for choice in form_choices(incoming, forms)])
    *others, last = reply.messages
    shown = replace(last, keyboard=(*keyboard, *last.keyboard))
    return replace(reply, messages=(*others, shown), buttons=(*buttons, *reply.buttons))
