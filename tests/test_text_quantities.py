# ruff: noqa: E501  # tables of values read best several to a line
"""Money, periods, counts and lengths of study, as cells and questions write them, and personal numbers."""

from __future__ import annotations

import pytest

from bot.understanding.slots.money import pay_conditions
from bot.understanding.spans import Phrase, plain
from knowledge.tables import Condition, Field, Operator
from knowledge.text.money import Amount, Period, parse_money, period_of, yuan_between
from knowledge.text.pii import masked, public_contact
from knowledge.text.quantities import NumberFormatError, parse_headcount, parse_length


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("元/月", Period.MONTH), ("每月", Period.MONTH), ("月薪6000", Period.MONTH), ("6000 a month", Period.MONTH), ("5k/m", Period.MONTH),
        ("元/学年", Period.YEAR), ("年薪", Period.YEAR), ("annual fee", Period.YEAR), ("每学期", Period.TERM), ("per semester", Period.TERM),
        ("300元/天", Period.DAY), ("日结", Period.DAY), ("20元/小时", Period.HOUR), ("20/时", Period.HOUR), ("an hour", Period.HOUR),
        ("计件", Period.PIECE), ("500元/人", Period.ONCE), ("500元/期", Period.ONCE), ("一次性", Period.ONCE),
        # Cells took any 日, 时, 人 or 期 for a period: 节日, 临时, 新人, 短期. Now something must say that it is one.
        ("节日福利", None), ("临时工", None), ("新人", None), ("短期培训", None), ("8小时工作制", None),
        # Of several the first counts.
        ("年薪12万(约每月1万)", Period.YEAR), ("月薪6000,年底双薪", Period.MONTH),
    ],
)  # fmt: skip
def test_periods(text: str, period: Period | None) -> None:
    assert period_of(text) is period


@pytest.mark.parametrize(
    ("text", "low", "high", "period"),
    [
        ("4500-6000元/月", 4500, 6000, Period.MONTH), ("５－８Ｋ", 5000, 8000, Period.UNKNOWN), ("6千-1万", 6000, 10000, Period.UNKNOWN),
        ("五千到八千元每月", 5000, 8000, Period.MONTH), ("5-8百元/天", 500, 800, Period.DAY), ("1万-1.2", 10000, 12000, Period.UNKNOWN),
        ("2千5", 2500, 2500, Period.UNKNOWN), ("一万二", 12000, 12000, Period.UNKNOWN), ("六千左右", 6000, 6000, Period.UNKNOWN),
        ("年薪10-15万", 100_000, 150_000, Period.YEAR), ("8000 yuan per year", 8000, 8000, Period.YEAR), ("300/天", 300, 300, Period.DAY),
        ("6000-8000元，节日福利", 6000, 8000, Period.UNKNOWN),
        # Bounds are worded in cells as in questions: cells knew only some of these.
        ("不低于5000", 5000, None, Period.UNKNOWN), ("超过5000", 5000, None, Period.UNKNOWN), ("高于5000元", 5000, None, Period.UNKNOWN),
        ("不超过5000", None, 5000, Period.UNKNOWN), ("低于5000", None, 5000, Period.UNKNOWN), ("no less than 5000", 5000, None, Period.UNKNOWN),
        ("no more than 5000", None, 5000, Period.UNKNOWN), ("over 5000", 5000, None, Period.UNKNOWN), ("5000以内", None, 5000, Period.UNKNOWN),
        ("up to 8k", None, 8000, Period.UNKNOWN), ("8000起", 8000, None, Period.UNKNOWN), ("5000 or more", 5000, None, Period.UNKNOWN),
    ],
)  # fmt: skip
def test_money(text: str, low: float | None, high: float | None, period: Period) -> None:
    money = parse_money(text)
    assert money is not None and (money.low, money.high, money.period) == (low, high, period)


@pytest.mark.parametrize(
    ("question", "conditions"),
    [
        ("月薪6000以上的工作", [Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(6000, Period.MONTH))]), ("工资5千到8千", [Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(5000, Period.MONTH)), Condition(Field.STARTING_PAY, Operator.AT_MOST, Amount(8000, Period.MONTH))]),
        ("日薪不低于三百元", [Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(300, Period.DAY))]), ("年薪超过十二万", [Condition(Field.STARTING_PAY, Operator.ABOVE, Amount(10000, Period.MONTH))]),
        ("时薪20元以上", [Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(20, Period.HOUR))]), ("pay over 5000rmb a month", [Condition(Field.STARTING_PAY, Operator.ABOVE, Amount(5000, Period.MONTH))]),
        ("工资五百块一天", [Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(500, Period.DAY))]), ("月薪2千5以上", [Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(2500, Period.MONTH))]),
        # A cell keeps what staff wrote; who asks for about 6000 does not mean that sum alone.
        ("工资6000左右", [Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(5400, Period.MONTH)), Condition(Field.STARTING_PAY, Operator.AT_MOST, Amount(6600, Period.MONTH))]),
    ],
)  # fmt: skip
def test_questions_of_money(question: str, conditions: list[Condition]) -> None:
    assert list(pay_conditions(Phrase(plain(question)))) == conditions


def test_a_scale_counts_for_both_ends() -> None:
    assert yuan_between(("5", None), ("8", "k")) == (5000, 8000)
    assert yuan_between(("5", "k"), ("8", None)) == (5000, 8000)
    assert yuan_between(("5000", None), ("1", "万")) == (5000, 10000)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("5", 5, 5), ("5-8人", 5, 8), ("五至八名", 5, 8), ("约20名", 20, 20), ("１０人", 10, 10), ("若干", None, None), ("several", None, None),
        ("10人以上", 10, None), ("10+", 10, None), ("至少10人", 10, None), ("20人左右", 20, 20), ("三四个", 4, 4),
    ],
)  # fmt: skip
def test_counts(text: str, low: int | None, high: int | None) -> None:
    headcount = parse_headcount(text)
    assert headcount is not None and (headcount.low, headcount.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "years", "hours"),
    [
        ("三年制", 3, None), ("3年", 3, None), ("3+2", 5, None), ("2.5年", 2.5, None), ("40课时", None, 40), ("18个月", 1.5, None), ("30天", None, None),
        # Cells took 一年半 for one year and refused 半年; questions knew English numerals, cells did not.
        ("一年半", 1.5, None), ("半年", 0.5, None), ("two years", 2, None), ("two years and a half", 2.5, None), ("3年半工半读", 3, None),
    ],
)  # fmt: skip
def test_lengths_of_study(text: str, years: float | None, hours: int | None) -> None:
    length = parse_length(text)
    assert length is not None and (length.years, length.hours) == (years, hours)


@pytest.mark.parametrize("text", ["很多", "0年", "30年", "level two"])
def test_what_is_no_length(text: str) -> None:
    with pytest.raises(NumberFormatError):
        parse_length(text)


@pytest.mark.parametrize(
    "number", ["13812345678", "138 1234 5678", "138-1234-5678", "+86 13812345678", "0086-13812345678", "138·1234·5678"]
)
def test_mobile_numbers_are_hidden_in_talk_and_in_cells(number: str) -> None:
    # Cells let pass what is parted by other marks, talk what stands behind a full stop.
    for text in (f"我的电话是{number}", f"tel.{number}"):
        assert masked(text)[1] == {"phone"}
        assert "1234" not in (public_contact(text, False) or "")


@pytest.mark.parametrize("text", ["3.13812345678", "020-12345678", "12333", "138123456789"])
def test_other_figures_are_no_mobile_numbers(text: str) -> None:
    assert masked(text) == (text, frozenset())
