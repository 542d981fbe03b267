"""The format of a file, told from its bytes; the file name only decides between kinds of plain text."""

from __future__ import annotations

import csv
import re
import struct
import zipfile
import zlib
from enum import StrEnum
from pathlib import Path

from knowledge.readers.encoding import decode
from knowledge.readers.errors import ReadError

HEAD = 8192  # bytes in which a binary format shows itself
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXT_SAMPLE = 256 * 1024  # characters from which the kind of a text is told
LISTING = 1024 * 1024  # bytes; a document packs some dozens of files, a list this long fills memory when opened
ZIP_END = 65_536 + 22  # bytes in which the end of a ZIP must stand
TEXT_SIZE = 16 * 1024 * 1024  # bytes; the largest law has a quarter of a megabyte
LONG_LINE = 10_000  # characters; csv has a limit of its own and raises beyond it


class FileFormat(StrEnum):
    """What a file is; the value is its name for staff.

    Those from ``PPT`` on are recognised so that they can be refused with advice.
    """

    MARKDOWN = "Markdown"
    TEXT = "plain text"
    HTML = "HTML"
    DOCX = "Word document (.docx)"
    DOC = "old Word document (.doc)"
    RTF = "RTF document"
    ODF = "OpenDocument text or slides (.odt, .odp)"
    PPTX = "presentation (.pptx)"
    PDF = "PDF"
    OFD = "OFD"
    MAIL = "mail or web archive (.eml, .mht)"
    MSG = "Outlook mail (.msg)"
    IMAGE = "image"
    CSV = "CSV table"
    XLSX = "Excel workbook (.xlsx)"
    XLS = "old Excel workbook (.xls)"
    ODS = "OpenDocument spreadsheet (.ods)"
    HTML_TABLE = "HTML table saved as a spreadsheet"
    PPT = "old presentation (.ppt)"
    WPS = "WPS document"
    XML = "XML file"
    ARCHIVE = "archive"
    ENCRYPTED = "password-protected Office file"
    EMPTY = "empty file"
    UNKNOWN = "file of an unknown kind"

    @property
    def is_table(self) -> bool:
        """Whether the file holds rows for ``knowledge.tables`` rather than a document."""
        return self in (FileFormat.CSV, FileFormat.XLSX, FileFormat.XLS, FileFormat.ODS, FileFormat.HTML_TABLE)


MAGIC = (
    (b"{\\rtf", FileFormat.RTF),
    (b"\x89PNG\r\n", FileFormat.IMAGE),
    (b"\xff\xd8\xff", FileFormat.IMAGE),
    (b"GIF8", FileFormat.IMAGE),
    (b"BM", FileFormat.IMAGE),
    (b"II*\x00", FileFormat.IMAGE),
    (b"MM\x00*", FileFormat.IMAGE),
    (b"Rar!", FileFormat.ARCHIVE),
    (b"7z\xbc\xaf", FileFormat.ARCHIVE),
    (b"\x1f\x8b", FileFormat.ARCHIVE),
    (b"\x09\x08\x08\x00", FileFormat.XLS),
    (b"\x09\x04\x06\x00", FileFormat.XLS),
    (b"\x09\x02\x06\x00", FileFormat.XLS),
    (b"\x09\x00\x04\x00", FileFormat.XLS),
)
# Names of streams in an OLE file; the more telling first.
STREAMS = (
    ("__properties_version1.0", FileFormat.MSG),
    ("EncryptedPackage", FileFormat.ENCRYPTED),
    ("WordDocument", FileFormat.DOC),
    ("Workbook", FileFormat.XLS),
    ("Book", FileFormat.XLS),
    ("PowerPoint Document", FileFormat.PPT),
)
MEMBERS = (
    ("OFD.xml", FileFormat.OFD),
    ("word/document.xml", FileFormat.DOCX),
    ("xl/workbook.xml", FileFormat.XLSX),
    ("xl/workbook.bin", FileFormat.XLS),
    ("ppt/presentation.xml", FileFormat.PPTX),
)
# What an OpenDocument file calls itself; templates have the same beginning.
OPEN_DOCUMENTS = (
    (b"application/vnd.oasis.opendocument.spreadsheet", FileFormat.ODS),
    (b"application/vnd.oasis.opendocument.text", FileFormat.ODF),
    (b"application/vnd.oasis.opendocument.presentation", FileFormat.ODF),
)
SPREADSHEET_NAMES = {".xls", ".xlsx", ".et", ".csv"}
# A page, or a piece of one, which may begin with any of the elements that stand in a page's body.
HTML_START = re.compile(
    r"^\s*(<\?xml[^>]*>\s*)?(<!--(?:(?!-->).)*+-->\s*+)*+<(!doctype\s+html|html|head|body|meta|title|style|link|table|tbody|tr|td|div|p"
    r"|ul|ol|li|dl|dt|h[1-6]|section|article|main|header|nav|center|blockquote|figure|pre|form|span|font|strong|em|b|i|a|img|br|hr)\b",
    re.I | re.S,
)
HTML_NAMES = {".html", ".htm", ".shtml", ".xhtml"}
HTML_TAG = re.compile(r"</?(?:p|br|div|li|ul|ol|td|tr|table|b|strong|span|a|h[1-6])\b[^<>]*>", re.I)
MAIL_START = re.compile(
    rb"\s*(?:From|MIME-Version|Subject|Date|Received|Return-Path|Snapshot-Content-Location): ", re.I
)
MAIL_HEADER = re.compile(rb"\s*[A-Za-z][A-Za-z-]{1,40}: ?\S")
MAIL_NAMES = {".eml", ".mht", ".mhtml"}
HEADING = re.compile(r"^#{1,6} \S", re.M)


