"""A document's metadata: from its front matter, or else from its own text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import PurePosixPath

from knowledge.models import Metadata
from knowledge.readers.errors import ReadError
from knowledge.readers.structure.blocks import ParsedFile, TextBlock, dominant_language
from knowledge.readers.structure.header import document_header_of, normal_number, title_of
from knowledge.readers.structure.legal_effect import legal_effect_of
from knowledge.text.characters import clean
from knowledge.text.dates import only_a_day

LANGUAGES = {
    "zh": "zh",
    "zh-cn": "zh",
    "zh-hans": "zh",
    "zh-hant": "zh",
    "中文": "zh",
    "en": "en",
    "english": "en",
    "英文": "en",
}
SAMPLE = re.compile(r"示例|\bSAMPLE\b")
LANGUAGE_SAMPLE = 4000  # characters that suffice to tell the language


def metadata_of(parsed: ParsedFile, source: str) -> tuple[Metadata, tuple[TextBlock, ...]]:
    """The metadata, and the blocks without those of title, number and letterhead.

    Raises ``ReadError`` for a wrong field of the front matter.
    """
    if parsed.has_front_matter:
        return _declared(parsed, source)
    header = document_header_of(parsed)
    title = header.title or PurePosixPath(source).stem
    box = str(parsed.fields.get("box") or "").split("\n") + [block.text for block in parsed.blocks[:25]]
    effect = legal_effect_of(parsed.blocks, box, title, header.made_on or header.published_on)
    blocks = _without(parsed.blocks, header.title_blocks)
    metadata = Metadata(
        title=title,
        language=_language(title, blocks),
        number=header.number,
        issuer=header.issuer,
        made_on=header.made_on,
        published_on=header.published_on,
        effective_on=effect.effective_on,
        expires_on=effect.expires_on,
        repealed=header.repealed,
        supersedes=effect.supersedes,
        source_url=_text(parsed.fields, "source_url"),
        sample=bool(SAMPLE.search(title)),
    )
    return metadata, blocks


def _declared(parsed: ParsedFile, source: str) -> tuple[Metadata, tuple[TextBlock, ...]]:
    fields = parsed.fields
    own_title, title_indexes = title_of(ParsedFile(parsed.blocks))
    title = _text(fields, "title") or own_title or PurePosixPath(source).stem
    heading_index = {0} if parsed.blocks and parsed.blocks[0].level == 1 else set()
    blocks = _without(parsed.blocks, (title_indexes if own_title == title or "title" not in fields else heading_index))
    number = _text(fields, "number")
    metadata = Metadata(
        title=title,
        language=_declared_language(fields) or _language(title, blocks),
        number=(normal_number(number) or number) if number else None,
        issuer=_text(fields, "issuer"),
        made_on=_day(fields, "made_on"),
        published_on=_day(fields, "published_on"),
        effective_on=_day(fields, "effective_on"),
        expires_on=_day(fields, "expires_on"),
        repealed=_flag(fields, "repealed"),
        supersedes=_list(fields, "supersedes"),
        source_url=_source_url(fields),
        translation_of=_translation_of(source, _text(fields, "translation_of")),
        sample=_flag(fields, "sample"),
    )
    return metadata, blocks


def _without(blocks: tuple[TextBlock, ...], indexes: set[int] | frozenset[int]) -> tuple[TextBlock, ...]:
    return tuple(block for index, block in enumerate(blocks) if index not in indexes)


def _language(title: str, blocks: tuple[TextBlock, ...]) -> str:
    text = title
    for block in blocks:
        text = f"{text} {block.text}"
        if len(text) > LANGUAGE_SAMPLE:
            break
    return dominant_language(text)


def _text(fields: Mapping[str, object], key: str) -> str | None:
    value = fields.get(key)
    if value is None:
        return None
    if isinstance(value, list | dict):
        raise ReadError(
            f"its front matter has {key}: {value!r:.80}; one value is expected, in quotes if it has a colon"
        )
    return clean(str(value)) or None


def _day(fields: Mapping[str, object], key: str) -> date | None:
    value = fields.get(key)
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    day = only_a_day(clean(str(value)))
    if day is None:
        raise ReadError(f"its front matter has {key}: {value!r:.80}; a date like 2022-05-01 is expected")
    return day


def _flag(fields: Mapping[str, object], key: str) -> bool:
    value = fields.get(key, False)
    words = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}
    if isinstance(value, bool):
        return value
    if str(value).strip().lower() not in words:
        raise ReadError(f"its front matter has {key}: {value!r:.80}; true or false is expected")
    return words[str(value).strip().lower()]


def _list(fields: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = fields.get(key) or []
    entries = value if isinstance(value, list) else [value]
    if any(isinstance(entry, list | dict) for entry in entries):
        raise ReadError(
            f"its front matter has {key}: {value!r:.80}; a list of file names, numbers or titles is expected"
        )
    texts = (clean(str(entry)) for entry in entries)
    return tuple(normal_number(text) or text for text in texts if text)


def _declared_language(fields: Mapping[str, object]) -> str | None:
    value = _text(fields, "language")
    if value is None:
        return None
    if value.lower() not in LANGUAGES:
        raise ReadError(f"its front matter has language: {value!r}; zh or en is expected")
    return LANGUAGES[value.lower()]


def _source_url(fields: Mapping[str, object]) -> str | None:
    value = _text(fields, "source_url")
    if value is not None and not value.startswith(("http://", "https://")):
        raise ReadError(
            f"its front matter has source_url: {value!r:.80}; an address beginning with https:// is expected"
        )
    return value


def _translation_of(source: str, name: str | None) -> str | None:
    """``translation_of`` as a source: a bare file name is one in the same folder."""
    if name is None:
        return None
    folder = posixpath.dirname(source)
    if name.startswith(("./", "../")) or "/" not in name:
        name = posixpath.join(folder, name)
    return posixpath.normpath(name)
