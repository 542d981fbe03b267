"""The towns of a district, from the file that ``towns`` in config.yaml names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ENDING = re.compile(r"(?:街道|街|镇|乡)$| (?:town|subdistrict|sub-district|street|township)$", re.IGNORECASE)
EXPECTED = "expected a Chinese name, a tab and the English name, such as 新华<TAB>Xinhua"


class TownsError(ValueError):
    """The file cannot be used; the message names file, line and what is expected."""


@dataclass(frozen=True)
class Town:
    """A town or subdistrict: 新华, Xinhua; without 街, 镇 and the like, which tables and people add or leave out."""

    zh: str
    en: str


def read_towns(path: Path) -> tuple[Town, ...]:
    """The towns of a UTF-8 file, a line each: Chinese name, tab, English name. Raises ``TownsError``.

    Lines that begin with # are comments.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TownsError(f"{path}: cannot be read ({error})") from None
    towns = [_town(path, number, line) for number, line in enumerate(lines, 1) if line.strip() and line[0] != "#"]
    for number, town in enumerate(towns):
        if any(town.zh == other.zh for other in towns[:number]):
            raise TownsError(f"{path}: {town.zh} stands there twice; remove one of the lines")
    return tuple(towns)


def _town(path: Path, number: int, line: str) -> Town:
    zh, tab, en = line.strip().partition("\t")
    zh, en = ENDING.sub("", zh.strip()), ENDING.sub("", en.strip())
    if not (tab and re.fullmatch(r"[\u3400-\u9fff]{2,}", zh) and re.fullmatch(r"[A-Za-z][A-Za-z' -]+", en)):
        raise TownsError(f"{path}, line {number}: {line!r}: {EXPECTED}")
    return Town(zh, en)
