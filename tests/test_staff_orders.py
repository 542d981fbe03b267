"""Withdrawals and the maintenance sentence: heeded without a refresh, and kept through every refresh."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from bot.answer import Status
from bot.assistant import Assistant
from bot.presentation.rendering import plain
from bot.settings import load_settings
from knowledge.editions.live_edition import LiveEdition
from knowledge.embedding.embedder import Embedder
from knowledge.tables import Query
from knowledge.tables.records import Opening, RecordKind
from knowledge.validity import today
from tests.knowledge_base import KnowledgeBase
from tests.sheets import JOBS, csv_bytes
from tests.test_live_edition import soon

WINDOW = "报名窗口设在三楼大厅，周一至周五上午九点开门。"
COURSE = "数控车工培训班每年三月和九月开班，学制六个月。"
OPENINGS = Query(RecordKind.OPENING)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> KnowledgeBase:
    made = KnowledgeBase(tmp_path_factory.mktemp("orders") / "base", embedder)
    made.write("guide.md", WINDOW, COURSE, title="办事指南")
    made.write("other.md", "食堂在一楼，午餐十二元。", title="生活")
    (made.documents / "jobs.csv").write_bytes(csv_bytes(JOBS))
    made.refresh()
    return made


@pytest.fixture(scope="module")
def live(base: KnowledgeBase, embedder: Embedder) -> Iterator[LiveEdition]:
    made = LiveEdition(base.settings, embedder)
    made.start()
    yield made
    made.close()


def found(live: LiveEdition, question: str = "报名窗口设在哪里？") -> str:
    """Everything that is found for a question."""
    with live.edition() as edition:
        return "\n".join(passage.chunk.text for passage in edition.search(question, day=today()).passages)


def openings(live: LiveEdition) -> tuple[int, tuple[str, ...]]:
    """How many openings there are, and whose."""
    with live.edition() as edition:
        return edition.records.count(OPENINGS, today()), edition.records.values.names[RecordKind.OPENING]


def done(base: KnowledgeBase, *arguments: str) -> str:
    """What a command of staff says; it must succeed."""
    result = base.command(*arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_a_withdrawn_section_is_not_found_until_it_is_lifted_whatever_is_refreshed(
    base: KnowledgeBase, live: LiveEdition
) -> None:
    assert WINDOW in found(live) and COURSE in found(live)
    said = done(base, "withdraw", "documents/guide.md", "第1部分", "--by", "李", "--note", "开门时间有误")
    assert said.startswith("Withdrawn: guide.md › 第1部分")
    assert soon(lambda: WINDOW not in found(live)) and COURSE in found(live)
    with live.edition() as edition:
        first = edition.search("培训班什么时候开班", day=today()).passages[0]
        assert edition.section(first, "zh")[0].chunk.text == COURSE
        assert all(WINDOW not in each.chunk.text for each in edition.search(WINDOW, day=today()).passages)

    again = base.command("withdraw", "guide.md", "第1部分")
    assert again.returncode == 2 and "is withdrawn already, by 李" in again.stderr
    unknown = base.command("withdraw", "guide.md", "第9部分")
    assert unknown.returncode == 2 and "no such section; there are: " in unknown.stderr and "第2部分" in unknown.stderr

    document = base.documents / "guide.md"
    text = document.read_text(encoding="utf-8")
    changes = {  # of the document, and what stays withdrawn
        text.replace("第1部分", "报名"): {WINDOW},  # another heading, the same text
        text.replace("三楼大厅", "四楼"): {WINDOW.replace("三楼大厅", "四楼")},  # the same heading, another text
        text.replace("第1部分", "报名").replace("三楼", "四楼"): {
            WINDOW.replace("三楼", "四楼"),
            COURSE,
        },  # nobody can tell
    }
    for changed, hidden in changes.items():
        document.write_text(changed, encoding="utf-8")
        lines = "\n".join(_preview(base))
        assert "Withdrawn until lifted: 1" in lines and "李: 开门时间有误" in lines
        assert ("WHOLE FILE" in lines) is (COURSE in hidden)
        base.refresh()
        assert soon(lambda: _is_served(base, live))
        assert not any(text in found(live) + found(live, COURSE) for text in hidden)
        assert (COURSE in found(live)) is (COURSE not in hidden)

    document.write_text(text, encoding="utf-8")
    document.rename(base.documents / "renamed.md")
    base.refresh()
    assert soon(lambda: _is_served(base, live)) and COURSE in found(live, COURSE)
    assert WINDOW not in found(live), "withdrawn texts stay so under another file name"
    assert done(base, "lift", "guide.md", "第1部分", "--note", "已更正").startswith("Lifted: guide.md")
    assert soon(lambda: WINDOW in found(live))
    entries = json.loads(done(base, "history", "--json"))["history"]
    assert (entries[0]["action"], entries[0]["note"]) == ("lift", "已更正")
    assert {"publish", "withdraw"} <= {entry["action"] for entry in entries}
    assert re.search(r"^20\d\d-\S+ \S+  李  withdraw guide.md › 第1部分: 开门时间有误$", done(base, "history"), re.M)


def test_a_withdrawn_table_is_not_counted_and_a_withdrawn_document_not_found(
    base: KnowledgeBase, live: LiveEdition
) -> None:
    assert openings(live)[0] == 1
    refused = base.command("withdraw", "jobs.csv", "Sheet1")
    assert refused.returncode == 2 and "a table is withdrawn as a whole" in refused.stderr
    done(base, "withdraw", "jobs.csv")
    done(base, "withdraw", "生活")  # by its title
    assert soon(lambda: openings(live) == (0, ()))
    assert soon(lambda: "食堂" not in found(live, "食堂在哪里？"))
    assert [one["subject"] for one in json.loads(done(base, "status", "--json"))["withdrawals"]] == [
        "jobs.csv",
        "other.md",
    ]
    done(base, "lift", "jobs.csv")
    done(base, "lift", "生活")
    assert soon(lambda: openings(live)[0] == 1 and "食堂" in found(live, "食堂在哪里？"))
    assert "nothing was done: jobs.csv: not withdrawn" in base.command("lift", "jobs.csv").stderr


def employers(live: LiveEdition) -> set[str]:
    """Whose openings users get, as questions to the tables find them and as their names are known."""
    with live.edition() as edition:
        page = edition.records.find(OPENINGS, today())
        found = {row.record.employer for row in page.rows if isinstance(row.record, Opening)}
        assert len(edition.records.values.names[RecordKind.OPENING]) == len(found) == page.total
        return found


def test_a_withdrawn_row_stays_so_through_refreshes_and_comes_back_when_it_is_lifted(
    base: KnowledgeBase, live: LiveEdition
) -> None:
    first, second, third = (f"示例企业{name}" for name in "甲乙丙")
    table = base.documents / "jobs.csv"
    before = table.read_bytes()
    rows = [*JOBS, [second, "焊工", "2", "6000", "2027-01-01"], [third, "电工", "3", "7000", "2027-01-01"]]
    table.write_bytes(csv_bytes(rows))
    base.refresh()
    assert soon(lambda: employers(live) == {first, second, third})
    assert f"Withdrawn: jobs.csv#{second} · 焊工; " in done(base, "withdraw", "jobs.csv#3", "--by", "李")
    done(base, "withdraw", "jobs.csv#电工", "--note", "已招满")
    assert soon(lambda: employers(live) == {first})
    for wanted, said in (
        ("jobs.csv#3", "is withdrawn already, by 李"),
        ("jobs.csv#示例企业", "fits 3 rows"),
        ("jobs.csv#99", "no such row"),
        ("other.md#1", "a document has no rows"),
    ):
        assert said in base.command("withdraw", wanted).stderr

    rows[2][3] = "6500"  # the same opening, another figure
    rows[3][1] = "维修电工"  # called otherwise and the same cells nowhere: another opening
    table.write_bytes(csv_bytes(rows))
    base.refresh()
    assert soon(lambda: _is_served(base, live)) and employers(live) == {first, third}
    listed = "\n".join(_preview(base))
    assert f"jobs.csv#{second} · 焊工, " in listed
    assert f"jobs.csv#{third} · 电工 (not in the documents now" in listed
    table.rename(base.documents / "renamed.csv")
    base.refresh()
    assert soon(lambda: _is_served(base, live)) and employers(live) == {first, third}
    (base.documents / "renamed.csv").rename(table)
    base.refresh()
    assert f"Lifted: jobs.csv#{second} · 焊工; " in done(base, "lift", "jobs.csv#焊工")
    done(base, "lift", f"jobs.csv#{third} · 电工")
    assert soon(lambda: employers(live) == {first, second, third})
    entries = json.loads(done(base, "history", "--json"))["history"]
    assert [one["subject"] for one in entries if one["action"] == "lift"][:2] == [
        f"jobs.csv#{third} · 电工",
        f"jobs.csv#{second} · 焊工",
    ]
    table.write_bytes(before)
    base.refresh()


def test_the_maintenance_sentence_stands_above_answers_in_each_language_until_it_is_off(
    base: KnowledgeBase, live: LiveEdition
) -> None:
    assistant = Assistant(live.edition, load_settings(base.config), maintenance=live.maintenance)
    zh, en = "系统维护，部分回答可能有误。", "Maintenance: some answers may be wrong."
    without = base.command("maintenance", "on", "--zh", zh)
    assert without.returncode == 2 and "--en" in without.stderr
    done(base, "maintenance", "on", "--zh", zh, "--en", en)
    assert soon(lambda: live.maintenance() is not None)
    assert plain(assistant.answer("食堂在哪里？")).startswith(f"{zh}\n\n")
    assert plain(assistant.answer("你好")).startswith(f"{zh}\n\n")
    assert assistant.answer("食堂喺邊度？請問").blocks[0].text == "系統維護，部分回答可能有誤。"
    assert assistant.answer("Where is the canteen?").blocks[0].text == en
    assert assistant.open("jobs").blocks[0].text == zh
    assert assistant.press("nonsense").blocks[0].text == zh
    assert assistant.failed("42", "en").blocks[0].text == en
    help_first = assistant.answer("我不想活了")
    assert help_first.status is Status.HAND_OFF and help_first.blocks[-1].text == zh
    assert [block.text for block in help_first.blocks].count(zh) == 1
    assert f"Maintenance sentence on: {zh} / {en}" in done(base, "status")
    done(base, "maintenance", "off")
    assert soon(lambda: live.maintenance() is None)
    assert zh not in plain(assistant.answer("食堂在哪里？"))
    assert "no sentence is shown" in base.command("maintenance", "off").stderr


def _is_served(base: KnowledgeBase, live: LiveEdition) -> bool:
    edition = base.status().edition
    return edition is not None and live.health.number == edition.number


def _preview(base: KnowledgeBase) -> list[str]:
    from knowledge.ingestion.reports.refresh_report import plan_lines

    return list(plan_lines(base.preview()))
