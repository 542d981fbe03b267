"""The words of a question that no condition, name or order covers: where there are any, rows alone do not answer it."""

from __future__ import annotations

import re

from bot.understanding import lexicon
from bot.understanding.spans import TRADE_NAME, Phrase
from knowledge.tables.records import RecordKind
from knowledge.text.language import words

# A day or an hour that was not understood is no word that rows could hold: nothing can be said about it.
MOMENT = re.compile(
    r"[今明昨后前]天|[今明去前后]年|[上下本这每]个?(?:月|周)|周末|年底|月底|星期|礼拜|小时|分钟|截止|发布|过期|失效|期间|之前|以前|以后|经验"
)

COMPANY_LETTER = re.compile(r"(?<![a-z0-9])([a-z])(?=公司|集团|企业|厂)|(?<=公司|企业|单位)([a-z])(?![a-z0-9])")


def leftover(phrase: Phrase, kind: RecordKind, text: str) -> list[str] | None:
    """Words that stand where a trade or a name would: further conditions. None: something else is asked."""
    phrase.take(phrase.home.city)
    chinese = [run for found in re.findall(r"[\u3400-\u9fff]+", phrase.text) for run in _content(found)]
    latin = re.findall(r"[a-z][a-z0-9+'-]*", phrase.text)
    letters = [first or second for first, second in COMPANY_LETTER.findall(phrase.text)]
    english = [word for word in latin if word in letters or (word not in lexicon.stop_words() and len(word) > 1)]
    if any(MOMENT.search(run) for run in chinese):
        return None
    if (chinese and any(len(run) > 8 for run in chinese)) or len(chinese) > 2 or len(english) > 3:
        return None
    if bool(re.search(r"[\u3400-\u9fff]", text)):
        english = [word for word in english if word in letters or not _spells(word, text)]
    left = [run for run in chinese if len(run) > 1] + ([" ".join(english)] if english else [])
    fits = (
        _beside_trade(word, phrase) or any(_attributive(word, kind, whole) for whole in (text, phrase.text))
        for word in left
    )
    return left if all(fits) else None


def _content(run: str) -> list[str]:
    """Stretches of a Chinese text that are more than words like 有没有, 哪些 and 岗位."""
    kept = ["" if lexicon.is_stop(word) else word for word in words(run)]
    return "".join(word or " " for word in kept).split()


def _attributive(word: str, kind: RecordKind, text: str) -> bool:
    """Whether ``word`` says which rows: 飞行员岗位, 招飞行员, pilot jobs, jobs as a pilot."""
    noun = lexicon.NOUNS[kind]
    if not word.isascii():
        before = rf"{word}(?:的|类|方面|相关|有关)*(?:{noun})"
        return bool(
            re.search(before, text)
            or re.search(rf"(?:招聘?|找|做|学|读|有没有|有)(?:1?个|些|份)?{word}", text)
            or re.search(rf"^(?:请问)?{word}(?:公司|集团)?(?:现在|目前|还)?(?:有|在?招)", text)
        )
    name = r"(?: & | and | )".join(map(re.escape, word.split()))
    return bool(
        len(word) == 1
        or re.search(rf"{name} (?:\w+ )?(?:{noun})", text)
        or re.search(
            rf"(?:{noun}|hiring|recruiting|hire|study|learn) (?:(?:for|as|in|of|at|on|with|from) )?(?:an? |the )?"
            + name,
            text,
        )
        or re.search(rf"^(?:does|do|is|are|has) {name} (?:have|hiring|hire|recruit|offer|any)", text)
        or (re.search(r"[\u3400-\u9fff]", text) and re.search(rf"{name}[^,。]{{0,3}}(?:{noun})", text))
    )


def _beside_trade(word: str, phrase: Phrase) -> bool:
    """Whether ``word`` stands right beside a trade: 编程员 in 数控编程员."""
    start = phrase.text.find(word)
    space = 1 if word.isascii() else 0  # between a Latin word and its neighbour
    around = {start - 1 - space, start + len(word) + space} if start >= 0 else set()
    return any(edge in around for name, first, last in phrase.taken if name == TRADE_NAME for edge in (first, last - 1))


def _spells(word: str, text: str) -> bool:
    """Whether a Latin word is the pinyin of something else in the question."""
    from pypinyin import lazy_pinyin

    return word in "".join(lazy_pinyin("".join(re.findall(r"[\u3400-\u9fff]", text))))
