"""The sections of an edition's documents: all chunks of one, in either language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from knowledge.index.sections import section_keys
from knowledge.models import Chunk, Metadata


class SectionLookup:
    """Finds what belongs to a chunk: the rest of its section, and the same section in the other language."""

    def __init__(self, chunks: Sequence[Chunk], documents: Mapping[str, Metadata]) -> None:
        self._keys = dict(zip((chunk.id for chunk in chunks), section_keys(chunks, documents), strict=True))
        self._sections: dict[tuple[str, int], list[Chunk]] = {}
        for chunk in chunks:
            self._sections.setdefault(self._keys[chunk.id], []).append(chunk)

    def section(self, chunk: Chunk, language: str) -> tuple[Chunk, ...]:
        """All chunks of the section in ``language`` ("zh" or "en"), in order; in the chunk's own if there is none."""
        section = self._sections[self._keys[chunk.id]]
        others = [other for other in section if other.language == language and other.source != chunk.source]
        source = chunk.source if chunk.language == language or not others else others[0].source
        return tuple(other for other in section if other.source == source)
