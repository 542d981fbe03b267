"""Which language this run of the command speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from enum import StrEnum
from itertools import pairwise

OPTION = "--language"


class Language(StrEnum):
    """The languages that staff may choose."""

    ZH = "zh"
    EN = "en"


_SPOKEN = ContextVar("language of the command", default=Language.EN)


def spoken() -> Language:
    """The language of this run."""
    return _SPOKEN.get()


def speak(language: Language) -> None:
    """Speak ``language`` from now on."""
    _SPOKEN.set(language)


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """The language that the arguments ask for, else the locale's: any Chinese one means Chinese, all others English.

    Looked up before the arguments are parsed, for what parsing says about them must be in that language already.
    """
    asked = _asked(arguments)
    if asked in list(Language):
        return Language(asked)
    named = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next(filter(None, named), "")
    return Language.ZH if locale.casefold().startswith("zh") else Language.EN


def _asked(arguments: Sequence[str]) -> str:
    """The last value of --language; "" where there is none."""
    values = [argument.partition("=")[2] for argument in arguments if argument.startswith(f"{OPTION}=")]
    values += [value for name, value in pairwise(arguments) if name == OPTION]
    return values[-1] if values else ""
