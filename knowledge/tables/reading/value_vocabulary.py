"""Words in cells: relations, yes and no, lists, towns, and which of the known values a cell names."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from knowledge.tables.values import Level, PartnerKind, Relation
from knowledge.tables.vocabularies import LEVEL
from knowledge.text.numerals import ORDINAL
from knowledge.text.quantities import BLANK, MEMORY
from knowledge.towns import Town

YES = {"是", "有", "√", "✓", "✔", "☑", "y", "yes", "true", "1", "提供", "包", "含", "on"}
NO = {"否", "无", "×", "✗", "✘", "x", "n", "no", "false", "0", "不提供", "不包", "不含", "没有", "off", "-", "/"}
E = TypeVar("E", bound=StrEnum)

LEVEL_CODES = {"10": Level.MIDDLE, "20": Level.SENIOR, "30": Level.PREPARATORY}
RELATIONS: tuple[tuple[str, Relation], ...] = (
    (r"signed|签约|签订|签署", Relation.SIGNED),
    (r"plaque|挂牌|授牌|成员", Relation.PLAQUE_MEMBER),
    (r"present|发言|介绍|分享", Relation.PRESENTER),
    (r"other|其他|其它", Relation.OTHER),
)
KINDS: tuple[tuple[str, PartnerKind], ...] = (
    (r"院校|学校|学院|大学|school|college", PartnerKind.SCHOOL),
    (r"企业|公司|enterprise|company|民营|国企|外资", PartnerKind.ENTERPRISE),
    (r"政府|机关|局|government", PartnerKind.GOVERNMENT),
    (r"协会|商会|association", PartnerKind.ASSOCIATION),
    (r"其他|other", PartnerKind.OTHER),
)
SEX_OR_AGE = re.compile(
    r"[(（]?(?:限|仅限|只招|要)?[男女](?:性|士|生|工)?(?:优先|不限)?[)）]|限[男女]性?|仅限[男女]性?|只招[男女]|男女不限|"
    r"\d{2}\s*(?:周?岁)\s*(?:以[上下]|至|-)|\d{2}\s*[-~至]\s*\d{2}\s*周?岁|未婚|已婚已育|形象(?:好|佳|气质)"
)


def text_of(cell: object) -> str | None:
    """A cell as text on one line; None when blank. 45.0 is 45; nothing is evaluated."""
    if type(cell) is str:
        text = " ".join(cell.split())
        return None if text.casefold() in BLANK else text
    if cell is None or isinstance(cell, bool):
        return None if cell is None else ("是" if cell else "否")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if hasattr(cell, "hour") and hasattr(cell, "date"):
        cell = cell.date()
    text = " ".join(str(cell).split())
    return None if text.casefold() in BLANK else text


@lru_cache(maxsize=MEMORY)
def folded(text: str) -> str:
    """Normal width and lower case, for matching."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


@lru_cache(maxsize=MEMORY)
def first_of(text: str, table: tuple[tuple[str, E], ...]) -> E | None:
    """The first value of ``table`` whose pattern is found in ``text``."""
    return next((value for pattern, value in table if re.search(pattern, folded(text))), None)


def all_of(text: str, table: tuple[tuple[str, E], ...]) -> tuple[E, ...]:
    """Every value of ``table`` whose pattern is found in ``text``, in the table's order."""
    return tuple(value for pattern, value in table if re.search(pattern, folded(text)))


@lru_cache(maxsize=MEMORY)
def level_of(text: str) -> Level | None:
    """The level that ``text`` names, by word or by the code 10, 20 or 30."""
    return LEVEL_CODES.get(folded(text)) or first_of(text, LEVEL.cells)


def yes_no(text: str | None) -> bool | None:
    """True, False or None for unknown, from 是, √, yes and the like."""
    if text is None:
        return None
    plain = folded(text)
    return True if plain in YES else False if plain in NO else None


def listed(text: str | None) -> tuple[str, ...]:
    """The items of a cell that holds several: 、 ; | or line breaks between them."""
    return tuple(item.strip() for item in re.split(r"[、;；|\n]|(?<!\d)[,，]", text or "") if item.strip())


@lru_cache(maxsize=MEMORY)
def lawful(text: str) -> str:
    """``text`` without limits on sex, age, marriage or looks."""
    return SEX_OR_AGE.sub("", text).strip()


def steps(text: str | None) -> tuple[str, ...]:
    """Numbered or separated steps, in order, without their marks."""
    parts = re.split(
        rf"[;；\n]|(?<=[。])|(?:^|\s*)(?:\(?\d{{1,2}}[.、)）](?!\d)|[①-⑳]|第{ORDINAL}+步[:：]?)", text or ""
    )
    return tuple(part.strip(" ,，;；。") for part in parts if part and part.strip(" ,，;；。"))


@lru_cache(maxsize=MEMORY)
def town_of(towns: tuple[Town, ...], *texts: str | None) -> str | None:
    """The Chinese name of the first of ``towns`` that one of ``texts`` names in either language."""
    for text in filter(None, texts):
        lower = text.casefold()
        named = next((town for town in towns if town.zh in text), None)
        named = named or next((town for town in towns if town.en.casefold() in lower), None)
        if named:
            return named.zh
    return None
