"""Texts that cost much to answer and say nothing: what somebody sends who wants the bot to be busy."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

LONGEST = 4096  # characters of a message in Telegram
LENGTHS = (LONGEST, LONGEST, LONGEST, 560, 320, 200)  # what is read whole may cost as much as what is cut
ALL_HAN = "".join(map(chr, range(0x4E00, 0x9FA5)))
COMMON_HAN = "的一是在有和工作培训花都区技能补贴企业公司报名多少钱什么时候学校专业证书电商美容汽车招聘岗位工资社保"
WORD = re.compile("[a-z]+")
SYLLABLES = WORD.findall("hua du qu pei xun bu tie zen me shen qing gong zi duo shao dian gong han gong shu kong")
ENGLISH = WORD.findall("what is the subsidy for training in huadu and how can i apply for jobs that pay as a welder")
QUESTIONS = (
    "技能培训补贴怎么申请？",
    "电工证去哪里考？",
    "实习生工资多少？",
    "what is an apprenticeship? ",
    "签约的学校有哪些？",
)
MIXED = ("花都", "8000", "abc ", "什么", "?", "，", "补贴", "job ", "１２", "😀", "微信", "\n", "%E4", "2026年")
SUMS = ("5000元", "八千块", "3k-5k", "一万以上", "每月", "不低于六千", "paying 5000 ")
DAYS = ("2026年3月5日", "2025-01-02", "三月", "明年", "第三十条", "二〇二六年", "until May 3, ")
TOWNS = ("狮岭镇", "炭步", "花山", "赤坭", "梯面", "花东", "新华街", "shiling ", "tanbu ")
MISSPELT = ("焊公", "数空", "电宫", "eletrician ", "weldng ", "mechnic ", "狮玲", "汽车维休")
HANDLES = ("微信", "wechat", "电话", "QQ号", "护照", "身份证")
HIDDEN = (
    "aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ=",
    "48656c6c6f20776f726c6420",
    "\\u4f60\\u597d\\u4f60\\u597d",
    "01100001 01100010 ",
)
Parts = Callable[[random.Random], str]


@dataclass(frozen=True)
class AttackText:
    """A text and which kind of texts it is one of."""

    kind: str
    text: str


def attack_texts(count: int, names: Sequence[str]) -> Iterator[AttackText]:
    """``count`` texts, kind by kind in turn, each as long as one of ``LENGTHS``; the same ones at each call.

    ``names``: of partners, whom a text may repeat.
    """
    made, chance = kinds(names), random.Random(15)
    for number in range(count):
        kind = list(made)[number % len(made)]
        yield AttackText(kind, _filled(made[kind], chance, chance.choice(LENGTHS)))


def kinds(names: Sequence[str]) -> Mapping[str, Parts]:
    """How each kind of text is made, a piece at a time."""
    pieces: dict[str, Sequence[str]] = {
        "random Han": ALL_HAN,
        "common Han": COMMON_HAN,
        "Traditional": "廣東職業學院課程學費獎補貼報讀證書點樣攞工資幾多錢",
        "numerals": "一二三四五六七八九十百千万",
        "digits": "0123456789",
        "digits and blanks": "0123456789 ",
        "hexadecimal": "0123456789abcdef",
        "letters": "abcdefghijklmnopqrstuvwxyz",
        "letters and marks": "ab!c?d&e%",
        "accents": "éèüñçàößaeiou ",
        "spelt": ("a ", "b ", "c-", "d."),
        "punctuation": "？，。！；、…",
        "emoji": "😀🙂👍a",
        "pinyin": [f"{each} " for each in SYLLABLES],
        "joined pinyin": SYLLABLES,
        "English": [f"{each} " for each in ENGLISH],
        "names": names,
        "questions": QUESTIONS,
        "mixed": MIXED,
        "sums": SUMS,
        "days": DAYS,
        "towns": TOWNS,
        "typos": MISSPELT,
        "hidden": HIDDEN,
    }
    drawn: dict[str, Parts] = {kind: partial(_one_of, of) for kind, of in pieces.items()}
    return drawn | {
        "one numeral row": _repeated(["一二三四", "1234", "壹贰叁肆"]),
        "one name": _repeated(names),
        "one question": _repeated(QUESTIONS),
        "one mark": _repeated(["a", "的", "？", "1 ", "? ", "(", "[", "。\n", "-", "。"]),
        "handle and blanks": lambda chance: chance.choice(HANDLES) + " " * chance.choice((1, 9, 300, 4000)),
        "blanks and a question": lambda chance: " " * chance.randint(1, 900) + chance.choice(QUESTIONS),
        "long question": lambda chance: "".join(chance.choices(COMMON_HAN, k=chance.randint(60, 120))) + "怎么办？",
    }


def _one_of(pieces: Sequence[str], chance: random.Random) -> str:
    return chance.choice(pieces)


def _repeated(pieces: Sequence[str]) -> Parts:
    """One of ``pieces`` throughout a text."""
    return lambda chance: chance.choice(pieces) * LONGEST


def _filled(piece: Parts, chance: random.Random, length: int) -> str:
    text = ""
    while len(text) < length:
        text += piece(chance)
    return text[:length]
