"""The last check before an edition is published: it is opened as the bot opens it, and asked."""

from __future__ import annotations

from knowledge.editions.building.context import BuildContext
from knowledge.editions.building.index_builder import Content
from knowledge.editions.edition_files import EditionSource, edition_folder
from knowledge.editions.errors import IngestionError
from knowledge.editions.open_edition import open_edition
from knowledge.store.edition_rows import Edition
from knowledge.validity import today

QUESTION_CHARACTERS = 100  # of a chunk's text, asked as a question


def smoke_test(context: BuildContext, edition: Edition, content: Content) -> None:
    """Ask for the first and the last chunk in their own words. Raises ``IngestionError`` when nothing is found."""
    folder = edition_folder(context.root, edition.number)
    source = EditionSource(edition.number, folder, content.documents, content.chunks, edition.collection)
    opened = open_edition(source, context.settings, context.engine, context.embedder)
    try:
        for chunk in {*content.chunks[:1], *content.chunks[-1:]}:
            if not opened.search(chunk.text[:QUESTION_CHARACTERS], day=today()).passages:
                raise IngestionError(
                    f"the new edition does not find its own text of {chunk.source}; nothing was published"
                )
    finally:
        opened.close()
