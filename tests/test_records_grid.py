"""Thousands of typed questions against a plain filter over the same rows, in Chinese and English."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.understanding.rows.query_intent import ParsedQuery, understand
from knowledge import store
from knowledge.entities.directory import Directory
from knowledge.tables import Records, Row, TableReading, plan_records, publish_records
from knowledge.tables.records import Opening, Program, Record, RecordKind
from knowledge.tables.values import Entry, Level, Mode, Work
from knowledge.text.money import Period
from tests.made_rows import DAY, opening, program
from tests.names import HOME, desk_of, names_of


@dataclass(frozen=True)
class Said:
    """A condition as said in Chinese and English, and as a plain test of a record."""

    zh: str
    en: str
    holds: Callable[[Record], bool]


def _month(record: Opening, which: str) -> float | None:
    end = getattr(record.pay, which) if record.pay else None
    if end is None or record.pay is None or record.pay.period is Period.DAY:
        return None
    return end / 12 if record.pay.period is Period.YEAR else end


def _low(test: Callable[[float], bool]) -> Callable[[Record], bool]:
    return lambda record: (low := _month(record, "low")) is not None and test(low)  # type: ignore[arg-type]


def _high(test: Callable[[float], bool]) -> Callable[[Record], bool]:
    return lambda record: (high := _month(record, "high")) is not None and test(high)  # type: ignore[arg-type]


def _fee(record: Record) -> float:
    assert isinstance(record, Program) and record.tuition and record.tuition.high is not None
    return record.tuition.high * (2 if record.tuition.period is Period.TERM else 1)


def _rank(record: Record, test: Callable[[int], bool]) -> bool:
    return isinstance(record, Opening) and record.education is not None and test(record.education.rank)


def _takes(entry: Entry) -> Callable[[Record], bool]:
    return lambda record: isinstance(record, Program) and bool({entry, Entry.ANYONE} & set(record.entry))


def _is(field: str, value: object) -> Callable[[Record], bool]:
    return lambda record: getattr(record, field) == value


PAY = (
    Said("月薪六千以上的", "over 6000 a month", _low(lambda low: low >= 6000)),
    Said("工资不低于8000的", "paying at least 8000", _low(lambda low: low >= 8000)),
    Said("月薪5-8K的", "paying between 5000 and 8000", _low(lambda low: 5000 <= low <= 8000)),
    Said("月薪不超过5000的", "paying at most 5000", _high(lambda high: high <= 5000)),
    Said("月薪一万二以上的", "paying 12000 or more", _low(lambda low: low >= 12000)),
    Said("工资高于7000元的", "paying more than 7000", _low(lambda low: low > 7000)),
)
# "over" is strictly more in English; 以上 counts the number itself in Chinese.
ENGLISH = {"over 6000 a month": _low(lambda low: low > 6000)}
PLACE = tuple(
    Said(f"{town.zh}的", f"in {town.en}", _is("town", town.zh))
    for town in HOME.towns
    if town.zh in ("狮岭", "花东", "新华", "秀全")
)
BENEFITS = (
    Said("包吃住的", "with room and board", lambda record: record.food is True and record.lodging is True),  # type: ignore[union-attr]
    Said("包吃的", "with meals", _is("food", True)),
    Said("包住的", "with accommodation", _is("lodging", True)),
    Said("有五险一金的", "with social insurance", _is("insurance", True)),
)
SCHOOLING = (
    Said("初中毕业可以做的", "for junior high graduates", lambda record: _rank(record, lambda rank: rank <= 1)),
    Said("大专以上的", "at least junior college", lambda record: _rank(record, lambda rank: rank >= 3)),
    Said("学历不限的", "no degree required", lambda record: _rank(record, lambda rank: rank == 0)),
)
WORKING = (
    Said("实习", "internship", _is("work", Work.INTERNSHIP)),
    Said("兼职", "part-time", _is("work", Work.PART_TIME)),
)
TRADE = (
    Said("数控", "CNC", lambda record: "数控" in record.title),  # type: ignore[union-attr]
    Said("焊工", "welder", lambda record: "焊工" in record.title),  # type: ignore[union-attr]
    Said("叉车", "forklift", lambda record: "叉车" in record.title),  # type: ignore[union-attr]
)
LEVEL = (
    Said("高级工", "senior-level", _is("level", Level.SENIOR)),
    Said("预备技师", "preparatory technician", _is("level", Level.PREPARATORY)),
)
ENTRY = (
    Said("初中毕业能读的", "for junior high graduates", _takes(Entry.JUNIOR_HIGH)),
    Said("高中毕业能读的", "for senior high graduates", _takes(Entry.SENIOR_HIGH)),
)
LENGTH = (
    Said("3年制", "3-year", lambda record: record.length.years == 3),  # type: ignore[union-attr]
    Said("3+2", "3+2", lambda record: record.length.years == 5),  # type: ignore[union-attr]
)
FEE = (
    Said("学费不超过5000的", "with tuition up to 5000", lambda record: _fee(record) <= 5000),
    Said("学费低于6000的", "with tuition below 6000", lambda record: _fee(record) < 6000),
    Said("免学费的", "tuition-free", lambda record: _fee(record) == 0),
)
MODE = (
    Said("订单班", "order class", _is("mode", Mode.ORDER)),
    Said("现代学徒制", "modern apprenticeship", _is("mode", Mode.MODERN_APPRENTICESHIP)),
)
MAJOR = (
    Said("数控", "CNC", lambda record: "数控" in record.major),  # type: ignore[union-attr]
    Said("无人机", "drone", lambda record: "无人机" in record.major),  # type: ignore[union-attr]
)


@dataclass(frozen=True)
class Asked:
    """A question, what it is about and what a plain filter finds."""

    text: str
    kind: RecordKind
    tests: tuple[Callable[[Record], bool], ...]


def questions() -> Iterator[Asked]:
    """The grid: every choice of up to three kinds of conditions, in two languages and three ways of asking."""
    for kind, groups, zh_noun, en_noun in (
        (RecordKind.OPENING, (PAY, PLACE, BENEFITS, SCHOOLING, WORKING, TRADE), "岗位", "jobs"),
        (RecordKind.PROGRAM, (ENTRY, FEE, LENGTH, LEVEL, MODE, MAJOR), "专业", "programs"),
    ):
        chosen = [combination for size in (1, 2, 3) for combination in itertools.combinations(groups, size)]
        for number, conditions in enumerate(itertools.chain.from_iterable(itertools.product(*each) for each in chosen)):
            yield from _said(kind, conditions, zh_noun, en_noun, number)


def _said(kind: RecordKind, conditions: tuple[Said, ...], zh: str, en: str, number: int) -> Iterator[Asked]:
    tests = tuple(each.holds for each in conditions)
    chinese = "".join(each.zh for each in conditions)
    yield Asked((f"有哪些{chinese}{zh}？", f"{chinese}{zh}有几个", f"有没有{chinese}{zh}")[number % 3], kind, tests)
    before = [
        each.en
        for each in conditions
        if each in (*WORKING, *TRADE, *LENGTH, *LEVEL, *MODE, *MAJOR) or each.en == "tuition-free"
    ]
    after = [each.en for each in conditions if each.en not in before]
    english = " ".join([*before, en, *after])
    asked = (f"Which {english} are there?", f"How many {english} are there?", f"Are there any {english}?")[number % 3]
    yield Asked(asked, kind, tuple(ENGLISH.get(each.en, each.holds) for each in conditions))


@pytest.fixture(scope="module")
def rows() -> tuple[Record, ...]:
    choose = random.Random(7)
    return (*(opening(number, choose) for number in range(5000)), *(program(number, choose) for number in range(1000)))


@pytest.fixture(scope="module")
def records(rows: tuple[Record, ...], tmp_path_factory: pytest.TempPathFactory) -> Records:
    return stored(rows, tmp_path_factory.mktemp("grid"))


def stored(rows: tuple[Record, ...], folder: Path) -> Records:
    """``rows`` as edition 1 of a new database."""
    url = f"sqlite:///{folder / 'assistant.db'}"
    store.upgrade(url)
    engine = store.engine(url)
    kinds = {Opening: RecordKind.OPENING, Program: RecordKind.PROGRAM}
    read = tuple(Row(f"{number:024}", kinds[type(each)], "", number, each) for number, each in enumerate(rows))  # type: ignore[index]
    reading = TableReading("rows.csv", "0", tuple(row.digest for row in read), read)
    with store.writing(engine) as connection:
        publish_records(connection, 1, plan_records(connection, None, [reading], day=DAY))
    return Records(engine, 1)


PARTS = [slice(0, None, 6), pytest.param(slice(None), marks=pytest.mark.long)]


def _current(record: Record) -> bool:
    posted = record.posted if isinstance(record, Opening) else None
    assert isinstance(record, Opening | Program) and record.deadline
    return record.deadline >= DAY and (posted is None or posted <= DAY)


@pytest.mark.parametrize("part", PARTS, ids=["a sixth", "all"])
def test_every_question_of_the_grid_finds_what_a_plain_filter_finds(
    records: Records, rows: tuple[Record, ...], part: slice
) -> None:
    directory = names_of(records)
    grid = list(questions())
    current = {kind: [each for each in rows if isinstance(each, made) and _current(each)]
               for kind, made in ((RecordKind.OPENING, Opening), (RecordKind.PROGRAM, Program))}  # fmt: skip
    wrong = [asked.text for asked in grid[part] if not _right(asked, directory, records, current[asked.kind])]
    assert len(grid) >= 2000
    assert wrong == [], f"{len(wrong)} of {len(grid[part])}, such as {wrong[:20]}"


def _right(asked: Asked, directory: Directory, records: Records, current: list[Record]) -> bool:
    parsed = understand(asked.text, directory, DAY)
    if not isinstance(parsed, ParsedQuery) or parsed.query.kind is not asked.kind:
        return False
    page = records.find(parsed.query, DAY, limit=None)
    names = sorted(_name(each.record) for each in page.rows)
    expected = sorted(_name(each) for each in current if all(test(each) for test in asked.tests))
    return names == expected and page.total == len(expected)


def _name(record: Record) -> str:
    assert isinstance(record, Opening | Program)
    return record.title if isinstance(record, Opening) else record.major


@pytest.mark.parametrize("number", range(0, 1400, 70))
def test_the_answer_says_the_exact_number(records: Records, rows: tuple[Record, ...], number: int) -> None:
    asked = list(questions())[number]
    answer = desk_of(records).answer(asked.text, "zh", DAY)
    made = Opening if asked.kind is RecordKind.OPENING else Program
    expected = sum(
        isinstance(each, made) and _current(each) and all(test(each) for test in asked.tests) for each in rows
    )
    assert answer is not None
    assert (f" {expected} " in answer.blocks[0].text) == (expected > 0)
