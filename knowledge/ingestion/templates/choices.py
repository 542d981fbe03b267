"""The drop-downs of the templates: the values that cells are read as, in the words of each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from knowledge.tables.values import Education, Entry, Level, Mode, Work
from knowledge.tables.vocabularies import EDUCATION, ENTRY, LEVEL, MODE, WORK
from knowledge.towns import Town

# No cell is read as another mode than those that have a name: 其他 would tell nothing.
CHINESE: Mapping[str, Sequence[str]] = {
    "education": list(Education),
    "level": list(Level),
    "entry": list(Entry),
    "mode": [mode for mode in Mode if mode is not Mode.OTHER],
    "work": list(Work),
    "yes_no": ("是", "否"),
    "relation": ("签约", "授牌", "介绍", "其他"),
    "partner_kind": ("院校", "企业", "政府", "协会", "其他"),
}
ENGLISH: Mapping[str, Sequence[str]] = {
    "education": list(EDUCATION.english.values()),
    "level": list(LEVEL.english.values()),
    "entry": list(ENTRY.english.values()),
    "mode": [word for mode, word in MODE.english.items() if mode != Mode.OTHER],
    "work": list(WORK.english.values()),
    "yes_no": ("yes", "no"),
    "relation": ("signed", "plaque member", "presenter", "other"),
    "partner_kind": ("school", "enterprise", "government", "association", "other"),
}


def choices(name: str, language: str, towns: Sequence[Town]) -> Sequence[str]:
    """What the drop-down ``name`` offers in "zh" or "en"; ``towns``: the district's."""
    if name == "towns":
        return [town.en if language == "en" else town.zh for town in towns]
    return (ENGLISH if language == "en" else CHINESE)[name]
