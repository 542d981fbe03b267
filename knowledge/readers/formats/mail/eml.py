"""Mails as they are sent (.eml) and web pages saved by a browser as one file (.mht)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

from knowledge.readers.encoding import decode
from knowledge.readers.errors import ReadError
from knowledge.readers.formats.html import read_html
from knowledge.readers.formats.mail.message import ADVICE, Attachment, Mail, mail_document
from knowledge.readers.structure.blocks import ParsedFile

PARTS = 500  # of one mail; a saved page has a part for each of its pictures
KINDS = ("text/plain", "text/html")
GB = {"gb2312", "gbk", "gb18030", "cp936", "hz-gb-2312"}


def read_eml(path: Path) -> ParsedFile:
    """Blocks of the mail's text, or of the saved page. Raises ``ReadError``."""
    mail = parse_eml(path.read_bytes())
    if not mail.page:
        return mail_document(mail)
    parsed = read_html(mail.html)
    return replace(parsed, fields={"source_url": mail.page, **parsed.fields})


def parse_eml(content: bytes) -> Mail:
    """The mail in ``content``. Raises ``ReadError`` when it has too many parts or none with text."""
    message = BytesParser(policy=policy.compat32).parsebytes(content)
    parts = []
    for part in _parts(message):
        parts.append(part)
        if len(parts) > PARTS:
            raise ReadError(f"it has more than {PARTS} parts, more than an honest mail; {ADVICE}")
    attached = [part for part in parts if _is_attached(part)]
    shown = [part for part in parts if not part.is_multipart() and part not in attached]
    texts = {kind: [_text(part) for part in shown if part.get_content_type() == kind] for kind in KINDS}
    page = str(message.get("Snapshot-Content-Location") or "").strip()
    return Mail(
        subject=_header(message, "Subject"),
        sender=_header(message, "Organization") or parseaddr(_header(message, "From"))[0],
        sent=_sent(message),
        text="\n\n".join(texts["text/plain"]),
        html=(texts["text/html"] or [""])[0] if page else "\n".join(texts["text/html"]),
        attachments=tuple(_attachment(part, number) for number, part in enumerate(attached, 1)),
        page=page if page.startswith(("https://", "http://")) else "",
    )


def as_eml(mail: Mail) -> bytes:
    """The mail as a file, for one that was found inside of another format."""
    message = EmailMessage()
    message["Subject"] = " ".join(mail.subject.split())
    message["Organization"] = " ".join(mail.sender.split())
    if mail.sent is not None:
        message["Date"] = mail.sent
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    for attached in mail.attachments:
        message.add_attachment(attached.content, "application", "octet-stream", filename=attached.name)
    return message.as_bytes()


def _parts(message: Message) -> Iterator[Message]:
    """The parts in order, those of an attached mail not among them: it is a file of its own."""
    yield message
    if message.is_multipart() and message.get_content_maintype() != "message":
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _parts(part)


def _is_attached(part: Message) -> bool:
    """Whether a part is a file for its reader: pictures that stand in the text are not."""
    if part.get_content_maintype() == "message" and part.is_multipart():
        return True
    if part.is_multipart() or (part.get_content_type() in KINDS and not part.get_filename()):
        return False
    if part.get_content_disposition() == "attachment":
        return True
    return bool(part.get_filename()) and part.get_content_maintype() != "image"


def _attachment(part: Message, number: int) -> Attachment:
    if part.get_content_maintype() == "message":
        inner = part.get_payload(0)
        assert isinstance(inner, Message)
        return Attachment(f"{_header(inner, 'Subject') or f'mail {number}'}.eml", inner.as_bytes())
    return Attachment(_decoded(part.get_filename() or "") or f"attachment {number}", _payload(part))


def _payload(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: Message) -> str:
    content, name = _payload(part), (part.get_content_charset() or "").lower()
    try:
        return content.decode("gb18030" if name in GB else name or "ascii").replace("\r\n", "\n")
    except (LookupError, UnicodeDecodeError):
        return decode(content) if content.strip() else ""


def _header(message: Message, name: str) -> str:
    found = (value for key, value in message.raw_items() if key.lower() == name.lower())
    return _decoded(str(next(found, "")))


def _decoded(value: str) -> str:
    """A header as its reader sees it, also where a mailer wrote bytes of GBK into it bare."""
    try:
        pieces = [
            (text, "gb18030" if (charset or "").lower() in GB else charset) for text, charset in decode_header(value)
        ]
        text = str(make_header(pieces))
    except (LookupError, UnicodeDecodeError, ValueError):
        text = value
    bare = text.encode("utf-8", "surrogateescape")
    return " ".join((decode(bare) if any("\udc80" <= letter <= "\udcff" for letter in text) else text).split())


def _sent(message: Message) -> datetime | None:
    try:
        return parsedate_to_datetime(str(message.get("Date") or ""))
    except (ValueError, TypeError):
        return None
