"""Named things in a question that the evidence must have: a place, a school, a year, a document's number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from itertools import takewhile

from knowledge.index.document_versions import YEAR, years_of
from knowledge.learned_arrays import FOLDER
from knowledge.models import Metadata
from knowledge.text.language import STOPWORDS_ZH, fold, words

AtHome = Callable[[str], bool]
PLACES = FOLDER / "places.txt"
LATIN = re.compile(r"[a-z]+(?:'[a-z]+)?")
LACKING = 0.1  # what remains of the probability for each named thing that the evidence lacks
SCHOOL = re.compile(
    r"[\u4e00-\u9fff]{2,14}?(?:技师学院|技工学校|职业技术学院|职业学院|职业学校|中职学校|高级中学|大学|学院|技校|党校)"
)
# What kind of school it is, which does not tell it from others, and words that stand before names.
KINDS = frozenset(
    """技师 学院 技工 学校 职业 技术 大学 技校 中职 高级 中学 党校 职业技术学院 职业学院
    技师学院 高级中学 技工学校 职业学校 考大学 上大学 读大学""".split()  # noqa: SIM905 - a list of words reads better
)
BEFORE = frozenset(
    """市 省 区 县 的 和 与 在 到 从 跟 同 读 报 考 去 上 想 我 请问 有 哪 哪间 哪些 哪所 一间 这所 那所 间 所 就读
    报考 报读 我们 你们 他们 是 能 可以 一所 几所 五所 什么 叫 读完 念 念完 上完 进 转到 升 升入""".split()  # noqa: SIM905
)
NUMBER = re.compile(r"[\u4e00-\u9fff]{0,8}[〔\[(【](?:19|20)\d\d[〕\])】]\s*\d+号")


def nowhere(place: str) -> bool:
    """No place is at home."""
    return False


def remaining(question: str, evidence: str, metadata: Metadata, day: date, at_home: AtHome = nowhere) -> float:
    """The factor (0 to 1) for what a folded question names, given the folded evidence with title and headings.

    Places ``at_home`` need not be named.
    """
    factor = 1.0
    for missing in _missing(question, evidence, metadata, day, at_home):
        factor *= LACKING if missing else 1.0
    return factor


def _missing(question: str, evidence: str, metadata: Metadata, day: date, at_home: AtHome) -> Iterator[bool]:
    for name in PROVINCIAL.findall(question):
        yield name not in evidence
    for place in places_in(question):
        if not any(map(at_home, place)):
            yield not any(form in evidence for form in place)
    for school in SCHOOL.findall(question):
        telling = name_of_school(school)
        yield bool(telling) and not all(word in evidence for word in telling)
    for year in set(YEAR.findall(question)):
        yield int(year) < day.year and year not in evidence and year not in years_of(metadata)
    for number in NUMBER.findall(question):
        yield _plain(number) not in _plain(evidence + (fold(metadata.number) if metadata.number else ""))


def name_of_school(school: str) -> list[str]:
    """The words that tell a school from others: those right before its kind. 还能考大学 names no university."""
    name = words(school)
    while name and name[-1] in KINDS:
        name.pop()
    return list(takewhile(lambda word: word not in BEFORE and word not in STOPWORDS_ZH, reversed(name)))


# A school of a province is not one of a city of like name: the most dangerous confusion of names here.
PROVINCIAL = re.compile(
    r"(?:黑龙江|[\u4e00-\u9fff]{2})省(?=[\u4e00-\u9fff]{2,10}(?:学院|学校|技校))"
    r"|\b(?!(?:the|any|other|another|this|our|and|what|which|of|for|in) )[a-z]{3,} provinc(?:e|ial)"
    r"(?= (?:[a-z]+ ){0,4}(?:college|institute|school))"
)


def places_in(folded: str) -> list[tuple[str, ...]]:
    """The places that a folded question names, each with the forms in which it may be written."""
    latin = f" {' '.join(LATIN.findall(folded))} "
    chinese, english = _forms()
    numbers = [number for form, number in chinese if form in folded]
    numbers += [number for form, number in english if form in latin]
    return [places()[number] for number in sorted(set(numbers))]


@cache
def _forms() -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Every form with the number of its place: Chinese ones, which may stand anywhere, and Latin ones, whole words."""
    forms = [(form, number) for number, place in enumerate(places()) for form in place]
    chinese = [(form, number) for form, number in forms if not form.isascii()]
    return chinese, [(f" {form} ", number) for form, number in forms if form.isascii()]


@cache
def places() -> tuple[tuple[str, ...], ...]:
    """Places, from knowledge/data/places.txt: a line a place, its forms by commas."""
    lines = PLACES.read_text(encoding="utf-8").splitlines()
    return tuple(tuple(fold(form) for form in line.split(",")) for line in lines if line and not line.startswith("#"))


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text)
