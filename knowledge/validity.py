"""Whether a document or record holds on a day, by Beijing's calendar."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from knowledge.models import Metadata, State

BEIJING = ZoneInfo("Asia/Shanghai")


def today(now: datetime | None = None) -> date:
    """The day in Beijing, at ``now`` (with a time zone) or at this moment."""
    return (now or datetime.now(tz=BEIJING)).astimezone(BEIJING).date()


def state_of(metadata: Metadata, day: date, superseded: bool = False) -> State:
    """The state on ``day``: ``effective_on`` is the first day it holds, ``expires_on`` the last.

    A document that only says when it was made or published is ``UNKNOWN``: nobody said that it holds.
    """
    if metadata.repealed or (metadata.expires_on and metadata.expires_on < day):
        return State.EXPIRED
    if superseded:
        return State.SUPERSEDED
    if metadata.effective_on and metadata.effective_on > day:
        return State.NOT_YET
    if metadata.effective_on or metadata.expires_on:
        return State.IN_FORCE
    return State.UNKNOWN


def successors(documents: Mapping[str, Metadata], day: date) -> Mapping[str, str]:
    """Which document replaced which, source to source, as far as the replacing one has taken effect by ``day``.

    A document names what it replaces by source, number or title; and of two with the same title and language the one
    with the later date replaces the other. Where several replaced one, the newest counts.
    """
    replaced: dict[str, str] = {}
    for older, newer in [*_by_title(documents), *_by_name(documents)]:
        if not _started(documents[newer], day):
            continue
        known = replaced.get(older)
        if known is None or _rank(documents[known]) < _rank(documents[newer]):
            replaced[older] = newer
    return replaced


def _by_name(documents: Mapping[str, Metadata]) -> Iterator[tuple[str, str]]:
    names: dict[str, list[str]] = {}
    for source, metadata in documents.items():
        for name in {source, _plain(metadata.title), *([_plain(metadata.number)] if metadata.number else [])}:
            names.setdefault(name, []).append(source)
    for newer, metadata in documents.items():
        for name in metadata.supersedes:
            for older in {*names.get(name, ()), *names.get(_plain(name), ())} - {newer}:
                if not _later(documents[older], metadata):
                    yield older, newer


def _later(one: Metadata, other: Metadata) -> bool:
    """Whether ``one`` is surely newer: a title that both bear must not make the newer the replaced one."""
    return _rank(one) > _rank(other) and _plain(one.title) == _plain(other.title)


def _by_title(documents: Mapping[str, Metadata]) -> Iterator[tuple[str, str]]:
    alike: dict[tuple[str, str], list[str]] = {}
    for source, metadata in documents.items():
        if _started_on(metadata) and not metadata.sample:
            alike.setdefault((_plain(metadata.title), metadata.language), []).append(source)
    for sources in alike.values():
        for older, newer in _pairs(sources):
            if _rank(documents[older]) < _rank(documents[newer]):
                yield older, newer


def _pairs(sources: Iterable[str]) -> Iterator[tuple[str, str]]:
    listed = list(sources)
    return ((one, other) for one in listed for other in listed if one != other)


def _started_on(metadata: Metadata) -> date | None:
    return metadata.effective_on or metadata.made_on


def _started(metadata: Metadata, day: date) -> bool:
    """Whether a document has taken effect; one without a start is taken at its word. Its own end changes nothing."""
    start = _started_on(metadata)
    return start is None or start <= day


def _rank(metadata: Metadata) -> date:
    return _started_on(metadata) or metadata.published_on or date.min


def _plain(title: str) -> str:
    """A title or number without what people write differently: width, spaces, brackets, a status mark."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    folded = re.sub(r"【[^】]*】|\[(?:已失效|已废止|失效|废止)\]", "", folded)
    return re.sub(r"[\W_]+", "", folded)
