# ruff: noqa: E501  # alternatives of one pattern read best on one line
"""Conditions in a question, each taken away from its text as it is understood."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from bot.records.amounts import fee_filters, pay_filters
from bot.records.phrases import Phrase, plain
from bot.records.study import entry, season, years
from bot.records.terms import terms
from knowledge.tables import Filter, Order
from knowledge.tables.records import RecordKind
from knowledge.tables.values import Education, Level, Mode, Work
from knowledge.tables.words import TOWNS, TOWNS_EN

NAMED_EDUCATION: tuple[tuple[str, Education], ...] = (
    (r"博士|doctorate|doctoral|phd", Education.DOCTOR),
    (r"硕士|研究生|master'?s?", Education.MASTER),
    (r"本科|学士|bachelor'?s?|undergraduate|university", Education.BACHELOR),
    (r"大专|专科|高职|junior college|associate|college diploma", Education.COLLEGE),
    (r"中专|职高|secondary vocational(?: school)?|vocational school", Education.SECONDARY_VOCATIONAL),
    (r"中技|secondary technical(?: school)?", Education.SECONDARY_TECHNICAL),
    (r"初中|junior high(?: school)?|junior secondary|middle school", Education.JUNIOR_HIGH),
    (r"高中|senior high(?: school)?|senior secondary|high school", Education.SENIOR_HIGH),
)
NAMED_LEVELS: tuple[tuple[str, Level], ...] = (
    (r"高级技师|senior technician(?!s? college)|level 1\b", Level.SENIOR_TECHNICIAN),
    (r"预备技师|preparatory technician", Level.PREPARATORY),
    (
        r"高级工|高技班|senior[- ](?:skilled|level)(?: worker)?|advanced[- ](?:skilled|level)(?: worker)?|level 3\b",
        Level.SENIOR,
    ),
    (r"中级工|中技班|intermediate[- ](?:skilled|level)(?: worker)?|middle[- ]level|level 4\b", Level.MIDDLE),
    (r"初级工|junior[- ](?:skilled|level)(?: worker)?|level 5\b", Level.JUNIOR),
    (r"技师(?!学|学院|院)|(?<!preparatory )(?<!senior )technician[- ]level|level 2\b", Level.TECHNICIAN),
)
MODES: tuple[tuple[str, Mode], ...] = (
    (r"企业新型学徒制?|新型学徒制?|enterprise new apprenticeship", Mode.ENTERPRISE_APPRENTICESHIP),
    (r"现代学徒制?|modern apprenticeship", Mode.MODERN_APPRENTICESHIP),
    (r"订单(?:式)?班?|order[- ]class(?:es)?", Mode.ORDER),
    (r"冠名班?|named[- ]class(?:es)?", Mode.NAMED),
    (r"短期(?:培训)?班?|短训班?|short[- ](?:course|term)s?", Mode.SHORT_COURSE),
    (r"普通班|ordinary class(?:es)?", Mode.ORDINARY),
)
WORKS: tuple[tuple[str, Work], ...] = (
    (r"实习生?|见习|寒暑假工|internships?|interns?\b", Work.INTERNSHIP),
    (r"劳务派遣|派遣|dispatch(?:ed)?|agency work", Work.DISPATCH),
    (r"兼职|part[- ]time", Work.PART_TIME),
    (r"全职|正式工|full[- ]time", Work.FULL_TIME),
)
ORDERS: dict[RecordKind, tuple[tuple[str, Order], ...]] = {
    RecordKind.OPENING: (
        (r"(?:工资|薪资|薪水|月薪|待遇|收入|薪酬)(?:是)?(?:最高|最好)(?:的)?|最高(?:工资|薪资|薪|月薪)(?:的)?|(?:highest|best)[- ]"
         r"(?:paying|paid|pay|salary)|pays? (?:the )?(?:most|best|highest)|highest (?:monthly )?(?:pay|salary)", Order.PAY_HIGHEST),
        (r"(?:工资|薪资|薪水|月薪|待遇)最低(?:的)?|lowest[- ](?:paying|paid|pay|salary)", Order.PAY_LOWEST),
        (r"(?:最早|最快|即将|快要?|最近)(?:就要)?截止(?:的)?|截止(?:日期)?最(?:早|近|快)(?:的)?|(?:closing|closes?|expir\w+) "
         r"soon(?:est)?|(?:earliest|soonest) (?:deadline|closing)(?: date)?", Order.SOONEST),
        (r"招(?:聘)?(?:的)?人(?:数)?最多(?:的)?|人数最多(?:的)?|most (?:places|people|vacancies|headcount)", Order.MOST_PEOPLE),
        (r"最新(?:发布)?(?:的)?|newest|latest|most recent(?:ly posted)?", Order.NEWEST),
    ),
    RecordKind.PROGRAM: (
        (r"(?:学费|收费)?(?:是)?(?:最便宜|最低|最少)(?:的)?(?:学费)?|cheapest|lowest (?:tuition|fees?)|least expensive", Order.CHEAPEST),
        (r"(?:学费|收费)?(?:最贵|最高)(?:的)?(?:学费)?|most expensive|highest (?:tuition|fees?)", Order.DEAREST),
        (r"(?:学制|时间)?最短(?:的)?|shortest", Order.SHORTEST),
        (r"(?:学制|时间)?最长(?:的)?|longest", Order.LONGEST),
        (r"(?:最早|最快|即将|快要?)(?:报名)?截止(?:的)?|(?:closing|closes?) soon(?:est)?|(?:earliest|soonest) deadline", Order.SOONEST),
    ),
}  # fmt: skip
CANDIDATE = r"(?:毕业生?|学历的?人?|生|文凭|水平|graduates?|leavers?|diploma holders?|education)(?:就)?(?:可以|能|可)?(?:做|应聘|干|申请)?(?:的)?"


def filters_of(kind: RecordKind, phrase: Phrase, day: date) -> list[Filter]:
    """All conditions of a question to rows of ``kind``, taken away from ``phrase``, in the order in which they are asked."""
    found: list[tuple[int, Filter]] = []
    for finder in FINDERS[kind]:
        for each in finder(phrase, day):
            found.append((phrase.places[-1][0] if phrase.places else 0, each))
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]


def order_of(kind: RecordKind, phrase: Phrase) -> Order | None:
    """What should come first, if a question says so."""
    return next((order for pattern, order in ORDERS.get(kind, ()) if phrase.take(pattern)), None)


def _town(phrase: Phrase, day: date) -> Iterator[Filter]:
    for town in TOWNS:
        english = TOWNS_EN[town].casefold()
        pattern = rf"(?:在|花都区?)*{town}(?:街道|街|镇)?(?:那边|附近)?(?:的)?|(?:in |at |near |around )?(?<![a-z]){english}(?![a-z])(?: town)?"
        if phrase.take(pattern, "town"):
            yield Filter("town", town)
            return


def _education(phrase: Phrase, day: date) -> Iterator[Filter]:
    if phrase.take(r"(?:学历)?(?:要求)?不限学历|学历(?:要求)?不限(?:的)?|不要求学历|无学历要求|no (?:degree|diploma|education)"
                   r"(?:al)?(?: requirements?| required| needed)?", "education"):  # fmt: skip
        yield Filter("education_is", Education.ANY.value)
        return
    for pattern, education in NAMED_EDUCATION:
        english = r"(?: degree| diploma| education)?"
        if phrase.take(rf"(?:要求)?(?:学历)?(?:{pattern}){english}(?:学历)?(?:及|或)?以上(?:学历)?(?:的)?|(?:at least (?:an? )?)(?:{pattern}){english}|"
                       rf"(?:{pattern}){english} or (?:above|higher)", "education"):  # fmt: skip
            yield Filter("education_least", education.value)
        elif phrase.take(
            rf"(?:requir(?:ing|es?) (?:an? )?|学历?要求(?:是|为)?|要求)(?:{pattern}){english}(?:学历)?(?:的)?",
            "education",
        ):
            yield Filter("education_is", education.value)
        elif phrase.take(rf"(?:我(?:是|只有)?|只有|with (?:only )?(?:an? )?|for (?:an? )?|as an? )?(?:{pattern}){english}\s*{CANDIDATE}|"
                         rf"(?:我(?:是|只有)?|只有|with (?:only )?(?:an? )?|for (?:an? )?|as an? )?(?:{pattern}){english}", "education"):  # fmt: skip
            yield Filter("education_most", education.value)
        else:
            continue
        return


def _level(phrase: Phrase, day: date) -> Iterator[Filter]:
    for pattern, level in NAMED_LEVELS:
        if phrase.take(
            rf"(?:要求|要|requiring )?(?:{pattern})(?:班|证书?|层次|等级|级别|资格| certificate| level)*(?:的)?",
            "level",
        ):
            yield Filter("level_is", level.value)
            return


def _named(table: tuple[tuple[str, Mode | Work], ...], name: str) -> Callable[[Phrase, date], Iterator[Filter]]:
    def find(phrase: Phrase, day: date) -> Iterator[Filter]:
        for pattern, value in table:
            if phrase.take(rf"(?:招)?(?:{pattern})(?:的)?", name):
                yield Filter(name, value.value)
                return

    return find


def _benefits(phrase: Phrase, day: date) -> Iterator[Filter]:
    if phrase.take(r"包吃(?:包)?住(?:的)?|包食宿(?:的)?|提供食宿(?:的)?|食宿全包|(?:with |including |offering |and )?(?:free )?"
                   r"(?:room and board|board and lodging|meals and (?:accommodation|lodging|housing))(?: included)?", "food"):  # fmt: skip
        yield Filter("food", 1.0)
        yield Filter("lodging", 1.0)
    if phrase.take(r"包(?:吃|饭|餐)(?:的)?|(?:with |including |offering |and )?(?:free )?meals(?: included)?", "food"):
        yield Filter("food", 1.0)
    if phrase.take(r"(?:包|提供|有)(?:住宿|宿舍|住)(?:的)?|(?:with |including |offering |and )?(?:free )?"
                   r"(?:accommodation|housing|dormitor(?:y|ies)|dorms?|lodging)(?: included)?", "lodging"):  # fmt: skip
        yield Filter("lodging", 1.0)
    if phrase.take(
        r"(?:有|买|交|购买)?(?:5险1金|五险一金|5险|五险|社保)(?:的)?|(?:with |including |and )?(?:full )?social insurance",
        "insurance",
    ):
        yield Filter("insurance", 1.0)


def _deadline(phrase: Phrase, day: date) -> Iterator[Filter]:
    last = date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])
    sunday = day + timedelta(days=6 - day.weekday())
    for pattern, end in (
        (r"(?:本|这个?)月(?:底|内)?(?:前|之前)?|(?:by the end of )?this month", last),
        (r"(?:本|这个?)周(?:内)?|this week", sunday),
    ):
        if phrase.take(
            rf"(?:{pattern})(?:报名)?截止(?:的)?|(?:closing|close|deadline|ending) (?:{pattern})", "closes_by"
        ):
            yield Filter("closes_by", end.isoformat())
            return
    found = phrase.take(
        r"(\d{1,3})(?:天|日)(?:之?内)(?:就要|将)?(?:报名)?截止(?:的)?|(?:closing|close|ending)? ?(?:with)?in (?:the next )?(\d{1,3}) days",
        "closes_by",
    )
    if found:
        yield Filter("closes_by", (day + timedelta(days=int(found[1] or found[2]))).isoformat())


def _headcount(phrase: Phrase, day: date) -> Iterator[Filter]:
    found = phrase.take(r"招(?:聘)?(?:人数)?(?:至少|不少于|超过)?\s*(\d{1,4})\s*(?:个|名)?人?(?:及?以上)(?:的)?|"
                        r"(?:hiring|recruiting|for|with) (?:at least |more than )?(\d{1,4})(?: or more)? (?:people|places|vacancies)", "headcount")  # fmt: skip
    if found:
        yield Filter("headcount_least", float(found[1] or found[2]))


def _trade(phrase: Phrase, day: date) -> Iterator[Filter]:
    """Trades and majors by any of their names; two of them must both be met."""
    names = iter(("about", "also"))
    found: list[tuple[int, str, tuple[str, ...]]] = []
    for group in terms().trades:
        for word in sorted(map(plain, group), key=len, reverse=True):
            place = re.search(
                rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word), phrase.text
            )
            if place:
                found.append((-len(word), word, group))
                break
    for _, word, group in sorted(found, key=lambda each: each[0]):
        pattern = rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else rf"{re.escape(word)}(?:技术|专业)?"
        if phrase.take(pattern, "about") and (name := next(names, None)):
            yield Filter(name, _needed(group))


def _needed(group: tuple[str, ...]) -> tuple[str, ...]:
    """Words of a group without those that hold another of them: what holds 质检员 holds 质检."""
    return tuple(word for word in group if not any(_inside(other, word) for other in group if other != word))


def _inside(word: str, other: str) -> bool:
    return f" {word} " in f" {other} " if word.isascii() else word in other


def _pay(phrase: Phrase, day: date) -> Iterator[Filter]:
    yield from pay_filters(phrase)


def _fee(phrase: Phrase, day: date) -> Iterator[Filter]:
    yield from fee_filters(phrase)


Finder = Callable[[Phrase, date], Iterator[Filter]]
FINDERS: dict[RecordKind, tuple[Finder, ...]] = {
    RecordKind.OPENING: (
        _deadline, _headcount, _pay, _town, _education, _level, _named(WORKS, "work"), _benefits, _trade,
    ),
    RecordKind.PROGRAM: (
        _deadline, entry, years, _fee, _town, _level, _named(MODES, "mode"), season, _trade,
    ),
    RecordKind.PARTNER: (),
    RecordKind.PROCEDURE: (),
}  # fmt: skip
