"""Telling languages apart, folding text to one form before it is searched, and cutting it into words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.text.numerals import CIRCLES, DIGITS, RUN, chinese_number

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
ENGLISH_WORD = re.compile(r"[a-z0-9]+(?:[.,][0-9]+)*(?:'[a-z]+)?")
OTHER_SCRIPT = re.compile(r"[\u0400-\u052f\u0590-\u06ff\u0900-\u0e7f\u3040-\u30ff\uac00-\ud7af]")

CANTONESE_FILE = Path(__file__).parents[1] / "data" / "cantonese.tsv"


def _read_cantonese() -> dict[str, str]:
    lines = CANTONESE_FILE.read_text(encoding="utf-8").splitlines()
    words = (line.partition("\t") for line in lines if not line.startswith("#"))
    return {spoken: written for spoken, _, written in words}


CANTONESE = _read_cantonese()  # to the written words that documents use, see the file
_CANTONESE = re.compile("|".join(sorted(map(re.escape, CANTONESE), key=len, reverse=True)))
NUMBERED = re.compile(rf"第({RUN})(?=[条章节编款项])")
HONG_KONG = "着"  # written there as in Simplified; Taiwan writes 著, and Big5 has no other
SURROGATE = re.compile("[\ud800-\udfff]")
YEAR = re.compile(rf"(?:[{''.join(DIGITS)}]{{4}}|[一二][{''.join(DIGITS)}○o]{{3}})(?=年)")
STOPWORDS_EN = frozenset(
    "a an the of to in on at for from by with and or is are was were be been being do does did done has have had will "
    "would can could shall should may might must i you he she it we they me him her us them my your his its our their "
    "this that these those there here what which who whom whose when where why how as if then than so not no nor but "
    "about into over under up down out off also any some all each both more most such only own same too very just s t "
    "am get got please tell much many".split()
)
STOPWORDS_ZH = frozenset(
    "的 了 在 是 我 有 和 就 不 都 一 一个 上 也 很 到 说 要 去 你 会 着 没有 看 自己 这 那 吗 呢 吧 啊 呀 哦 嘛 什么 怎么 怎样 "
    "如何 哪 哪些 哪个 哪里 谁 多少 几 为什么 是不是 有没有 能不能 可以 能 请问 请 一下 被 把 给 让 从 与 或 及 等 对 为 以 于 由 "
    "其 之 而 但 并 将 该 本 此 所 个 些 种 吗 么 我们 你们 他们 他 她 它 还 还是 又 再 才 只 因为 所以 如果 的话 时候 怎么办 知道".split()
)


@cache
def _to_simplified() -> Any:
    import opencc

    return opencc.OpenCC("t2s")  # letters alone: tw2sp would also make 进程 of a Simplified 程序


@cache
def _changing() -> re.Pattern[str]:
    """What OpenCC turns into something else: converting takes a hundred times as long as to see that nothing would be."""
    dictionaries = _to_simplified().dict_cache.values()
    keys = {key for *_, entries in dictionaries for key, value in entries.items() if key != value}
    single = {key for key in keys if len(key) == 1}
    phrases = sorted(key for key in keys if single.isdisjoint(key))
    return re.compile("|".join([f"[{''.join(sorted(single))}]", *map(re.escape, phrases)]))


@cache
def _exceptions() -> Mapping[str, Mapping[str, str]]:
    """``words`` and ``letters`` of the file of exceptions, which says what they are."""
    path = Path(__file__).with_name("traditional_exceptions.yaml")
    exceptions: Mapping[str, Mapping[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return exceptions


@cache
def _to_traditional() -> Any:
    """OpenCC with the words of the exceptions, and with all phrases in Traditional standing for themselves: what has been
    converted is not taken for Simplified again, as 准 in 准許 would be.
    """
    import opencc

    converter = opencc.OpenCC("s2hk")
    phrases, characters = (
        next(entries for path, (*_, entries) in converter.dict_cache.items() if path.endswith(f"ST{name}.txt"))
        for name in ("Phrases", "Characters")
    )
    for word, traditional_word in _exceptions()["words"].items():
        (phrases if len(word) > 1 else characters)[word] = traditional_word
    for phrase in [*phrases.values()]:
        phrases.setdefault(phrase.split()[0], phrase)
    return converter


@cache
def _hong_kong_letters() -> dict[int, str]:
    return str.maketrans(dict(_exceptions()["letters"]))


@cache
def _segmenter() -> Any:
    import rjieba

    return rjieba.Jieba()


@lru_cache(maxsize=4096)
def simplified(text: str) -> str:
    """Chinese text in Simplified characters."""
    if not HAN.search(text) or not _changing().search(text):
        return text
    return str(_to_simplified().convert(text))


@lru_cache(maxsize=4096)
def traditional(text: str) -> str:
    """Chinese text in Traditional characters as Hong Kong writes them; Traditional text stays as it is."""
    return str(_to_traditional().convert(text)).translate(_hong_kong_letters()) if HAN.search(text) else text


def _arabic(text: str) -> str:
    text = NUMBERED.sub(lambda match: f"第{chinese_number(match[1])}", text)
    return YEAR.sub(lambda match: str(chinese_number(match[0].translate(CIRCLES))), text)


def whole(text: str) -> str:
    """Text without halves of characters, which no encoder takes."""
    return text.encode("utf-8", "ignore").decode() if SURROGATE.search(text) else text


def fold(text: str) -> str:
    """The form in which text is compared: NFKC, lower case, Simplified, 第三十条 as 第30条, single spaces."""
    text = unicodedata.normalize("NFKC", whole(text)).lower()
    return " ".join(_arabic(simplified(text)).split())


def fold_question(text: str) -> str:
    """``fold``, and Cantonese words as written Chinese."""
    return written(fold(text))


def written(folded: str) -> str:
    """A folded text with Cantonese words as written Chinese."""
    return _CANTONESE.sub(lambda match: CANTONESE[match[0]], folded)


def language_of(text: str) -> str:
    """ "zh", "zh-hant", "en", or "other" by what a question is written in."""
    han, latin, other = len(HAN.findall(text)), len(LATIN.findall(text)), len(OTHER_SCRIPT.findall(text))
    if other > han and other > latin:
        return "other"
    if not han:
        return "en" if latin else "zh"
    if 8 * han < latin:
        return "en"
    return "zh-hant" if _is_traditional(text) else "zh"


def _is_traditional(text: str) -> bool:
    """Whether more letters of ``text`` exist in Traditional script alone than in Simplified script alone."""
    scripts = [script_of(letter) for letter in HAN.findall(text)]
    return scripts.count("traditional") > scripts.count("simplified")


@lru_cache(maxsize=8192)
def script_of(letter: str) -> str:
    """ "traditional" or "simplified" for a letter of that script alone, by the scripts' own character sets; else ""."""
    in_simplified, in_traditional = (_encodes(letter, charset) for charset in ("gb2312", "big5"))
    if simplified(letter) != letter:
        return "" if in_simplified else "traditional"  # 乾 and 著 are letters of both
    return "simplified" if in_simplified and not in_traditional and letter != HONG_KONG else ""


