"""The contacts of the configuration, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.presentation.messages import message
from bot.settings import Contact


def contact_name(contact: Contact, language: str) -> str:
    """Whose number it is, for a reader of ``language``."""
    return contact.en if language == "en" else contact.zh


def contacts_named(contacts: Sequence[Contact], language: str) -> str:
    """Numbers with their names, in a sentence; empty without any."""
    named = [message("answer.contact", language, phone=one.phone, name=contact_name(one, language)) for one in contacts]
    return (", " if language == "en" else "、").join(named)


def contact_lines(contacts: Sequence[Contact], language: str) -> str:
    """The same to be dialled, a line each."""
    return "\n".join(f"{one.phone}  {contact_name(one, language)}" for one in contacts)
