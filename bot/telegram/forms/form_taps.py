"""What the buttons of a form do, up to the receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.forms.checks import offered
from bot.forms.declaration import FormDeclaration
from bot.forms.filling import (
    CONSENT,
    SUMMARY,
    UNDER_14,
    Consent,
    Draft,
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
from bot.telegram.delivery.reply import IncomingQuestion, Reply, TapResult
from bot.telegram.forms import requests, status_page
from bot.telegram.forms.form_entry import current, gone_on, open_form
from bot.telegram.forms.form_texts import consent_version, contacts
from bot.telegram.forms.requests import FormTap
from bot.telegram.forms.screens import draft_reply, last_reply
from bot.telegram.receipt_numbers import new_number


def tapped(incoming: IncomingQuestion, tap: FormTap) -> TapResult:
    """What a tap does. One on an old button changes nothing and brings the form as it stands."""
    if tap.kind == requests.SHOW:
        return TapResult("", status_page.shown(incoming, tap.name))
    if tap.kind == requests.OPEN:
        form = incoming.facts.forms.named(tap.name)
        return TapResult("", open_form(incoming, form)) if form else TapResult(message("form.gone", incoming.language))
    draft = next((one for one in incoming.kept.drafts if one.id == tap.name), None)
    form = incoming.facts.forms.named(draft.form) if draft else None
    if draft is None or form is None:
        return TapResult(message("form.gone", incoming.language))
    if tap.kind == requests.GO_ON:
        return TapResult("", gone_on(incoming, form, draft))
    below = incoming.update.message
    now = current(incoming, form, draft)
    if tap.revision != draft.revision or now.step != draft.step:
        return TapResult(message("form.old_button", incoming.language), gone_on(incoming, form, draft))
    return TapResult("", _step(incoming, form, replace(draft, message=below.id) if below else draft, tap))


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


def cancelled(incoming: IncomingQuestion, form: FormDeclaration, draft: Draft, *, below: bool = False) -> Reply:
    """The form is left, and what was entered goes."""
    title, change = form.title.shown(incoming.language), FormChange(dropped=draft.id)
    return last_reply(incoming, draft, "form.cancelled", change, below=below, title=title)


def _sent(incoming: IncomingQuestion, form: FormDeclaration, draft: Draft) -> Reply:
    """The receipt. It is sent when it is committed together with what it confirms."""
    if draft.step != SUMMARY or draft.consent is None or not is_complete(form, draft):
        return gone_on(incoming, form, draft)
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
        chat_id=incoming.chat_id,
    )
    title, afterwards = form.title.shown(incoming.language), form.afterwards.shown(incoming.language)
    change = FormChange(dropped=draft.id, sent=sent)
    return last_reply(incoming, draft, "form.sent", change, number=sent.number, title=title, afterwards=afterwards)


def _longest(incoming: IncomingQuestion) -> float:
    return incoming.now + incoming.facts.forms.retention.most * DAY


_ENDS: Mapping[str, Callable[[IncomingQuestion, FormDeclaration, Draft], Reply]] = {
    "decline": _declined,
    "cancel": cancelled,
    "submit": _sent,
}