def _encodes(letter: str, charset: str) -> bool:
    try:
        letter.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def words(folded: str) -> list[str]:
    """Words of a folded text in order: Chinese words by rjieba, English words and numbers as written."""
    tokens: list[str] = []
    for word in _segmenter().cut(folded):
        if HAN.search(word):
            tokens.append(word)
        else:
            tokens.extend(ENGLISH_WORD.findall(word))
    return tokens


def nouns(folded: str) -> list[str]:
    """The Chinese common nouns of a folded text, in order, as the segmenter tells them; no names of people or places."""
    return _tagged(folded, ("n", "vn", "nz"))


def verbs(folded: str) -> list[str]:
    """The Chinese verbs of a folded text, in order, as the segmenter tells them."""
    return _tagged(folded, ("v",))


def _tagged(folded: str, tags: tuple[str, ...]) -> list[str]:
    return [word for word, tag in tagged(folded) if tag in tags and HAN.search(word)]


def in_dictionary(word: str) -> bool:
    """Whether the segmenter's dictionary has a Chinese word; what it only guesses to be one is not there."""
    return len(list(_segmenter().cut(word, hmm=False))) == 1


def tagged(folded: str) -> list[tuple[str, str]]:
    """The words of a folded Chinese text with the segmenter's tags: n noun, nr person, v verb, …"""
    return list(_segmenter().tag(folded))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of an English word."""
    import snowballstemmer

    # A stemmer keeps the word that it is at in itself: threads that shared one would stem each other's words.
    return str(snowballstemmer.stemmer("english").stemWord(word.removesuffix("'s")))
