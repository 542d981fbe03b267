"""Which files of the documents folder differ from the live edition. Light to import: most refreshes find none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.editions.building.context import BuildContext
from knowledge.ingestion.received.attachments import with_attachments
from knowledge.ingestion.received.web_pages import kept_pages
from knowledge.models import Unreadable
from knowledge.readers import SourceFile, source_files
from knowledge.store.edition_rows import Edition, FileKind, FileRow, HeldFile


@dataclass(frozen=True)
class SourceDiff:
    """The files of the documents folder against those of the live edition, compared by SHA-256. None is parsed yet."""

    live: Edition | None
    known: dict[str, FileRow]  # the live edition's files by source
    present: tuple[SourceFile, ...]
    refused: tuple[Unreadable, ...]  # files that could not even be opened
    again: bool  # every file is read anew, changed or not
    reread: frozenset[str] = frozenset()  # these files are read anew, changed or not
    afresh: bool = False  # staff want every file read anew: what an earlier run kept does not count

    @property
    def unchanged(self) -> tuple[FileRow, ...]:
        """Files that the live edition has as they are, what it knows of them included."""
        if self.again:
            return ()
        rows = (self.known.get(file.source) for file in self.present)
        digests = {file.source: file.digest for file in self.present}
        unchanged = (row for row in rows if row and row.digest == digests[row.source])
        return tuple(row for row in unchanged if row.source not in self.reread)

    @property
    def to_read(self) -> tuple[SourceFile, ...]:
        """Files that are new or changed."""
        kept = {row.source for row in self.unchanged}
        return tuple(file for file in self.present if file.source not in kept)

    @property
    def removed(self) -> tuple[str, ...]:
        """Files of the live edition that are there no more."""
        present = {file.source for file in self.present} | {file.source for file in self.refused}
        return tuple(source for source in self.known if source not in present)

    @property
    def renamed(self) -> tuple[tuple[str, str], ...]:
        """Files of the live edition that have another name now, byte by byte the same: the old name and the new."""
        gone = {self.known[source].digest: source for source in self.removed if self.known[source].digest}
        new = (file for file in self.present if file.source not in self.known)
        return tuple((gone.pop(file.digest), file.source) for file in new if file.digest in gone)

    @property
    def same(self) -> bool:
        """Whether the folder is what the live edition was made from."""
        refused = {row.source for row in map(refused_row, self.refused) if self.known.get(row.source) != row}
        return self.live is not None and not (self.to_read or self.removed or refused)

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """Files of the live edition that hold nothing for users, and why."""
        rows = (row for row in self.known.values() if row.kind is FileKind.UNREADABLE)
        return tuple(Unreadable(row.source, row.details) for row in rows)

    def held_before(self, held: Mapping[str, HeldFile]) -> tuple[HeldFile, ...]:
        """Those of ``held`` (by source) that an earlier refresh held back and that have not changed since."""
        digests = {row.source: row.digest for row in self.unchanged}
        return tuple(one for one in held.values() if digests.get(one.source) == one.digest)


def compare_sources(
    context: BuildContext,
    live: Edition | None,
    known: dict[str, FileRow],
    again: bool = False,
    reread: frozenset[str] = frozenset(),
) -> SourceDiff:
    """The documents folder against the edition ``live``, whose files are ``known`` (by source).

    ``again``: count every file as changed, ``reread``: these. Raises ``IngestionError`` when the folder is not there.
    """
    listed, refused = source_files(context.documents_folder())
    if context.settings.web_pages.fetch:
        pages, failed = kept_pages(context.settings.documents, context.received / "pages")
        listed, refused = (*listed, *pages), (*refused, *failed)
    present, not_taken = with_attachments(listed, context.received / "attachments")
    outdated = live is not None and live.reading != context.fingerprint.reading
    return SourceDiff(live, known, present, (*refused, *not_taken), again or outdated, reread, again)


def refused_row(refused: Unreadable) -> FileRow:
    """The row of a file that could not even be opened."""
    return FileRow(refused.source, "", FileKind.UNREADABLE, refused.reason)
