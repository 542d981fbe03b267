"""The YAML between two lines of --- at the top of a file."""

from __future__ import annotations

import difflib
import re

import yaml

from knowledge.readers.errors import ReadError

FIELDS = (
    "title", "language", "number", "issuer", "made_on", "published_on", "effective_on", "expires_on", "source_url",
    "translation_of", "supersedes", "repealed", "sample",
)  # fmt: skip
# What else people write for the same thing.
ALIASES = {
    "标题": "title", "语言": "language", "lang": "language", "文号": "number", "doc_no": "number",
    "发布机构": "issuer", "publisher": "issuer", "成文日期": "made_on", "made": "made_on",
    "date": "published_on", "published": "published_on", "发布日期": "published_on",
    "effective": "effective_on", "施行日期": "effective_on", "生效日期": "effective_on",
    "expires": "expires_on", "有效期至": "expires_on", "source": "source_url", "url": "source_url",
    "来源": "source_url",
    "translation": "translation_of", "replaces": "supersedes", "示例": "sample",
}  # fmt: skip
FENCE = re.compile(r"\A\s*---[ \t]*\n(.*?)^---[ \t]*$\n?", re.S | re.M)
LONGEST = 16_384  # characters


def split_front_matter(text: str) -> tuple[dict[str, object] | None, str]:
    """The fields (None: there is no front matter) and the text below. Raises ``ReadError`` naming what is wrong."""
    match = FENCE.match(text)
    if match is None or len(match.group(1)) > LONGEST:
        return None, text
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(match.group(1), Loader=yaml.SafeLoader)):
            raise ReadError("its front matter refers to itself with *; write each value out")
        values = yaml.safe_load(match.group(1))
    except (yaml.YAMLError, ValueError) as error:
        problem = " ".join(str(error).split())
        raise ReadError(
            f"its front matter is not valid YAML ({problem}); correct the lines between the two ---"
        ) from None
    if not isinstance(values, dict):  # a rule across the page, then text, then another rule
        return None, text
    return _known(values), text[match.end() :]


def _known(values: dict[object, object]) -> dict[str, object]:
    fields: dict[str, object] = {}
    for name, value in values.items():
        key = ALIASES.get(str(name).strip().lower(), str(name).strip().lower())
        if key in FIELDS:
            # 来源: 区人社局 names a source that is no address: of use to people, not to this program.
            elsewhere = key == "source_url" and name != key and not str(value).startswith("http")
            if value is not None and not elsewhere:
                fields[key] = value
        elif near := difflib.get_close_matches(key, FIELDS, cutoff=0.8):
            # Other people's keys are none of our business; a slip of the pen would silently lose a date.
            raise ReadError(f"its front matter has the unknown key {name!r}; did you mean {near[0]}?")
    return fields
