# ruff: noqa: E501  # alternatives of one pattern read best on one line
"""The patterns that read one kind of quantity each, and what each of them makes of a match; the first that fits counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import partial

from knowledge.text.dates import DATE, MONTHS, stated_days, stated_months
from knowledge.text.numerals import DECIMAL, ENGLISH, RUN, UNITS, decimal, figure, value


class QuantityKind(StrEnum):
    """What is measured; quantities of different kinds are never the same."""

    MONEY = "money"
    DURATION = "duration"
    SHARE = "share"
    AGE = "age"
    COUNT = "count"
    ORDINAL = "ordinal"
    DATE = "date"
    TIME = "time"
    FREQUENCY = "frequency"


Read = Callable[[re.Match[str]], str]
Reader = tuple[re.Pattern[str], QuantityKind, Read]
_SCALE = r"(?:百万|千万|十万|[百千万亿]| ?thousand| ?million|[kw](?![a-z]))?"
SMALL = rf"(?:(?<![\d.]){DECIMAL}|{RUN})"
N = rf"(?:(?<![\d.]){DECIMAL}{_SCALE}|{RUN}(?:点{RUN})?|(?<![a-z]){ENGLISH}(?![a-z]))"
UNIT = rf"{_SCALE}(?:元|块|个月|周?岁|[年天日周人名个家所次%]|小时|工作日|yuan|months?|years?|days?|weeks?|hours?|per ?cent)"
_SCALES = {"k": 1e3, "w": 1e4, "thousand": 1e3, "million": 1e6, "百万": 1e6, "千万": 1e7, "十万": 1e5, **UNITS}
LARGEST = 1e15  # nobody counts further, and a text of digits alone has no end
CURRENCIES = {
    "yuan": "元|块钱?|圆|rmb|yuan|cny|人民币", "dollars": "美元|美金|usd|us dollars?|dollars?", "hkd": "港币|港元|hkd",
    "euros": "欧元|euros?", "pounds": "英镑|pounds?", "yen": "日元|yen",
}  # fmt: skip
DURATIONS = (  # unit, how many of it the named one is, what names it
    ("working days", 1, "个?工作日|(?:working|business|work) days?"),
    ("lessons", 1, "个?(?:课时|学时)|class hours?|lessons?"),
    ("school years", 1, "个?学年|(?:school|academic) years?"),
    ("terms", 1, "个?学期|semesters?"),
    ("months", 1, "个月|months?"),
    ("months", 3, "个?季度|quarters?(?! of)"),
    ("months", 12, "周?年(?![代级度薪月底初末])|years?"),
    ("days", 7, "周(?![岁年一二三四五六日末])|个?(?:星期|礼拜)|weeks?"),
    ("days", 1, "天|日(?![期薪均])|days?"),
    ("hours", 1, "个?(?:小时|钟头)|hours?|hrs?"),
    ("minutes", 1, "分钟|minutes?"),
)
FREQUENCIES = (
    ("once", "一次性|1次性|one-off|lump sum"),
    ("day", "每个?[天日]|/[天日]|日薪|天天|daily|(?:every|per|each|/) ?day|a day"),
    ("week", "每个?(?:周|星期)|/周|weekly|(?:every|per|each) week|a week"),
    ("month", "每个?月|/月|月薪|月均|按月|逐月|monthly|(?:every|per|each|/) ?month|a month"),
    ("term", "每个?学期|/学期|per (?:term|semester)"),
    ("year", "每个?学?年(?!满)|/学?年|年薪|annual(?:ly)?|yearly|(?:every|per|each|/) ?year|a year"),
    ("hour", "每个?(?:小时|钟头)|/(?:小时|时)|时薪|hourly|(?:per|an|each|/) ?hour"),
    ("same day", "当[天日场]|即[日时刻]|立即|立刻|马上|same day|at once|immediately|today|今[天日]"),
    ("next day", "[次翌隔][天日]|明[天日]|tomorrow|next day"),
    ("next month", "[次下]个?月|next month"),
    ("free", "免费|无偿|免收|(?:不|无需)(?:得|会|予)?(?:收|交|缴|付)(?:取|纳)?(?:任何)?的?(?:费用?|钱)|[0零]费用|free of charge|for free|no (?:charge|fees?)"),
)  # fmt: skip
_CLASSIFIERS = "个|条|款|项|章|节|所|家|间|名|人|位|种|类|次|分|级|份|张|批|届|场|期|门|件|步|层|楼|号|倍|户|处|座|套|辆|台|本|篇|页|轮|组|班|字|米|吨|平方|公里"
_ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = "|".join(sorted(MONTHS, key=len, reverse=True))
_PART = "(?:上午|早上|凌晨|中午|下午|晚上?|傍晚|夜间)?"
_LATE = re.compile("下午|晚|傍晚|夜|p\\.?m")


def number(text: str) -> float:
    """The value of what ``N`` matches: 1.5万, 两千, 二点五, twenty-five; more than ``LARGEST`` is that."""
    if scaled := re.fullmatch(rf"({DECIMAL})\s*(\D+)", text):
        return min(LARGEST, float(scaled[1]) * _SCALES[scaled[2].strip()])
    whole = value(text)
    return min(LARGEST, decimal(text) if whole is None else whole)


def _figure(match: re.Match[str], *, factor: float = 1, unit: str = "") -> str:
    """The group "n" in figures, half a one more with a group "half", times ``factor``, and its unit."""
    groups = match.groupdict()
    counted = number(groups["n"]) if groups.get("n") else 0.0
    return figure((counted + (0.5 if groups.get("half") else 0)) * factor) + unit


def _always(said: str) -> Read:
    return lambda _: said


def _day(match: re.Match[str]) -> str:
    return min(stated_days(match[0])[1] or stated_months(match[0])[1])


def _folded_day(match: re.Match[str]) -> str:
    """2022年五月一日, as folding leaves it."""
    parts = (int(number(match[name])) for name in "ymd" if match[name])
    return "-".join(f"{part:02}" for part in parts)


def _month_day(match: re.Match[str]) -> str:
    if name := match["name"] or match["name2"]:
        return f"{MONTHS[name]:02}-{int(match['d1'] or match['d2']):02}"
    return f"{int(number(match['m'])):02}-{int(number(match['d'])):02}"


def _weekday(match: re.Match[str]) -> str:
    if match["en"]:
        return match["en"]
    return "weekend" if match["zh"] == "末" else _ENGLISH_DAYS[min("一二三四五六日天".index(match["zh"]), 6)]


def _time(match: re.Match[str]) -> str:
    groups = match.groupdict()
    hour = int(number(groups["hour"]))
    minute = int(groups.get("minute") or (30 if groups.get("half") else 0))
    return f"{hour + (12 if _LATE.search(match[0]) and hour < 12 else 0):02}:{minute:02}"


def _tenths(match: re.Match[str]) -> str:
    more = 5.0 if match["more"] == "半" else number(match["more"]) if match["more"] else 0.0
    return f"{figure(10 * number(match['n']) + more)}%"


def _fraction(match: re.Match[str]) -> str:
    return f"{figure(100 * number(match['above']) / (number(match['below']) or 1))}%"


def _readers() -> Iterator[tuple[str, QuantityKind, Read]]:
    yield DATE, QuantityKind.DATE, _day
    yield rf"(?<!\d)(?P<y>(?:19|20)\d\d)年(?P<m>{RUN})月(?:(?P<d>{RUN})[日号])?", QuantityKind.DATE, _folded_day
    yield (
        rf"(?<!\d)\d{{4}}\s?[年./-]\s?(?:1[0-2]|0?[1-9])月?(?![\d.\-/])|(?<![a-z])(?:{_MONTHS})\.?,? (?:19|20)\d\d",
        QuantityKind.DATE,
        _day,
    )
    yield (
        rf"(?P<m>{N})月(?P<d>{N})[日号]|(?<![a-z])(?P<name>{_MONTHS})\.? (?P<d1>\d{{1,2}})(?!\d)|(?<!\d)(?P<d2>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<name2>{_MONTHS})(?![a-z])",
        QuantityKind.DATE,
        _month_day,
    )
    yield (
        r"(?<!\d)(?P<n>(?:19|20)\d\d)(?:年(?![内期制限以])|(?=[)〕\]])|(?<=in \d{4})(?!\d)|(?<=since \d{4})(?!\d)|(?<=by \d{4})(?!\d))",
        QuantityKind.DATE,
        _figure,
    )
    yield rf"(?P<n>{N})月(?=[份底初末中前起至]|$|[^\w])", QuantityKind.DATE, partial(_figure, unit=" month")
    yield (
        rf"(?:周|星期|礼拜)(?P<zh>[一二三四五六日天末])(?!期)|\b(?P<en>{'|'.join(_ENGLISH_DAYS)}|weekend)s?\b",
        QuantityKind.TIME,
        _weekday,
    )
    yield rf"{_PART}(?<!\d)(?P<hour>\d{{1,2}}):(?P<minute>\d\d)(?!\d)(?: ?[ap]\.?m)?", QuantityKind.TIME, _time
    yield r"(?<!\d)(?P<hour>\d{1,2}) ?[ap]\.?m\b", QuantityKind.TIME, _time
    yield (
        rf"百分之(?P<n>{DECIMAL}|{RUN}(?:点{RUN})?)|(?P<n2>{N}) ?(?:%|per ?cent)",
        QuantityKind.SHARE,
        lambda match: f"{figure(number(match['n'] or match['n2']))}%",
    )
    yield rf"{_PART}(?P<hour>{N})点(?![\d一二三四五六七八九])(?P<half>半)?", QuantityKind.TIME, _time
    yield rf"(?P<below>{N})分之(?P<above>{N})", QuantityKind.SHARE, _fraction
    yield (
        r"(?P<n>[1-9一二两三四五六七八九])[成折](?P<more>半|[1-9一二三四五六七八九])?(?![立为员功果本都绩交长品就套效年人型分语不])",
        QuantityKind.SHARE,
        _tenths,
    )
    yield rf"(?P<n>{N})(?:倍| times(?! a))", QuantityKind.SHARE, partial(_figure, factor=100, unit="%")
    yield "一半|半数|对半|one half|half of", QuantityKind.SHARE, _always("50%")
    yield r"\b(?:a|one) third\b", QuantityKind.SHARE, _always("33.333333%")
    yield r"翻[1一]?[倍番]|加倍|双倍|\bdoubled?\b|\btwice\b", QuantityKind.SHARE, _always("200%")
    yield r"\btripled?\b|\bthrice\b", QuantityKind.SHARE, _always("300%")
    for unit, factor, words in DURATIONS:
        halved = "个?月" if unit == "months" and factor == 1 else "x"  # 半个月, 1个半月
        yield (
            rf"(?:(?P<n>{N})个)?(?P<half>半个?|(?<![a-z])half[- ](?:an? )?)(?:{words}|{halved})(?![a-z工])",
            QuantityKind.DURATION,
            partial(_figure, factor=factor, unit=f" {unit}"),
        )
    for name, words in FREQUENCIES:
        yield rf"(?<![a-z])(?:{words})(?![a-z])", QuantityKind.FREQUENCY, _always(name)
    yield (
        rf"(?P<n>{N})(?:周?岁|[- ]years?[- ](?:old|of age))|\b(?:aged|age of) (?P<n2>{N})",
        QuantityKind.AGE,
        lambda match: figure(number(match["n"] or match["n2"])),
    )
    for name, words in CURRENCIES.items():
        yield rf"(?P<n>{N}) ?(?:{words})(?![a-z])", QuantityKind.MONEY, partial(_figure, unit=f" {name}")
    yield rf"(?:[¥￥]|rmb|cny) ?(?P<n>{N})", QuantityKind.MONEY, partial(_figure, unit=" yuan")
    yield rf"(?:\$|usd) ?(?P<n>{N})", QuantityKind.MONEY, partial(_figure, unit=" dollars")
    for unit, factor, words in DURATIONS:
        yield (
            rf"(?P<n>{N})[- ]?(?:{words})(?![a-z])(?P<half>半(?![工读天日脱数年月小])| and a half)?",
            QuantityKind.DURATION,
            partial(_figure, factor=factor, unit=f" {unit}"),
        )
    yield (
        rf"第(?P<n>{N})|(?:\barticles?|\bart\.|\bchapter) (?P<n2>{N})",
        QuantityKind.ORDINAL,
        lambda match: figure(number(match["n"] or match["n2"])),
    )
    yield rf"(?P<n>{N})[余多]?(?:{_CLASSIFIERS})", QuantityKind.COUNT, _figure
    yield (
        rf"(?P<n>(?<![\d.]){DECIMAL}{_SCALE}|(?<![a-z])(?!one(?![a-z])){ENGLISH}(?![a-z]))",
        QuantityKind.COUNT,
        _figure,
    )


READERS: tuple[Reader, ...] = tuple((re.compile(pattern), kind, read) for pattern, kind, read in _readers())
