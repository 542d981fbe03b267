"""Which documents may answer: what is current, or what was asked for by its year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from knowledge.models import Metadata, State
from knowledge.text.language import fold_question
from knowledge.validity import state_of, successors

PIVOT = 50  # two digits above it are of the last century
STALE = frozenset({State.EXPIRED, State.SUPERSEDED})
NOT_CURRENT = STALE | {State.NOT_YET}
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
SHORT_YEAR = re.compile(
    r"(?<!\d)(\d\d)(?:年|版)(?!\d)"
)  # 96年, 22年; 30年 of work may be meant, so no document is sought by it
ASKS_FOR_OLD = re.compile(
    r"(以前|过去|原来|当时|当年|曾经|之前)的?(规定|法律|标准|版本|政策|办法|怎么|是怎么|法)|旧(的|版|法|规|那)|老(的?版|规|的?那|的?法)|那部[老旧]"
    r"|[七八九]几年|[七八九]十年代|废止|失效|作废|过期"
    r"|\b(old|former(ly)?|previous(ly)?|repealed|expired|superseded|back then|at (that|the) time)\b"
)


@dataclass(frozen=True)
class Standing:
    """A document's state on a day, and the source of what replaced it."""

    state: State
    successor: str | None = None


def standings(documents: Mapping[str, Metadata], day: date) -> dict[str, Standing]:
    """How every document stands on ``day``."""
    replaced = successors(documents, day)
    return {
        source: Standing(state_of(metadata, day, source in replaced), replaced.get(source))
        for source, metadata in documents.items()
    }


@dataclass(frozen=True)
class RequestedVersions:
    """``meant``: sources of the versions that a question names; ``unwanted``: those that must not answer."""

    meant: frozenset[str]
    unwanted: frozenset[str]


def requested_versions(
    question: str, documents: Mapping[str, Metadata], standing: Mapping[str, Standing]
) -> RequestedVersions:
    """Replaced versions answer only when their year, or what held before, is asked for.

    What has merely expired may answer: it is labelled, and nothing took its place.
    """
    folded = fold_question(question)
    years = years_in(folded)
    of_years = {source for source, metadata in documents.items() if years & years_of(metadata)} if years else set()
    replaced = {source for source, state in standing.items() if state.successor is not None}
    if replaced & of_years:
        # The year names one version: the other versions of it are not meant.
        others = _versions(replaced & of_years, standing) - of_years
        return RequestedVersions(frozenset(replaced & of_years), frozenset(others))
    old = frozenset(replaced)
    return RequestedVersions(old, frozenset()) if ASKS_FOR_OLD.search(folded) else RequestedVersions(frozenset(), old)


def years_in(folded: str) -> set[str]:
    """The years that a folded question names, in full or by their last two digits."""
    short = {f"{'19' if int(digits) > PIVOT else '20'}{digits}" for digits in SHORT_YEAR.findall(folded)}
    return set(YEAR.findall(folded)) | short


@lru_cache(maxsize=10_000)
def years_of(metadata: Metadata) -> frozenset[str]:
    """The years that name a document."""
    days = (metadata.made_on, metadata.published_on, metadata.effective_on)
    return frozenset(str(day.year) for day in days if day) | set(
        YEAR.findall(f"{metadata.title} {metadata.number or ''}")
    )


def _versions(sources: set[str], standing: Mapping[str, Standing]) -> set[str]:
    """The sources and everything that stands in one chain with them."""
    versions = set(sources)
    for source, state in standing.items():
        if state.successor and (source in sources or state.successor in sources):
            versions |= {source, state.successor}
    return versions
