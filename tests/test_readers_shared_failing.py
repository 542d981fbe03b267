"""The small files that once were read wrongly, as they were handed in, each with the value that is right."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from knowledge.models import Document
from knowledge.readers import SourceFile, read_document
from knowledge.tables import TableReading
from knowledge.tables.records import Opening, Program
from tests.sheets import table

FAILING = Path(__file__).parents[1].parent / "shared" / "failing"
pytestmark = pytest.mark.skipif(
    not FAILING.is_dir(), reason="the files that once failed (../shared/failing) are not beside the repository"
)
LINES = {
    "01-browser-pdf-drops-yi.pdf": ["一般补贴一千元"],
    "02-form-card.docx": ["联系人: 何老师", "开班日期: 2027年3月1日", "名额: 45人", "报名电话: 020-00000011"],
    "03-pdf-narrow-table.pdf": ["工种: 铣工; 等级: 中级; 补贴（元）: 1500"],
    "05-pdf-merged-cell-table.pdf": ["类别: 机械; 工种: 铣工; 初级: 1200; 中级: 1600"],
    "06-pdf-landscape-rotate90.pdf": ["第一条 横向页的补贴标准为一千三百元。"],
    "08-pdf-one-picture-page.pdf": ["第一条 一次性补贴标准为一千一百元，一年一次。"],
    "10-title-after-contents.docx": ["技师每人每月补贴600元。"],
    "11-html-fragment.html": ["报名时间：2027年4月1日"],
}


def document(name: str) -> Document:
    path = FAILING / name
    read = read_document(SourceFile(name, path, hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size))
    assert isinstance(read, Document), read
    return read


def opening(read: TableReading, title: str) -> Opening:
    (made,) = (row.record for row in read.rows if isinstance(row.record, Opening) and row.record.title == title)
    return made


@pytest.mark.parametrize(("name", "expected"), LINES.items())
def test_a_document_says_what_it_says(name: str, expected: list[str]) -> None:
    text = "\n".join(section.text for section in document(name).sections)
    assert [line for line in expected if line not in text] == []
    told = json.loads((FAILING / f"{name}.json").read_text(encoding="utf-8"))
    assert told["file"] == name


def test_pages_and_titles() -> None:
    pictured = document("08-pdf-one-picture-page.pdf").metadata
    assert pictured.machine_read == (2,) or "page 2" in pictured.notices[0]
    assert document("10-title-after-contents.docx").metadata.title == "花都区示例人才补贴办法"
    assert document("06-pdf-landscape-rotate90.pdf").metadata.title == "示例横向页办法"
    assert "<" not in document("11-html-fragment.html").metadata.title


def test_what_is_hidden_is_no_opening() -> None:
    read = table(FAILING / "12-hidden-row.xlsx")
    assert [row.number for row in read.rows] == [2, 4]
    assert "rows are hidden: not read ('3')" in "\n".join(map(str, read.problems))


def test_formulas_periods_and_open_ends() -> None:
    read = table(FAILING / "13-formula-dates-longterm.xlsx")
    said = "\n".join(map(str, read.problems))
    assert "row 2, column C: a formula" in said and "row 7" in said
    assert opening(read, "钳工").deadline == date(2027, 6, 30)
    assert opening(read, "普工").deadline_text == "长期有效"


def test_openings_of_real_life() -> None:
    read = table(FAILING / "17-real-life-openings.xlsx")
    assert len(read.rows) == 5
    sewing, electrician = opening(read, "平车工"), opening(read, "机修电工（低压电工证）")
    assert sewing.pay is not None and (sewing.pay.low, sewing.pay.high) == (5000, 8000)
    assert (electrician.deadline_text, electrician.posted) == ("长期有效", date(2026, 11, 20))
    assert opening(read, "前台接待").employer == "花城示例酒店"


def test_programs_under_a_header_of_two_lines() -> None:
    read = table(FAILING / "18-programs-merged-header.xlsx")
    (made,) = (row.record for row in read.rows if isinstance(row.record, Program) and row.record.major == "数控加工")
    assert made.tuition is not None and made.quota is not None
    assert (made.tuition.low, made.other_fees, made.quota.low) == (6200, "住宿费 900", 80)


def test_a_course_of_24_hours() -> None:
    read = table(FAILING / "20-course-hours.csv")
    (made,) = (row.record for row in read.rows if isinstance(row.record, Program))
    assert made.length is not None and made.length.hours == 24 and read.problems == ()
