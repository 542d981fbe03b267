"""The assistant's own words, from the YAML files of this folder. Traditional Chinese is made from Simplified."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from knowledge.text.language import traditional

FOLDER = Path(__file__).parent


def message(key: str, language: str, **values: str) -> str:
    """The text ``key`` in "zh", "zh-hant" or "en", with ``values`` filled in. Raises ``KeyError`` for an unknown key.

    Values are kept as they are: quotes and names are not converted.
    """
    text = messages("en" if language == "en" else "zh")[key]
    return (traditional(text) if language == "zh-hant" else text).format(**values)


@cache
def messages(language: str) -> Mapping[str, str]:
    """All texts of "zh" or "en": every file of this folder whose name ends in the language."""
    found: dict[str, str] = {}
    for path in sorted(FOLDER.glob(f"*{language}.yaml")):
        found |= yaml.safe_load(path.read_text(encoding="utf-8"))
    return found
