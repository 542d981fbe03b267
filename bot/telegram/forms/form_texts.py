"""What is said around a form: who runs it and how long it is kept, its fields and answers in words."""

from __future__ import annotations

from collections.abc import Mapping

from bot.answering.contact_names import contact_lines
from bot.forms.checks import offered
from bot.forms.declaration import BilingualText, FormDeclaration, FormField
from bot.forms.filling import MINOR, Draft, asked_fields
from bot.presentation.messages import message
from bot.presentation.reader_script import in_script
from bot.telegram.delivery.reply import IncomingQuestion

MARK = "\ue000"  # of the private use area: nobody types it, and no script changes it


def worded(wording: BilingualText, language: str) -> str:
    """A text of a declaration in its reader's script."""
    return in_script(wording.shown(language), language)


def as_typed(key: str, language: str, typed: str, **values: str) -> str:
    """The text ``key`` with what somebody typed at {typed}, to the letter whatever the reader's script is."""
    return message(key, language, typed=MARK, **values).replace(MARK, typed)


def contacts(incoming: IncomingQuestion) -> str:
    """Whom to ask instead: those of the service, else whoever runs it."""
    operator = incoming.facts.operator
    lines = contact_lines(incoming.contacts, incoming.language)
    return lines or (operator.contact if operator and operator.contact else "/human")


def operator_name(incoming: IncomingQuestion) -> str:
    """Who runs the forms, with where to turn with questions on personal data."""
    operator = incoming.facts.operator
    if operator is None:
        return contacts(incoming)
    name = operator.en if incoming.language == "en" else operator.zh
    return message("form.operator", incoming.language, name=name, contact=operator.contact or contacts(incoming))


def consent_version(incoming: IncomingQuestion, form: FormDeclaration) -> str:
    """The version of what people agree to: it changes with any word of it, whoever reads it in which language."""
    days = incoming.facts.forms.retention
    operator = incoming.facts.operator
    said = (operator.zh, operator.en, operator.contact or "") if operator else ()
    return form.consent_text_version(*said, str(days.draft), str(days.handled), str(days.most))


def consent_text(incoming: IncomingQuestion, form: FormDeclaration, draft: Draft) -> str:
    """What somebody reads before the first field."""
    language, days = incoming.language, incoming.facts.forms.retention
    asked = [each.label.shown(language) for each in asked_fields(form, draft)]
    text = message(
        "form.consent",
        language,
        title=form.title.shown(language),
        operator=operator_name(incoming),
        purpose=form.purpose.shown(language),
        fields=(", " if language == "en" else "、").join(asked),
        readers=form.readers.shown(language),
        draft=str(days.draft),
        handled=str(days.handled),
        most=str(days.most),
        version=consent_version(incoming, form),
    )
    return f"{text}\n\n{message('form.minor_note', language)}" if draft.age == MINOR else text


def value_shown(field: FormField, value: str, incoming: IncomingQuestion) -> str:
    """An answer as its sender reads it: an option in their language."""
    if not value:
        return message("form.left_out", incoming.language)
    options = offered(field, incoming.facts.forms.towns)
    return next((worded(option, incoming.language) for option in options if option.zh == value), value)


def answer_lines(form: FormDeclaration, answers: Mapping[str, str], incoming: IncomingQuestion) -> str:
    """All answers, a line each."""
    shown = [field for field in form.fields if field.name in answers]
    return "\n".join(
        as_typed(
            "form.line",
            incoming.language,
            value_shown(field, answers[field.name], incoming),
            label=field.label.shown(incoming.language),
        )
        for field in shown
    )
