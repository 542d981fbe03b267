# ruff: noqa: E501  # tables of values read best several to a line
"""Money, durations, shares, ages, counts, days and times of running text as typed values, with what bounds them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.numerals import written
from knowledge.text.typed_quantities import quantities_of


def stated(text: str) -> list[str]:
    return [f"{one.kind} {one.value} {one.bound}" for one in quantities_of(text)]


@pytest.mark.parametrize(
    ("texts", "quantity"),
    [
        (("六个月", "6个月", "半年", "6 months", "half a year", "６个月", "陆个月", "二个季度", "six months"), "duration 6 months none"),
        (("一年半", "18个月", "十八个月", "1.5年", "one and a half years", "eighteen months"), "duration 18 months none"),
        (("一个半月", "1.5个月"), "duration 1.5 months none"),
        (("廿四个月", "两年", "two years", "24个月", "a couple of years"), "duration 24 months none"),
        (("十二个月", "1️⃣2️⃣个月", "𝟏𝟐个月", "١٢个月", "一打个月", "a dozen months", "十 二 个月", "1\u200b2个月", "一年", "壹拾贰個月"), "duration 12 months none"),
        (("两周", "14天", "十四日", "a fortnight", "two weeks"), "duration 14 days none"),
        (("二十个工作日", "20 working days"), "duration 20 working days none"),
        (("八成", "百分之八十", "80%", "８０％", "八折", "80 percent", "eighty per cent", "五分之四"), "share 80% none"),
        (("两成", "百分之二十", "20%"), "share 20% none"), (("八成半", "85%"), "share 85% none"),
        (("翻倍", "双倍", "两倍", "double", "twice", "200%"), "share 200% none"), (("三倍", "300%", "triple"), "share 300% none"),
        (("一万元", "10,000元", "1万元", "¥10000", "10000块", "10,000 yuan", "壹万元", "ten thousand yuan"), "money 10000 yuan none"),
        (("1万美元", "$10000", "10000 dollars"), "money 10000 dollars none"),
        (("16周岁", "十六岁", "16 years old", "aged 16"), "age 16 none"),
        (("29所", "二十九家"), "count 29 none"), (("第十九条", "Article 19"), "ordinal 19 none"),
        (("2022年5月1日", "二〇二二年五月一日", "2022-05-01", "1 May 2022", "May 1, 2022"), "date 2022-05-01 none"),
        (("2022年5月", "May 2022"), "date 2022-05 none"), (("5月1日", "五月一日", "May 1", "1 May"), "date 05-01 none"),
        (("下午2:00", "14:00", "下午两点", "2 p.m."), "time 14:00 none"), (("周一", "星期一", "Monday"), "time monday none"),
        (("每月", "每个月", "/月", "月薪", "monthly", "per month"), "frequency month none"), (("免费", "不收取任何费用", "free of charge"), "frequency free none"),
        (("当天", "即日", "same day"), "frequency same day none"),
        (("不超过三年", "最长三年", "至多三年", "三年以内", "三年以下", "不满三年", "三年内", "at most three years", "shall not exceed three years", "no more than 3 years"), "duration 36 months high"),
        (("不少于三年", "至少三年", "三年以上", "满三年", "超过三年", "at least three years", "not be less than three years", "three years or more"), "duration 36 months low"),
        (("2013年7月1日前", "before 1 July 2013"), "date 2013-07-01 high"),
    ],
)  # fmt: skip
def test_one_quantity_in_all_its_forms(texts: tuple[str, ...], quantity: str) -> None:
    assert {text: stated(text) for text in texts} == {text: [quantity] for text in texts}


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("五千元以上二万元以下", ["money 5000 yuan low", "money 20000 yuan high"]), ("12-18个月", ["duration 12 months low", "duration 18 months high"]),
        ("院校29所、企业12家", ["count 29 none", "count 12 none"]), ("下午2:00至5:00", ["time 14:00 low", "time 17:00 high"]),
        ("一般来说统一办理", []), ("一成不变", []), ("one of them", []), ("often", []), ("summary", []),
    ],
)  # fmt: skip
def test_several_and_none(text: str, quantities: list[str]) -> None:
    assert stated(text) == quantities


@given(st.integers(min_value=1, max_value=9999))
def test_numerals_are_numbers(number: int) -> None:
    assert stated(f"{written(number)}元") == stated(f"{number}元") == [f"money {number} yuan none"]
