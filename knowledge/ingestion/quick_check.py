"""The first step of a refresh: whether there is anything to do at all.

It compares all that a refresh compares (every document's bytes, every file of the index, the fingerprint, the rows of
the live edition), and does without the libraries that only a change needs: importing those takes ten times as long.
"""

from __future__ import annotations

import time

from knowledge.database_urls import sqlite_file
from knowledge.editions.building.context import BuildContext
from knowledge.editions.edition_files import folder_trouble, leftovers
from knowledge.editions.fingerprint import rebuild_reason
from knowledge.embedding.reader_copy import abandoned_copies
from knowledge.ingestion.lock import file_lock
from knowledge.ingestion.outcome import RefreshOutcome, unchanged
from knowledge.ingestion.source_diff import compare_sources
from knowledge.store.edition_rows import editions_to_keep
from knowledge.store.sqlite_fast_read import LiveEditionRows, read_live_edition


def quick_check(context: BuildContext) -> RefreshOutcome | None:
    """The outcome of a refresh that finds nothing to do; None when there is something, or only ``refresh`` can tell.

    With PostgreSQL, a Chroma server or web pages only ``refresh`` can. Raises ``IngestionError``.
    """
    started = time.monotonic()
    context.documents_folder()
    file = sqlite_file(context.settings.database.url)
    if file is None or context.url is not None or context.settings.web_pages.fetch:
        return None
    with file_lock(context.root):
        published = read_live_edition(file)
        if published is None or rebuild_reason(published.edition, context.fingerprint):
            return None
        diff = compare_sources(context, published.edition, published.files)
        whole = diff.same and not folder_trouble(context.root, published.edition, context.fingerprint.format)
        if not whole or not _is_tidy(context, published):
            return None
    return unchanged(diff, started, held=diff.held_before(published.held))


def _is_tidy(context: BuildContext, published: LiveEditionRows) -> bool:
    """Whether nothing is left of a refresh that was stopped before it had cleared up, or of a preview."""
    if published.readings:
        return False
    keep = editions_to_keep(published.kept, published.edition, context.settings.index.keep)
    left = (*leftovers(context.root, keep), *abandoned_copies(context.root))
    return len(keep) == len(published.kept) and not left
