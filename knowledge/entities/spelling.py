"""Variants of a name as people write it, and the span of a variant in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from knowledge.entities.home import Home
from knowledge.text.language import fold, in_dictionary, written
from knowledge.text.quantities import normal

SCHOOL_WORD = r"(?:高级)?(?:技师学院|技工学校|技术学院|学院|学校|技校|院校)"
SCHOOL_KIND = re.compile(
    r"(?:高级)?(?:技师学院|技工学校|职业技术学院|职业技术学校|职业学院|职业学校|技术学院|大学|学院|学校|技校)$"
)
SCHOOL_KIND_EN = re.compile(
    r"(?: ?\b(?:senior|technician|technical|vocational|and)){0,6} ?\b(?:college|institute|school|university)$"
)
EN_REGION_WORD = r"(?:city|municipal|provincial|province|district)"
SAMPLE = r"(?:示例|sample )"
LEGAL_FORM = r"(?:股份|集团)?有限(?:责任)?公司"


@lru_cache(maxsize=20_000)
def plain_name(folded: str) -> str:
    """The form in which folded names are compared: Cantonese as written Chinese, numerals as digits."""
    return normal(written(folded))


def plain_form(name: str) -> str:
    """The plain form of a name, folded or not; see ``plain_name``."""
    return plain_name(fold(name))


@dataclass(frozen=True)
class Parts:
    """A school's name taken apart: 广州市, 轻工, 技师学院. ``core`` is empty where only the region tells it apart."""

    region: str
    core: str
    kind: str


def parts_of(name: str, home: Home) -> Parts | None:
    """The parts of a school's plain name; None when it does not say where it is, or is no school's."""
    kind = SCHOOL_KIND.search(name)
    region = home.prefix.match(name)
    if not kind or not region or region.end() > kind.start():
        return None
    core = name[region.end() : kind.start()]
    named_after = next((own for own in home.regions if not core and region[0].endswith(own) and region[0] != own), "")
    return Parts(region[0].removesuffix(named_after), core or named_after, kind[0])  # 云浦市 | 临渚 | 技师学院


def english_short(name: str, home: Home) -> str | None:
    """A school's plain English name without its kind: guangzhou light industry; None where nothing would tell it."""
    core = english_core(name, home)
    return name[: name.index(core) + len(core)] if core else None


def english_core(name: str, home: Home) -> str | None:
    """What is left of a school's plain English name without region and kind; None when it names no own region."""
    region = re.match(rf"(?:(?:{'|'.join(map(re.escape, home.regions_en)) or '(?!)'}) (?:{EN_REGION_WORD} )?)+", name)
    kind = SCHOOL_KIND_EN.search(name)
    return name[region.end() : max(region.end(), kind.start())].strip() if region and kind else None


def is_word(form: str) -> bool:
    """Whether a Chinese form is an ordinary word as well, so that it names somebody only beside 学院 and the like."""
    return not form.isascii() and in_dictionary(form)


def shorter(name: str, home: Home) -> Iterator[str]:
    """A plain name and what people leave out of it: region, legal form, brackets, punctuation."""
    yield name
    bare = re.sub(r"[(（][^()（）]*+[)）]", " ", name)
    bare = re.sub(
        r",? {0,3}(?:co\.?,? {0,3}ltd\.?|limited|inc\.?)$|(?:股份)?有限(?:责任)?公司", "", bare.strip()
    ).strip(" ,.")
    yield bare
    if parts := parts_of(name, home):
        stem = re.sub(r"(?:省|市|区|县)$", "", parts.region)
        yield f"{stem}{parts.core}{parts.kind}"
        if parts.core and not is_word(parts.core + parts.kind):
            yield f"{parts.core}{parts.kind}"
    own = bare
    while begins := re.match(rf"{SAMPLE}|{home.prefix.pattern}", own):
        own = own[begins.end() :]
    if own != bare and len(own) >= 3 and not re.match(SCHOOL_WORD, own):
        yield own
    if re.match(r"[a-z]", bare) and not re.search(r"college|institute|school|university", bare):
        first = bare.split()[0]
        if len(first) >= 5 and first not in home.regions_en:
            yield first
    for kind in ("college", "institute"):
        if bare.endswith(f" {kind}"):
            yield from (bare.removesuffix(kind) + other for other in ("college", "institute", "school"))


def begun_names(parts: Parts, cores: Iterable[str]) -> Iterator[str]:
    """Short names by the part of a core that is the whole core of another school: 省轻工 for 广东省轻工业技师学院."""
    stem, suffix = _regions(parts)
    for core in cores:
        if core and core != parts.core and parts.core.startswith(core):
            yield from (f"{region}{core}" for region in (suffix, stem, parts.region) if region)


def _regions(parts: Parts) -> tuple[str, str]:
    stem = re.sub(r"(?:省|市|区|县)$", "", parts.region)
    return stem, parts.region.removeprefix(stem)


def short_names(parts: Parts) -> Iterator[str]:
    """How a school with a region is called for short: 市轻工, 广州轻工; its core alone where that is no word."""
    stem, suffix = _regions(parts)
    if not parts.core:
        return
    for region in filter(None, (suffix, stem, parts.region)):
        yield f"{region}{parts.core}"
        yield f"{region}{parts.core}{parts.kind}"
    if not is_word(parts.core):
        yield parts.core


def span_of(text: str, variant: str, *, weak: bool, alone: bool, school: bool) -> tuple[int, int] | None:
    """The span of ``variant`` where it stands as a name; None where it does not.

    Latin variants match whole words; short school names only where they cannot mean a trade.
    ``weak``: the variant was derived, so it needs 学院 or the like behind it. ``alone``: short names do without.
    """
    if variant.isascii():
        match = re.search(rf"(?<![a-z0-9]){re.escape(variant)}(?:'s)?(?![a-z0-9])", text)
        return match.span() if match else None
    match = re.search(rf"{re.escape(variant)}(?![a-z0-9])" if variant[-1].isascii() else re.escape(variant), text)
    if match is None:
        return None
    start, end = match.span()
    if "省" not in variant and text[max(0, start - 1) : start] == "省":
        return None
    tail = re.match(SCHOOL_WORD, text[end:])
    short = weak or len(variant) <= 3 or is_word(variant)
    if school and short and not tail and not alone and "省" not in variant:
        return None
    if not school and (form := re.match(LEGAL_FORM, text[end:])):
        end += form.end()
    if school and tail and variant[-2:] not in {"学院", "学校", "技校"}:
        end += tail.end()
    return start, end
