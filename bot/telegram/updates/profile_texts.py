"""The texts of the bot's profile, each within Telegram's limit whatever the programme and its operator are called."""

from __future__ import annotations

from collections.abc import Sequence

from bot.presentation.messages import message
from bot.settings import Contact, ServiceOperator, Settings
from knowledge.entities.home import wording

LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_ABOUT = 64, 512, 120  # of Telegram, in characters


def name(language: str, settings: Settings) -> str:
    """What the bot is called."""
    return _first_fitting(("profile_name",), language, LONGEST_NAME, settings)


def description(language: str, settings: Settings) -> str:
    """Who runs it, what it answers, that an AI does, a person, /privacy: shown in the empty chat."""
    return _first_fitting(("profile_description", "profile_description_brief"), language, LONGEST_DESCRIPTION, settings)


def about(language: str, settings: Settings) -> str:
    """The short text of the profile page, which is also sent along with links to the bot."""
    return _first_fitting(("profile_about", "profile_about_brief"), language, LONGEST_ABOUT, settings)


def operator_sentence(operator: ServiceOperator | None, language: str) -> str:
    """Who runs the assistant, or that nobody is named."""
    if operator is None:
        return message("operator_unnamed", language)
    names = {"en": operator.en, "zh": operator.zh}
    return message("operator_named", language, name=names.get(language, operator.zh))


def _person(contacts: Sequence[Contact], language: str) -> str:
    """How to reach a person: the numbers, and the command that says whose they are."""
    numbers = ("、" if language != "en" else ", ").join(contact.phone for contact in contacts)
    return message("person_numbers", language, numbers=numbers) if numbers else "/human"


def _first_fitting(keys: Sequence[str], language: str, longest: int, settings: Settings) -> str:
    """The fullest of the texts that fits; the last is cut where even that does not."""
    values = wording(settings.programme, language)
    operator = operator_sentence(settings.operator, language)
    person = _person(settings.contacts, language)
    text = ""
    for key in keys:
        text = message(key, language, **values, operator=operator, person=person).strip()
        if len(text) <= longest:
            return text
    return f"{text[: longest - 1]}…"
