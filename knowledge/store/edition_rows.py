"""An edition and its files as values, without SQLAlchemy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from knowledge.models import Metadata

if TYPE_CHECKING:
    from pydantic import TypeAdapter


class FileKind(StrEnum):
    """What a file of ``documents/`` turned out to be."""

    DOCUMENT = "document"
    TABLE = "table"
    UNREADABLE = "unreadable"
    HELD = "held"  # nothing of it was ever published: it waits until staff accept its warnings


@dataclass(frozen=True)
class Edition:
    """One published state of the knowledge base.

    ``published``: seconds since 1970; ``previous``: number of the edition that was live before it; ``reading`` and
    ``indexing``: fingerprints (``knowledge.editions.fingerprint``) of how it was made; ``collection``: its
    collection on a Chroma server, if it has one; ``documents`` and ``chunks``: how many.
    """

    number: int
    previous: int | None
    published: float
    model: str
    dimension: int
    reading: str
    indexing: str
    collection: str | None
    documents: int
    chunks: int
    kept: bool = True  # false: rows of it are deleted, so it can never be live again


@dataclass(frozen=True)
class FileRow:
    """A file of an edition.

    ``details``: a document's metadata as JSON, a table's report as JSON, or the reason why the file is unreadable. A
    table that holds free tables has these to be searched as the text of a document, and its metadata in the report.
    """

    source: str
    digest: str
    kind: FileKind
    details: str = ""

    @property
    def metadata(self) -> Metadata:
        """What the document says of itself; only where it holds text."""
        if self.kind is FileKind.TABLE:
            return _metadata().validate_python(json.loads(self.details)["metadata"])
        return _metadata().validate_json(self.details)

    @property
    def holds_text(self) -> bool:
        """Whether chunks may be of this file: it is a document, or holds free tables."""
        of_table = self.kind is FileKind.TABLE and self.details.startswith("{")
        return self.kind is FileKind.DOCUMENT or of_table

    @property
    def problems(self) -> tuple[str, ...]:
        """What staff should know of a table; only for tables."""
        report = json.loads(self.details)
        return tuple(report["problems"] if self.holds_text else report)


@dataclass(frozen=True)
class ContentWarning:
    """Something in a file that staff should see before users do.

    ``place``: section or row; ``shown``: what stands there, no number in full; ``key``: a digest of it.
    """

    place: str
    kind: str
    shown: str
    key: str

    def __str__(self) -> str:
        """One line for staff."""
        return f"{self.place}: {self.kind} ({self.shown})"


@dataclass(frozen=True)
class HeldFile:
    """A version of a file that waits until staff have accepted its warnings. ``digest``: SHA-256 of its bytes."""

    source: str
    digest: str
    warnings: tuple[ContentWarning, ...]

    @property
    def code(self) -> str:
        """What staff accept it by: it stands for these warnings of these bytes, and for nothing else."""
        known = "\n".join((self.source, self.digest, *sorted(warning.key for warning in self.warnings)))
        return hashlib.sha256(known.encode("utf-8", "surrogatepass")).hexdigest()[:8]

    def as_json(self) -> str:
        """The warnings as a column keeps them."""
        return json.dumps([vars(warning) for warning in self.warnings], ensure_ascii=False)


def held_file(source: str, digest: str, warnings: str) -> HeldFile:
    """The row of a version that waits; ``warnings`` as ``HeldFile.as_json`` gave them."""
    return HeldFile(source, digest, tuple(ContentWarning(**values) for values in json.loads(warnings)))


def editions_to_keep(numbers: Sequence[int], live: Edition | None, keep: int) -> tuple[int, ...]:
    """Which of the editions ``numbers`` are kept: the last ``keep``, the live one and the one before it.

    A process that has not yet noticed a new live edition still reads the one before.
    """
    wanted = set(sorted(numbers)[-keep:])
    if live:
        wanted |= {live.number, live.previous or live.number}
    return tuple(number for number in sorted(numbers) if number in wanted)


def document_row(source: str, digest: str, metadata: Metadata) -> FileRow:
    """The row of a document that was read."""
    return FileRow(source, digest, FileKind.DOCUMENT, _metadata().dump_json(metadata, exclude_defaults=True).decode())


def table_row(source: str, digest: str, problems: Sequence[str], metadata: Metadata | None = None) -> FileRow:
    """The row of a spreadsheet that was read; ``metadata``: where it holds free tables."""
    report: object = list(problems)
    if metadata:
        report = {"problems": report, "metadata": _metadata().dump_python(metadata, mode="json", exclude_defaults=True)}
    return FileRow(source, digest, FileKind.TABLE, json.dumps(report, ensure_ascii=False))


@cache
def _metadata() -> TypeAdapter[Metadata]:
    from pydantic import TypeAdapter

    return TypeAdapter(Metadata)
