"""Rows at the size of a whole district: import, refresh with 1 % changed, and questions."""

from __future__ import annotations

import csv
import hashlib
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

from pypinyin import lazy_pinyin
from sqlalchemy import Engine

from bot.answering.rows import RowAnswerer
from knowledge import store
from knowledge.entities.directory import Directory
from knowledge.entities.home import Home
from knowledge.readers import SourceFile
from knowledge.settings import KnowledgeSettings, load
from knowledge.tables import Records, known_digests, plan_records, publish_records, read_table
from knowledge.text.language import simplified, words

OPENINGS = 100_000
HOME = Home.of(load(Path(__file__).parents[1] / "config.yaml", KnowledgeSettings))
DAY = date(2026, 11, 24)
ROUNDS = 8
FIRST = "花东镇有没有叉车司机的工作"
HEADER = (
    "企业名称", "岗位名称", "招聘人数", "薪资待遇(元/月)", "学历要求", "工作地点", "包吃", "包住", "截止日期",
    "发布日期",
    "联系电话", "示例",
)  # fmt: skip
TITLES = (
    "数控操作工",
    "焊工",
    "维修电工",
    "叉车司机",
    "质检员",
    "普工",
    "仓库管理员",
    "电商运营",
    "汽车维修技师",
    "皮具车缝工",
)
QUESTIONS = (
    "月薪六千以上包吃住的数控岗位", "狮岭有什么工作", "有多少个焊工岗位", "工资最高的岗位", "初中毕业可以做的工作",
    "花都有没有飞行员岗位", "CNC jobs over 6000 with room and board", "how many jobs are there in Shiling?",
    "5-8K的电工岗位", "示例企业7的岗位",
    "大专以上学历月薪一万二以上的包吃住的焊工岗位",
    "最快截止的叉车岗位", "几家公司招质检员",
    "日薪300以上的普工岗位", "which employers are hiring welders", "深圳的岗位",
    "平均工资多少", "哪家企业招人最多", "每个镇有几个岗位", "which towns have CNC jobs", "工资最高的前五个岗位",
    "average pay of welders",
    "除了狮岭哪里招焊公", "一共招多少人", "新华 兼职 包吃住 月薪2万以上",
)  # fmt: skip


def rows(changed: float = 0, seed: int = 1) -> Iterator[list[str]]:
    """The table, with a share of the rows changed."""
    choose, change = random.Random(seed), random.Random(seed + 1)
    yield list(HEADER)
    for number in range(OPENINGS):
        low = choose.randrange(3500, 12000, 100)
        row = [
            f"示例企业{number % 3000}（SAMPLE）", f"{choose.choice(TITLES)}{number % 40}", str(choose.randrange(1, 30)),
            f"{low}-{low + 2000}", choose.choice(("不限", "初中", "高中", "中专及以上", "大专及以上", "本科")),
            f"花都区{choose.choice(HOME.towns).zh}镇", choose.choice("是否"), choose.choice("是否"),
            f"{choose.choice((2025, 2027, 2028))}-{choose.randrange(1, 13):02}-15", "2026-05-01", "020-00000000",
            "是",
        ]  # fmt: skip
        if change.random() < changed:
            row[2] = "88"
        yield row


def run() -> Iterator[dict[str, object]]:
    """Figures: rows a second, p50 and p95 of answers in milliseconds, refresh against first import."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'assistant.db'}"
        store.upgrade(url)
        engine = store.engine(url)
        path = folder / "openings.csv"
        _write(path, rows())
        read_table(_source(_warm(folder)))  # starts the reading process, which every command does once
        first = _import(engine, path, None, 1)
        yield {
            "bench": "records import",
            "rows": OPENINGS,
            "seconds": round(first, 2),
            "rows_per_second": round(OPENINGS / first),
        }
        yield {"bench": "records answers", **_answers(engine)}
        _write(path, rows(changed=0.01))
        again = _import(engine, path, 1, 2)
        yield {
            "bench": "records refresh, 1 % changed",
            "seconds": round(again, 2),
            "of_first_import": round(again / first, 3),
        }
        engine.dispose()


def _import(engine: Engine, path: Path, live: int | None, number: int) -> float:
    started = time.perf_counter()
    with engine.connect() as connection:
        known = known_digests(connection, live, path.name)
        reading = read_table(_source(path), known, HOME.towns)
        assert len(reading.digests) == OPENINGS, reading.problems[:3]
        plan = plan_records(connection, live, [reading], {path.name}, day=DAY)
    with store.writing(engine) as connection:
        publish_records(connection, number, plan)
    return time.perf_counter() - started


def _answers(engine: Engine) -> dict[str, object]:
    """Each question of an edition that was just opened, so that nothing has been counted before."""
    words("有没有"), lazy_pinyin("有没有"), simplified("有没有")  # what a search has loaded before the first question
    taken: list[float] = []
    first: list[float] = []
    opening: list[float] = []
    for _ in range(ROUNDS):
        records = Records(engine, 1)
        opening.append(_milliseconds(partial(records.warm, DAY)))
        desk = RowAnswerer(records, Directory(records, HOME))
        first.append(_milliseconds(partial(_answered, desk, FIRST)))
        for question in QUESTIONS:
            taken.append(_milliseconds(partial(_answered, desk, question)))
    return {
        "p50_ms": round(statistics.median(taken), 1), "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 1),
        "first_ms": round(first[0]), "opening_ms": round(opening[0]),
        "slowest": QUESTIONS[taken.index(max(taken)) % len(QUESTIONS)], "slowest_ms": round(max(taken), 1),
    }  # fmt: skip


def _answered(desk: RowAnswerer, question: str) -> None:
    assert desk.answer(question, "zh", DAY) is not None, question


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _warm(folder: Path) -> Path:
    path = folder / "warm.csv"
    path.write_text("企业名称,岗位名称,人数,发布日期\n示例企业,普工,1,2026-01-01\n", encoding="utf-8")
    return path


def _write(path: Path, table: Iterator[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(table)


def _source(path: Path) -> SourceFile:
    content = path.read_bytes()
    return SourceFile(path.name, path, hashlib.sha256(content).hexdigest(), len(content))
