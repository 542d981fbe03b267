"""The sections of an edition's documents: all chunks of one, in either language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from knowledge.index.sections import section_keys
from knowledge.models import Chunk, Metadata
from knowledge.text.numerals import RUN, chinese_number

ARTICLE = re.compile(rf"第(?P<chinese>{RUN})条|article (?P<english>\d{{1,4}})\b", re.IGNORECASE)


class SectionLookup:
    """Finds what belongs to a chunk: the rest of its section, and the same section in the other language.

    ``withdrawn``: ids of chunks that are never found.
    """

    def __init__(
        self, chunks: Sequence[Chunk], documents: Mapping[str, Metadata], withdrawn: frozenset[str] = frozenset()
    ) -> None:
        self._keys = dict(zip((chunk.id for chunk in chunks), section_keys(chunks, documents), strict=True))
        chunks = [chunk for chunk in chunks if chunk.id not in withdrawn]  # they count where sections are numbered
        self._sections: dict[tuple[str, int], list[Chunk]] = {}
        for chunk in chunks:
            self._sections.setdefault(self._keys[chunk.id], []).append(chunk)
        self._articles: dict[tuple[str, int], list[Chunk]] = {}
        for chunk in chunks:
            number = article_number(chunk.path)
            if number is not None:
                self._articles.setdefault((chunk.source, number), []).append(chunk)

    def section(self, chunk: Chunk, language: str) -> tuple[Chunk, ...]:
        """All chunks of the section in ``language`` ("zh" or "en"), in order; in the chunk's own if there is none."""
        section = self._sections[self._keys[chunk.id]]
        others = [other for other in section if other.language == language and other.source != chunk.source]
        source = chunk.source if chunk.language == language or not others else others[0].source
        return tuple(other for other in section if other.source == source)

    def article(self, source: str, number: int) -> tuple[Chunk, ...]:
        """All chunks of an article of the law in ``source``, in order."""
        return tuple(self._articles.get((source, number), ()))


def article_number(path: Sequence[str]) -> int | None:
    """The number of the article at a heading path; None when that is no article of a law."""
    for match in filter(None, map(ARTICLE.match, reversed(path))):
        return int(match["english"]) if match["english"] else chinese_number(match["chinese"])
    return None
