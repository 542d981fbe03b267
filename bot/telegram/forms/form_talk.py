"""What becomes of a form: what is typed into it, what its buttons do, how it is opened, left and sent."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.answer import Choice
from bot.forms.checks import Refused, check, offered
from bot.forms.declaration import FormDeclaration
from bot.forms.filling import (
    AGE,
    CONSENT,
    MOST_TYPED,
    SUMMARY,
    UNDER_14,
    Consent,
    Draft,
    as_declared,
    back,
    editing,
    is_complete,
    with_age,
    with_answer,
    with_consent,
)
from bot.presentation.messages import message
from bot.telegram.applications.applications import DAY, Application
from bot.telegram.applications.drafts import Decision, FormChange
from bot.telegram.delivery.reply import NO_REPLY, IncomingQuestion, Reply, button_rows
from bot.telegram.forms import requests, status_page
from bot.telegram.forms.form_texts import consent_version, contacts
from bot.telegram.forms.requests import FormTap
from bot.telegram.forms.screens import draft_reply, last_reply
from bot.telegram.update import ContentKind, Message
from knowledge.validity import BEIJING

NUMBER_LETTERS = "2346789ACDEFGHJKMNPQRTUVWXY"  # that nobody mistakes for another, by eye or by ear


@dataclass(frozen=True)
class AnsweredTap:
    """``toast``: what is shown on top of the chat at once, a message's key, "" for nothing."""

    toast: str
    reply: Reply = NO_REPLY


def open_form(incoming: IncomingQuestion, form: FormDeclaration) -> Reply:
    """The beginning of ``form``, or where somebody is with it, at the end of the chat."""
    known = incoming.kept.draft_of(form.name)
    if known is None:
        draft = Draft(secrets.token_urlsafe(12), form.name, changed=incoming.now)
        return draft_reply(incoming, form, draft)
    return _gone_on(incoming, form, known)


def _gone_on(incoming: IncomingQuestion, form: FormDeclaration, draft: Draft) -> Reply:
    notice = message("form.resumed", incoming.language) if draft.step != AGE else ""
    moved = replace(_current(incoming, form, draft), revision=draft.revision + 1, typed=0)
    return draft_reply(incoming, form, moved, notice=notice, below=True)


def _current(incoming: IncomingQuestion, form: FormDeclaration, draft: Draft) -> Draft:
    return as_declared(form, draft, consent_version(incoming, form))


def listening(incoming: IncomingQuestion) -> tuple[FormDeclaration, Draft] | None:
    """The form that what somebody types is meant for, with what they have entered; None when it is for none."""
    newest = _newest(incoming)
    if newest is None or not newest[1].listens(incoming.now):
        return None
    form, draft = newest
    return form, _current(incoming, form, draft)


def _newest(incoming: IncomingQuestion) -> tuple[FormDeclaration, Draft] | None:
    """The draft that was changed last, of a form that is still offered."""
    named = incoming.facts.forms.named
    return next(((form, draft) for draft in incoming.kept.drafts if (form := named(draft.form))), None)


def typed(incoming: IncomingQuestion, said: Message) -> Reply | None:
    """What a message does to the form that somebody is filling in; None when they are filling in none."""
    found = listening(incoming)
    if found is None:
        return None
    form, draft = found
    refuse = partial(_refused, incoming, form, draft)
    if incoming.update.is_edit:
        return refuse("form.edited")
    if said.forwarded:
        return refuse("form.forwarded")
    if said.kind is not ContentKind.TEXT:
        return refuse("form.text_only")
    field = form.field(draft.step)
    if field is None:
        return refuse("form.tap_first")
    checked = check(field, incoming.text, incoming.facts.forms.towns)
    if isinstance(checked, Refused):
        return refuse(checked.key, **checked.values)
    many = draft.typed + 1 >= MOST_TYPED
    answered = with_answer(form, draft, checked.value)
    moved = replace(answered, revision=draft.revision + 1, typed=0 if many else draft.typed + 1)
    return draft_reply(incoming, form, moved, below=many)


def _refused(incoming: IncomingQuestion, form: FormDeclaration, draft: Draft, key: str, **values: str) -> Reply:
    """The same step again, at the end of the chat where it is seen, with what was wrong; what was entered is kept."""
    notice = message(key, incoming.language, **values)
    again = replace(draft, revision=draft.revision + 1, typed=0)
    return draft_reply(incoming, form, again, notice=f"⚠️ {notice}", below=True)


def tapped(incoming: IncomingQuestion, tap: FormTap) -> AnsweredTap:
    """What a tap does. One on an old button changes nothing and brings the form as it stands."""
    if tap.kind == requests.SHOW:
        return AnsweredTap("", status_page.shown(incoming, tap.name))
    if tap.kind == requests.OPEN:
        form = incoming.facts.forms.named(tap.name)
        return AnsweredTap("", open_form(incoming, form)) if form else AnsweredTap("form.gone")
    draft = next((one for one in incoming.kept.drafts if one.id == tap.name), None)
    form = incoming.facts.forms.named(draft.form) if draft else None
    if draft is None or form is None:
        return AnsweredTap("form.gone")
    if tap.kind == requests.GO_ON:
        return AnsweredTap("", _gone_on(incoming, form, draft))
    below = incoming.update.message
    current = _current(incoming, form, draft)
    if tap.revision != draft.revision or current.step != draft.step:
        return AnsweredTap("form.old_button", _gone_on(incoming, form, draft))
    return AnsweredTap("", _step(incoming, form, replace(draft, message=below.id) if below else draft, tap))


