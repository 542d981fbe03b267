# ruff: noqa: E501  # tables of values read best several to a line
"""Values as staff write them; and what is written out reads back."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.tables.reading.value_vocabulary import first_of, level_of, steps, yes_no
from knowledge.tables.values import Education, Level
from knowledge.tables.vocabularies import EDUCATION
from knowledge.text.dates import EXCEL_DAY_ZERO, DateError, is_open_ended, parse_date
from knowledge.text.money import Period, parse_money
from knowledge.text.pii import public_contact
from knowledge.text.quantities import NumberFormatError, normal, parse_headcount, parse_length

DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2025.6.30", date(2025, 6, 30)), ("2025年6月30日", date(2025, 6, 30)), ("2025-06-30", date(2025, 6, 30)),
        ("2025/6/30 18:00", date(2025, 6, 30)), ("20250630", date(2025, 6, 30)), (45838, date(2025, 6, 30)),
        ("45838", date(2025, 6, 30)), (45838.0, date(2025, 6, 30)), (datetime(2025, 6, 30, 9), date(2025, 6, 30)),
        ("２０２５年６月３０日", date(2025, 6, 30)), ("2025年6月底", date(2025, 6, 30)), ("2024年2月", date(2024, 2, 29)),
        ("截至2025年6月30日", date(2025, 6, 30)), ("6月底", date(2025, 6, 30)), ("6月30日前", date(2025, 6, 30)),
        ("", None), ("-", None), ("待定", None), ("长期有效", None), ("招满即止", None), (None, None),
    ],
)  # fmt: skip
def test_dates(written: object, day: date | None) -> None:
    assert parse_date(written, year=2025) == day


@pytest.mark.parametrize(
    "written", ["2025-13-01", "2025年2月30日", "下个月", "12", "20251332", "abc", "2025-06-30或以后再说"]
)
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(DateError):
        parse_date(written)


def test_a_date_without_a_year_is_refused() -> None:
    with pytest.raises(DateError, match="without a year"):
        parse_date("6月底")


@given(
    DAYS,
    st.sampled_from(
        (
            "{0.year}.{0.month}.{0.day}",
            "{0.year}年{0.month}月{0.day}日",
            "{0:%Y%m%d}",
            "{0:%Y-%m-%d}",
            "{0.year}/{0.month}/{0.day}",
        )
    ),
)
def test_a_date_written_in_any_form_reads_back(day: date, form: str) -> None:
    assert parse_date(form.format(day)) == day


@given(DAYS)
def test_an_excel_serial_reads_back(day: date) -> None:
    assert parse_date((day - EXCEL_DAY_ZERO).days) == day


@pytest.mark.parametrize(
    ("written", "low", "high", "period"),
    [
        ("5-8K", 5000, 8000, Period.UNKNOWN), ("4500—6000元/月", 4500, 6000, Period.MONTH), ("面议", None, None, Period.UNKNOWN),
        ("4500~6000", 4500, 6000, Period.UNKNOWN), ("6千-1万", 6000, 10000, Period.UNKNOWN), ("六千以上", 6000, None, Period.UNKNOWN),
        ("8000元/学年", 8000, 8000, Period.YEAR), ("20元/小时", 20, 20, Period.HOUR), ("300元/天", 300, 300, Period.DAY),
        ("1.2万", 12000, 12000, Period.UNKNOWN), ("免学费", 0, 0, Period.UNKNOWN), ("12,000-15,000", 12000, 15000, Period.UNKNOWN),
        ("不超过5000", None, 5000, Period.UNKNOWN), ("年薪10-15万", 100000, 150000, Period.YEAR), ("计件", None, None, Period.PIECE),
        ("5K-8K", 5000, 8000, Period.UNKNOWN), ("一万二", 12000, 12000, Period.UNKNOWN), ("3000元/学期", 3000, 3000, Period.TERM),
        (5500, 5500, 5500, Period.UNKNOWN), ("￥6000起", 6000, None, Period.UNKNOWN),
    ],
)  # fmt: skip
def test_money(written: object, low: float | None, high: float | None, period: Period) -> None:
    money = parse_money(written)
    assert money is not None
    assert (money.low, money.high, money.period) == (low, high, period)


@pytest.mark.parametrize(("written", "scale", "low"), [("0.8", 10000, 8000), ("8千", 10000, 8000), ("1.5", 1000, 1500)])
def test_the_unit_of_the_header_scales_bare_figures(written: str, scale: float, low: float) -> None:
    money = parse_money(written, scale=scale)
    assert money is not None and money.low == low


def test_a_range_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(NumberFormatError):
        parse_money("8000-5000")


@given(
    st.integers(100, 90_000),
    st.integers(0, 9000),
    st.sampled_from(("-", "—", "~", "至", "－")),
    st.sampled_from(("", "元", "元/月")),
)
def test_a_range_of_money_reads_back(low: int, more: int, mark: str, unit: str) -> None:
    money = parse_money(f"{low}{mark}{low + more}{unit}")
    assert money is not None
    assert (money.low, money.high) == (low, low + more)


@given(st.integers(1, 99_999))
def test_chinese_numerals_read_back(number: int) -> None:
    digits, units = "零一二三四五六七八九", ["", "十", "百", "千", "万"]
    text = ""
    for place, digit in enumerate(str(number)):
        unit = units[len(str(number)) - 1 - place]
        text += digits[int(digit)] + unit if digit != "0" else "零"
    text = text.rstrip("零").replace("零零零", "零").replace("零零", "零")
    assert normal(text) == str(number)


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("若干", None, None),
        ("5-8", 5, 8),
        ("10人", 10, 10),
        (5.0, 5, 5),
        ("约20名", 20, 20),
        ("10人以上", 10, None),
        ("三个", 3, 3),
    ],
)
def test_headcounts(written: object, low: int | None, high: int | None) -> None:
    headcount = parse_headcount(written)
    assert headcount is not None and (headcount.low, headcount.high) == (low, high)


@pytest.mark.parametrize("written", ["很多", "8-5", "a few dozen"])
def test_what_counts_nobody_is_refused(written: str) -> None:
    with pytest.raises(NumberFormatError):
        parse_headcount(written)


@pytest.mark.parametrize(
    ("written", "years", "hours"),
    [
        ("三年", 3, None),
        ("3年", 3, None),
        ("3+2", 5, None),
        ("2.5", 2.5, None),
        (5, 5, None),
        ("分段注册 3+2", 5, None),
        ("40课时", None, 40),
        ("18个月", 1.5, None),
    ],
)
def test_lengths_of_study(written: object, years: float | None, hours: int | None) -> None:
    length = parse_length(written)
    assert length is not None and (length.years, length.hours) == (years, hours)


@given(st.lists(st.sampled_from((1.0, 1.5, 2.0, 2.5, 3.0)), min_size=1, max_size=3))
def test_parts_of_a_length_read_back(parts: list[float]) -> None:
    length = parse_length("+".join(f"{part:g}" for part in parts) + "年")
    assert length is not None and length.parts == tuple(parts)


@pytest.mark.parametrize(
    ("written", "level"),
    [("中级工", Level.MIDDLE), ("高级工班", Level.SENIOR), ("预备技师(技师)", Level.PREPARATORY), ("高级技师", Level.SENIOR_TECHNICIAN),
     ("四级", Level.MIDDLE), ("20", Level.SENIOR), ("技师", Level.TECHNICIAN), ("level 3", Level.SENIOR), ("幼儿", None)],
)  # fmt: skip
def test_levels(written: str, level: Level | None) -> None:
    assert level_of(written) == level


@pytest.mark.parametrize(
    ("written", "education"),
    [("中专及以上", Education.SECONDARY_VOCATIONAL), ("不限", Education.ANY), ("初中", Education.JUNIOR_HIGH), ("大专/本科", Education.COLLEGE),
     ("junior high school", Education.JUNIOR_HIGH), ("Bachelor", Education.BACHELOR), ("junior college", Education.COLLEGE)],
)  # fmt: skip
def test_schooling(written: str, education: Education) -> None:
    assert first_of(written, EDUCATION.cells) == education


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("是", True),
        ("√", True),
        ("Y", True),
        ("否", False),
        ("无", False),
        ("×", False),
        ("看情况", None),
        (None, None),
    ],
)
def test_yes_and_no(written: str | None, answer: bool | None) -> None:
    assert yes_no(written) is answer


@pytest.mark.parametrize(
    ("contact", "public", "shown"),
    [("13812345678", False, "未公开"), ("13812345678", True, "13812345678"), ("020-12345678", False, "020-12345678"),
     ("张三 138 1234 5678", False, "未公开"), ("138****5678", True, "未公开"), ("a.b@qq.com", False, "未公开"), ("12333", False, "12333")],
)  # fmt: skip
def test_only_office_lines_are_public(contact: str, public: bool, shown: str) -> None:
    assert public_contact(contact, public) == shown


def test_steps_keep_their_order_and_lose_their_marks() -> None:
    assert steps("1.提交申请；2.初审；3.签订协议。") == ("提交申请", "初审", "签订协议")


def test_open_ended_deadlines_are_known() -> None:
    assert is_open_ended("招满即止") and is_open_ended("长期有效") and not is_open_ended("2027-01-01")
