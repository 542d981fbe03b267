"""When a text holds: what it says of its own coming into force, its term, and what it replaces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.readers.structure.blocks import TextBlock
from knowledge.readers.structure.header import NUMBER, normal_number
from knowledge.text.dates import DATE, day_in, last_day
from knowledge.text.numerals import ORDINAL, value

KINDS = (
    "法|办法|条例|规定|通知|细则|实施细则|意见|方案|实施方案|实施办法|制度|指引|规程|规则|公告|通告|决定|标准|章程|计划"
    "|辦法|條例|規定|細則|實施細則|意見|規則|決定"
)
SELF = rf"(?:本|该)(?:{KINDS})"
# What may number the statement.
MARK = rf"第{ORDINAL}{{1,5}}条\s*|{ORDINAL}{{1,5}}、|\d{{1,2}}[.．、]|[（(]{ORDINAL}{{1,5}}[）)]"
STARTS = re.compile(
    rf"(?:{SELF}[^。；]{{0,12}}?|^(?:{MARK})?)自\s*(?:({DATE})|(?:印发|发布|公布|颁布|通过)之日)\s*(?:起|开始)\s*(?:正式)?\s*"
    r"(?:施行|实施|执行|生效|试行)"
)
STARTS_ENGLISH = re.compile(
    rf"(?:This|These|The) (?:Law|Measures|Regulations?|Rules|Provisions|Notice|Plan)\b[^.]{{0,40}}?"
    rf"(?:into force|into effect|takes? effect|effective)\s+(?:as of|on|from)\s+({DATE})",
    re.I,
)
TERM = re.compile(
    rf"(?:有效期(?:限)?|试行期(?:限)?|试行)\s*+(?:(?:截?至|到)\s*+({DATE})|(?:为|是)?\s*+(\d{{1,3}}|{ORDINAL}{{1,3}})\s*(?:个)?(年|月))"
)
OWN_TERM = re.compile(rf"{SELF}(?:的)?(?:有效期|试行期)")
REPLACES = re.compile(r"(?:同时|自行|即行|予以|一并)(?:废止|失效|作废)|代替|停止执行")
NAMED = re.compile(r"《([^《》]{4,80})》")


@dataclass(frozen=True)
class LegalEffect:
    """The days between which a text says it holds, both included, and the titles or numbers it says it replaces."""

    effective_on: date | None = None
    expires_on: date | None = None
    supersedes: tuple[str, ...] = ()


def legal_effect_of(blocks: Sequence[TextBlock], box: Sequence[str], title: str, issued: date | None) -> LegalEffect:
    """What the text says of its effect.

    ``box``: lines of the box that official sites print above a text; ``issued``: the day that 自印发之日起施行 means.
    """
    start = _boxed(box, "生效日期|实施日期|施行日期|生效时间|实施时间")
    end = _boxed(box, "有效期至|有效期限至")
    if end is None and (lost := _boxed(box, "失效日期|失效时间|废止日期")):
        end = lost - timedelta(days=1)
    supersedes: tuple[str, ...] = ()
    for block in blocks:
        # Later statements win: the wrapper speaks first, the rules it carries last.
        match = STARTS.search(block.text) or STARTS_ENGLISH.search(block.text)
        if match:
            start = (day_in(match.group(1)) if match.group(1) else issued) or start
            supersedes = _replaced(block.text, title) or supersedes
        if match or OWN_TERM.search(block.text):
            end = _end(block.text, start) or end
    return LegalEffect(start, end, supersedes)


def _boxed(box: Sequence[str], label: str) -> date | None:
    for line in box:
        match = re.search(rf"(?:{label})\s*[:：]\s*({DATE})", line)
        if match:
            return day_in(match.group(1))
    return None


def _end(text: str, start: date | None) -> date | None:
    match = TERM.search(text)
    if match is None:
        return None
    if match.group(1):
        return day_in(match.group(1))
    length = value(match.group(2))
    if start is None or not length or length > 100:
        return None
    return last_day(start, years=length) if match.group(3) == "年" else last_day(start, months=length)


def _replaced(text: str, title: str) -> tuple[str, ...]:
    """Numbers, or titles that have no number beside them, in the sentences that say what ends."""
    replaced: list[str] = []
    for sentence in re.split(r"[。；]", text):
        if not REPLACES.search(sentence):
            continue
        numbers = [normal_number(match.group()[-40:]) for match in NUMBER.finditer(sentence)]
        replaced.extend(number for number in numbers if number)
        if not numbers:
            # A text that replaces an older one of the same name must not be read as replacing itself.
            replaced.extend(name for name in NAMED.findall(sentence) if name not in title)
    return tuple(dict.fromkeys(replaced))
