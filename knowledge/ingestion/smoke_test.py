"""The last check before an edition is published: it is opened as the bot opens it, and asked."""

from __future__ import annotations

from knowledge.editions.building.context import Workplace
from knowledge.editions.building.index_builder import Content
from knowledge.editions.edition_files import edition_folder
from knowledge.editions.errors import IngestionError
from knowledge.editions.open_edition import Source, open_edition
from knowledge.store.edition_rows import Edition
from knowledge.validity import today

WORDS = 100  # characters of a chunk that make a question


def ask_itself(place: Workplace, edition: Edition, content: Content) -> None:
    """Ask for the first and the last chunk in their own words. Raises ``IngestionError`` when nothing is found."""
    folder = edition_folder(place.root, edition.number)
    source = Source(edition.number, folder, content.documents, content.chunks, edition.collection)
    opened = open_edition(source, place.settings, place.engine, place.embedder)
    try:
        for chunk in {*content.chunks[:1], *content.chunks[-1:]}:
            if not opened.search(chunk.text[:WORDS], day=today()).passages:
                raise IngestionError(
                    f"the new edition does not find its own text of {chunk.source}; nothing was published"
                )
    finally:
        opened.close()
