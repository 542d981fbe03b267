"""How a form is opened and gone on with, which one takes what is typed, and the way back to it from anything else."""

from __future__ import annotations

import secrets
from dataclasses import replace

from bot.answer import Choice
from bot.forms.declaration import FormDeclaration
from bot.forms.filling import AGE, Draft, as_declared
from bot.presentation.messages import message
from bot.telegram.applications.applications import DAY
from bot.telegram.applications.drafts import FormChange
from bot.telegram.delivery.reply import IncomingQuestion, Reply, button_rows
from bot.telegram.forms import requests
from bot.telegram.forms.form_texts import consent_version
from bot.telegram.forms.screens import draft_reply


def open_form(incoming: IncomingQuestion, form: FormDeclaration) -> Reply:
    """The beginning of ``form``, or where somebody is with it, at the end of the chat."""
    known = incoming.kept.draft_of(form.name)
    if known is None:
        draft = Draft(secrets.token_urlsafe(12), form.name, changed=incoming.now)
        return draft_reply(incoming, form, draft)
    return gone_on(incoming, form, known)


def gone_on(incoming: IncomingQuestion, form: FormDeclaration, draft: Draft) -> Reply:
    """Where somebody is with ``form``, at the end of the chat."""
    notice = message("form.resumed", incoming.language) if draft.step != AGE else ""
    moved = replace(current(incoming, form, draft), revision=draft.revision + 1, typed=0)
    return draft_reply(incoming, form, moved, notice=notice, below=True)


def current(incoming: IncomingQuestion, form: FormDeclaration, draft: Draft) -> Draft:
    """``draft`` by the declaration as it is now."""
    return as_declared(form, draft, consent_version(incoming, form))


def listening(incoming: IncomingQuestion) -> tuple[FormDeclaration, Draft] | None:
    """The form that what somebody types is meant for, with what they have entered; None when it is for none."""
    found = newest(incoming)
    if found is None or not found[1].listens(incoming.now):
        return None
    form, draft = found
    return form, current(incoming, form, draft)


def newest(incoming: IncomingQuestion) -> tuple[FormDeclaration, Draft] | None:
    """The draft that was changed last, of a form that is still offered."""
    named = incoming.facts.forms.named
    return next(((form, draft) for draft in incoming.kept.drafts if (form := named(draft.form))), None)


def beside(incoming: IncomingQuestion, reply: Reply) -> Reply:
    """``reply`` to something else than a form, with a button that leads back to the one that waits, which no longer
    takes what is typed.
    """
    found = newest(incoming)
    shows = bool(reply.messages) and reply.messages[-1].markup_of is None and reply.messages[-1].deletes is None
    if found is None or reply.form or reply.forget or not shows:
        return reply
    form, draft = found
    label = message("form.continue", incoming.language, title=form.title.shown(incoming.language))
    keyboard, buttons = button_rows(incoming, [[Choice(label, requests.goes_on(draft))]])
    *others, last = reply.messages
    change = None
    if draft.listens(incoming.now):
        change = FormChange(replace(draft, paused=True), incoming.now + incoming.facts.forms.retention.draft * DAY)
    shown = replace(last, keyboard=(*last.keyboard, *keyboard))
    return replace(reply, messages=(*others, shown), buttons=(*reply.buttons, *buttons), form=change)
