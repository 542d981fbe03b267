"""SQL: tables come up to date, an edition's rows stay as published, whatever is published, rolled back or forgotten."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, text

from knowledge import store
from knowledge.models import Chunk, Metadata
from knowledge.store import editions
from knowledge.store.edition_rows import Edition, FileKind, FileRow, document_row
from knowledge.store.embeddings import (
    CachedText,
    cached_digests,
    find_states,
    find_vectors,
    forget_vectors,
    mark_used,
    save_texts,
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/assistant.db"
    return str(request.getfixturevalue("postgresql").database())


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    store.upgrade(url)
    made = store.engine(url)
    yield made
    made.dispose()


def chunk(source: str, ordinal: int, words: str) -> Chunk:
    return Chunk(f"{source}-{words}", source, ordinal, ("第一章", words), words, "zh", None)


def edition(number: int, previous: int | None) -> Edition:
    return Edition(number, previous, 1.0, "m", 3, "r", "i", None, 1, 1)


def publish(engine: Engine, number: int, previous: int | None, content: dict[str, str]) -> None:
    """An edition with a document for each source, whose words are its chunks."""
    files = [document_row(source, f"digest of {words}", Metadata(source, "zh")) for source, words in content.items()]
    chunks = [
        chunk(source, ordinal, word) for source, words in content.items() for ordinal, word in enumerate(words.split())
    ]
    with store.writing(engine) as connection:
        editions.publish(connection, edition(number, previous), files, chunks)


def content(engine: Engine, number: int) -> dict[str, str]:
    with engine.connect() as connection:
        chunks = editions.chunks_of(connection, number)
        sources = editions.files_of(connection, number)
    return {source: " ".join(chunk.text for chunk in chunks if chunk.source == source) for source in sources}


FIRST = {"a.md": "one two", "b.md": "three"}
SECOND = {"a.md": "one four", "c.md": "five"}
THIRD = {"a.md": "one two", "c.md": "five six"}


def test_an_upgrade_may_run_twice_and_in_two_processes_at_once(url: str) -> None:
    command = [sys.executable, "-c", "import sys; from knowledge import store; store.upgrade(sys.argv[1])", url]
    processes = [subprocess.Popen(command, cwd=Path(__file__).parents[1], stderr=subprocess.PIPE) for _ in range(3)]
    assert [(process.wait(), process.communicate()[1]) for process in processes] == [(0, b"")] * 3
    store.upgrade(url)
    engine = store.engine(url)
    with engine.connect() as connection:
        assert editions.live_edition(connection) is None
    engine.dispose()


def test_an_older_program_says_that_the_tables_are_newer(engine: Engine, url: str) -> None:
    with store.writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(store.StoreError, match=r"9999.*newer version.*git pull"):
        store.upgrade(url)


def test_an_edition_stays_as_it_was_published(engine: Engine) -> None:
    for number, what in enumerate([FIRST, SECOND, THIRD], start=1):
        publish(engine, number, number - 1 or None, what)
    assert [content(engine, number) for number in (1, 2, 3)] == [FIRST, SECOND, THIRD]


def test_unchanged_rows_are_not_written_again(engine: Engine) -> None:
    publish(engine, 1, None, FIRST)
    publish(engine, 2, 1, {**FIRST, "b.md": "three more"})
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT text, since FROM chunks ORDER BY text")).fetchall()
    assert [tuple(row) for row in rows] == [("more", 2), ("one", 1), ("three", 1), ("two", 1)]


@pytest.mark.parametrize("after", [FIRST, SECOND, THIRD, {"a.md": "four"}, {"d.md": "new", "b.md": "three"}])
def test_nothing_of_a_rolled_back_edition_leaks_into_the_next(engine: Engine, after: dict[str, str]) -> None:
    publish(engine, 1, None, FIRST)
    publish(engine, 2, 1, SECOND)
    with store.writing(engine) as connection:
        editions.set_live_edition(connection, 1)
    publish(engine, 3, 1, after)
    publish(engine, 4, 3, THIRD)
    assert [content(engine, number) for number in (1, 2, 3, 4)] == [FIRST, SECOND, after, THIRD]


def test_the_pointer_names_the_live_edition(engine: Engine) -> None:
    publish(engine, 1, None, FIRST)
    publish(engine, 2, 1, SECOND)
    with engine.connect() as connection:
        assert editions.live_edition(connection) == edition(2, 1)
        assert editions.newest_number(connection) == 2
    with store.writing(engine) as connection:
        editions.set_live_edition(connection, 1)
        assert editions.live_edition(connection) == edition(1, None)
        assert editions.newest_number(connection) == 2


@pytest.mark.parametrize(
    ("live", "keep", "kept"),
    [(5, 3, (3, 4, 5)), (5, 1, (4, 5)), (2, 3, (1, 2, 3, 4, 5)), (5, 9, (1, 2, 3, 4, 5)), (4, 1, (3, 4, 5))],
)
def test_which_editions_are_kept(engine: Engine, live: int, keep: int, kept: tuple[int, ...]) -> None:
    for number in range(1, 6):
        publish(engine, number, number - 1 or None, FIRST)
    with store.writing(engine) as connection:
        editions.set_live_edition(connection, live)
        assert editions.keep_last(connection, keep) == kept
        assert editions.kept_numbers(connection) == kept


def test_forgotten_rows_are_gone_and_kept_editions_whole(engine: Engine) -> None:
    for number, what in enumerate([FIRST, SECOND, THIRD], start=1):
        publish(engine, number, number - 1 or None, what)
    with store.writing(engine) as connection:
        assert editions.keep_last(connection, 2) == (2, 3)
        left = connection.execute(text("SELECT count(*) FROM chunks WHERE text = 'three'")).scalar()
    assert (left, content(engine, 2), content(engine, 3)) == (0, SECOND, THIRD)


def test_a_failed_transaction_leaves_nothing(engine: Engine) -> None:
    publish(engine, 1, None, FIRST)
    with pytest.raises(ZeroDivisionError), store.writing(engine) as connection:
        editions.publish(connection, edition(2, 1), [], [])
        raise ZeroDivisionError
    with engine.connect() as connection:
        assert editions.live_edition(connection) == edition(1, None)
    assert content(engine, 1) == FIRST


def test_metadata_comes_back_as_it_was(engine: Engine) -> None:
    full = Metadata(
        "职业教育法", "zh", "穗人社规字〔2018〕3号", "花都区", date(2022, 4, 20), date(2022, 4, 21), date(2022, 5, 1),
        date(2027, 4, 30), True, ("old.md", "旧法"), "https://example.org/", "en.md", True,
    )  # fmt: skip
    with store.writing(engine) as connection:
        rows = [document_row("a.md", "d", full), FileRow("b.pdf", "e", FileKind.UNREADABLE, "a scan")]
        editions.publish(connection, edition(1, None), rows, [replace(chunk("a.md", 0, "𠮷"), page=7)])
        assert editions.documents_of(connection, 1) == {"a.md": full}
        assert editions.files_of(connection, 1)["b.pdf"] == rows[1]
        assert editions.chunks_of(connection, 1)[0].page == 7


def test_the_embedding_cache_keeps_what_editions_need(engine: Engine) -> None:
    texts = {
        f"d{number}": CachedText(np.full(3, number, dtype=np.float32), str(number).encode()) for number in range(1200)
    }
    with store.writing(engine) as connection:
        save_texts(connection, "m", texts, 1)
        mark_used(connection, "m", [f"d{number}" for number in range(600)], 2)
        assert cached_digests(connection, "m", ["d1", "d1199", "other"]) == {"d1", "d1199"}
        assert cached_digests(connection, "another model", ["d1"]) == set()
        forget_vectors(connection, 2)
        kept = find_vectors(connection, "m", list(texts))
        states = find_states(connection, "m", list(texts))
    assert sorted(kept) == sorted(f"d{number}" for number in range(600))
    assert kept["d599"].tolist() == [599.0] * 3
    assert states.keys() == kept.keys() and states["d599"] == b"599"
