"""Occupations by whatever people call them, and rows found by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answer import Status
from knowledge.entities.occupations import FIELDS, FILE, kin, occupations_in, read
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
    named = occupations_in(text)
    assert chinese in {one.chinese for each in named for one in each.meant}, named


def test_of_overlapping_names_the_longest_counts(tmp_path: Path) -> None:
    path = tmp_path / "names.tsv"
    path.write_text(
        "# head\n电工\telectrician\t修电路\t整電\tfix wiring\n维修电工\tmaintenance electrician\t-\t-\t-\n", "utf-8"
    )
    names = read(path)
    assert [each.written for each in names.found_in("招维修电工和电工")] == ["维修电工", "电工"]
    assert [each.written for each in names.found_in("electricians who fix wiring")] == ["electricians", "fix wiring"]
    assert names.found_in("the accountant of the account") == ()


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
    (linked,) = shipped().edition.names.titles.named_in("想当幼儿园老师", RecordKind.PROGRAM)
    assert linked.words == ("幼儿教育",)
    assert kin() and all(one not in others for one, others in kin().items())
    for text in ("有没有货车司机的工作", "any jobs as a beekeeper"):
        rows = shipped().assistant().answer(text).records
        assert not rows, text


def test_no_line_of_the_fields_is_broken() -> None:
    lines = [line for line in FIELDS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    names = [name for line in lines for name in line.split("|")]
    assert len(names) == len(set(names)) and all(name and name.strip() == name for name in names)
    assert all(any(name.isascii() for name in line.split("|")) and not line.isascii() for line in lines)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        (
            "新能源汽车检测员的工资",
            RecordKind.OPENING,
            ("新能源汽车检测员",),
        ),  # as a row writes it, no other of the field
        ("industrial robot technician jobs", RecordKind.OPENING, ("工业机器人调试员",)),
        ("仓库管理员", RecordKind.OPENING, ("仓库管理员",)),  # and the intern among them
        ("我会烧焊 有没有地方要人", RecordKind.OPENING, ("焊工",)),  # by a name of the occupation
        ("my son wants to fix cars", RecordKind.PROGRAM, ("汽车维修",)),
        ("有没有护士岗位", RecordKind.OPENING, ("护士",)),  # by its own name where no row is of it
        ("any hospital looking for nurses", RecordKind.OPENING, ("护士",)),
    ],
)
def test_the_longest_name_tells_which_titles_are_meant(text: str, kind: RecordKind, words: tuple[str, ...]) -> None:
    (named,) = shipped().edition.names.titles.named_in(text, kind)
    assert named.words == words


def test_a_field_finds_rows_by_any_of_its_names() -> None:
    answer = shipped().assistant().answer("any work with numerical control")
    titles = {str(record["title"]) for record in answer.records}
    assert {"数控操作工", "加工中心操作工"} <= titles, titles


@pytest.mark.parametrize("text", ["帮我做数学作业", "有没有离家近的", "anything close to home"])
def test_letters_side_by_side_by_chance_name_nothing(text: str) -> None:
    assert occupations_in(text) == ()


def test_rows_of_one_town_are_listed_and_not_counted_by_towns() -> None:
    answer = shipped().assistant().answer("我住炭步 这边校区有什么可以读的")
    assert {record["record"] for record in answer.records} == {"program"}, answer.text
