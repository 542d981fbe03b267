"""What is typed while somebody fills in a form, and leaving it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.forms.checks import Refused, check
from bot.forms.declaration import FormDeclaration
from bot.forms.filling import MOST_TYPED, Draft, with_answer
from bot.presentation.messages import message
from bot.telegram.delivery.reply import IncomingQuestion, Reply
from bot.telegram.forms.form_entry import listening
from bot.telegram.forms.form_taps import cancelled
from bot.telegram.forms.screens import draft_reply
from bot.telegram.update import ContentKind, Message


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


def cancel(incoming: IncomingQuestion) -> Reply | None:
    """Leave the form that somebody is filling in; None when they are filling in none."""
    found = listening(incoming)
    return cancelled(incoming, *found, below=True) if found else None
