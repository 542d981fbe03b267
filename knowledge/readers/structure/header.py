"""The header of a document without front matter: title, number, issuer and dates. Nothing is guessed."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.readers.structure.blocks import BlockType, ParsedFile, TextBlock, close_up
from knowledge.readers.structure.outline import numbering_mark
from knowledge.readers.structure.paragraphs import display_width
from knowledge.text.dates import DATE, day_in, days_in, only_a_day
from knowledge.text.numerals import ORDINAL

ZONE = 25  # blocks at the top of a text that may belong to its header
WIDE = 300  # columns, two to a Chinese character; a wider block is text
TITLE = 140  # characters
NEAR = 5  # years between a document's number and its date
NUMBER = re.compile(
    r"([\u4e00-\u9fff]{2,12}?字?)\s*+[〔\[(【〈<]?\s*+((?:19|20)\d\d)\s*+年?[〕\])】〉>]?\s*+第?\s*+(\d{1,4})\s*号"
)
NUMBER_LABEL = r"(?:发文字号|政策文号|文\s*号|文件编号|Document (?:No|Number)\.?)\s*[:：]\s*"
ORGAN = r"(?:局|厅|部|委|委员会|政府|办公室|办公厅|中心|学院|学校|协会|委员会办公室|领导小组)"
REPEALED = re.compile(r"(?<!\s)\s*+[【\[(（]\s*+(?:已|全文)?\s*+(?:失效|废止|作废)\s*+[】\])）]\s*+")
TITLE_END = re.compile(
    r"(?:通知|辦法|條例|規定|細則|办法|意见|方案|公告|通告|细则|规定|条例|指引|指南|解读|问答|简章|批复|决定|清单|名单|公示|报告|计划|函|法|章程|规划|目录|须知|"
    r"[》）)])$"
)
ENACTED = re.compile(r"通过|修订|修正|公布|批准|发布施行|通過|修訂|公佈")
CONGRESS = re.compile(
    rf"((?:[\u4e00-\u9fff]{{2,8}}(?:省|市|自治区))?)第{ORDINAL}+届((?:全国)?人民代表大会(?:常务委员会)?)"
)


@dataclass(frozen=True)
class DocumentHeader:
    """What the header says; None where it does not. ``title_blocks``: indexes of the blocks that say nothing else."""

    title: str | None
    number: str | None
    issuer: str | None
    made_on: date | None
    published_on: date | None
    repealed: bool
    title_blocks: frozenset[int]


def document_header_of(parsed: ParsedFile) -> DocumentHeader:
    """The header of a document without front matter."""
    zone = _zone(parsed.blocks)
    box = str(parsed.fields.get("box") or "").split("\n")
    lines = [block.text for block in zone] + [line for line in box if line]
    title, title_indexes = title_of(parsed)
    made_on = _made_on(lines, parsed.blocks)
    published_on = day_in(str(parsed.fields.get("published_on") or "")) or _labelled_day(
        lines, "发布(?:日期|时间)|Published(?: on)?"
    )
    repealed = bool(title and REPEALED.search(title)) or any(_says_repealed(line) for line in lines)
    numbers = {index for index, block in enumerate(zone) if _own_number(block.text)}
    return DocumentHeader(
        REPEALED.sub("", title) if title else None,
        _number(lines, made_on or published_on),
        _issuer(lines, title or "", parsed.blocks),
        made_on,
        published_on,
        repealed,
        frozenset(title_indexes | numbers | {index for index, block in enumerate(zone) if _letterhead(block.text)}),
    )


def title_of(parsed: ParsedFile) -> tuple[str | None, set[int]]:
    """The title and the indexes of the blocks that hold it; None when the text has none."""
    zone = _zone(parsed.blocks)
    declared = str(parsed.fields.get("title") or "").strip()
    if declared:
        same = {index for index, block in enumerate(zone[:6]) if close_up(block.text) == close_up(declared)}
        return declared, same
    for index, block in enumerate(zone):
        if block.level == 1 or (block.type is BlockType.HEADING and index == 0):
            return close_up(block.text), {index}
    title, indexes = _title_lines(zone)
    return title or str(parsed.fields.get("page_title") or "") or None, indexes


def normal_number(text: str) -> str | None:
    """穗人社规字〔2018〕3号 from any of its spellings, when ``text`` is one and nothing else."""
    match = NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return f"{match.group(1)}〔{match.group(2)}〕{int(match.group(3))}号" if match else None


def _zone(blocks: Sequence[TextBlock]) -> list[TextBlock]:
    zone: list[TextBlock] = []
    for block in blocks[:ZONE]:
        mark = numbering_mark(block.text)
        if (mark and zone) or display_width(block.text) > WIDE or (block.level > 1 and zone):
            # A text that begins with one long paragraph has that as its only line.
            return zone
        zone.append(block)
        if block.text.endswith("。") and len(block.text) > 50 and not ENACTED.search(block.text):
            return zone
    return zone


def _title_lines(zone: Sequence[TextBlock]) -> tuple[str | None, set[int]]:
    title, indexes = "", set[int]()
    for index, block in enumerate(zone):
        text = block.text
        if not title:
            if _is_not_title(text):
                continue
            if block.type is BlockType.ROW or len(text) > TITLE * 2 or text.endswith(("。", "：", ":")):
                return None, set()
            title, indexes = text, {index}
            continue
        if (TITLE_END.search(title) and title.count("《") == title.count("》")) or not _continues(title, text):
            break
        title, indexes = title + text, indexes | {index}
    return (close_up(title) or None), indexes


def _continues(title: str, text: str) -> bool:
    if _is_not_title(text) or text.endswith(("：", ":", "。", "，")) or len(title) + len(text) > TITLE:
        return False
    open_ended = title.endswith(("关于", "关于印发", "印发", "转发", "的", "和", "、")) or title.count(
        "《"
    ) > title.count("》")
    issued = re.search(rf"{ORGAN}$", title) and text.startswith("关于")
    return bool(open_ended or issued or ("关于" in title and TITLE_END.search(text)))


def _is_not_title(text: str) -> bool:
    """A line of the header that is not the title."""
    labelled = re.match(r"^[\u4e00-\u9fff ]{2,6}\s*[:：]\s*\S", text) and len(text) < 100
    bullet = re.match(r"(?:[-*•·●■◆▪–]|\d{1,2}[.)])\s", text)
    return bool(
        bullet or _letterhead(text) or _own_number(text) or only_a_day(text) or labelled or REPEALED.fullmatch(text)
    )


def _letterhead(text: str) -> bool:
    return bool(re.fullmatch(rf"[\u4e00-\u9fff ]{{4,40}}{ORGAN}\s*文\s*件", text))


def _own_number(line: str) -> str | None:
    """The number that a line of the header consists of, or names behind a label. One in a sentence is a citation."""
    line = unicodedata.normalize("NFKC", line).strip()
    labelled = re.search(NUMBER_LABEL + rf"({NUMBER.pattern})", line)
    if labelled:
        return normal_number(labelled.group(1))
    return normal_number(re.split(r"\s{1,}签发人|\s{2,}", line)[0].strip(" ()"))


def _number(lines: Sequence[str], day: date | None) -> str | None:
    for line in lines:
        number = _own_number(line)
        if number:
            year = int(re.findall(r"〔(\d{4})〕", number)[0])
            return number if day is None or abs(day.year - year) <= NEAR else None
    return None


def _labelled_day(lines: Sequence[str], label: str) -> date | None:
    for line in lines:
        match = re.search(rf"(?:{label})\s*[:：]?\s*({DATE})", unicodedata.normalize("NFKC", line))
        if match:
            return day_in(match.group(1))
    return None


def _made_on(lines: Sequence[str], blocks: Sequence[TextBlock]) -> date | None:
    labelled = _labelled_day(lines, "成文(?:日期|时间)|印发(?:日期|时间)")
    if labelled:
        return labelled
    enacted = [day for line in lines if not line.endswith("。") for day in _enacted(line)]
    if enacted:
        return max(enacted)  # the version that the text shows is the last one listed
    signed = (only_a_day(block.text) or only_a_day(re.sub(r"^.*?\s|\s*印发$", "", block.text)) for block in blocks)
    return next((day for day in signed if day), None)


def _enacted(line: str) -> list[date]:
    """The days of a law's header on which it was passed or amended, not the one on which it came into force."""
    pieces = re.split(rf"(?={DATE})", unicodedata.normalize("NFKC", line))
    return [day for piece in pieces if ENACTED.search(piece) for day in days_in(piece)[:1]]


def _says_repealed(line: str) -> bool:
    status = re.match(r"(?:文件状态|有效性|效力状态|时效性|状\s*态)\s*[:：]\s*(.+)", line)
    return bool(REPEALED.fullmatch(line)) or bool(status and re.search(r"失效|废止", status.group(1)))


def _issuer(lines: Sequence[str], title: str, blocks: Sequence[TextBlock]) -> str | None:
    for line in lines:
        labelled = re.match(r"(?:发布机构|发文机关|发文单位|制定机关|发布单位)\s*[:：]\s*(\S{2,60})", line)
        if labelled:
            return labelled.group(1)
        congress = CONGRESS.search(line)
        if congress and ENACTED.search(line):
            return congress.group(1) + congress.group(2)
    titled = re.match(rf"([\u4e00-\u9fff、 ]{{3,60}}?{ORGAN})关于", title)
    if titled:
        return titled.group(1)
    for before, block in itertools.pairwise(blocks):
        if only_a_day(block.text) and re.fullmatch(rf"[\u4e00-\u9fff（）() ]{{3,40}}{ORGAN}", before.text):
            return close_up(before.text)
    return None
