"""The live edition of a running process: it follows what is published, never mixes, and says what is wrong."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from knowledge.editions.live_edition import LiveEdition, NoEdition
from knowledge.editions.open_edition import OpenEdition
from knowledge.embedding.embedder import Embedder
from knowledge.validity import today
from tests.knowledge_base import KnowledgeBase
from tests.patience import until

WITHIN_SECONDS = 5.0


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> KnowledgeBase:
    """Edition 1, made once."""
    made = KnowledgeBase(tmp_path_factory.mktemp("published") / "base", embedder)
    made.write("a.md", "苹果是一种水果。", "version 1")
    made.refresh()
    return made


@pytest.fixture
def base(published: KnowledgeBase, tmp_path: Path) -> KnowledgeBase:
    """A copy with edition 1."""
    return published.copy(tmp_path / "base")


@pytest.fixture
def live(base: KnowledgeBase, embedder: Embedder) -> Iterator[LiveEdition]:
    made = LiveEdition(base.settings, embedder)
    yield made
    made.close()


def soon(holds: Callable[[], bool]) -> bool:
    """As ``within``, in the time that is promised."""
    return within(WITHIN_SECONDS, holds)


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    """``holds`` comes true in so many seconds, on a busy machine in some times as many, or the test fails."""
    until(holds, seconds, look=0.05)
    return True


def texts(edition: OpenEdition, question: str) -> set[str]:
    return {passage.chunk.text for passage in edition.search(question, day=today()).passages}


def number(live: LiveEdition) -> int:
    with live.edition() as edition:
        return edition.number


def test_before_the_first_edition_it_says_what_to_do(tmp_path: Path, embedder: Embedder) -> None:
    base = KnowledgeBase(tmp_path / "base", embedder)
    base.write("a.md", "苹果是一种水果。")
    live = LiveEdition(base.settings, embedder)
    live.start()
    with pytest.raises(NoEdition, match=r"nothing is published yet; run: python ingest\.py"), live.edition():
        pass
    assert live.health.number is None
    base.refresh()
    assert soon(lambda: live.health.number == 1)
    assert live.health.problem is None
    live.close()


def test_it_follows_refresh_and_rollback(base: KnowledgeBase, live: LiveEdition) -> None:
    live.start()
    assert number(live) == 1
    base.write("a.md", "苹果是一种水果。", "version 2")
    base.refresh()
    assert soon(lambda: number(live) == 2)
    with live.edition() as edition:
        assert texts(edition, "version") >= {"version 2"} and "version 1" not in texts(edition, "version")
    base.rollback()
    assert soon(lambda: number(live) == 1)
    with live.edition() as edition:
        assert texts(edition, "version") >= {"version 1"} and "version 2" not in texts(edition, "version")


def test_a_reader_keeps_its_edition_and_the_last_one_closes_it(base: KnowledgeBase, live: LiveEdition) -> None:
    live.start()
    with live.edition() as old:
        base.write("a.md", "苹果是一种水果。", "version 2")
        base.refresh()
        assert soon(lambda: number(live) == 2)
        assert "version 1" in texts(old, "version")
        assert any(name.startswith("1.") for name in base.folders())
    assert not any(name.startswith("1.") for name in base.folders())


def test_closing_leaves_nothing_behind(base: KnowledgeBase, live: LiveEdition) -> None:
    live.start()
    assert len(base.folders()) == 2
    live.close()
    assert base.folders() == ["1"] and base.is_whole(1)


@pytest.mark.parametrize("broken", ["chroma/chroma.sqlite3", "chroma"])
def test_without_chroma_exact_search_answers_and_it_says_so(
    base: KnowledgeBase, live: LiveEdition, broken: str
) -> None:
    path = base.index(1) / broken
    shutil.rmtree(path) if path.is_dir() else path.write_bytes(b"")
    live.start()
    with live.edition() as edition:
        assert "苹果是一种水果。" in texts(edition, "苹果是一种水果")
    assert "exact search" in str(live.health.problem) and "python ingest.py" in str(live.health.problem)
    base.refresh()
    assert soon(lambda: live.health.problem is None)
    with live.edition() as edition:
        assert "苹果是一种水果。" in texts(edition, "苹果是一种水果")


@pytest.mark.parametrize("broken", ["embeddings.npy", "manifest.json", "."])
def test_a_damaged_edition_is_not_opened_and_a_refresh_heals_it(
    base: KnowledgeBase, live: LiveEdition, broken: str
) -> None:
    path = base.index(1) / broken
    shutil.rmtree(path) if path.is_dir() else path.write_bytes(b"x")
    live.start()
    with pytest.raises(NoEdition, match=r"edition 1.*run: python ingest\.py"), live.edition():
        pass
    base.refresh()
    assert soon(lambda: live.health.number == 1)
    assert live.health.problem is None


def test_an_edition_that_opens_never_stands_beside_old_trouble(base: KnowledgeBase, live: LiveEdition) -> None:
    """What health says is looked at from where an edition has just been swapped in: its line in the log."""
    told = []

    def look(_logger: object, _name: str, event: dict[str, object]) -> dict[str, object]:
        told.append((event["event"], live.health.problem))
        return event

    with structlog.testing.capture_logs(processors=[look]):
        live.start()
    assert told == [("edition opened", None)]


def test_damage_under_an_open_edition_is_told_and_it_goes_on_answering(base: KnowledgeBase, live: LiveEdition) -> None:
    live.start()
    shutil.rmtree(base.index(1))
    assert soon(lambda: "edition 1" in str(live.health.problem))
    with live.edition() as edition:
        assert "苹果是一种水果。" in texts(edition, "苹果是一种水果")
    base.refresh()
    assert soon(lambda: live.health.problem is None)


def test_it_goes_on_answering_while_the_database_is_away(base: KnowledgeBase, live: LiveEdition) -> None:
    live.start()
    live._context.engine.dispose()
    database = base.folder / "data" / "assistant.db"
    away = base.folder / "away"
    away.mkdir()
    for path in database.parent.glob("assistant.db*"):
        path.rename(away / path.name)
    database.mkdir()  # nothing can be opened here
    assert soon(lambda: "database" in str(live.health.problem))
    with live.edition() as edition:
        assert "苹果是一种水果。" in texts(edition, "苹果是一种水果")
    database.rmdir()
    for path in away.iterdir():
        path.rename(database.parent / path.name)
    assert soon(lambda: live.health.problem is None)


def versions(edition: OpenEdition) -> set[str]:
    return {text for text in texts(edition, "version") if text.startswith("version")}


def test_another_process_changes_adds_and_removes_while_threads_ask(base: KnowledgeBase, live: LiveEdition) -> None:
    """Every answer is of one edition, whole; none is stale five seconds after the command's end."""
    expected = {1: {"version 1"}, 2: {"version 2"}, 3: {"version 2", "version 3 too"}, 4: {"version 2"}}
    live.start()
    stop = threading.Event()
    seen: list[tuple[int, frozenset[str]]] = []

    def ask() -> None:
        while not stop.is_set():
            with live.edition() as edition:
                seen.append((edition.number, frozenset(versions(edition))))
            time.sleep(0.05)  # the other process wants a share of the machine

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    changes = (
        lambda: base.write("a.md", "苹果是一种水果。", "version 2"),
        lambda: base.write("b.md", "version 3 too"),
        lambda: base.remove("b.md"),
    )
    for edition_number, change in enumerate(changes, start=2):
        change()
        assert base.run().returncode == 0
        assert soon(lambda wanted=edition_number: wanted in {asked for asked, _ in tuple(seen)})
    stop.set()
    for thread in threads:
        thread.join()
    assert {edition_number for edition_number, _ in seen} == set(expected)
    assert [pair for pair in seen if pair[1] != expected[pair[0]]] == []
