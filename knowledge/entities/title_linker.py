"""Which of the titles that rows have a question names: as they are written, by any name of their occupation, or by the
field of work.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge.entities.name_finder import Alias, FoundName, NameFinder, alias_of, longest
from knowledge.entities.occupations import Occupation, fields_of_work, kin_of, occupation_names, occupations_in
from knowledge.tables.records import RecordKind
from knowledge.text.language import fold

MOST = 2_000  # titles of a kind; a district's tables have a few hundred
ADDED = re.compile(r" ?\([^()]*\)$")  # 仓库管理员(实习) is called 仓库管理员


@dataclass(frozen=True)
class NamedTitles:
    """A stretch of a text from ``start`` to ``end``, and words that the rows hold which it means: their titles; what
    its occupation is called where no row is of that.
    """

    start: int
    end: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class KnownTitles:
    """The titles of a kind of rows, without what is added in brackets, each with the occupations that it names.

    ``finder``: finds them as they are written; ``english``: what those that have one are called in it.
    """

    occupations: Mapping[str, frozenset[Occupation]]
    finder: NameFinder[str]
    english: Mapping[str, str]


class TitleLinker:
    """Links questions to the titles of one edition. Threads may share it.

    ``titles`` gives by kind the folded titles, each with its text: the title and its English name.
    """

    def __init__(self, titles: Callable[[], Mapping[RecordKind, Mapping[str, str]]]) -> None:
        self._titles = titles
        self._known: dict[RecordKind, KnownTitles] = {}
        self._lock = threading.Lock()

    def named_in(self, folded: str, kind: RecordKind) -> tuple[NamedTitles, ...]:
        """The titles of ``kind`` that a ``folded`` text names, in the order in which they stand."""
        titles = self._of(kind)
        written = [
            NamedTitles(each.start, each.end, shortest(sorted(each.meant))) for each in titles.finder.found_in(folded)
        ]
        called = [
            NamedTitles(each.start, each.end, titles_of(each, titles.occupations))
            for each in occupation_names().found_in(folded)
        ]
        fields = [
            NamedTitles(each.start, each.end, shortest(name for names in each.meant for name in names))
            for each in fields_of_work().found_in(folded)
        ]
        return longest([*written, *fields, *called])

    def names_any(self, folded: str) -> bool:
        """Whether a ``folded`` text names an occupation, a field or a title that a row has."""
        return bool(occupation_names().found_in(folded) or fields_of_work().found_in(folded)) or any(
            self._of(kind).finder.found_in(folded) for kind in (RecordKind.OPENING, RecordKind.PROGRAM)
        )

    def called(self, words: Sequence[str], english: bool) -> dict[str, tuple[str, ...]]:
        """What the ``words`` of ``named_in`` are called in one language, each with those that are called so: of a field
        all of its names by the first.
        """
        names: dict[str, tuple[str, ...]] = {}
        for word in words:
            fields = [field for each in fields_of_work().found_in(word) if each.written == word for field in each.meant]
            of_language = [name for name in fields[0] if name.isascii() == english] if fields else []
            name = of_language[0] if of_language else (english and self._english(word)) or word
            names[name] = (*names.get(name, ()), word)
        return names

    def _english(self, title: str) -> str | None:
        """What a title, or an occupation that no row is of, is called in English; None where nobody knows."""
        for kind in (RecordKind.OPENING, RecordKind.PROGRAM):
            if title in (known := self._of(kind).english):
                return known[title]
        named = [each for each in occupations_in(title) if each.written == title]
        return next((one.english for each in named for one in sorted(each.meant, key=_by_name)), None)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """All titles, and names of occupations that stand in them: what people may misspell."""
        titles = {title for kind in (RecordKind.OPENING, RecordKind.PROGRAM) for title in self._of(kind).occupations}
        english = {word for kind in self._known for name in self._of(kind).english.values() for word in name.split()}
        names = {each.written for title in titles for each in occupations_in(title)}
        fields = {each.written for title in titles for each in fields_of_work().found_in(title)}
        return tuple(sorted(titles | names | fields | english))

    def _of(self, kind: RecordKind) -> KnownTitles:
        with self._lock:
            if kind not in self._known:
                self._known[kind] = known_titles(dict(list(self._titles().get(kind, {}).items())[:MOST]))
            return self._known[kind]


def known_titles(titles: Mapping[str, str]) -> KnownTitles:
    """The keys of ``titles``, by their texts."""
    occupations: dict[str, frozenset[Occupation]] = {}
    english: dict[str, str] = {}
    for title, text in titles.items():
        bare = ADDED.sub("", title)
        named = occupations_in(title) or occupations_in(text)  # its English name may be that of others
        occupations.setdefault(bare, frozenset().union(*(each.meant for each in named)))
        if called := ADDED.sub("", fold(text.removeprefix(title))).strip():
            english.setdefault(bare, called)
    aliases: dict[Alias, set[str]] = {}
    for title in occupations:
        for name in (title, english.get(title, "")):
            if alias := alias_of(name):
                aliases.setdefault(alias, set()).add(title)
    return KnownTitles(occupations, NameFinder({alias: frozenset(meant) for alias, meant in aliases.items()}), english)


def titles_of(named: FoundName[Occupation], titles: Mapping[str, frozenset[Occupation]]) -> tuple[str, ...]:
    """The ``titles`` of any of the occupations ``named`` or of their kin and, where titles hold it, how it is written;
    where there are none, what the occupation is called.
    """
    written = (named.written,) if any(named.written in title for title in titles) else ()
    for wanted in (named.meant, kin_of(named.meant)):
        held = [title for title, own in titles.items() if own & wanted]
        if held or written:
            return shortest((*held, *written))
    return (fold(min(one.chinese for one in named.meant)),)


def shortest(words: Iterable[str]) -> tuple[str, ...]:
    """``words`` without those that hold another of them: what holds 质检员 holds 质检."""
    every = tuple(dict.fromkeys(words))
    return tuple(word for word in every if not any(other != word and other in word for other in every))


def _by_name(occupation: Occupation) -> str:
    return occupation.chinese
