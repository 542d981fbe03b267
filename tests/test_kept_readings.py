"""A refresh that is stopped goes on where it was: what was read is not read again, and goes once it is published."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from sqlalchemy import func, select

from knowledge.editions.building.context import BuildContext
from knowledge.editions.building.progress import Stage
from knowledge.embedding.embedder import Embedder
from knowledge.ingestion.plan import Plan, preview
from knowledge.ingestion.reading.as_json import as_json, from_json
from knowledge.ingestion.refresh import refresh
from knowledge.readers import source_files
from knowledge.store.tables import kept_readings
from knowledge.tables import TableReading, read_table
from tests.knowledge_base import KnowledgeBase

FILES = 12
STOPPED_AT = 7
MANY = 300
JOBS = """企业名称,岗位名称,招聘人数,薪资,截止日期
甲公司,焊工,很多,4000-5000,2030-01-01
乙公司,电工,3,4000-5000,2030-01-01
"""


class Readings:
    """A progress callback that counts the files that are read, and stops the refresh before number ``stop``."""

    def __init__(self, stop: int | None = None) -> None:
        self.read: list[str] = []
        self._stop = stop

    def __call__(self, stage: Stage, done: int, total: int, name: str) -> None:
        if stage is Stage.READING and name:
            if self._stop is not None and len(self.read) == self._stop:
                raise SystemExit(130)  # as the handler of Ctrl-C does, wherever the command is
            self.read.append(name)


@pytest.fixture
def base(tmp_path: Path, embedder: Embedder) -> KnowledgeBase:
    made = KnowledgeBase(tmp_path / "base", embedder)
    for number in range(FILES - 2):
        made.write(f"{number:02}.md", f"第{number}种水果。")
    (made.documents / "jobs.csv").write_text(JOBS, encoding="utf-8")
    (made.documents / "scan.pdf").write_bytes(b"%PDF-1.4\nnothing")
    return made


def look(base: KnowledgeBase, embedder: Embedder, stop: int | None = None) -> tuple[Plan, list[str]]:
    """A preview, and the files that it read."""
    count = Readings(stop)
    return preview(BuildContext(base.settings, count, embedder)).plan, count.read


def stopped(base: KnowledgeBase, embedder: Embedder, change: Callable[[BuildContext], object]) -> list[str]:
    """The files that were read before Ctrl-C."""
    count = Readings(STOPPED_AT)
    with pytest.raises(SystemExit):
        change(BuildContext(base.settings, count, embedder))
    return count.read


def kept(base: KnowledgeBase) -> int:
    with base.context().engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(kept_readings)).scalar_one()


def test_a_refresh_that_is_stopped_goes_on_where_it_was(base: KnowledgeBase, embedder: Embedder) -> None:
    before = stopped(base, embedder, refresh)
    assert (len(before), kept(base)) == (STOPPED_AT, STOPPED_AT)
    count = Readings()
    outcome = refresh(BuildContext(base.settings, count, embedder))
    assert outcome.published and sorted([*before, *count.read]) == sorted(set(before) | set(count.read))
    assert len(count.read) == FILES - STOPPED_AT
    assert kept(base) == 0, "published: nobody needs it any more"
    again = Readings()
    assert not refresh(BuildContext(base.settings, again, embedder)).published and again.read == []


def test_what_was_kept_says_what_reading_again_says(base: KnowledgeBase, embedder: Embedder) -> None:
    first, read = look(base, embedder)
    second, nothing = look(base, embedder)
    assert (len(read), nothing) == (FILES, []) and first == second
    assert first.unreadable and first.records.problems and first.records.rows


def test_what_changed_since_is_read_again_and_so_is_all_when_staff_say_so(
    base: KnowledgeBase, embedder: Embedder
) -> None:
    look(base, embedder)
    base.write("03.md", "另一种水果。")
    (base.documents / "04.md").rename(base.documents / "renamed.md")
    _, read = look(base, embedder)
    assert read == ["03.md", "renamed.md"]
    before = stopped(base, embedder, lambda context: refresh(context, again=True))
    assert len(before) == STOPPED_AT, "--all does not take what was kept"


def test_what_staff_shall_look_at_first_is_not_kept(base: KnowledgeBase, embedder: Embedder) -> None:
    base.write("05.md", "联系人电话13800138000。")
    look(base, embedder)
    assert kept(base) == FILES - 1
    with base.context().engine.connect() as connection:
        stored = "".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert "13800138000" not in stored
    assert look(base, embedder)[1] == ["05.md"]


def test_a_preview_leaves_nothing_once_the_folder_is_as_before(base: KnowledgeBase, embedder: Embedder) -> None:
    refresh(BuildContext(base.settings, embedder=embedder))
    base.write("new.md", "山竹。")
    look(base, embedder)
    assert kept(base) == 1
    base.remove("new.md")
    result = base.command()
    assert "Nothing changed" in result.stdout and kept(base) == 0


def test_a_reading_of_a_table_comes_back_as_it_was(base: KnowledgeBase) -> None:
    files, _ = source_files(base.documents)
    reading = read_table(next(file for file in files if file.source == "jobs.csv"), ("0" * 24,))
    assert reading.rows and reading.problems and reading.lost
    back = from_json(TableReading, as_json(reading))
    assert {field.name: getattr(back, field.name) for field in fields(back)} == vars(reading)


def test_killed_in_the_middle(tmp_path: Path, embedder: Embedder) -> None:
    base = KnowledgeBase(tmp_path / "base", embedder)
    for number in range(MANY):
        base.write(f"{number:03}.md", f"第{number}种水果。")
    process = base.start()
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("reading") and (base.folder / "data/assistant.db").exists() and kept(base):
            break
    process.send_signal(signal.SIGKILL)
    process.communicate()
    before = kept(base)
    assert 0 < before < MANY, "killed after the first were kept and before all were read"
    assert len(look(base, embedder)[1]) == MANY - before


@pytest.mark.parametrize(("language", "said"), [("zh", "已停下；"), ("en", "stopped; ")])
def test_ctrl_c_ends_in_one_line(base: KnowledgeBase, embedder: Embedder, language: str, said: str) -> None:
    process = base.start("--language", language)
    assert process.stderr is not None
    for line in process.stderr:
        if "03.md" in line:
            break
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    told = [line for line in errors.splitlines() if not line.startswith(("reading ", "读取文件 "))]
    assert len(told) == 1 and told[0].startswith(said)
    assert kept(base) >= 3
