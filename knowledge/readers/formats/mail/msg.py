"""Mails of Outlook (.msg): properties in streams of an OLE file."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import olefile

from knowledge.readers.encoding import decode
from knowledge.readers.errors import ReadError
from knowledge.readers.formats.mail.eml import as_eml
from knowledge.readers.formats.mail.message import ADVICE, Attachment, Mail, mail_document
from knowledge.readers.formats.office.compound_file import opened
from knowledge.readers.structure.blocks import ParsedFile

SUBJECT, BODY, HTML, SENDER, FOR_WHOM = 0x0037, 0x1000, 0x1013, 0x0C1A, 0x0042
SENT, RECEIVED = 0x0039, 0x0E06
NAME, SHORT_NAME, DATA, SHOWN_IN_TEXT = 0x3707, 0x3704, 0x3701, 0x3712
UNICODE, BYTES_TEXT, BINARY, OBJECT, TIME = 0x001F, 0x001E, 0x0102, 0x000D, 0x0040
PROPERTIES = "__properties_version1.0"
HEADS = {0: 32, 1: 24}  # bytes before the list of properties: of the mail itself, of one inside of it
EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
DEPTH = 5  # mails in mails


def read_msg(path: Path) -> ParsedFile:
    """Blocks of the mail's text. Raises ``ReadError``."""
    return mail_document(parse_msg(path))


def parse_msg(path: Path) -> Mail:
    """The mail in the file at ``path``. Raises ``ReadError``."""
    with opened(path, "an Outlook mail", ADVICE) as file:
        return _mail(_Storage(file, ()), 0)


class _Storage:
    """A folder of the OLE file that holds a mail or an attachment."""

    def __init__(self, file: olefile.OleFileIO, folder: tuple[str, ...]) -> None:
        self.file, self.folder = file, folder

    def folders(self, beginning: str) -> list[_Storage]:
        depth = len(self.folder)
        names = {
            tuple(entry[: depth + 1])
            for entry in self.file.listdir(streams=False, storages=True)
            if tuple(entry[:depth]) == self.folder and len(entry) > depth and entry[depth].startswith(beginning)
        }
        return [_Storage(self.file, name) for name in sorted(names)]

    def stream(self, name: str) -> bytes:
        path = [*self.folder, name]
        exists = self.file.exists(path) and self.file.get_type(path) == olefile.STGTY_STREAM
        return bytes(self.file.openstream(path).read()) if exists else b""

    def binary(self, number: int) -> bytes:
        return self.stream(f"__substg1.0_{number:04X}{BINARY:04X}")

    def text(self, number: int) -> str:
        """A property of text, in Unicode or in the bytes of some code page."""
        wide = self.stream(f"__substg1.0_{number:04X}{UNICODE:04X}")
        if wide:
            return wide.decode("utf-16-le", "replace").rstrip("\x00")
        narrow = self.stream(f"__substg1.0_{number:04X}{BYTES_TEXT:04X}").rstrip(b"\x00")
        return decode(narrow) if narrow.strip() else ""

    def time(self, number: int, depth: int) -> datetime | None:
        content = self.stream(PROPERTIES)[HEADS[min(depth, 1)] :]
        for position in range(0, len(content) - 15, 16):
            kind, name = struct.unpack_from("<HH", content, position)
            ticks = struct.unpack_from("<Q", content, position + 8)[0]
            if (kind, name) == (TIME, number) and ticks < 1 << 58:
                return EPOCH + timedelta(microseconds=ticks // 10)
        return None


def _mail(storage: _Storage, depth: int) -> Mail:
    if depth > DEPTH:
        raise ReadError(f"it holds mails in mails, more than {DEPTH} deep; save the mails one by one")
    html = storage.binary(HTML) or storage.text(HTML).encode()
    return Mail(
        subject=storage.text(SUBJECT),
        sender=storage.text(FOR_WHOM) or storage.text(SENDER),
        sent=storage.time(SENT, depth) or storage.time(RECEIVED, depth),
        text=storage.text(BODY).replace("\r\n", "\n"),
        html=decode(html) if html.strip() else "",
        attachments=tuple(
            found
            for number, attached in enumerate(storage.folders("__attach_version1.0_#"), 1)
            if (found := _attachment(attached, number, depth)) is not None
        ),
    )


def _attachment(storage: _Storage, number: int, depth: int) -> Attachment | None:
    """None for a picture that stands in the mail's text."""
    inner = storage.folders(f"__substg1.0_{DATA:04X}{OBJECT:04X}")
    if inner:
        mail = _mail(inner[0], depth + 1)
        return Attachment(f"{mail.subject or f'mail {number}'}.eml", as_eml(mail))
    if storage.text(SHOWN_IN_TEXT):
        return None
    name = storage.text(NAME) or storage.text(SHORT_NAME) or f"attachment {number}"
    return Attachment(name, storage.binary(DATA))
