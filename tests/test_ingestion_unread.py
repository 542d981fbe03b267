"""Files that are not read, or not whole: out of time, copies, pages without a text. Each is named, nothing is lost."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from knowledge.embedding.embedder import Embedder
from knowledge.ingestion.quick_check import quick_check
from knowledge.readers.errors import ReadTimeoutError
from knowledge.readers.sandbox import limits
from knowledge.readers.sandbox.limits import PATIENCE, run_limited
from knowledge.store.editions import files_of
from tests.knowledge_base import KnowledgeBase
from tests.pdf_pages import PdfPage, write_pages
from tests.sheets import JOBS, csv_bytes

OTHER = [*JOBS, ["示例企业乙", "焊工", "2", "6000", "2027-01-01"]]
TEXT = "苹果是一种水果,秋天成熟。"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> KnowledgeBase:
    """Edition 1: a document and a table with one row."""
    made = KnowledgeBase(tmp_path_factory.mktemp("unread") / "base", embedder)
    made.write("a.md", TEXT)
    (made.documents / "jobs.csv").write_bytes(csv_bytes(JOBS))
    made.refresh()
    return made


@pytest.fixture
def base(published: KnowledgeBase, tmp_path: Path) -> KnowledgeBase:
    """A copy with edition 1."""
    return published.copy(tmp_path / "base")


@contextmanager
def no_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing can be read in the time that there is."""
    with monkeypatch.context() as patch:
        patch.setattr(limits, "SECONDS", 0.0001)
        yield


def linger(path: Path) -> None:
    time.sleep(60)


def wait_and_work(path: Path) -> int:
    time.sleep(0.5)
    return path.stat().st_size


def test_time_by_the_clock_counts_only_as_a_standstill(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"123")
    assert run_limited(wait_and_work, path, seconds=0.4) == 3
    with pytest.raises(ReadTimeoutError, match="took longer than"):
        run_limited(linger, path, seconds=1 / PATIENCE)


def test_a_table_out_of_time_keeps_its_rows_and_is_read_at_the_next_refresh(
    base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    (base.documents / "jobs.csv").write_bytes(csv_bytes(OTHER))
    with no_time(monkeypatch):
        late = base.refresh()
        assert late.plan is not None and late.plan.files.lost == ()
        assert (late.plan.records.added, late.plan.records.removed, late.plan.records.gone) == ((), (), ())
        assert [file.source for file in late.unreadable] == ["jobs.csv"]
        assert "the next refresh reads it again" in late.unreadable[0].reason
        assert quick_check(base.context()) is None
        again = base.refresh()
        assert (again.published, [file.source for file in again.unreadable]) == (False, ["jobs.csv"])
        assert [file.source for file in base.status().unreadable] == ["jobs.csv"]
    outcome = base.refresh()
    assert outcome.plan is not None and outcome.unreadable == ()
    assert [one.name for one in outcome.plan.records.added] == ["示例企业乙 · 焊工"]
    assert not base.refresh().published and base.status().unreadable == ()


def test_a_document_out_of_time_keeps_its_text(base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    base.write("a.md", TEXT, "梨树在春天开白花。")
    base.write("new.md", "李子可以做成果酱。")
    with no_time(monkeypatch):
        late = base.refresh()
    assert late.plan is not None and late.plan.chunks.removed == 0
    assert [file.source for file in late.unreadable] == ["a.md", "new.md"]
    outcome = base.refresh()
    assert outcome.plan is not None and (outcome.unreadable, outcome.plan.chunks.new) == ((), 2)


def test_a_copy_is_named_and_read_once(base: KnowledgeBase) -> None:
    for name in ("jobs - 副本.csv", "jobs(1).csv", "jobs copy.csv", "0.csv"):
        (base.documents / name).write_bytes(csv_bytes(JOBS))
    outcome = base.refresh()
    told = {file.source: file.reason for file in outcome.unreadable}
    assert set(told) == {"jobs - 副本.csv", "jobs(1).csv", "jobs copy.csv", "jobs.csv"}
    assert all("a copy of 0.csv, byte for byte" in reason for reason in told.values())
    assert outcome.plan is not None and outcome.plan.records.unchanged + len(outcome.plan.records.rows) == 1
    assert not base.refresh().published
    base.remove("0.csv")
    assert [file.source for file in base.refresh().unreadable] == ["jobs - 副本.csv", "jobs copy.csv", "jobs(1).csv"]


def test_pages_without_a_text_are_named_and_the_others_read(
    base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)  # as where text recognition is not installed
    text = PdfPage().text(72, 790, "花都区示例补贴办法", 16).text(72, 740, "补贴标准为每人一千三百元，由示例局发放。")
    write_pages(base.documents / "scan.pdf", text, PdfPage().picture(), PdfPage().picture())
    outcome = base.refresh()
    assert outcome.unreadable == () and outcome.plan is not None
    (notice,) = outcome.plan.concerns.partly
    assert (notice.source, notice.title) == ("scan.pdf", "花都区示例补贴办法")
    assert notice.other.startswith("pages 2, 3 are pictures and not published: text recognition (OCR) is not installed")
    with base.context().engine.connect() as connection:
        kept = files_of(connection, outcome.edition)["scan.pdf"].metadata
    assert kept is not None
    assert (kept.notices, kept.machine_read) == ((notice.other,), ())
