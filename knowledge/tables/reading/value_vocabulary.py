"""Words in cells: levels, schooling, relations, yes and no, lists, towns, phone numbers."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from knowledge.tables.values import Education, Entry, Level, Mode, PartnerKind, Relation, Work
from knowledge.towns import Town

BLANK = {"", "-", "/", "无", "暂无", "待定", "--", "—", "n/a", "none", "tbd", "null"}
YES = {"是", "有", "√", "✓", "✔", "☑", "y", "yes", "true", "1", "提供", "包", "含", "on"}
NO = {"否", "无", "×", "✗", "✘", "x", "n", "no", "false", "0", "不提供", "不包", "不含", "没有", "off", "-", "/"}
E = TypeVar("E", bound=StrEnum)
MEMORY = 20_000  # cells say the same again and again: as many different ones are remembered by each reader of them

LEVELS: tuple[tuple[str, Level], ...] = (
    (r"高级技师|一级|senior technician|level ?1|\b1级", Level.SENIOR_TECHNICIAN),
    (r"预备技师|preparatory", Level.PREPARATORY),
    (r"技师|二级|technician|level ?2", Level.TECHNICIAN),
    (r"高级|高技|三级|大专层次|senior|advanced|level ?3", Level.SENIOR),
    (r"中级|中技|四级|中专层次|intermediate|middle|level ?4", Level.MIDDLE),
    (r"初级|五级|junior|elementary|level ?5", Level.JUNIOR),
)
LEVEL_CODES = {"10": Level.MIDDLE, "20": Level.SENIOR, "30": Level.PREPARATORY}
EDUCATIONS: tuple[tuple[str, Education], ...] = (  # the lowest of several is what is asked for
    (r"不限|无要求|不要求|^any|no requirement|not required", Education.ANY),
    (r"初中|junior (?:high|secondary|middle)|middle school", Education.JUNIOR_HIGH),
    (r"高中|senior (?:high|secondary|middle)|high school", Education.SENIOR_HIGH),
    (r"中技|技校|技工|secondary technical|technical school", Education.SECONDARY_TECHNICAL),
    (r"中专|职高|中职|secondary vocational|vocational", Education.SECONDARY_VOCATIONAL),
    (r"大专|专科|高职|junior college|associate|college diploma|^college", Education.COLLEGE),
    (r"本科|学士|bachelor|undergraduate", Education.BACHELOR),
    (r"硕士|研究生|master", Education.MASTER),
    (r"博士|doctor|ph\.?d", Education.DOCTOR),
)
ENTRIES: tuple[tuple[str, Entry], ...] = (
    (r"初中|junior", Entry.JUNIOR_HIGH),
    (r"高中|senior high|high school", Entry.SENIOR_HIGH),
    (r"中技|中职|中专|技校毕业|secondary", Entry.SECONDARY),
    (r"在职|职工|企业员工|working|employed|employee", Entry.WORKING),
    (r"退役|军人|veteran", Entry.VETERAN),
    (r"不限|社会人员|anyone|open to all", Entry.ANYONE),
)
MODES: tuple[tuple[str, Mode], ...] = (
    (r"企业新型学徒|新型学徒|enterprise (?:new )?apprentice", Mode.ENTERPRISE_APPRENTICESHIP),
    (r"学徒|apprentice", Mode.MODERN_APPRENTICESHIP),
    (r"订单|order", Mode.ORDER),
    (r"冠名|named", Mode.NAMED),
    (r"短期|培训班|short", Mode.SHORT_COURSE),
    (r"普通|全日制|ordinary|regular|full[- ]time", Mode.ORDINARY),
)
WORKS: tuple[tuple[str, Work], ...] = (
    (r"实习|见习|intern", Work.INTERNSHIP),
    (r"派遣|外包|dispatch|agency", Work.DISPATCH),
    (r"兼职|临时|暑假工|part[- ]time|temporary", Work.PART_TIME),
    (r"全职|正式|长期|合同制|full[- ]time|permanent", Work.FULL_TIME),
)
RELATIONS: tuple[tuple[str, Relation], ...] = (
    (r"signed|签约|签订|签署", Relation.SIGNED),
    (r"plaque|挂牌|授牌|成员", Relation.PLAQUE_MEMBER),
    (r"present|发言|介绍|分享", Relation.PRESENTER),
    (r"other|其他|其它", Relation.OTHER),
)
KINDS: tuple[tuple[str, PartnerKind], ...] = (
    (r"院校|学校|学院|大学|school|college", PartnerKind.SCHOOL),
    (r"企业|公司|enterprise|company|民营|国企|外资", PartnerKind.ENTERPRISE),
    (r"政府|机关|局|government", PartnerKind.GOVERNMENT),
    (r"协会|商会|association", PartnerKind.ASSOCIATION),
    (r"其他|other", PartnerKind.OTHER),
)
MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
MASKED = re.compile(r"\d*[*＊xX]{3,}\d*|\*{2,}")
NOT_PUBLIC = "未公开"
SEX_OR_AGE = re.compile(
    r"[(（]?(?:限|仅限|只招|要)?[男女](?:性|士|生|工)?(?:优先|不限)?[)）]|限[男女]性?|仅限[男女]性?|只招[男女]|男女不限|"
    r"\d{2}\s*(?:周?岁)\s*(?:以[上下]|至|-)|\d{2}\s*[-~至]\s*\d{2}\s*周?岁|未婚|已婚已育|形象(?:好|佳|气质)"
)


def text_of(cell: object) -> str | None:
    """A cell as text on one line; None when blank. 45.0 is 45; nothing is evaluated."""
    if type(cell) is str:
        text = " ".join(cell.split())
        return None if text.casefold() in BLANK else text
    if cell is None or isinstance(cell, bool):
        return None if cell is None else ("是" if cell else "否")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if hasattr(cell, "hour") and hasattr(cell, "date"):
        cell = cell.date()
    text = " ".join(str(cell).split())
    return None if text.casefold() in BLANK else text


@lru_cache(maxsize=MEMORY)
def folded(text: str) -> str:
    """Normal width and lower case, for matching."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


