# ruff: noqa: E501  # tables of values read best several to a line
"""Days and months in all forms in which cells, documents, questions and answers write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.dates import MONTHS, day_in, days_in, last_day, only_a_day, parse_date
from knowledge.text.numerals import written
from knowledge.text.typed_quantities import quantities_of

DAY = date(2022, 5, 1)
DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 31))
FORMS = [
    "2022年5月1日", "2022 年 5 月 1 日", "２０２２年５月１日", "2022-05-01", "2022/5/1", "2022.5.1", "二〇二二年五月一日", "二零二二年五月一日",
    # Only documents knew a zero that is typed as a circle, only cells and answers 号 …
    "二○二二年五月一日", "2022年5月1号",
    # … only answers months that are shortened and days with endings, and cells no English date at all.
    "May 1, 2022", "May 1st, 2022", "1 May 2022", "1st of May 2022", "1 may 2022", "MAY 1 2022",
]  # fmt: skip


def facts(text: str) -> set[str]:
    return {one.value for one in quantities_of(text)}


@pytest.mark.parametrize("text", FORMS)
def test_every_form_is_one_day_to_every_reader(text: str) -> None:
    assert only_a_day(text) == day_in(f"自{text}起施行") == parse_date(text) == DAY
    assert facts(text) == {"2022-05-01"}


@pytest.mark.parametrize(("name", "month"), [("Sept.", 9), ("Sep", 9), ("december", 12), ("Jan.", 1)])
def test_months_have_several_names(name: str, month: int) -> None:
    assert only_a_day(f"{name} 3, 2021") == date(2021, month, 3)


@pytest.mark.parametrize(
    "text", ["2022-13-01", "2022年2月30日", "2022-05-011", "12022-05-01", "5月1日", "summary 1 2022", "1.2.3"]
)
def test_what_is_no_day(text: str) -> None:
    assert only_a_day(text) is None
    assert days_in(text) == []


def test_an_impossible_day_is_still_stated() -> None:
    # An answer that says so must not pass for one that states nothing.
    assert facts("2022-13-01") == {"2022-13-01"}


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("2022年5月", {"2022-05"}), ("May 2022", {"2022-05"}), ("2022年5月1日至3日", {"2022-05-01", "3 days"}), ("2022年5月1-3日", {"2022-05-01", "3 days"}),
        ("2022-05-01 and 3 June 2023", {"2022-05-01", "2023-06-03"}), ("2022年13月", {"2022", "13 month"}),
    ],
)  # fmt: skip
def test_months_and_stretches(text: str, stated: set[str]) -> None:
    assert facts(text) == stated


@pytest.mark.parametrize(
    ("text", "day"),
    [
        # A month alone means its last day; numerals of cells may be Chinese ones.
        ("2025年6月", date(2025, 6, 30)), ("六月底", date(2025, 6, 30)), ("6月初", date(2025, 6, 1)), ("二〇二五年六月", date(2025, 6, 30)),
        # The day of the week was taken for a reason to refuse the cell.
        ("2025年6月30日(星期一)", date(2025, 6, 30)), ("2025-06-30 周一 18:00", date(2025, 6, 30)), ("截至2025年6月30日", date(2025, 6, 30)),
        ("2025 6 30", date(2025, 6, 30)), ("20250630", date(2025, 6, 30)), (45838, date(2025, 6, 30)),
    ],
)  # fmt: skip
def test_cells_are_read_more_freely(text: object, day: date) -> None:
    assert parse_date(text, year=2025) == day


@given(
    DAYS,
    st.sampled_from(
        ("{0.year}年{0.month}月{0.day}日", "{0:%Y-%m-%d}", "{0.year}/{0.month}/{0.day}", "{0:%B} {0.day}, {0.year}", "{0.day} {0:%b} {0.year}")
    ),
)  # fmt: skip
def test_a_day_in_any_form_reads_back(day: date, form: str) -> None:
    text = form.format(day)
    assert only_a_day(text) == parse_date(text) == day
    assert facts(text) == {day.isoformat()}


@given(DAYS)
def test_a_day_in_chinese_numerals_reads_back(day: date) -> None:
    year = "".join(written(int(digit)) for digit in str(day.year))
    text = f"{year}年{written(day.month)}月{written(day.day)}日"
    assert only_a_day(text) == parse_date(text) == day


@pytest.mark.parametrize(
    ("start", "years", "months", "end"),
    [
        (date(2022, 5, 1), 5, 0, date(2027, 4, 30)), (date(2022, 5, 1), 0, 6, date(2022, 10, 31)),
        (date(2020, 2, 29), 1, 0, date(2021, 2, 28)), (date(2022, 1, 1), 1, 0, date(2022, 12, 31)),
    ],
)  # fmt: skip
def test_periods_end_the_day_before(start: date, years: int, months: int, end: date) -> None:
    assert last_day(start, years=years, months=months) == end


def test_every_month_has_its_number() -> None:
    assert set(MONTHS.values()) == set(range(1, 13))
