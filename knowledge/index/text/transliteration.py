"""Foreign names across scripts: 诺曼 and Norman sound alike, 匹兹堡 and Pittsburgh nearly do.

A name becomes the classes of its consonants (B p, T d, K g, S z sh j, L r …); vowels, and an r that no vowel follows,
are left out, as transcriptions leave them out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from knowledge.text.language import STOPWORDS_EN

Matrix = np.ndarray[Any, np.dtype[np.float32]]

# Characters that Chinese uses to write foreign names by sound.
BY_SOUND = (
    "阿埃艾爱安昂奥巴白班邦包保鲍贝本比彼宾波伯博布达代戴丹当道德登邓迪蒂丁东杜敦顿多厄恩尔法凡范方菲费芬丰冯弗福富盖甘冈高戈格根贡古"
    "瓜圭哈海汉豪赫亨洪侯胡华怀惠霍基吉加贾简杰金卡凯坎康考柯科克肯孔库夸奎拉莱兰朗劳勒雷里利莉林琳琉留卢鲁伦罗洛吕马玛迈麦曼芒毛梅门蒙"
    "米密明缪莫姆穆拿纳娜奈南内尼年宁纽农努诺欧帕派潘庞佩彭皮平珀普奇齐乔切琼丘热仁日荣茹儒瑞若撒萨塞赛桑瑟森沙山尚绍舍圣施石什史士舒朔斯"
    "思松苏索塔泰坦汤唐陶特滕提廷通图托瓦万旺威韦维魏温文翁沃乌武西希锡夏香肖歇谢辛欣休许雅亚扬尧耶叶伊因英尤于约泽曾扎詹珍芝治朱祖佐蕾丽"
    "黛茜妮"
)
RUN = re.compile(f"[{BY_SOUND}]{{2,12}}")
CAPITAL = re.compile(r"\b[A-Z][a-zA-Z]{2,}")
CLASSES = {
    "b": "B", "p": "B", "m": "M", "f": "F", "v": "F", "d": "T", "t": "T", "n": "N", "l": "L", "r": "L", "g": "K",
    "k": "K", "c": "K", "q": "K", "h": "H", "j": "S", "z": "S", "s": "S", "S": "S", "w": "W",
}  # fmt: skip
INITIALS = {"q": "S", "x": "S", "zh": "S", "ch": "S", "sh": "S", "c": "S", "y": ""}
SYLLABLES = dict(zip("尔耳克斯特姆恩德格夫弗普布茨什奇", "LLKSTMNTKFFBBSSS", strict=True))
SPELLINGS = (
    ("ough", "f"), ("igh", "i"), ("ph", "f"), ("th", "t"), ("sch", "S"), ("sh", "S"), ("ch", "S"), ("tz", "S"),
    ("ts", "S"), ("ck", "k"), ("qu", "kw"), ("x", "ks"), ("kn", "n"), ("wr", "r"), ("wh", "w"), ("gh", "g"),
    ("ng", "n"), ("dg", "S"),
)  # fmt: skip
ALIKE = 0.8  # from here two keys may be one name
LEAST = 3  # consonants of a key that need not be the same to the letter


def names_in(text: str, language: str) -> tuple[str, ...]:
    """Keys of what may be foreign names in a text as written: runs of characters, or words with a capital."""
    return tuple(key for _, key in named(text, language))


def named(text: str, language: str) -> tuple[tuple[str, str], ...]:
    """The names in a text as written, each with its key of at least two consonants."""
    if language == "en":
        words = [word for word in CAPITAL.findall(text) if word.lower() not in STOPWORDS_EN]
        pairs = [(word, latin_key(word)) for word in dict.fromkeys(words)]
    else:
        pairs = [(run, chinese_key(run)) for run in dict.fromkeys(RUN.findall(text))]
    return tuple((name, key) for name, key in pairs if len(key) > 1)


@lru_cache(maxsize=50_000)
def chinese_key(name: str) -> str:
    """The consonants of a name in Chinese characters."""
    from pypinyin import lazy_pinyin

    return "".join(
        SYLLABLES.get(character) or _syllable(sound) for character, sound in zip(name, lazy_pinyin(name), strict=True)
    )


def _syllable(sound: str) -> str:
    initial = re.match(r"zh|ch|sh|[bpmfdtnlrgkhjqxzcswy]", sound)
    first = initial[0] if initial else ""
    key = INITIALS.get(first, CLASSES.get(first, ""))
    return key + ("N" if sound.endswith(("n", "ng")) and len(sound) > 1 else "")


@lru_cache(maxsize=50_000)
def latin_key(name: str) -> str:
    """The consonants of a name in Latin letters."""
    sound = name.lower()
    for spelling, plain in SPELLINGS:
        sound = sound.replace(spelling, plain)
    sound = re.sub(r"[cg](?=[eiy])", "S", sound)
    sound = re.sub(r"(?<=[aeiouy])[rwh](?![aeiouy])", "", sound)
    key = "".join(CLASSES.get(letter, "") for letter in sound)
    return re.sub(r"(.)\1", r"\1", key)


def likeness(keys: Sequence[str], others: Sequence[str]) -> Matrix:
    """How alike keys sound, from 0 to 1, shape (keys, others); what is not alike enough is 0."""
    from rapidfuzz import fuzz, process

    if not keys or not others:
        return np.zeros((len(keys), len(others)), dtype=np.float32)
    whole = process.cdist(keys, others, scorer=fuzz.ratio, dtype=np.float32) / 100
    part = process.cdist(keys, others, scorer=fuzz.partial_ratio, dtype=np.float32) / 100
    sizes, widths = np.array([len(key) for key in keys]), np.array([len(key) for key in others])
    enough = (np.minimum.outer(sizes, widths) >= LEAST) | (whole > 0.99)
    # A run of characters may be longer than the name in it, so a whole name may be part of a run.
    inside = np.where(sizes[:, None] <= widths[None], part * np.float32(0.95), 0)
    best: Matrix = np.where(enough, np.maximum(whole, inside), 0)
    return np.where(best >= ALIKE, best, 0).astype(np.float32)
