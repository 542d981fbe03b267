"""Whether a document or record is in force on a day, by Beijing's calendar, and which document replaced which."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from knowledge.models import Metadata, State

BEIJING = ZoneInfo("Asia/Shanghai")


def minute(seconds: float) -> str:
    """A moment (seconds since 1970) in Beijing, to the minute: 2026-12-01 09:30."""
    return f"{datetime.fromtimestamp(seconds, BEIJING):%Y-%m-%d %H:%M}"


def today(now: datetime | None = None) -> date:
    """The date in Beijing at ``now`` (which must have a time zone), by default at this moment."""
    return (now or datetime.now(tz=BEIJING)).astimezone(BEIJING).date()


def state_of(metadata: Metadata, day: date, superseded: bool = False) -> State:
    """The state on ``day``: ``effective_on`` is the first day in force, ``expires_on`` the last.

    ``superseded``: another document has replaced it by then (see ``successors``).

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
    for older, newer in [*_replaced_by_title(documents), *_replaced_by_name(documents)]:
        if not _has_taken_effect(documents[newer], day):
            continue
        successor = replaced.get(older)
        if successor is None or _start(documents[successor]) < _start(documents[newer]):
            replaced[older] = newer
    return replaced


def _replaced_by_name(documents: Mapping[str, Metadata]) -> Iterator[tuple[str, str]]:
    names: dict[str, list[str]] = {}
    for source, metadata in documents.items():
        for name in {source, _normalised(metadata.title), *([_normalised(metadata.number)] if metadata.number else [])}:
            names.setdefault(name, []).append(source)
    for newer, metadata in documents.items():
        for name in metadata.supersedes:
            for older in {*names.get(name, ()), *names.get(_normalised(name), ())} - {newer}:
                if not _is_newer_version(documents[older], metadata):
                    yield older, newer


def _is_newer_version(metadata: Metadata, other: Metadata) -> bool:
    """Whether ``metadata`` is the newer one of two of the same title: that title must not make it the replaced one."""
    return _start(metadata) > _start(other) and _normalised(metadata.title) == _normalised(other.title)


def _replaced_by_title(documents: Mapping[str, Metadata]) -> Iterator[tuple[str, str]]:
    same_title: dict[tuple[str, str], list[str]] = {}
    for source, metadata in documents.items():
        if _started_on(metadata) and not metadata.sample:
            same_title.setdefault((_normalised(metadata.title), metadata.language), []).append(source)
    for sources in same_title.values():
        for older, newer in itertools.permutations(sources, 2):
            if _start(documents[older]) < _start(documents[newer]):
                yield older, newer


def _started_on(metadata: Metadata) -> date | None:
    return metadata.effective_on or metadata.made_on


def _has_taken_effect(metadata: Metadata, day: date) -> bool:
    """Whether a document has taken effect; one without a start is taken at its word. Its own end changes nothing."""
    start = _started_on(metadata)
    return start is None or start <= day


def _start(metadata: Metadata) -> date:
    return _started_on(metadata) or metadata.published_on or date.min


def _normalised(title: str) -> str:
    """A title or number without what people write differently: width, spaces, brackets, a status mark."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    folded = re.sub(r"【[^【】]*+】|\[(?:已失效|已废止|失效|废止)\]", "", folded)
    return re.sub(r"[\W_]+", "", folded)