def detect_format(path: Path) -> FileFormat:
    """The format of the file at ``path``, by content. Raises ``OSError`` when it cannot be opened."""
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        return _blank(path)
    if b"%PDF-" in head[:1024]:
        return FileFormat.PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(path)
    if head.startswith(OLE):
        return _compound(path)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return FileFormat.IMAGE
    for mark, kind in MAGIC:
        if head.startswith(mark) and (kind is not FileFormat.IMAGE or b"\x00" in head):
            return kind
    return _textual(path, head)


def _blank(path: Path) -> FileFormat:
    content = path.read_bytes() if path.stat().st_size <= TEXT_SAMPLE else b"x"
    return FileFormat.EMPTY if not content.strip(b" \t\r\n\x00\xef\xbb\xbf") else FileFormat.UNKNOWN


def _zipped(path: Path) -> FileFormat:
    if _listing_size(path) > LISTING:
        return FileFormat.ARCHIVE
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and "content.xml" in names:
                return _open_document(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError):
        return {".docx": FileFormat.DOCX, ".xlsx": FileFormat.XLSX, ".ofd": FileFormat.OFD}.get(
            path.suffix.lower(), FileFormat.ARCHIVE
        )
    return next((kind for member, kind in MEMBERS if member in names), FileFormat.ARCHIVE)


def _open_document(archive: zipfile.ZipFile) -> FileFormat:
    with archive.open("mimetype") as stream:
        name = stream.read(100)
    return next((kind for known, kind in OPEN_DOCUMENTS if name.startswith(known)), FileFormat.ARCHIVE)


def _listing_size(path: Path) -> int:
    """Bytes of a ZIP's list of files by its own account, which is as much as ``zipfile`` would read of it."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - ZIP_END))
        end = stream.read()
    offset = end.rfind(b"PK\x05\x06")
    return int.from_bytes(end[offset + 12 : offset + 16], "little") if offset >= 0 else 0


def _compound(path: Path) -> FileFormat:
    found = _streams(path)
    content = b"" if found else path.read_bytes()  # damaged: its names stand in it all the same, as UTF-16
    for name, kind in STREAMS:
        if name in found or (name + "\x00").encode("utf-16-le") in content:
            return kind
    return FileFormat.WPS if path.suffix.lower() in {".wps", ".et", ".dps"} else FileFormat.UNKNOWN


def _streams(path: Path) -> frozenset[str]:
    """Names in the top folder of an OLE file: what is embedded in it has streams of the same names below."""
    import olefile

    try:
        with olefile.OleFileIO(str(path)) as file:
            return frozenset(entry.name for entry in file.root.kids) if file.root else frozenset()
    except (OSError, struct.error, IndexError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return frozenset()


def _textual(path: Path, head: bytes) -> FileFormat:
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return FileFormat.UNKNOWN
    suffix = path.suffix.lower()
    named = suffix in MAIL_NAMES and MAIL_HEADER.match(head)
    if named or (MAIL_START.match(head) and b"content-type:" in head[:4000].lower()):
        return FileFormat.MAIL
    if path.stat().st_size > TEXT_SIZE:  # it will be refused; decoding it here would only take memory
        return FileFormat.CSV if suffix in {".csv", ".tsv"} else FileFormat.TEXT
    try:
        start = decode(_beginning(path.read_bytes()))[:TEXT_SAMPLE]
    except ReadError:  # reading it will say so; here it is only not told apart
        return FileFormat.CSV if suffix in {".csv", ".tsv"} else FileFormat.TEXT
    if suffix not in {".md", ".markdown"} and (
        HTML_START.match(start) or (suffix in HTML_NAMES and HTML_TAG.search(start))
    ):
        return (
            FileFormat.HTML_TABLE if suffix in SPREADSHEET_NAMES or "office:excel" in start[:2000] else FileFormat.HTML
        )
    if start.lstrip().startswith("<?xml"):
        return FileFormat.XML
    return _plain(suffix, start)


def _beginning(content: bytes) -> bytes:
    """What the kind is told from, to the end of a line, whose byte is part of no character but in UTF-16 and -32."""
    if len(content) <= 4 * TEXT_SAMPLE or content.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        return content
    return content[: content.rfind(b"\n", 0, 4 * TEXT_SAMPLE) + 1] or content


def _plain(suffix: str, text: str) -> FileFormat:
    if suffix in {".md", ".markdown"}:
        return FileFormat.HTML if re.match(r"\s*<(!doctype\s+html|html)\b", text, re.I) else FileFormat.MARKDOWN
    if suffix in {".csv", ".tsv"}:
        return FileFormat.CSV
    if text.startswith("---\n") or len(HEADING.findall(text)) > 1:
        return FileFormat.MARKDOWN
    if suffix in SPREADSHEET_NAMES or _looks_tabular(text):
        return FileFormat.CSV
    return FileFormat.TEXT


def _looks_tabular(text: str) -> bool:
    """Whether at least three lines, and every one, have the same number of cells, three or more."""
    lines = [line for line in text.split("\n")[:50] if line.strip()]
    if len(lines) < 3 or any(len(line) > LONG_LINE for line in lines):
        return False
    for delimiter in (",", "\t", ";"):
        widths = {len(row) for row in csv.reader(lines, delimiter=delimiter)}
        if len(widths) == 1 and widths.pop() >= 3:
            return True
    return False
