# ruff: noqa: E501  # tables of values read best several to a line
"""Numerals in digits, Chinese and English. Where the readers of cells, questions and answers once differed, a comment
says what was decided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.language import fold
from knowledge.text.numerals import chinese_number, decimal, in_digits, value, written
from knowledge.text.quantities import normal
from knowledge.text.typed_quantities import quantities_of


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("零", 0), ("〇", 0), ("五", 5), ("十", 10), ("十二", 12), ("二十", 20), ("三十五", 35), ("百", 100), ("一百零五", 105),
        ("一百一十二", 112), ("两千", 2000), ("一千零五十", 1050), ("十万", 100_000), ("三百万", 3_000_000),
        # Cells read 一万二 as 12,000, answers as 10,002. A digit behind a large unit counts the next smaller one.
        ("一万二", 12_000), ("一百五", 150), ("两千五", 2500), ("三万五千", 35_000), ("一万零二", 10_002), ("一千零五", 1005),
        # 亿 was unknown to cells, and 一亿二千万 was read wrongly by answers.
        ("一亿", 100_000_000), ("一亿二千万", 120_000_000), ("一万亿", 10**12), ("三亿五千", 300_005_000),
        # Digits in a row: years and numbers that are spelt out. Cells and articles of law kept only the last digit.
        ("二〇二二", 2022), ("二零二五", 2025), ("一九九八", 1998), ("一二三", 123), ("二〇", 20), ("一三", 13),
        # An estimate, of which cells and questions took the larger one and answers made 34.
        ("三四", 4), ("七八", 8), ("三五", 5),
    ],
)  # fmt: skip
def test_chinese(text: str, number: int) -> None:
    assert chinese_number(text) == number
    assert value(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("one", 1), ("Five", 5), ("eighteen", 18), ("forty", 40), ("hundred", 100), ("a hundred", 100), ("a million", 10**6),
        # Answers read these as two numbers each, questions not at all.
        ("twenty-five", 25), ("twenty five", 25), ("one hundred and fifty", 150), ("two thousand", 2000),
        ("three thousand five hundred", 3500), ("two million five hundred thousand", 2_500_000),
    ],
)  # fmt: skip
def test_english(text: str, number: int) -> None:
    assert value(text) == number


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("007", 7), ("１２", 12), ("2025", 2025)])
def test_digits_of_any_width(text: str, number: int) -> None:
    assert value(text) == number


@pytest.mark.parametrize("text", ["", "几", "3十", "1.5", "dozens", "five teen", "第五"])
def test_what_is_no_whole_number(text: str) -> None:
    assert value(text) is None


@given(st.integers(0, 10**12 - 1))
def test_a_number_written_in_chinese_reads_back(number: int) -> None:
    assert chinese_number(written(number)) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "〇"), (10, "十"), (12, "十二"), (20, "二十"), (105, "一百零五"), (110, "一百一十"), (1234, "一千二百三十四"), (10_010, "一万零一十")],
)  # fmt: skip
def test_numbers_in_chinese(number: int, text: str) -> None:
    assert written(number) == text


@pytest.mark.parametrize(
    ("text", "number"), [("1,500", 1500), ("2.50", 2.5), ("二点五", 2.5), ("一百", 100), ("零点零五", 0.05)]
)
def test_decimals(text: str, number: float) -> None:
    assert decimal(text) == number


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("六千", "6000"), ("二十", "20"), ("五险一金", "5险1金"), ("二〇二五年", "2025年"), ("一亿元", "100000000元"),
        # A unit alone counts nothing.
        ("百货", "百货"), ("千万别", "千万别"), ("1.5万", "1.5万"), ("百分之十", "百分之10"),
        # Digits and units mixed: read as 2000 before, its 5 lost.
        ("2千5", "2500"), ("1万2元", "12000元"), ("3万5千", "35000"), ("2千5以上", "2500以上"),
        # … but not where the second figure counts something else.
        ("1万2个", "1万2个"), ("10万3年", "10万3年"), ("6千-1万", "6千-1万"),
    ],
)  # fmt: skip
def test_texts_in_digits(text: str, digits: str) -> None:
    assert in_digits(text) == digits


@pytest.mark.parametrize(
    ("text", "form"),
    [("１２，０００元", "12000元"), (45.0, "45"), ("五千 ", "5000"), ("5K", "5k"), ("12,000-15,000", "12000-15000")],
)
def test_cells_and_questions_have_one_form(text: object, form: str) -> None:
    assert normal(text) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("第三十条", "第30条"),
        ("第一百零五条第二款", "第105条第2款"),
        ("二〇二二年", "2022年"),
        ("一般", "一般"),
        ("三十日", "三十日"),
    ],
)
def test_folding_turns_only_articles_and_years(text: str, form: str) -> None:
    assert fold(text) == form


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("一万二元", {"12000 yuan"}), ("三四个", {"4"}), ("一亿二千万元", {"120000000 yuan"}), ("one of them", set()), ("no one", set()),
        ("twenty-five days", {"25 days"}), ("one hundred and fifty yuan", {"150 yuan"}), ("fifty percent", {"50%"}), ("2 thousand", {"2000"}),
        ("1.5 million", {"1500000"}), ("百分之二点五", {"2.5%"}), ("二〇二二年", {"2022"}), ("twentyfold", set()), ("often", set()),
    ],
)  # fmt: skip
def test_numbers_that_a_text_states(text: str, stated: set[str]) -> None:
    assert {one.value for one in quantities_of(text)} == stated


@pytest.mark.parametrize(
    "text",
    [
        "一" * 9000,
        "万" * 9000,
        "九亿" * 4000,
        "9" * 9000,
        "百分之" + "九" * 9000,
        "第" + "一" * 9000 + "条",
        "9" * 400 + "万",
    ],
)
def test_no_length_of_numerals_is_too_much(text: str) -> None:
    assert value(text) is None
    assert in_digits(text) and fold(text)
    quantities_of(text)