@lru_cache(maxsize=MEMORY)
def first_of(text: str, table: tuple[tuple[str, E], ...]) -> E | None:
    """The first value of ``table`` whose pattern is found in ``text``."""
    return next((value for pattern, value in table if re.search(pattern, folded(text))), None)


def all_of(text: str, table: tuple[tuple[str, E], ...]) -> tuple[E, ...]:
    """Every value of ``table`` whose pattern is found in ``text``, in the table's order."""
    return tuple(value for pattern, value in table if re.search(pattern, folded(text)))


@lru_cache(maxsize=MEMORY)
def level_of(text: str) -> Level | None:
    """The level that ``text`` names, by word or by the code 10, 20 or 30."""
    return LEVEL_CODES.get(folded(text)) or first_of(text, LEVELS)


def yes_no(text: str | None) -> bool | None:
    """True, False or None for unknown, from 是, √, yes and the like."""
    if text is None:
        return None
    plain = folded(text)
    return True if plain in YES else False if plain in NO else None


def listed(text: str | None) -> tuple[str, ...]:
    """The items of a cell that holds several: 、 ; | or line breaks between them."""
    return tuple(item.strip() for item in re.split(r"[、;；|\n]|(?<!\d)[,，]", text or "") if item.strip())


@lru_cache(maxsize=MEMORY)
def lawful(text: str) -> str:
    """``text`` without limits on sex, age, marriage or looks."""
    return SEX_OR_AGE.sub("", text).strip()


def steps(text: str | None) -> tuple[str, ...]:
    """Numbered or separated steps, in order, without their marks."""
    parts = re.split(
        r"[;；\n]|(?<=[。])|(?:^|\s*)(?:\(?\d{1,2}[.、)）](?!\d)|[①-⑳]|第[一二三四五六七八九十]步[:：]?)", text or ""
    )
    return tuple(part.strip(" ,，;；。") for part in parts if part and part.strip(" ,，;；。"))


@lru_cache(maxsize=MEMORY)
def town_of(towns: tuple[Town, ...], *texts: str | None) -> str | None:
    """The Chinese name of the first of ``towns`` that one of ``texts`` names in either language."""
    for text in filter(None, texts):
        lower = text.casefold()
        named = next((town for town in towns if town.zh in text), None)
        named = named or next((town for town in towns if town.en.casefold() in lower), None)
        if named:
            return named.zh
    return None


@lru_cache(maxsize=MEMORY)
def public_contact(text: str | None, public: bool) -> str | None:
    """What may be shown of a contact: office lines; mobile numbers and mail only when the row marks them public."""
    if text is None:
        return None
    shown = MASKED.sub(NOT_PUBLIC, text)
    if not public:
        shown = MAIL.sub(NOT_PUBLIC, MOBILE.sub(NOT_PUBLIC, shown))
        lines = re.findall(rf"(?:0\d{{2,3}}[-－ ]?)?\d{{7,8}}(?:[-转]\d{{1,5}})?|\b1\d{{4}}\b|{NOT_PUBLIC}", shown)
        shown = "、".join(dict.fromkeys(lines)) or NOT_PUBLIC
    return shown
