"""Names in documents' texts: schools with their region, and people with an office."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.entities.home import SUFFIX, Home
from knowledge.text.language import fold, tagged

SCHOOLS = r"(?:高级)?(?:技师学院|技工学校|职业技术学院|职业技术学校|职业学院|职业学校|技术学院)"
CORE = r"[^\W\da-zA-Z_和与及或的是在到由各每某所为有、]{0,8}?"
OFFICE = (
    r"副?(?:区长|市长|县长|镇长|省长|局长|厅长|部长|处长|科长|主任|书记|校长|院长|董事长|总经理|会长|秘书长|总裁|主席)"
)
OFFICES = re.compile(OFFICE)
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙朱马胡郭何罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方"
    "石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易武乔贺赖龚林"
)
SENTENCE = re.compile(r"[。!?\n]")
SEVERAL = re.compile(
    r"(?:简称|简写|叫法).{0,200}(?:几所|多所|两所|不止|混淆|哪一?所)"
    r"|short names?.{0,200}(?:several|more than one|two|confus)"
)
QUOTED = re.compile(r"[“「'\"]([\u3400-\u9fff]{1,6})[”」'\"]")
NAME_TAGS = ("nr", "nrt", "nrfg")


@dataclass(frozen=True)
class Person:
    """A person whom a text names beside an office. ``forms``: folded, Chinese and as it is written in Latin letters."""

    name: str
    forms: tuple[str, ...]


def schools_in(texts: Iterable[str], home: Home) -> tuple[str, ...]:
    """Schools that folded texts name with their region: 广东省轻工业技师学院. In the order in which they stand."""
    pattern = _school_with_region(home.regions)
    return tuple(dict.fromkeys(match for text in texts for match in pattern.findall(text)))


@lru_cache(maxsize=8)  # questions are looked through too
def _school_with_region(own: tuple[str, ...]) -> re.Pattern[str]:
    regions = "|".join(map(re.escape, own)) or r"(?!)"
    return re.compile(rf"(?:(?:{regions}){SUFFIX}?|[\u4e00-\u9fff]{{2}}(?:省|(?<![城超都门])市)){CORE}{SCHOOLS}")


def said_to_be_ambiguous(texts: Iterable[str]) -> frozenset[str]:
    """Short names of which a folded text says that they fit several schools: “轻工”“交通”这些简称可能对应几所学校."""
    sentences = (sentence for text in texts for sentence in SENTENCE.split(text) if SEVERAL.search(sentence))
    return frozenset(name for sentence in sentences for name in QUOTED.findall(sentence))


def people_in(texts: Iterable[str]) -> tuple[Person, ...]:
    """People whom folded texts name right beside an office, or in both languages.

    So 副局长何士林 by what the segmenter says, and wang xiaoming(王小明) because the one is how the other sounds.
    """
    names = (name for text in texts for name in (*_in_both_languages(text), *_beside_offices(text)))
    return tuple(Person(name, _forms(name)) for name in dict.fromkeys(names))


def _in_both_languages(text: str) -> Iterator[str]:
    for chinese, latin in re.findall(r"([\u4e00-\u9fff]{2,12})\(([a-z]{1,30} [a-z]{1,30})\)", text):
        yield from (chinese[-size:] for size in (4, 3, 2) if latin in _forms(chinese[-size:]))
    for latin, chinese in re.findall(r"([a-z]{1,30} [a-z]{1,30}) ?\(([\u4e00-\u9fff]{2,4})\)", text):
        yield from (chinese,) if latin in _forms(chinese) else ()


def _beside_offices(text: str) -> Iterator[str]:
    if not OFFICES.search(text):
        return
    tokens = tagged(text)
    for index, (word, _) in enumerate(tokens):
        if re.search(f"{OFFICE}$", word):
            after, before = tokens[index + 1 : index + 3], tokens[max(0, index - 2) : index]
            yield from _name(after)
            yield from _name(before[-1:]) or _name(before)


def _name(tokens: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The name at the beginning of ``tokens``: the segmenter may have set a surname apart, as in 何 | 士林."""
    first = tokens[0] if tokens else ("", "")
    if first[1] in NAME_TAGS and 2 <= len(first[0]) <= 4:
        return (first[0],)
    apart = len(tokens) > 1 and len(first[0]) == 1 and first[0] in SURNAMES and tokens[1][1] in NAME_TAGS
    return (first[0] + tokens[1][0],) if apart and 1 <= len(tokens[1][0]) <= 2 else ()


def _forms(name: str) -> tuple[str, ...]:
    """何士林, he shilin, shilin: a given name alone only where it is long enough to be no word."""
    from pypinyin import lazy_pinyin

    surname, *given = lazy_pinyin(fold(name))
    together = "".join(given)
    return tuple(dict.fromkeys([name, f"{surname} {together}", *([together] if len(given) > 1 else [])]))
