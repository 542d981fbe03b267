"""Back-up, restore, moving to PostgreSQL and back, and upgrades of a database that holds rows."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
import yaml
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, select, text

from knowledge import store
from knowledge.store.__main__ import app
from knowledge.store.backup import restore
from knowledge.store.database import MIGRATIONS
from tests.in_process import Ended, run_here
from tests.postgres import Server

ROOT = Path(__file__).parents[1]
Rows = Mapping[str, list[tuple[object, ...]]]
SCRIPTS = ScriptDirectory(str(MIGRATIONS))
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/assistant.db"
    return str(request.getfixturevalue("postgresql").database())


def value(column: sqlalchemy.Column[Any], number: int) -> object:
    """Something that ``column`` takes, another for each number, with what databases stumble over."""
    kind = column.type.python_type
    made: Mapping[type, object] = {
        int: number,
        float: number + 0.125,
        bool: number % 2 == 0,
        str: f"第{number}行 𠮷 '\"%:x\\"[: getattr(column.type, "length", None) or 99],
        bytes: bytes(range(number, number + 16)),
        date: date(2026, 1, number),
        datetime: datetime(2026, 1, number),
    }
    return made[kind]


def fill(url: str, rows: int = 5) -> Rows:
    """Rows in every table there is, found by reflection, so that tables that are added later are tested too."""
    made = store.engine(url)
    metadata = MetaData()
    metadata.reflect(made)
    with store.writing(made) as connection:
        for table in metadata.sorted_tables:
            if table.name != "alembic_version":
                given = [{one.name: value(one, number) for one in table.columns} for number in range(1, rows + 1)]
                connection.execute(table.insert(), given)
    made.dispose()
    return content(url)


def content(url: str, tables: Rows | None = None) -> Rows:
    """Every row of every table, or of the given ones by the columns that they had."""
    made = store.engine(url)
    metadata = MetaData()
    metadata.reflect(made)
    with made.connect() as connection:
        rows = {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
            if table.name != "alembic_version" and (tables is None or table.name in tables)
        }
    made.dispose()
    return rows


def configured(folder: Path, database: str) -> Path:
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump({"database": {"url": database}}))
    return config


def run(folder: Path, database: str, *arguments: str) -> Ended:
    """``python -m knowledge.store`` with a configuration for ``database``."""
    return run_here(app, *arguments, "--config", str(configured(folder, database)), folder=ROOT)


def test_it_is_a_command_of_its_own(tmp_path: Path) -> None:
    config = configured(tmp_path, f"sqlite:///{tmp_path}/a.db")
    line = [sys.executable, "-m", "knowledge.store", "restore", str(tmp_path / "x.db"), "--config", str(config)]
    ended = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 2 and "x.db: no such file" in ended.stderr and "Traceback" not in ended.stderr


def test_what_was_backed_up_is_restored(url: str, tmp_path: Path, postgresql: Server) -> None:
    store.upgrade(url)
    before = fill(url)
    file = tmp_path / "backups" / "one.db"
    done = run(tmp_path, url, "backup", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{sum(map(len, before.values()))} rows of {len(before)} tables" in done.stdout
    assert sorted(path.name for path in file.parent.iterdir()) == ["one.db"] and file.stat().st_mode & 0o077 == 0

    empty = f"sqlite:///{tmp_path}/new.db" if url.startswith("sqlite") else postgresql.database()
    done = run(tmp_path, empty, "restore", str(file))
    assert (done.returncode, done.stderr) == (0, "") and "ingest.py" in done.stdout
    assert content(empty) == before

    refused = run(tmp_path, empty, "restore", str(file))
    assert refused.returncode == 2 and "--replace" in refused.stderr and content(empty) == before
    assert run(tmp_path, empty, "restore", str(file), "--replace").returncode == 0
    assert content(empty) == before


def test_from_sqlite_to_postgresql_and_back(tmp_path: Path, postgresql: Server) -> None:
    first, second, third = f"sqlite:///{tmp_path}/a.db", postgresql.database(), f"sqlite:///{tmp_path}/b.db"
    store.upgrade(first)
    before = fill(first)
    done = run(tmp_path, first, "move", second)
    assert (done.returncode, done.stderr) == (0, "") and "database.url" in done.stdout
    assert content(second) == before == content(first)
    assert run(tmp_path, first, "move", second).returncode == 2, "it is no longer empty"
    assert run(tmp_path, second, "move", third).returncode == 0
    assert content(third) == before


def test_rows_that_are_added_after_a_move_get_new_numbers(tmp_path: Path, postgresql: Server) -> None:
    first, second = f"sqlite:///{tmp_path}/a.db", postgresql.database()
    store.upgrade(first)
    fill(first)
    run(tmp_path, first, "move", second)
    made = store.engine(second)
    with store.writing(made) as connection:
        for table, columns in (
            ("outbox", "bot, chat, person, payload, made, state, tries) VALUES (1, 1, '', '', 0, 'waiting', 0"),
            ("files", "since, source, digest, kind, details) VALUES (1, '', '', '', ''"),
        ):
            number = connection.execute(sqlalchemy.text(f"INSERT INTO {table} ({columns}) RETURNING id")).scalar_one()
            assert number == 6, table
    made.dispose()


def test_nothing_is_moved_or_restored_under_a_running_bot(tmp_path: Path) -> None:
    url, other = f"sqlite:///{tmp_path}/a.db", f"sqlite:///{tmp_path}/b.db"
    store.upgrade(url)
    made = store.engine(url)
    with store.writing(made) as connection:
        lease = sqlalchemy.text("INSERT INTO leases VALUES ('poller 1', 'me', :until)")
        connection.execute(lease, {"until": time.time() + 60})
    made.dispose()
    assert run(tmp_path, url, "backup", str(tmp_path / "x.db")).returncode == 0, "a back-up may be made at any time"
    for arguments in (["move", other], ["restore", str(tmp_path / "x.db"), "--replace"]):
        refused = run(tmp_path, url, *arguments)
        assert refused.returncode == 2 and "a bot is running" in refused.stderr


@pytest.mark.parametrize(
    ("content", "expected"), [(None, "no such file"), (b"", "not a back-up"), (b"not a database" * 99, "not a back-up")]
)
def test_what_is_no_backup_is_refused_by_name(tmp_path: Path, content: bytes | None, expected: str) -> None:
    file = tmp_path / "x.db"
    if content is not None:
        file.write_bytes(content)
    refused = run(tmp_path, f"sqlite:///{tmp_path}/a.db", "restore", str(file))
    assert refused.returncode == 2 and f"{file}: {expected}" in refused.stderr and "Traceback" not in refused.stderr
    assert sorted(path.name for path in tmp_path.glob("x.db*")) == (["x.db"] if content is not None else [])


def test_a_password_is_not_shown_when_a_database_cannot_be_reached(tmp_path: Path) -> None:
    url = "postgresql+psycopg://user:hush-hush@127.0.0.1:9/none"
    refused = run(tmp_path, url, "backup", str(tmp_path / "x.db"))
    assert refused.returncode == 2 and "hush-hush" not in refused.stderr and "Traceback" not in refused.stderr


def at_revision(url: str, revision: str) -> None:
    """The tables as the migration ``revision`` left them."""
    made = store.engine(url)
    with store.writing(made) as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    made.dispose()


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_upgrade_keeps_the_rows_of_every_earlier_schema(url: str, revision: str) -> None:
    at_revision(url, revision)
    before = fill(url)
    assert before and all(len(rows) == 5 for rows in before.values())
    store.upgrade(url)
    after = content(url, before)
    for table, rows in before.items():
        assert [row[: len(rows[0])] for row in after[table]] == rows, table


def test_updates_put_aside_by_an_earlier_version_are_dead_letters(url: str) -> None:
    at_revision(url, "0004")
    made = store.engine(url)
    insert = text(
        "INSERT INTO inbox (bot, update_id, chat, person, conversation, payload, received, state, tries, claims)"
        " VALUES (1, :number, 7, 'p', 'c', '{}', 0, :state, 3, 3)"
    )
    with store.writing(made) as connection:
        for number, state in enumerate(["waiting", "done", "aside"]):
            connection.execute(insert, {"number": number, "state": state})
    store.upgrade(url)
    with made.connect() as connection:
        states = connection.execute(text("SELECT state FROM inbox ORDER BY update_id")).scalars().all()
    assert states == ["waiting", "done", "dead_letter"]
    made.dispose()


def test_a_backup_of_every_earlier_schema_is_restored(tmp_path: Path) -> None:
    for revision in REVISIONS:
        old, new = tmp_path / f"{revision}.db", f"sqlite:///{tmp_path}/new-{revision}.db"
        at_revision(f"sqlite:///{old}", revision)
        before = fill(f"sqlite:///{old}")
        restore(old, new)
        assert {name: len(rows) for name, rows in content(new, before).items()} == dict.fromkeys(before, 5)
