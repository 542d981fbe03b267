"""How far somebody is with a form: plain values, and how each step changes them. Nothing here is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.forms.declaration import FormDeclaration, FormField, Minors

AGE, CONSENT, SUMMARY = "#age", "#consent", "#summary"  # steps that are no fields
UNDER_14, MINOR, ADULT = "under_14", "minor", "adult"  # what somebody may say of their age
LISTENS_SECONDS = 3600.0  # for which what somebody types goes into the form that they are filling in
MOST_TYPED = 4  # answers typed since the form was placed at the end of the chat, after which it goes there again


@dataclass(frozen=True)
class Consent:
    """What somebody agreed to or declined: the version of the text, and when, in seconds since 1970."""

    version: str
    at: float


@dataclass(frozen=True)
class Draft:
    """A form that somebody is filling in.

    ``step``: the field that is asked, or one of the steps that are none; ``answers``: values by the fields' names, ""
    for one that was left out; ``age``: ``MINOR`` or ``ADULT``, "" before it is told; ``editing``: one field is changed
    from the summary; ``revision``: counts its changes, so that an old button is known; ``paused``: something else was
    done meanwhile; ``message``: its message's id in Telegram, ``shown_by``: the id in the inbox of what that message
    answers, None before there is one; ``typed``: answers since it was placed at the end of the chat; ``changed``: when.
    """

    id: str
    form: str
    step: str = AGE
    answers: Mapping[str, str] = field(default_factory=dict)
    age: str = ""
    consent: Consent | None = None
    editing: bool = False
    revision: int = 0
    paused: bool = False
    message: int | None = None
    shown_by: int | None = None
    typed: int = 0
    changed: float = 0.0

    def listens(self, now: float) -> bool:
        """Whether what is typed at ``now`` is meant for it."""
        return not self.paused and abs(now - self.changed) < LISTENS_SECONDS


def asked_fields(form: FormDeclaration, draft: Draft) -> tuple[FormField, ...]:
    """The fields that are asked of whoever fills in ``draft``, in order."""
    adult = draft.age == ADULT
    return tuple(each for each in form.fields if (adult or not each.adults_only) and not _is_skipped(each, draft))


def _is_skipped(each: FormField, draft: Draft) -> bool:
    return each.skip_if is not None and draft.answers.get(each.skip_if.field) in each.skip_if.answers


def place(form: FormDeclaration, draft: Draft) -> tuple[int, int]:
    """Which of how many fields is asked, counted from 1; the number behind the last at the summary."""
    names = [each.name for each in asked_fields(form, draft)]
    return (names.index(draft.step) + 1 if draft.step in names else len(names) + 1), len(names)


def with_age(form: FormDeclaration, draft: Draft, age: str) -> Draft | None:
    """``draft`` after somebody told how old they are; None where the form is not for them."""
    if age not in (MINOR, ADULT) or (age == MINOR and form.minors is Minors.REFUSED):
        return None
    return replace(draft, age=age, step=CONSENT)


def with_consent(form: FormDeclaration, draft: Draft, consent: Consent) -> Draft:
    """``draft`` after its text was agreed to: at the first field that has no answer."""
    return _onward(form, replace(draft, consent=consent))


def with_answer(form: FormDeclaration, draft: Draft, value: str) -> Draft:
    """``draft`` after the field that it asks was answered, or left out (""). What is no longer asked goes."""
    answered = replace(draft, answers={**draft.answers, draft.step: value})
    asked = {each.name for each in asked_fields(form, answered)}
    kept = {name: said for name, said in answered.answers.items() if name in asked}
    return _onward(form, replace(answered, answers=kept))


def _onward(form: FormDeclaration, draft: Draft) -> Draft:
    missing = (each.name for each in asked_fields(form, draft) if each.name not in draft.answers)
    return replace(draft, step=next(missing, SUMMARY), editing=False)


def back(form: FormDeclaration, draft: Draft) -> Draft:
    """``draft`` at the field before; from the summary at the last one; where there is none before, as it is."""
    names = [each.name for each in asked_fields(form, draft)]
    if draft.editing:
        return replace(draft, step=SUMMARY, editing=False)
    number = names.index(draft.step) if draft.step in names else len(names)
    return replace(draft, step=names[number - 1]) if number else draft


def editing(form: FormDeclaration, draft: Draft, name: str) -> Draft | None:
    """``draft`` at the field ``name``, to be changed from the summary; None where it is not asked."""
    asked = {each.name for each in asked_fields(form, draft)}
    return replace(draft, step=name, editing=True) if name in asked else None


def is_complete(form: FormDeclaration, draft: Draft) -> bool:
    """Whether every field has its answer, those left out that may be."""
    return all(
        each.name in draft.answers and (each.optional or bool(draft.answers[each.name]))
        for each in asked_fields(form, draft)
    )


def as_declared(form: FormDeclaration, draft: Draft, version: str) -> Draft:
    """``draft`` where its declaration has changed since: another consent text is agreed to again, and a field that is
    gone is asked no more.
    """
    if draft.step == AGE:
        return draft
    if draft.consent is None or draft.consent.version != version:
        return replace(draft, step=CONSENT, consent=None, editing=False)
    names = {each.name for each in asked_fields(form, draft)}
    if (draft.step != SUMMARY and draft.step not in names) or (draft.step == SUMMARY and not is_complete(form, draft)):
        return _onward(form, replace(draft, answers={k: v for k, v in draft.answers.items() if k in names}))
    return draft