def _step(incoming: IncomingQuestion, form: FormDeclaration, draft: Draft, tap: FormTap) -> Reply:
    if tap.verb in _ENDS:
        return _ENDS[tap.verb](incoming, form, draft)
    if tap.verb == "age":
        return _aged(incoming, form, draft, tap.argument)
    if tap.verb == "agree" and draft.step == CONSENT:
        return _agreed(incoming, form, draft)
    changed = _changed(incoming, form, draft, tap)
    return draft_reply(incoming, form, replace(changed, revision=draft.revision + 1, typed=0))


def _changed(incoming: IncomingQuestion, form: FormDeclaration, draft: Draft, tap: FormTap) -> Draft:
    """``draft`` after a tap at one of its fields or at the summary; as it is where the tap does not belong there."""
    field = form.field(draft.step)
    if tap.verb == "back":
        return back(form, draft)
    if tap.verb == "edit":
        return editing(form, draft, tap.argument) or draft
    if field is None:
        return draft
    if tap.verb == "skip" and field.optional:
        return with_answer(form, draft, "")
    if tap.verb == "keep" and draft.answers.get(field.name):
        return with_answer(form, draft, draft.answers[field.name])
    if tap.verb == "choose":
        return with_answer(form, draft, offered(field, incoming.facts.forms.towns)[int(tap.argument)].zh)
    return draft


def _aged(incoming: IncomingQuestion, form: FormDeclaration, draft: Draft, age: str) -> Reply:
    told = with_age(form, draft, age)
    if told is None:
        key = "form.under_14" if age == UNDER_14 else "form.minor_refused"
        return last_reply(incoming, draft, key, FormChange(dropped=draft.id), contacts=contacts(incoming))
    return draft_reply(incoming, form, replace(told, revision=draft.revision + 1))


def _decision(incoming: IncomingQuestion, form: FormDeclaration, *, agreed: bool) -> Decision:
    return Decision(form.name, Consent(consent_version(incoming, form), incoming.now), agreed)


def _agreed(incoming: IncomingQuestion, form: FormDeclaration, draft: Draft) -> Reply:
    decision = _decision(incoming, form, agreed=True)
    begun = replace(with_consent(form, draft, decision.consent), revision=draft.revision + 1, typed=0)
    reply = draft_reply(incoming, form, begun)
    return replace(reply, form=reply.form and replace(reply.form, decision=decision))


def _declined(incoming: IncomingQuestion, form: FormDeclaration, draft: Draft) -> Reply:
    change = FormChange(dropped=draft.id, decision=_decision(incoming, form, agreed=False), until=_longest(incoming))
    return last_reply(incoming, draft, "form.declined", change, contacts=contacts(incoming))


def _cancelled(incoming: IncomingQuestion, form: FormDeclaration, draft: Draft, *, below: bool = False) -> Reply:
    """The form is left, and what was entered goes."""
    title, change = form.title.shown(incoming.language), FormChange(dropped=draft.id)
    return last_reply(incoming, draft, "form.cancelled", change, below=below, title=title)


def cancel(incoming: IncomingQuestion) -> Reply | None:
    """Leave the form that somebody is filling in; None when they are filling in none."""
    found = listening(incoming)
    return _cancelled(incoming, *found, below=True) if found else None


def _sent(incoming: IncomingQuestion, form: FormDeclaration, draft: Draft) -> Reply:
    """The receipt. It is sent when it is committed together with what it confirms."""
    if draft.step != SUMMARY or draft.consent is None or not is_complete(form, draft):
        return _gone_on(incoming, form, draft)
    now, fields = incoming.now, [field for field in form.fields if field.name in draft.answers]
    sent = Application(
        new_number(now),
        form.name,
        now,
        now,
        _longest(incoming),
        answers={field.name: draft.answers[field.name] for field in fields},
        labels={field.name: field.label.zh for field in fields},
        age=draft.age,
        language=incoming.language,
        consent=(draft.consent.version, draft.consent.at),
    )
    title, afterwards = form.title.shown(incoming.language), form.afterwards.shown(incoming.language)
    change = FormChange(dropped=draft.id, sent=sent)
    return last_reply(incoming, draft, "form.sent", change, number=sent.number, title=title, afterwards=afterwards)


def new_number(now: float) -> str:
    """A number that nobody can guess: the day in Beijing and five letters, 261201-7KQ4M."""
    drawn = "".join(secrets.choice(NUMBER_LETTERS) for _ in range(5))
    return f"{datetime.fromtimestamp(now, BEIJING):%y%m%d}-{drawn}"


def _longest(incoming: IncomingQuestion) -> float:
    return incoming.now + incoming.facts.forms.retention.most * DAY


def beside(incoming: IncomingQuestion, reply: Reply) -> Reply:
    """``reply`` to something else than a form, with a button that leads back to the one that waits, which no longer
    takes what is typed.
    """
    newest = _newest(incoming)
    shows = bool(reply.messages) and reply.messages[-1].markup_of is None and reply.messages[-1].deletes is None
    if newest is None or reply.form or reply.forget or not shows:
        return reply
    form, draft = newest
    label = message("form.continue", incoming.language, title=form.title.shown(incoming.language))
    keyboard, buttons = button_rows(incoming, [[Choice(label, requests.goes_on(draft))]])
    *others, last = reply.messages
    change = None
    if draft.listens(incoming.now):
        change = FormChange(replace(draft, paused=True), incoming.now + incoming.facts.forms.retention.draft * DAY)
    shown = replace(last, keyboard=(*last.keyboard, *keyboard))
    return replace(reply, messages=(*others, shown), buttons=(*reply.buttons, *buttons), form=change)


_ENDS: Mapping[str, Callable[[IncomingQuestion, FormDeclaration, Draft], Reply]] = {
    "decline": _declined,
    "cancel": _cancelled,
    "submit": _sent,
}
