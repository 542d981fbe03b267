"""The first look of a refresh: it says "nothing to do" exactly when a refresh would do nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from knowledge.editions.errors import IngestionError, RefreshRunningError
from knowledge.embedding.embedder import Embedder
from knowledge.embedding.reader_copy import ReaderCopy
from knowledge.ingestion.lock import refreshing
from knowledge.ingestion.quick_check import quick_check
from tests.knowledge_base import KnowledgeBase


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> KnowledgeBase:
    """Edition 1, with a file that could not be read."""
    made = KnowledgeBase(tmp_path_factory.mktemp("published") / "base", embedder)
    made.write("a.md", "苹果是一种水果。")
    (made.documents / "b.pdf").write_bytes(b"%PDF-1.4\nnothing")
    made.refresh()
    return made


@pytest.fixture
def base(published: KnowledgeBase, tmp_path: Path) -> KnowledgeBase:
    return published.copy(tmp_path / "base")


def in_database(base: KnowledgeBase, statement: str) -> None:
    with closing(sqlite3.connect(base.folder / "data" / "assistant.db")) as connection:
        connection.execute(statement)
        connection.commit()


def other_towns(base: KnowledgeBase) -> None:
    (base.folder / "towns.tsv").write_text("果园\tGuoyuan\n", encoding="utf-8")
    base.configure(towns="towns.tsv")


CHANGES: dict[str, Callable[[KnowledgeBase], object]] = {
    "a document changed": lambda base: base.write("a.md", "苹果不是蔬菜。"),
    "a document is new": lambda base: base.write("c.md", "梨。"),
    "a document is gone": lambda base: base.remove("a.md"),
    "a document cannot be opened": lambda base: (base.documents / "c.md").symlink_to("/nowhere"),
    "what could not be read changed": lambda base: (base.documents / "b.pdf").write_bytes(b"%PDF-1.4\nelse"),
    "a file of the index changed": lambda base: (base.index(1) / "embeddings.npy").write_bytes(b"x"),
    "a file of the index is gone": lambda base: (base.index(1) / "manifest.json").unlink(),
    "other towns": other_towns,
    "a half-built index": lambda base: (base.settings.index.path / "2.abcdef01.building").mkdir(),
    "an index of no edition": lambda base: (base.settings.index.path / "7").mkdir(),
    "a dead reader's copy": lambda base: (base.settings.index.path / "1.abcdef012345.reader").mkdir(),
    "tables of another version": lambda base: in_database(base, "UPDATE alembic_version SET version_num = '0001'"),
    "nothing is published": lambda base: in_database(base, "DELETE FROM live_edition"),
    "the database is gone": lambda base: (base.folder / "data" / "assistant.db").unlink(),
    "the database is none": lambda base: (base.folder / "data" / "assistant.db").write_bytes(b"none" * 1000),
}


def test_nothing_to_do_is_told_as_a_refresh_tells_it(base: KnowledgeBase) -> None:
    seen, done = quick_check(base.context()), base.refresh()
    assert seen is not None
    assert (seen.edition, seen.published, seen.embedded, seen.healed, seen.plan) == (1, False, 0, None, None)
    assert seen.unreadable == done.unreadable and [file.source for file in seen.unreadable] == ["b.pdf"]


@pytest.mark.parametrize("change", CHANGES)
def test_anything_to_do_is_left_to_the_refresh(base: KnowledgeBase, change: str) -> None:
    CHANGES[change](base)
    assert quick_check(base.context()) is None


def test_it_changes_no_file(base: KnowledgeBase) -> None:
    def contents() -> dict[Path, bytes]:
        paths = (path for path in base.folder.rglob("*") if path.is_file() and path.suffix != ".lock")
        return {path: path.read_bytes() for path in paths}

    assert quick_check(base.context()) is not None  # SQLite settles what the copy's log still held
    before = contents()
    assert quick_check(base.context()) is not None
    assert contents() == before


def test_a_living_readers_copy_is_nothing_to_do(base: KnowledgeBase) -> None:
    copy = ReaderCopy(base.settings.index.path, 1)
    assert quick_check(base.context()) is not None
    copy.close()


def test_a_rollback_leaves_the_newer_edition_to_be_published(base: KnowledgeBase) -> None:
    base.write("a.md", "苹果不是蔬菜。")
    base.refresh()
    assert quick_check(base.context()) is not None
    base.rollback()
    assert quick_check(base.context()) is None


def test_a_refresh_that_runs_and_a_missing_folder_are_errors(base: KnowledgeBase) -> None:
    context = base.context()
    with refreshing(context.engine, context.root), pytest.raises(RefreshRunningError):
        quick_check(context)
    base.documents.rename(base.documents.with_name("elsewhere"))
    with pytest.raises(IngestionError, match="no such folder"):
        quick_check(context)


def test_an_edition_kept_for_too_long_is_something_to_do(base: KnowledgeBase) -> None:
    for number in (2, 3):
        base.write("a.md", f"第{number}版。")
        base.refresh()
    assert quick_check(base.context()) is not None
    base.configure(index={"keep": 1})
    assert quick_check(base.context()) is None
    base.refresh()
    assert base.folders() == ["2", "3"] and quick_check(base.context()) is not None
