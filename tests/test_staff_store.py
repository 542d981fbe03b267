"""Orders of staff in SQL, SQLite and PostgreSQL, and in databases of before."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from knowledge import store
from knowledge.editions.withdrawn import text_digest, withdrawn_of
from knowledge.models import Chunk
from knowledge.store.edition_rows import ContentWarning, FileKind, FileRow, HeldFile
from knowledge.store.held_files import accept, accepted, files_held, replace_held
from knowledge.store.sqlite_fast_read import MIGRATIONS
from knowledge.store.staff_orders import (
    Action,
    MaintenanceSentence,
    Withdrawal,
    add_withdrawal,
    history,
    lift_withdrawal,
    note_in_history,
    set_maintenance,
    staff_orders,
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/assistant.db"
    return str(request.getfixturevalue("postgresql").database())


def test_a_database_of_before_goes_on_and_its_editions_begin_the_history(url: str) -> None:
    engine = store.engine(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")  # the last version without orders
        columns = "number, published, model, dimension, reading, indexing, documents, chunks, kept"
        values = "3, 1764460800.0, 'm', 3, 'r', 'i', 1, 1, true"
        connection.execute(text(f"INSERT INTO editions ({columns}) VALUES ({values})"))
    store.upgrade(url)
    with store.writing(engine) as connection:
        first = history(connection, 10)
        assert [(entry.at, entry.action, entry.subject) for entry in first] == [
            (1764460800.0, Action.PUBLISH, "edition 3")
        ]
        add_withdrawal(connection, "a.md", ("第一章", "附则"), "d", ["t1", "t2", "t1"], "李", "有误")
        add_withdrawal(connection, "jobs.csv", (), "e", [], "王", "")
        set_maintenance(connection, MaintenanceSentence("维护", "Maintenance"), "李", "")
        set_maintenance(connection, MaintenanceSentence("维护中", "Under maintenance"), "李", "")
    with store.writing(engine) as connection:
        orders = staff_orders(connection)
        assert [(one.subject, one.texts) for one in orders.withdrawals] == [
            ("a.md › 第一章 › 附则", {"t1", "t2"}),
            ("jobs.csv", set()),
        ]
        assert orders.maintenance == MaintenanceSentence("维护中", "Under maintenance")
        lift_withdrawal(connection, orders.withdrawals[0], "王", "已更正")
        set_maintenance(connection, None, "李", "")
        assert [one.source for one in staff_orders(connection).withdrawals] == ["jobs.csv"]
        assert staff_orders(connection).maintenance is None
        done = [(entry.action, entry.by, entry.note) for entry in history(connection, 2)]
        assert done == [(Action.MAINTENANCE_OFF, "李", ""), (Action.LIFT, "王", "已更正")]
        note_in_history(connection, Action.PUBLISH, "edition 4", "李", "", {"rows": {"added": 3}})
        assert [entry.changes for entry in history(connection, 2)] == [{"rows": {"added": 3}}, None]
        held = HeldFile("b.md", "d", (ContentWarning("title", "a mobile number", "138…(11 digits)", "k"),))
        replace_held(connection, [held])
        replace_held(connection, [held])
        accept(connection, held)
        accept(connection, held)
        assert files_held(connection) == {"b.md": held} and accepted(connection) == {"b.md": {"k"}}
    engine.dispose()


def chunk(source: str, path: tuple[str, ...], words: str) -> Chunk:
    return Chunk(f"{source} {words}", source, 0, path, words, "zh")


FIRST, SECOND, OTHER = chunk("a.md", ("一", "甲"), "x"), chunk("a.md", ("一", "乙"), "y"), chunk("b.md", ("一",), "x")
FILES = {name: FileRow(name, f"bytes of {name}", FileKind.DOCUMENT) for name in ("a.md", "b.md")}


@pytest.mark.parametrize(
    ("source", "path", "digest", "texts", "hidden", "files"),
    [
        ("a.md", (), "", (), {"a.md x", "a.md y"}, {"a.md"}),  # the file, by its name
        ("z.md", (), "bytes of b.md", (), {"b.md x"}, {"b.md"}),  # renamed, by its bytes
        ("a.md", ("一",), "", (), {"a.md x", "a.md y"}, set()),  # a heading and all below it
        ("a.md", ("一", "甲"), "", ("x",), {"a.md x"}, set()),  # the same text in another file that was there stays
        ("a.md", ("旧",), "", ("y",), {"a.md y"}, set()),  # another heading, the same text
        ("z.md", ("一", "甲"), "", ("x",), {"a.md x", "b.md x"}, set()),  # the file is gone; the text is not
        ("a.md", ("旧",), "", ("old",), {"a.md x", "a.md y"}, {"a.md"}),  # neither: the whole file
        ("z.md", (), "", (), set(), set()),  # nothing of it is there
    ],
)
def test_what_a_withdrawal_means_in_an_edition(
    source: str, path: tuple[str, ...], digest: str, texts: tuple[str, ...], hidden: set[str], files: set[str]
) -> None:
    known = frozenset(text_digest(chunk("", (), words)) for words in texts)
    withdrawal = Withdrawal(1, source, path, digest, known, 0.0, "", "")
    withdrawn = withdrawn_of([withdrawal], FILES, (FIRST, SECOND, OTHER))
    assert (withdrawn.chunks, withdrawn.files) == (hidden, files)
    assert bool(withdrawn.widened) is (texts == ("old",))
