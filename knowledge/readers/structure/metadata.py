"""A document's metadata: from its front matter, or else from its own text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import PurePosixPath

from knowledge.models import Metadata
from knowledge.readers.errors import ReadError
from knowledge.readers.structure.blocks import Block, Reading, clean, language_of
from knowledge.readers.structure.header import header_of, normal_number, title_of
from knowledge.readers.structure.legal_effect import force_of
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
ENOUGH = 4000  # characters that tell a language


def metadata_of(reading: Reading, source: str) -> tuple[Metadata, tuple[Block, ...]]:
    """The metadata, and the blocks without those that only say it. Raises ``ReadError`` for a wrong field."""
    if reading.complete:
        return _declared(reading, source)
    header = header_of(reading)
    title = header.title or PurePosixPath(source).stem
    box = str(reading.fields.get("box") or "").split("\n") + [block.text for block in reading.blocks[:25]]
    force = force_of(reading.blocks, box, title, header.made_on or header.published_on)
    blocks = _without(reading.blocks, header.title_blocks)
    metadata = Metadata(
        title=title,
        language=_language(title, blocks),
        number=header.number,
        issuer=header.issuer,
        made_on=header.made_on,
        published_on=header.published_on,
        effective_on=force.effective_on,
        expires_on=force.expires_on,
        repealed=header.repealed,
        supersedes=force.supersedes,
        source_url=_text(reading.fields, "source_url"),
        sample=bool(SAMPLE.search(title)),
    )
    return metadata, blocks


def _declared(reading: Reading, source: str) -> tuple[Metadata, tuple[Block, ...]]:
    fields = reading.fields
    found, places = title_of(Reading(reading.blocks))
    title = _text(fields, "title") or found or PurePosixPath(source).stem
    headed = {0} if reading.blocks and reading.blocks[0].level == 1 else set()
    blocks = _without(reading.blocks, (places if found == title or "title" not in fields else headed))
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
        source_url=_address(fields),
        translation_of=_beside(source, _text(fields, "translation_of")),
        sample=_flag(fields, "sample"),
    )
    return metadata, blocks


def _without(blocks: tuple[Block, ...], places: set[int] | frozenset[int]) -> tuple[Block, ...]:
    return tuple(block for index, block in enumerate(blocks) if index not in places)


def _language(title: str, blocks: tuple[Block, ...]) -> str:
    text = title
    for block in blocks:
        text = f"{text} {block.text}"
        if len(text) > ENOUGH:
            break
    return language_of(text)


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


def _address(fields: Mapping[str, object]) -> str | None:
    value = _text(fields, "source_url")
    if value is not None and not value.startswith(("http://", "https://")):
        raise ReadError(
            f"its front matter has source_url: {value!r:.80}; an address beginning with https:// is expected"
        )
    return value


def _beside(source: str, name: str | None) -> str | None:
    """``translation_of`` as a source: a bare file name is one in the same folder."""
    if name is None:
        return None
    folder = posixpath.dirname(source)
    if name.startswith(("./", "../")) or "/" not in name:
        name = posixpath.join(folder, name)
    return posixpath.normpath(name)
