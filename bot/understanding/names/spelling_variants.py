"""The forms in which people write a name, and where one of them stands in a question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.understanding.row_vocabulary import Ambiguous
from bot.understanding.spans import GAP

SCHOOL_WORD = r"(?:高级)?(?:技师学院|技工学校|技术学院|学院|学校|技校|院校)"
REGION = re.compile(r"^(?:广东省?|广州市?|花都区?|示例|sample )+")  # what people leave out of a company's name
LEGAL_FORM = r"(?:股份|集团)?有限(?:责任)?公司"
ORDINARY = {"公用事业"}  # names that are words as well


def shorter(name: str) -> Iterable[str]:
    """A name and what people leave out of it: 市, the legal form, brackets, punctuation."""
    yield name
    bare = re.sub(r"[(（][^)）]*[)）]", " ", name)
    bare = re.sub(r",? *(?:co\.?,? *ltd\.?|limited|inc\.?)$|(?:股份)?有限(?:责任)?公司", "", bare.strip()).strip(" ,.")
    yield bare
    yield name.replace("广州市", "广州", 1)
    if len(own := REGION.sub("", bare)) >= 3 and not re.match(SCHOOL_WORD, own):
        yield own
    if re.match(r"[a-z]", bare) and not re.search(r"college|institute|school|university", bare):
        first = bare.split()[0]
        if len(first) >= 5:
            yield first
    if bare.startswith("guangzhou ") and bare.endswith(" college"):
        yield bare.removesuffix("college") + "institute"
        yield bare.removesuffix("college") + "school"
    if bare.endswith(" institute"):
        yield bare.removesuffix("institute") + "college"


def place_of(text: str, variant: str, *, short_names: bool, school: bool) -> tuple[int, int] | None:
    """Where ``variant`` stands as a name: whole Latin words; short school names only where they cannot mean a trade."""
    if variant.isascii():
        found = re.search(rf"(?<![a-z0-9]){re.escape(variant)}(?:'s)?(?![a-z0-9])", text)
        return found.span() if found else None
    found = re.search(rf"{re.escape(variant)}(?![a-z0-9])" if variant[-1].isascii() else re.escape(variant), text)
    if found is None:
        return None
    start, end = found.span()
    if "省" not in variant and text[max(0, start - 1) : start] == "省":
        return None
    tail = re.match(rf"{SCHOOL_WORD}", text[end:])
    if school and (len(variant) <= 3 or variant in ORDINARY) and not tail and not short_names and "省" not in variant:
        return None
    if not school and (form := re.match(LEGAL_FORM, text[end:])):
        end += form.end()
    if school and tail and variant[-2:] not in {"学院", "学校", "技校"}:
        end += tail.end()
    return start, end


def ambiguous_patterns(each: Ambiguous, short_names: bool) -> Iterator[str]:
    """Patterns of an ambiguous short name; without ``short_names`` only where it stands as a school."""
    city = rf"(?<!市)(?<!省)(?<!广州)(?<!广东)(?<!业)(?<![{GAP}])"
    for short in each.short:
        tail = "学院" if short == "技师" else SCHOOL_WORD
        before = city + (r"(?<![\u3400-\u9fff]{2})" if short == "技师" else "")
        yield rf"{before}{short}{tail}"
        if short != "技师":  # 机电有什么专业, 机电的学费, but 有什么机电专业
            yield rf"(?:^|[,。?! ]|请问){short}(?=(?:里|那边|的)?(?:有(?!限)|开设|招生|学费|收费|学制))"
        if short_names and short != "技师":
            yield rf"{city}{short}(?!类|专业|岗|行业|企业|一体|工程|运输|[\u3400-\u9fff]*专业)"
    for english in each.english:
        words = f"{english} " if english else ""
        lead = r"(?<!guangzhou )(?<!guangdong )(?<!city )(?<!provincial )"
        if english:
            yield rf"{lead}(?<![a-z]){words}(?:technician |technical |senior )*(?:college|institute|school)"
        else:
            yield rf"(?:^|\bthe |\bat |\bin |\bof |\bdid |\bis ){words}technician (?:college|institute)(?!s)"
