"""Sentences in the language of the command: its own with values, and those that were finished elsewhere."""

from __future__ import annotations

import re
from functools import lru_cache

from knowledge.ingestion.messages.catalogue import entries, templates
from knowledge.ingestion.messages.language import Language, spoken

SAID = ("reason", "kind", "words")  # how values are called that are sentences or words of ours themselves
DETAILS = "details"  # how a value is called that a library said
NUMBERED = re.compile(r"(?<!\d)\d++$")
MEMORY = 5_000  # sentences: a table says the same of many rows


def say(sentence: str, **values: object) -> str:
    """``sentence``, an English template, in the language of the command, with ``values`` filled in as they are."""
    chosen = sentence if spoken() is Language.EN else entries().get(sentence, sentence)
    return chosen.format(**values)


def in_words(text: str) -> str:
    """A finished English sentence in the language of the command; as it is where no template makes it."""
    return text if spoken() is Language.EN else (_chinese(text) or text)


def foreign(text: str) -> str:
    """Why something failed, in the language of the command; what a library says is quoted in its own words."""
    if spoken() is Language.EN:
        return text
    lines = text.split("\n")
    if len(lines) > 1 and known(text) and not all(known(line) or not line.strip() for line in lines):
        return in_words(text)
    said = (
        _chinese(line) or (say("in its own words: {quoted}", quoted=line) if line.strip() else "") for line in lines
    )
    return "\n".join(said)


def known(text: str) -> bool:
    """Whether a template makes ``text``."""
    return _chinese(text) is not None


@lru_cache(maxsize=MEMORY)
def _chinese(text: str) -> str | None:
    for template in templates():
        values = template.values_in(text)
        if values is not None:
            said = {name: _said(name, value) for name, value in values.items()}
            return template.chinese.format(**said)
    return None


def _said(name: str, value: str) -> str:
    if name == DETAILS:
        return _chinese(value) or say("in its own words: {quoted}", quoted=" ".join(value.split()))
    return (_chinese(value) or value) if NUMBERED.sub("", name) in SAID else value
