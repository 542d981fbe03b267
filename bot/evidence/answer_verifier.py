"""Whether quotes say what a question asks of somebody, and do not merely name that somebody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import yaml

from bot.evidence.particulars import particulars_are_held
from bot.evidence.passage_selection import Library, all_said
from knowledge.entities.directory import Directory, Entity
from knowledge.entities.home import Home
from knowledge.entities.spelling import english_short, is_word
from knowledge.index.scoring.required_entities import name_of_school
from knowledge.models import Passage
from knowledge.text.language import HAN, STOPWORDS_EN, STOPWORDS_ZH, fold, fold_question, nouns, verbs, words
from knowledge.text.numerals import CHARACTERS

SCHOOL = re.compile(
    r"[\u4e00-\u9fff]{2,10}?(?:技师学院|技工学校|职业技术学院|学院|技校)"
    r"|(?<![a-z])(?:[a-z]++ ){1,3}technician (?:college|institute)"
)
HOW_MANY = re.compile(r"\bhow (?:(?:many|much) ([a-z]+)|(old|big|far|tall|large))")
WHEN_DONE = re.compile(r"\bwhen\b.{0,200}\b([a-z]{3,}ed|built|begun|open)\b")
CLAUSE = re.compile(r"[,，;；。?？!！]")
WONDERS = re.compile("什么|多少|几|哪|谁|怎么|怎样|如何|多大|多久|吗|为啥|是否|有没有")
WONDERING = re.compile("什么时候|哪一?[天年日月个些位家所间种]|几[个所家间月年天号日]|多少|怎么|如何")
PEOPLE = re.compile("(?:多少|几)个?(?:名|位|人)")
COUNTED_PEOPLE = re.compile(rf"[\d{CHARACTERS}](?:多)?个?(?:名|位|人)")
SAID = 0.45  # relevance of a Chinese word to a text that speaks of it
SAID_ENGLISH = 0.75


def says_what_is_asked(question: str, passages: Sequence[Passage], library: Library) -> bool:
    """False when ``question`` names somebody or something and asks of it what none of ``passages`` speaks of.

    Who is in the documents is found for any question about them: their headmaster, their canteen, their staff.
    """
    folded = fold_question(question)
    names = _named(folded, library.names)
    texts = [fold(all_said(each)) for each in passages]
    if not particulars_are_held(folded, texts, named=bool(names)):
        return False
    if not names:
        return True
    rest = _without(folded, names)
    asked = _asked(rest, library.names.home) or (
        _told_of(rest, library.names.home) if any(name.somebody for name in names) else []
    )
    if not all(any(name.stands_in(text) for text in texts) for name in names if asked or not name.parts):
        return False
    if PEOPLE.search(folded) and not any(COUNTED_PEOPLE.search(text) for text in texts):
        return False
    if not asked:
        return True
    bare = [_without(text, names) for text in texts]
    return any(_spoken_of(word, bare, library) for word in asked)


def _spoken_of(word: str, texts: Sequence[str], library: Library) -> bool:
    if (HAN.search(word) or word.isdigit()) and any(word in text for text in texts):
        return True
    return max(library.relevance(word, texts)) >= (SAID if HAN.search(word) else SAID_ENGLISH)


@dataclass(frozen=True)
class _Name:
    """``forms``: one of them stands in a text that speaks of it; ``parts``: or all of these do."""

    forms: tuple[str, ...]
    parts: tuple[str, ...] = ()
    somebody: bool = False  # a school or company, not the operation or its meeting

    def stands_in(self, text: str) -> bool:
        whole = any(form in text for form in self.forms)
        return whole or (bool(self.parts) and all(part in text for part in self.parts))


def _named(folded: str, names: Directory) -> list[_Name]:
    """The names in a question."""
    known = [name for name in _names(names) if any(form in folded for form in name.forms)]
    written = [_name_in(match[0]) for match in SCHOOL.finditer(folded)]
    schools = [_Name((name,), _telling(name, names.home), True) for name in written]
    return [*known, *(school for school in schools if school.parts)]


@lru_cache(maxsize=2)  # the live edition and the one before
def _names(names: Directory) -> tuple[_Name, ...]:
    """The programme, its host, people and events; and institutions, by what names them without 学院 behind it."""
    things = (names.programme, names.host, *(person.forms for person in names.people), *_known().events)
    plain = (_forms_of(entity, names.home) for entity in names.institutions)
    return (*(_Name(forms) for forms in things if forms), *(_Name(forms, somebody=True) for forms in plain if forms))


def _forms_of(entity: Entity, home: Home) -> tuple[str, ...]:
    """What names somebody without 学院 or the like behind it."""
    english = (english_short(form, home) for form in entity.variants if entity.school and form.isascii())
    forms = (*(form for form in entity.variants if form not in entity.weak), *filter(None, english))
    return tuple(dict.fromkeys(form for form in forms if _tells(form)))


def _tells(form: str) -> bool:
    """Whether a form names somebody wherever it stands: no ordinary word, and no word within others."""
    return len(form) > 3 if form.isascii() else not is_word(form)


def _name_in(written: str) -> str:
    """An English name without what only stands before it: "students does guangzhou technician college"."""
    found = written.split()
    small = [place for place, word in enumerate(found) if word in STOPWORDS_EN]
    return " ".join(found[small[-1] + 1 :] if small else found)


def _telling(school: str, home: Home) -> tuple[str, ...]:
    """What tells one school from others: 技工院校 and "a technician college" name only a kind."""
    small = _plain(home) | STOPWORDS_EN | STOPWORDS_ZH
    found = name_of_school(school) if HAN.search(school) else words(school)
    return tuple(word for word in found if word not in small and len(word) > 1)


def _without(folded: str, names: Sequence[_Name]) -> str:
    gone = {form for name in names for form in (*name.forms, *name.parts)} | {"技师学院", "technician college"}
    for form in sorted(gone, key=len, reverse=True):
        folded = folded.replace(form, " ")
    return folded


def _asked(rest: str, home: Home) -> list[str]:
    """What is asked for: nouns, else verbs, of the clause that asks; what an English one counts, measures or dates."""
    if HAN.search(rest):
        clauses = [clause for clause in CLAUSE.split(rest) if WONDERS.search(clause)] or [rest]
        asking = WONDERING.sub(" ", " ".join(clauses))
        return _telling_words(nouns(asking), home) or _telling_words(verbs(asking), home)
    counted = [match[1] or match[2] for match in HOW_MANY.finditer(rest)]
    return counted + [match[1] for match in WHEN_DONE.finditer(rest)]


def _told_of(rest: str, home: Home) -> list[str]:
    """What an English question wants to know of somebody: the words that are left, if any tells something."""
    small = STOPWORDS_EN | _plain(home)
    return [] if HAN.search(rest) else [word for word in words(rest) if word not in small and len(word) > 2]


def _telling_words(found: Sequence[str], home: Home) -> list[str]:
    return [word for word in found if len(word) > 1 and word not in _plain(home)]


@lru_cache(maxsize=8)
def _plain(home: Home) -> frozenset[str]:
    """Words that ask for nothing in particular, the own city and district among them."""
    return _known().plain | home.places | {f"{city}市" for city in home.places}


@dataclass(frozen=True)
class _Known:
    events: tuple[tuple[str, ...], ...]
    plain: frozenset[str]


@cache
def _known() -> _Known:
    values = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    events = tuple(tuple(map(fold, forms)) for forms in values["events"])
    return _Known(events, frozenset(values["plain"].split()))
