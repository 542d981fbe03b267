"""The assistant's own words: a folder of gettext catalogues for each language, a catalogue for each part of the bot.

`make catalogues` makes those of zh_Hant_HK from those of zh_Hans, but for entries that are marked as written by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from bot.presentation.reader_script import in_script

FOLDER = Path(__file__).parent
LOCALES = {"zh": "zh_Hans", "zh-hant": "zh_Hant_HK", "en": "en"}


def message(key: str, language: str, **values: str) -> str:
    """The text ``key`` in "zh", "zh-hant" or "en", with ``values`` filled in. Raises ``KeyError`` for an unknown key.

    Values are put into the script of the language; an English text shows them as they are.
    """
    return messages(language)[key].format(**{name: in_script(value, language) for name, value in values.items()})


@cache
def messages(language: str) -> Mapping[str, str]:
    """All texts of "zh", "zh-hant" or "en" by their keys, with {…} to be filled in."""
    found: dict[str, str] = {}
    for path in sorted((FOLDER / LOCALES[language]).glob("*.po")):
        with path.open("rb") as file:
            entries = read_po(file, abort_invalid=True)
        found |= {str(entry.id): str(entry.string) for entry in entries if entry.id}
    return found
