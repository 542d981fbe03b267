"""Files to documents, each read in a child process with limits; one that cannot be read is named with the reason."""

from __future__ import annotations

import functools
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.models import Document, Unreadable
from knowledge.readers.errors import ReadError, ReadTimeoutError
from knowledge.readers.format_detection import FileFormat, detect_format
from knowledge.readers.sandbox.limits import run_limited

if TYPE_CHECKING:
    from knowledge.readers.formats.mail.message import Attachment

__all__ = [
    "CHECK_TABLES",
    "LARGEST",
    "FileFormat",
    "ReadError",
    "SourceFile",
    "detect_format",
    "read_attachments",
    "read_document",
    "source_files",
]

CHECK_TABLES = ("questions.csv", "questions.xlsx")  # what staff ask a new edition before it is published
NOT_READ = {"README.md", "sources.yaml", *CHECK_TABLES}  # of the folder itself; the second names web pages
LARGEST = 64 * 1024 * 1024  # bytes
COPY = re.compile(r"副本|复件|[(（]\d{1,3}[)）]|\bcopy\b", re.I)  # how systems name one


@dataclass(frozen=True)
class SourceFile:
    """A file of the documents folder: its POSIX path below it, the SHA-256 of its bytes, its size in bytes.

    ``title``, ``address``: what it is called and where the public finds it, where somebody says so elsewhere.
    """

    source: str
    path: Path
    digest: str
    size: int
    title: str = ""
    address: str = ""


def source_files(folder: Path) -> tuple[tuple[SourceFile, ...], tuple[Unreadable, ...]]:
    """The files below ``folder``, sorted by source, and those that cannot even be opened.

    Hidden files, lock files (``~$…``) and the folder's own README.md, sources.yaml and check questions are none of
    them. Copies of a file count among those that are not read. Raises ``ReadError`` when there is no such folder.
    """
    if not folder.is_dir():
        raise ReadError(f"{folder}: no such folder; make it, or name another as `documents` in config.yaml")
    files: list[SourceFile] = []
    refused: list[Unreadable] = []
    for path in _paths(folder):
        source = path.relative_to(folder).as_posix()
        try:
            files.append(_source_file(folder, path, source))
        except ReadError as error:
            refused.append(Unreadable(_printable(source), error.reason))
        except OSError as error:
            refused.append(
                Unreadable(_printable(source), f"it cannot be opened ({error.strerror}); check its permissions")
            )
    found = sorted((*_without_copies(files), *refused), key=lambda file: file.source)
    readable = tuple(file for file in found if isinstance(file, SourceFile))
    return readable, tuple(file for file in found if isinstance(file, Unreadable))


def read_document(file: SourceFile, kept: Path | None = None) -> Document | Unreadable:
    """The document in ``file``, or why it cannot be read. Tables are read by ``knowledge.tables``.

    ``kept``: a folder that keeps what was recognised of pages that are pictures, which takes seconds a page.
    """
    # Here and not above: who only lists files need not load the libraries that read them.
    from knowledge.readers import document_reader
    from knowledge.readers.recognition import recognise_pages

    task = functools.partial(document_reader.read, source=file.source, digest=file.digest)
    try:
        read = run_limited(task, file.path)
        if isinstance(read, document_reader.PicturedPages):
            pages = recognise_pages(file.path, file.digest, read.pages, is_pdf=read.is_pdf, kept=kept)
            read = run_limited(functools.partial(task, recognised=pages), file.path)
    except ReadError as error:
        return Unreadable(file.source, error.reason, late=isinstance(error, ReadTimeoutError))
    assert isinstance(read, Document)
    known = read.metadata
    return replace(
        read,
        metadata=replace(known, title=file.title or known.title, source_url=file.address or known.source_url),
    )


def read_attachments(file: SourceFile) -> tuple[Attachment, ...] | Unreadable:
    """The files attached to the mail in ``file``, or why they cannot be read."""
    from knowledge.readers import document_reader

    try:
        return run_limited(document_reader.attachments, file.path)
    except ReadError as error:
        return Unreadable(file.source, error.reason, late=isinstance(error, ReadTimeoutError))


def _without_copies(files: Iterable[SourceFile]) -> Iterator[SourceFile | Unreadable]:
    """Of files of the same bytes the one that is named like no copy; the others would count everything twice."""
    originals: dict[str, SourceFile] = {}
    by_name = sorted(files, key=lambda file: (bool(COPY.search(file.path.stem)), len(file.source), file.source))
    for file in by_name:
        original = originals.setdefault(file.digest, file)
        if original is file or not file.size:
            yield file
        else:
            reason = f"it is a copy of {original.source}, byte for byte, which is read; remove one of them"
            yield Unreadable(file.source, reason)


def _paths(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        for name in names:
            if name.startswith((".", "~$")) or name in {"Thumbs.db", "desktop.ini"}:
                continue
            if name in NOT_READ and Path(where) == folder:
                continue
            yield Path(where) / name


def _source_file(folder: Path, path: Path, source: str) -> SourceFile:
    if source != _printable(source):
        raise ReadError("its name is not valid UTF-8; rename it")
    if not path.exists():
        raise ReadError("it is a link to a file that is not there; remove it")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ReadError("it is a link to a file outside the documents folder; put the file itself in")
    if not path.is_file():
        raise ReadError("it is not a regular file; remove it")
    size = path.stat().st_size
    if size > LARGEST:
        raise ReadError(
            f"it has {size // 2**20} MiB, and {LARGEST // 2**20} are allowed; split it or make its pictures smaller"
        )
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return SourceFile(source, path, digest, size)


def _printable(source: str) -> str:
    return source.encode("utf-8", "backslashreplace").decode("utf-8")
