"""An edition and its files as values, without SQLAlchemy."""

from __future__ import annotations

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

    ``details``: a document's metadata as JSON, a table's report as JSON, or the reason why the file is unreadable.
    """

    source: str
    digest: str
    kind: FileKind
    details: str = ""

    @property
    def metadata(self) -> Metadata:
        """What the document says of itself; only for documents."""
        return _metadata().validate_json(self.details)


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


@cache
def _metadata() -> TypeAdapter[Metadata]:
    from pydantic import TypeAdapter

    return TypeAdapter(Metadata)
