"""The first look of a refresh: whether there is anything to do at all.

It takes all that a closer look would compare (every document's bytes, every file of the index, the recipe, the rows of
the live edition), and leaves out only the libraries that nothing but a change needs: those take ten times as long.
"""

from __future__ import annotations

import time

from knowledge.database_urls import sqlite_file
from knowledge.editions.building.context import Workplace
from knowledge.editions.edition_files import folder_trouble, leftovers
from knowledge.editions.fingerprint import rebuild_reason
from knowledge.embedding.reader_copy import left_copies
from knowledge.ingestion.lock import file_lock
from knowledge.ingestion.outcome import Outcome, unchanged
from knowledge.ingestion.source_diff import compare
from knowledge.store.edition_rows import editions_to_keep
from knowledge.store.sqlite_fast_read import LiveEditionRows, read_live_edition


def glance(place: Workplace) -> Outcome | None:
    """What a refresh says that finds nothing to do; None when there is something, or only ``refresh`` can tell.

    Raises ``IngestionError``.
    """
    started = time.monotonic()
    place.documents_folder()
    file = sqlite_file(place.settings.database.url)
    if file is None or place.url is not None:
        return None
    with file_lock(place.root):
        published = read_live_edition(file)
        if published is None or rebuild_reason(published.edition, place.recipe):
            return None
        folder = compare(place, published.edition, published.files)
        whole = folder.same and not folder_trouble(place.root, published.edition, place.recipe.format)
        if not whole or not _is_tidy(place, published):
            return None
    return unchanged(folder, started)


def _is_tidy(place: Workplace, published: LiveEditionRows) -> bool:
    """Whether nothing is left of a refresh that was killed before it had cleared up."""
    keep = editions_to_keep(published.kept, published.edition, place.settings.index.keep)
    left = (*leftovers(place.root, keep), *left_copies(place.root))
    return len(keep) == len(published.kept) and not left
