"""What is answered without looking into the documents: what is no question, what is unsafe, what is small talk."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.answer import Status
from bot.understanding.deobfuscation import encoded, readings
from bot.understanding.question import LONGEST, Question
from knowledge.entities.directory import Directory
from knowledge.index.encoding.word_vectors import word_vectors
from knowledge.text.language import HAN, LATIN, STOPWORDS_EN, fold, fold_question, stem

FOLDER = Path(__file__).with_name("screening")
SPACE_IN_CHINESE = re.compile(r"(?<=[\u3400-\u9fff，。？！]) (?=[\u3400-\u9fff，。？！])")
EDGE = re.compile(r"^[\W_]+|(?<![\W_])[\W_]++$")
JAPANESE = re.compile(r"[\u3041-\u306d\u306f-\u30ff]")  # kana but の, which is fashionable in Chinese
KOREAN = re.compile(r"[\uac00-\ud7af]")
FOREIGN_LETTER = re.compile(
    r"[ßàâäæçèéêëìíîïñòóôöøùúûüÿœąćęłńśźżğşăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ¿¡]"
)


@dataclass(frozen=True)
class Verdict:
    """How a screened question ends, the message that says why, and a question to go on with, by language.

    ``learned``: the name of the learned intent, where that decided.
    """

    status: Status
    message: str
    offer: Mapping[str, str] = field(default_factory=dict, hash=False)
    learned: str = ""

    @property
    def wish(self) -> str:
        """What of the service is wanted, or what the screen found."""
        return self.learned or self.message.rpartition(".")[2]


@dataclass(frozen=True)
class _Wording:
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]

    def fits(self, text: str) -> bool:
        found = any(pattern.search(text) for pattern in self.patterns)
        return found and not any(pattern.search(text) for pattern in self.unless)


@dataclass(frozen=True)
class _Concern:
    name: str
    status: Status
    wording: _Wording


def screen(question: Question, names: Directory | None = None) -> Verdict | None:
    """The verdict on a question that documents must not or cannot answer; None for all others.

    ``names``: whom the edition knows; a company that is called like a person is none.
    """
    found = _no_question(question) or _concern(question, names)
    return found or _small_talk(question) or _lone_letter(question) or _language(question)


def screen_without_base(question: Question) -> Verdict | None:
    """The verdict that nothing in a base could change: on what is no question, and on small talk alone.

    A greeting is answered also while the base cannot be read.
    """
    if found := _no_question(question) or _small_talk(question):
        return None if _concern(question, None) else found
    return None


def _no_question(question: Question) -> Verdict | None:
    text = question.raw
    if not text.strip():
        return Verdict(Status.CLARIFY, "screen.empty")
    if len(text) > LONGEST:
        return Verdict(Status.CLARIFY, "screen.too_long")
    if not any(each.isalpha() for each in text):
        digits = any(each.isdigit() for each in text)
        return Verdict(Status.CLARIFY, "screen.only_digits" if digits and not question.masked else "screen.no_words")
    return None


def _lone_letter(question: Question) -> Verdict | None:
    lone = len({each for each in question.raw if each.isalpha()}) == 1
    return Verdict(Status.CLARIFY, "screen.no_words") if lone else None


def _concern(question: Question, names: Directory | None) -> Verdict | None:
    texts = _texts(question, names)
    for concern in concerns():
        if any(concern.wording.fits(text) for text in texts):
            return Verdict(concern.status, f"screen.{concern.name}")
    if encoded(question.raw):
        return Verdict(Status.CLARIFY, "screen.encoded")
    return None


def steers(question: Question) -> bool:
    """Whether a question looks as if it would give orders to a chat model: then none sees it."""
    return any(map(_steering().fits, _texts(question, None)))


def _texts(question: Question, names: Directory | None) -> list[str]:
    """The folded question, and what it hides."""
    # Masked text, so that a number cannot be spelt into a pattern; raw text only for what hides in encodings.
    every = dict.fromkeys((question.text, question.whole, *readings(question.raw)))
    folded = dict.fromkeys(map(_folded, every))
    return list(dict.fromkeys(names.anonymous(text) if names else text for text in folded))


def _small_talk(question: Question) -> Verdict | None:
    # As typed too: in Cantonese 人工 is the wage, and 轉人工 is no question about that.
    typed = (_bare(_folded(question.whole)), _bare(fold(question.whole[:LONGEST])))
    fits = (
        verdict
        for verdict, known in small_talk().items()
        if any(each.fullmatch(text) for each in known for text in typed)
    )
    return next(fits, None)


def _bare(folded: str) -> str:
    bare = EDGE.sub("", re.sub(r"[，,、。!！~～.]+", "" if HAN.search(folded) else " ", folded))
    return " ".join(bare.split())


def _language(question: Question) -> Verdict | None:
    foreign = question.language == "other" or _other_script(question.whole) or _other_latin(question.whole)
    return Verdict(Status.DECLINED, "screen.third_language") if foreign else None


def _other_script(text: str) -> bool:
    kana, hangul, han = len(JAPANESE.findall(text)), len(KOREAN.findall(text)), len(HAN.findall(text))
    return kana >= 3 or hangul > han


def _other_latin(text: str) -> bool:
    """Whether small words or letters show another language than English."""
    if len(HAN.findall(text)) * 2 > len(LATIN.findall(text)):
        return False
    found = re.findall(r"[^\W\d_]+(?:[-'’][^\W\d_]+)?", text.lower())
    english = sum(word in STOPWORDS_EN for word in found)
    counts = Counter({name: sum(word in known for word in found) for name, known in small_words().items()})
    best = max(counts.values(), default=0)
    if best >= 2 and sum(stem(word) in word_vectors().english for word in found) * 4 >= len(found) * 3:
        return False  # three words in four are English: want, school and fees are words of others too
    letters = len(FOREIGN_LETTER.findall(text.lower()))
    return (best >= 2 and best > english) or (letters >= 2 and letters >= english)


def _folded(text: str) -> str:
    return SPACE_IN_CHINESE.sub("", fold_question(text[:LONGEST]))


@cache
def concerns() -> tuple[_Concern, ...]:
    """The concerns in the order in which they are looked for."""
    return tuple(_Concern(each["concern"], Status(each["status"]), _wording(each)) for each in _read("concerns"))


@cache
def _steering() -> _Wording:
    return _wording(_read("steering"))


@cache
def small_talk() -> Mapping[Verdict, tuple[re.Pattern[str], ...]]:
    """Patterns for the whole question, by how it ends."""
    return {
        Verdict(Status(each.get("status", Status.ANSWERED)), f"screen.{each['kind']}"): _compiled(
            [rf"\A(?:{pattern})\Z" for pattern in each["patterns"]]
        )
        for each in _read("smalltalk")
    }


@cache
def small_words() -> Mapping[str, frozenset[str]]:
    """Small words by language, without those that English has too."""
    return {name: frozenset(text.split()) - STOPWORDS_EN for name, text in _read("languages").items()}


def _wording(values: Mapping[str, list[str]]) -> _Wording:
    return _Wording(_compiled(values["patterns"]), _compiled(values["unless"]))


def _compiled(patterns: list[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)


def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
