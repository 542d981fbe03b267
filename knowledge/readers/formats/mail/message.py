"""What a mail holds, whatever its format, and what of it becomes a document. Addresses of people are left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from knowledge.readers.errors import ReadError
from knowledge.readers.formats.html import parse
from knowledge.readers.formats.html_walker import blocks_of
from knowledge.readers.structure.blocks import BlockType, ParsedFile, TextBlock
from knowledge.readers.structure.outline import starts_item
from knowledge.readers.structure.paragraphs import paragraphs, runs_between_blank_lines
from knowledge.text.characters import clean
from knowledge.validity import BEIJING

ADVICE = "open it in the program that you read mail with and save it again, or copy its text into a .docx or .md file"
FORWARDED = re.compile(r"^(?:(?:re|fwd?|aw|回复|答复|转发|轉寄|回覆)\s?[:：]\s?)+", re.I)
ORGANISATION = re.compile(
    r"[\u4e00-\u9fff（）()、 ]{2,40}(?:局|厅|部|委|委员会|政府|办公室|办公厅|办事处|中心|学院|学校|协会|公司)"
)
# The header of a mail that is quoted: who wrote to whom is nobody's business here.
QUOTED_HEADER = re.compile(
    r"^[>\s]*(?:(?:发件人|收件人|抄送|密送|发送时间|寄件者|收件者|From|To|Cc|Bcc|Sent|Reply-To)\s?[:：]"
    r"|-{2,}\s?(?:原始邮件|转发邮件信息|转发的邮件|Original Message|Forwarded message)\s?-{2,})",
    re.I,
)


@dataclass(frozen=True)
class Attachment:
    """A file that is attached: its name as the sender gave it, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A mail, or a web page saved as one. ``sender``: the name beside the address, never the address itself."""

    subject: str
    sender: str = ""
    sent: datetime | None = None
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    page: str = ""  # address of the page, in a web archive


def mail_document(mail: Mail) -> ParsedFile:
    """The mail's own text; its attachments are files of their own. Raises ``ReadError`` when it says nothing."""
    blocks = tuple(block for block in _html_blocks(mail.html) or _text_blocks(mail.text) if not _is_header(block))
    if not blocks:
        where = (
            "; what it says stands in its attachments, which are read as files of their own" if mail.attachments else ""
        )
        raise ReadError(f"it has no text of its own{where or f'; {ADVICE}'}")
    fields: dict[str, object] = {}
    title = clean(FORWARDED.sub("", clean(mail.subject)))
    if title:
        fields["title"] = title
    if mail.sent is not None:
        sent = mail.sent.astimezone(BEIJING) if mail.sent.tzinfo else mail.sent
        fields["published_on"] = sent.date().isoformat()
    if ORGANISATION.fullmatch(clean(mail.sender)):
        fields["box"] = f"发布机构：{clean(mail.sender).replace(' ', '')}"
    return ParsedFile(blocks, fields)


def _is_header(block: TextBlock) -> bool:
    return QUOTED_HEADER.match(block.text) is not None


def _html_blocks(html: str) -> list[TextBlock]:
    tree = parse(html) if html.strip() else None
    return blocks_of(tree.body) if tree is not None and tree.body is not None else []


def _text_blocks(text: str) -> list[TextBlock]:
    lines = (paragraph for run in runs_between_blank_lines(text) for paragraph in paragraphs(run))
    return [
        TextBlock(line, BlockType.ITEM if starts_item(line) else BlockType.PARAGRAPH)
        for line in map(clean, lines)
        if line
    ]
