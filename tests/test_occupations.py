"""Occupations by whatever people call them, and rows found by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answer import Status
from knowledge.entities.occupations import FILE, kin, occupation_names, read
from knowledge.tables.records import RecordKind
from tests.shipped import shipped


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("屋企附近有冇整電嘅工", "电工"),
        ("i can fix wiring", "电工"),
        ("會燒焊", "焊工"),
        ("学修车", "汽车维修工"),
        ("Forklifts", "叉车司机"),
        ("CNC", "数控技术"),
    ],
)
def test_an_occupation_is_found_by_any_of_its_names(text: str, chinese: str) -> None:
    named = occupation_names().named_in(text)
    assert chinese in {one.chinese for each in named for one in each.occupations}, named


def test_of_overlapping_names_the_longest_counts(tmp_path: Path) -> None:
    path = tmp_path / "names.tsv"
    path.write_text(
        "# head\n电工\telectrician\t修电路\t整電\tfix wiring\n维修电工\tmaintenance electrician\t-\t-\t-\n", "utf-8"
    )
    names = read(path)
    assert [each.written for each in names.named_in("招維修電工和電工")] == ["维修电工", "电工"]
    assert [each.written for each in names.named_in("electricians who fix wiring")] == ["electricians", "fix wiring"]
    assert names.named_in("the accountant of the account") == ()


def test_no_line_of_the_file_is_broken() -> None:
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len({line.split("\t")[0] for line in lines}) == len(lines) > 400
    for line in lines:
        columns = line.split("\t")
        assert len(columns) == 5 and all(
            name.strip() == name and name for part in columns for name in part.split("|")
        ), line


@pytest.mark.parametrize(
    ("text", "title"),
    [("整電嘅師傅依家邊度請人", "维修电工"), ("fix wiring jobs", "维修电工"), ("烧焊的活有没有", "焊工")],
)
def test_rows_are_found_by_what_the_work_is_called(text: str, title: str) -> None:
    answer = shipped().assistant().answer(text)
    assert answer.status is Status.ANSWERED
    assert answer.records and all(title in str(record["title"]) for record in answer.records)


def test_an_occupation_without_rows_is_not_replaced_by_another() -> None:
    answer = shipped().assistant().answer("有没有殡仪馆化妆师的工作")
    assert answer.status is not Status.ANSWERED


def test_a_trade_is_served_by_its_major_and_no_other_trade() -> None:
    linked = shipped().edition.title("想当幼儿园老师", RecordKind.PROGRAM)
    assert linked is not None and linked.titles == ("幼儿教育",)
    assert kin() and all(one not in others for one, others in kin().items())
    for text in ("有没有货车司机的工作", "any jobs as a beekeeper"):
        rows = shipped().assistant().answer(text).records
        assert not rows, text
