"""Section keys: equal for the chunks of one section, and for the same section of a document and its translation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from knowledge.models import Chunk, Metadata

Key = tuple[str, int]


def section_keys(chunks: Sequence[Chunk], documents: Mapping[str, Metadata]) -> tuple[Key, ...]:
    """For each chunk the key of its section: the source of its document and the section's ordinal in it, from 0.

    Sections of a translation have the keys of the original's when both have equally many sections.
    """
    ordinals: dict[str, dict[tuple[str, ...], int]] = {}
    for chunk in chunks:
        known = ordinals.setdefault(chunk.source, {})
        known.setdefault(chunk.path, len(known))
    names = {source: _original(source, documents, ordinals) for source in ordinals}
    return tuple((names[chunk.source], ordinals[chunk.source][chunk.path]) for chunk in chunks)


def _original(
    source: str, documents: Mapping[str, Metadata], ordinals: Mapping[str, Mapping[tuple[str, ...], int]]
) -> str:
    original = documents[source].translation_of
    alike = original in ordinals and len(ordinals[original]) == len(ordinals[source]) if original else False
    return original if original and alike else source
