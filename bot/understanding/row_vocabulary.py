"""Places elsewhere and words without meaning for rows, from ``row_vocabulary.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from knowledge.text.language import fold


@dataclass(frozen=True)
class RowVocabulary:
    """The whole file."""

    elsewhere: tuple[tuple[str, str], ...]  # Chinese and English names
    stop_zh: tuple[str, ...]
    stop_en: tuple[str, ...]


@cache
def row_vocabulary() -> RowVocabulary:
    """The terms, folded; read once."""
    values = yaml.safe_load(Path(__file__).with_name("row_vocabulary.yaml").read_text(encoding="utf-8"))
    return RowVocabulary(
        elsewhere=tuple((chinese, fold(english)) for chinese, english in values["elsewhere"].items()),
        stop_zh=tuple(values["stop_zh"].split()),
        stop_en=tuple(values["stop_en"].split()),
    )
