"""Rows read by an English reader: Chinese only in names of which tables have no English."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.answer import BlockKind
from bot.answering.rows import row_text
from bot.answering.rows.asked_columns import COLUMNS, asked_blocks
from bot.answering.rows.layout.card_fields import card_of
from bot.answering.rows.layout.row_lines import lines_of_rows
from bot.answering.rows.row_text import unmarked
from bot.answering.rows.wording.english_values import in_readers_words
from knowledge.entities.home import Home
from knowledge.tables import Query, StoredRecord
from knowledge.tables.records import Opening, Partner, Program, RecordKind
from knowledge.text.language import HAN
from tests.names import HOME, names_of
from tests.shipped import shipped

DAY = date(2026, 11, 30)


def all_rows(kind: RecordKind) -> tuple[StoredRecord, ...]:
    return shipped().edition.records.find(Query(kind), DAY, limit=None).rows


def names_without_english(row: StoredRecord, home: Home) -> list[str]:
    """Chinese names that a row holds and no table has in English."""
    record = row.record
    if isinstance(record, Opening):
        return [record.employer, unmarked(record.employer)]
    if isinstance(record, Program):
        named = [record.school, *record.partners, *([record.campus] if record.campus else [])]
        return [*named, *map(unmarked, named)]
    return [record.name_zh or ""] if isinstance(record, Partner) and not record.name_en else []


@pytest.mark.parametrize("kind", [RecordKind.OPENING, RecordKind.PROGRAM, RecordKind.PARTNER])
def test_all_rows_of_the_shipped_tables_are_english_but_for_names(kind: RecordKind) -> None:
    home, rows = shipped().edition.names.home, all_rows(kind)
    assert len(rows) > 4
    for row in rows:
        shown = row_text.line(row.record, "en", home) + "\n".join(lines_of_rows([row.record], "en", home, 0, 1000))
        if not isinstance(row.record, Partner):  # whose card names it in Chinese too
            shown += card_of(row.record, "en", home, ())
        shown += "".join(block.text for block in asked_blocks([row], kind, COLUMNS.get(kind, {}), "en", home))
        for name in names_without_english(row, home):
            shown = shown.replace(name, "")
        assert HAN.findall(shown) == [], shown


def test_what_tables_have_in_english_is_said_in_english() -> None:
    home = replace(HOME, partners=(("花都某某汽配有限公司", "Huadu Auto Parts Co., Ltd."),))
    opening = Opening(
        employer="花都某某汽配有限公司", title="焊工", title_en="Welder", place="花都区狮岭镇", town="狮岭",
        benefits="包吃住、年终奖", experience="两年以上，无经验要求",
    )  # fmt: skip
    shown = in_readers_words(opening, "en", home)
    assert isinstance(shown, Opening)
    assert (shown.employer, shown.title, shown.place) == ("Huadu Auto Parts Co., Ltd.", "Welder", "Shiling")
    assert shown.benefits == "room and board, year-end bonus"
    assert shown.experience == "两年以上，无经验要求", "half of it would say less"
    further = in_readers_words(replace(opening, place="狮岭镇皮革城1号"), "en", home)
    assert isinstance(further, Opening) and further.place == "狮岭镇皮革城1号 (Shiling)"
    assert in_readers_words(opening, "zh", home) is opening


def test_names_of_partners_are_known_from_their_table() -> None:
    home = names_of(shipped().edition.records).home
    assert home.called("广州市技师学院", "en") == "Guangzhou Technician College"
    assert home.called("没有的学校", "en") == "没有的学校"
    assert home.called("广州市技师学院", "zh") == "广州市技师学院"


def test_titles_that_are_counted_are_english() -> None:
    assistant = shipped().assistant()
    answer = assistant.answer("How many job openings are there for each job title?")
    counted = [block.text for block in answer.blocks if block.kind is BlockKind.ROW]
    assert len(counted) > 5 and any("Welder" in text for text in counted)
    assert [text for text in counted if HAN.search(text)] == []
