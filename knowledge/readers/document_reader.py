"""A file to a document: format, reader, metadata, sections. Runs in the child process of ``sandbox``."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from knowledge.models import Document
from knowledge.readers.encoding import decode
from knowledge.readers.errors import ReadError
from knowledge.readers.format_detection import TEXT_SIZE, FileFormat, detect_format
from knowledge.readers.formats.docx import read_docx
from knowledge.readers.formats.html import read_html
from knowledge.readers.formats.ofd import read_ofd
from knowledge.readers.formats.pdf import read_pdf
from knowledge.readers.formats.plain import read_markdown, read_text
from knowledge.readers.sandbox.archives import check_archive, member_names
from knowledge.readers.structure.blocks import ParsedFile
from knowledge.readers.structure.contents import without_contents
from knowledge.readers.structure.metadata import metadata_of
from knowledge.readers.structure.sections import sections_of

REFUSALS = {
    FileFormat.EMPTY: "the file is empty; put its text in, or remove it",
    FileFormat.DOC: "it is an old Word document (.doc); open it in Word or WPS and save it as .docx",
    FileFormat.WPS: "it is a WPS document; open it in WPS and save it as .docx or export it as PDF",
    FileFormat.RTF: "it is an RTF document; open it in Word or WPS and save it as .docx",
    FileFormat.XML: "it is a bare XML file; open it in the program that made it and save it as .docx, .xlsx or PDF",
    FileFormat.SLIDES: "it is a presentation; put its text into a document (.docx or .md)",
    FileFormat.MAIL: "it is a web archive or a mail; save the page as HTML, or copy its text into a .md file",
    FileFormat.IMAGE: (
        "it is an image; type what it says into a text or Markdown file and name the official address in it"
    ),
    FileFormat.ENCRYPTED: "it is protected with a password; save it without one",
    FileFormat.UNKNOWN: "its kind is not known; hand in Markdown, text, HTML, Word (.docx), PDF, Excel (.xlsx) or CSV",
}
TEXT_READERS: dict[FileFormat, Callable[[str], ParsedFile]] = {
    FileFormat.MARKDOWN: read_markdown,
    FileFormat.TEXT: read_text,
    FileFormat.HTML: read_html,
}
FILE_READERS: dict[FileFormat, Callable[[Path], ParsedFile]] = {
    FileFormat.DOCX: read_docx,
    FileFormat.PDF: read_pdf,
    FileFormat.OFD: read_ofd,
}


def read(path: Path, *, source: str, digest: str) -> Document:
    """The document in the file at ``path``. Raises ``ReadError``."""
    parsed = _parse(path)
    parsed = replace(parsed, blocks=without_contents(parsed.blocks))
    metadata, blocks = metadata_of(parsed, source)
    sections = sections_of(blocks)
    if not sections:
        raise ReadError("it has a title and nothing else; put its text in, or remove it")
    return Document(posixpath.normpath(source), digest, metadata, sections)


def _parse(path: Path) -> ParsedFile:
    file_format = detect_format(path)
    if file_format in TEXT_READERS:
        if path.stat().st_size > TEXT_SIZE:
            raise ReadError(f"it has more than {TEXT_SIZE // 2**20} MiB of text; split it into smaller files")
        return TEXT_READERS[file_format](decode(path.read_bytes()))
    if file_format in (FileFormat.DOCX, FileFormat.OFD):
        check_archive(path)
    if file_format in FILE_READERS:
        return FILE_READERS[file_format](path)
    raise ReadError(_refusal(file_format, path))


def _refusal(file_format: FileFormat, path: Path) -> str:
    if file_format.is_table:
        return f"it is a table ({file_format}), not a document; tables are read as records"
    if file_format is not FileFormat.ARCHIVE:
        return REFUSALS[file_format]
    names = member_names(path) if zipfile.is_zipfile(path) else ()
    listed = f" with {len(names)} files ({', '.join(names[:3])}{', …' if len(names) > 3 else ''})" if names else ""
    return f"it is an archive{listed}; unpack it and put the files themselves in"
