"""A file to a document: format, reader, metadata, sections. Runs in the child process of ``sandbox``."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.models import Document
from knowledge.readers.encoding import decode
from knowledge.readers.errors import ReadError
from knowledge.readers.format_detection import TEXT_SIZE, FileFormat, detect_format
from knowledge.readers.formats.docx import read_docx
from knowledge.readers.formats.html import read_html
from knowledge.readers.formats.mail.eml import parse_eml, read_eml
from knowledge.readers.formats.mail.message import Attachment
from knowledge.readers.formats.mail.msg import parse_msg, read_msg
from knowledge.readers.formats.ocr.engine import is_installed
from knowledge.readers.formats.ocr.images import read_image
from knowledge.readers.formats.ocr.recognised import PagesAreAPictureError, Recognised, notices
from knowledge.readers.formats.ofd.document import read_ofd
from knowledge.readers.formats.office.doc import read_doc
from knowledge.readers.formats.office.odf import read_odf
from knowledge.readers.formats.office.pptx import read_pptx
from knowledge.readers.formats.office.rtf import read_rtf
from knowledge.readers.formats.pdf import read_pdf
from knowledge.readers.formats.plain import read_markdown, read_text
from knowledge.readers.sandbox.archives import check_archive, member_names
from knowledge.readers.structure.blocks import ParsedFile
from knowledge.readers.structure.contents import without_contents
from knowledge.readers.structure.machine_read import pages_by_machine
from knowledge.readers.structure.metadata import metadata_of
from knowledge.readers.structure.sections import sections_of

REFUSALS = {
    FileFormat.EMPTY: "the file is empty; put its text in, or remove it",
    FileFormat.PPT: "it is an old presentation (.ppt); open it in PowerPoint or WPS and save it as .pptx",
    FileFormat.WPS: "it is a WPS document; open it in WPS and save it as .docx, .xlsx or .pptx, or export it as PDF",
    FileFormat.XML: "it is a bare XML file; open it in the program that made it and save it as .docx, .xlsx or PDF",
    FileFormat.ENCRYPTED: "it is protected with a password; save it without one",
    FileFormat.UNKNOWN: (
        "its kind is not known; hand in Markdown, text, HTML, Word (.docx, .doc), slides (.pptx), PDF, "
        "Excel (.xlsx) or CSV"
    ),
}
TEXT_READERS: dict[FileFormat, Callable[[str], ParsedFile]] = {
    FileFormat.MARKDOWN: read_markdown,
    FileFormat.TEXT: read_text,
    FileFormat.HTML: read_html,
}
FILE_READERS: dict[FileFormat, Callable[[Path], ParsedFile]] = {
    FileFormat.DOCX: read_docx,
    FileFormat.DOC: read_doc,
    FileFormat.RTF: read_rtf,
    FileFormat.ODF: read_odf,
    FileFormat.PPTX: read_pptx,
    FileFormat.OFD: read_ofd,
    FileFormat.MAIL: read_eml,
    FileFormat.MSG: read_msg,
}
PAGE_READERS: dict[FileFormat, Callable[[Path, Recognised | None], ParsedFile]] = {
    FileFormat.PDF: read_pdf,
    FileFormat.IMAGE: read_image,
}
PACKED = (FileFormat.DOCX, FileFormat.ODF, FileFormat.PPTX, FileFormat.OFD)  # ZIPs


@dataclass(frozen=True)
class PicturedPages:
    """Pages (from 1) of a file that are pictures and must be recognised before the file is read."""

    pages: tuple[int, ...]
    is_pdf: bool


def read(path: Path, *, source: str, digest: str, recognised: Recognised | None = None) -> Document | PicturedPages:
    """The document in the file at ``path``, or which of its pages must be recognised first. Raises ``ReadError``."""
    try:
        parsed = _parse(path, recognised)
    except PagesAreAPictureError as error:
        if len(error.pages) == error.total and not is_installed():
            raise
        return PicturedPages(error.pages, detect_format(path) is FileFormat.PDF)
    parsed = replace(parsed, blocks=without_contents(parsed.blocks))
    metadata, blocks = metadata_of(parsed, source)
    sections = sections_of(blocks)
    if not sections:
        raise ReadError("it has a title and nothing else; put its text in, or remove it")
    if recognised:
        metadata = replace(
            metadata,
            machine_read=pages_by_machine(sections, [page.number for page in recognised.values() if page.letters()]),
            notices=notices(recognised),
        )
    return Document(posixpath.normpath(source), digest, metadata, sections)


def attachments(path: Path) -> tuple[Attachment, ...]:
    """The files attached to a mail, without those of mails inside of it. Raises ``ReadError``."""
    mail = parse_msg(path) if detect_format(path) is FileFormat.MSG else parse_eml(path.read_bytes())
    return () if mail.page else mail.attachments


def _parse(path: Path, recognised: Recognised | None) -> ParsedFile:
    file_format = detect_format(path)
    if file_format in TEXT_READERS:
        if path.stat().st_size > TEXT_SIZE:
            raise ReadError(f"it has more than {TEXT_SIZE // 2**20} MiB of text; split it into smaller files")
        return TEXT_READERS[file_format](decode(path.read_bytes()))
    if file_format in PACKED:
        check_archive(path)
    if file_format in PAGE_READERS:
        return PAGE_READERS[file_format](path, recognised)
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
