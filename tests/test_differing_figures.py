"""Two documents in force that state different figures for the same thing: side by side, each with its date."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.answer import Answer, BlockKind
from bot.answering.differing_figures import differ
from bot.assistant import Assistant
from bot.settings import load_settings
from knowledge.editions.live_edition import LiveEdition
from knowledge.embedding.embedder import Embedder
from tests.knowledge_base import KnowledgeBase

QUESTION = "取得中级工证书补贴多少钱？"
OLD, NEW = "培训补贴指引（2023）", "培训补贴通知（2025）"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("differing")


def write(base: KnowledgeBase, title: str, day: str, text: str, **more: str) -> None:
    head = "".join(f"{key}: {value}\n" for key, value in {"title": title, "published_on": day, **more}.items())
    path = base.documents / f"{day}.md"
    path.write_text(f"---\n{head}---\n\n## 补贴标准\n\n{text}\n", encoding="utf-8")


def answer(folder: Path, embedder: Embedder, new: str, **more: str) -> Answer:
    """What is answered where the older document says 1500元 and the newer one ``new``."""
    base = KnowledgeBase(folder / f"{new}{len(more)}", embedder)
    write(base, OLD, "2023-05-04", "取得中级工证书的，补贴标准为每人1500元。")
    write(base, NEW, "2025-06-30", new, **more)
    base.refresh()
    live = LiveEdition(base.settings, embedder)
    live.start()
    try:
        return Assistant(live.edition, load_settings(base.config)).answer(QUESTION)
    finally:
        live.close()


def test_both_are_shown_the_later_first_with_their_dates(folder: Path, embedder: Embedder) -> None:
    given = answer(folder, embedder, "取得中级工证书的，每人补贴2000元。")
    assert [block.text for block in given.blocks if block.kind is not BlockKind.NOTE] == [
        "两份文件写的数字不一样，都没有写明失效。请对照日期，并以主管部门的答复为准：",
        f"《{NEW}》，2025年6月30日：",
        "取得中级工证书的，每人补贴2000元。",
        f"《{OLD}》，2023年5月4日：",
        "取得中级工证书的，补贴标准为每人1500元。",
    ]
    assert [cited.date for cited in given.citations] == [date(2025, 6, 30), date(2023, 5, 4)]


@pytest.mark.parametrize(
    ("new", "more"),
    [
        ("取得中级工证书的，每人补贴1500元。", {}),
        ("取得中级工证书的，每人补贴2000元。", {"supersedes": "2023-05-04.md"}),
    ],
    ids=["the same figure", "one replaces the other"],
)
def test_nothing_is_said_to_differ_that_does_not(
    folder: Path, embedder: Embedder, new: str, more: dict[str, str]
) -> None:
    given = answer(folder, embedder, new, **more)
    assert "不一样" not in given.text and "元" in given.text


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("申请人应当在取得证书之日起12个月内申请补贴。", "申请人应当自取得证书之日起6个月内申请补贴。", True),
        ("The training subsidy is 1,500 yuan for each person.", "The training subsidy is 2,000 yuan a person.", True),
        ("一级培训补贴标准为每人1500元。", "三级培训补贴标准为每人2000元。", False),
        ("平时加班，加班费不低于工资的150%。", "休息日加班又不能补休的，加班费不低于工资的200%。", False),
        ("中级工补贴1500元，高级工补贴2000元。", "高级工补贴2000元。", False),
        ("培训补贴申请期限为12个月。", "培训补贴标准为每人1500元。", False),
    ],
)
def test_figures_differ_of_one_thing_alone(one: str, other: str, expected: bool) -> None:
    assert (differ(one, other), differ(other, one)) == (expected, expected)
