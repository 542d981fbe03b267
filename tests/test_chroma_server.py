"""Several machines: PostgreSQL and a Chroma server. What one publishes all serve, each with folders of its own."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.editions.edition_files import damage, edition_folder
from knowledge.editions.errors import RefreshRunningError
from knowledge.editions.live_edition import POLL_SECONDS, LiveEdition
from knowledge.editions.nearest_chunks import PAUSE_SECONDS
from knowledge.embedding.chroma_store import ASKING_SECONDS, ChromaStoreError, collection_names, drop_collection
from knowledge.embedding.embedder import Embedder
from knowledge.ingestion.lock import ADVISORY, refreshing
from knowledge.settings import KnowledgeSettings
from tests.knowledge_base import KnowledgeBase
from tests.postgres import Server
from tests.test_live_edition import number, soon, texts, within


class Chroma:
    """``chroma run`` on a free port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        program = Path(sys.executable).with_name("chroma")
        command = [program, "run", "--path", self.folder, "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError("chroma run does not answer")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def chroma(tmp_path: Path) -> Iterator[Chroma]:
    made = Chroma(tmp_path / "chroma-server")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def base(tmp_path: Path, embedder: Embedder, chroma: Chroma, postgresql: Server) -> KnowledgeBase:
    database = {"url": postgresql.database()}
    made = KnowledgeBase(tmp_path / "base", embedder, database=database, index={"url": chroma.url, "keep": 2})
    made.write("a.md", "苹果是一种水果。", "version 1")
    return made


def other_machine(base: KnowledgeBase, folder: Path) -> KnowledgeSettings:
    """The same configuration with index folders elsewhere."""
    settings = base.settings
    return settings.model_copy(update={"index": settings.index.model_copy(update={"path": folder})})


def test_what_one_machine_publishes_the_others_serve(
    base: KnowledgeBase, tmp_path: Path, embedder: Embedder, chroma: Chroma
) -> None:
    base.refresh()
    settings = other_machine(base, tmp_path / "elsewhere")
    live = LiveEdition(settings, embedder)
    live.start()
    assert number(live) == 1 and damage(edition_folder(settings.index.path, 1)) == ()
    assert not (base.index(1) / "chroma").exists()
    base.write("a.md", "苹果是一种水果。", "version 2")
    base.refresh()
    assert soon(lambda: number(live) == 2)
    with live.edition() as edition:
        assert "version 2" in texts(edition, "version") and "version 1" not in texts(edition, "version")

    chroma.stop()
    with live.edition() as edition:  # each time another question: what was just asked is remembered
        assert "version 2" in texts(edition, "which version")
    assert "exact search" in str(live.health.problem)
    chroma.start()
    with live.edition() as edition:
        assert "version 2" in texts(edition, "what version")
    assert live.health.problem is None
    live.close()


def test_an_edition_opened_while_the_server_is_away_takes_it_up_when_it_is_back(
    base: KnowledgeBase, embedder: Embedder, chroma: Chroma
) -> None:
    base.refresh()
    chroma.stop()
    live = LiveEdition(base.settings, embedder)
    live.start()
    with live.edition() as edition:
        assert "version 1" in texts(edition, "version")
    assert "exact search" in str(live.health.problem)
    chroma.start()
    assert within(PAUSE_SECONDS + 2 * POLL_SECONDS, lambda: live.health.problem is None)
    live.close()


def test_a_server_that_hangs_does_not_hold_a_question_for_long(
    base: KnowledgeBase, embedder: Embedder, chroma: Chroma
) -> None:
    base.refresh()
    live = LiveEdition(base.settings, embedder)
    live.start()
    chroma.process.send_signal(signal.SIGSTOP)
    started = time.monotonic()
    with live.edition() as edition:
        assert "version 1" in texts(edition, "version")
    assert time.monotonic() - started < 2 * ASKING_SECONDS, "it is not asked twice"
    with pytest.raises(ChromaStoreError, match=chroma.url):
        collection_names(chroma.url, "")
    chroma.process.send_signal(signal.SIGCONT)
    assert within(ASKING_SECONDS + PAUSE_SECONDS, lambda: live.health.problem is None)
    live.close()


def test_old_and_orphaned_collections_go_and_a_lost_one_is_made_again(base: KnowledgeBase, chroma: Chroma) -> None:
    for version in (1, 2, 3):
        base.write("a.md", "苹果是一种水果。", f"version {version}")
        base.refresh()
    names = collection_names(chroma.url, "huadu-")
    assert [name.split("-")[2] for name in sorted(names)] == ["2", "3"]
    live = base.status().edition
    assert live is not None and live.collection in names
    drop_collection(chroma.url, live.collection)
    assert "collection" in str(base.status().trouble)
    assert base.refresh().healed is not None
    assert base.status().trouble is None and not base.refresh().published
    shutil.rmtree(base.index(3))
    assert base.refresh().healed is not None
    assert base.rollback() == 2


def test_without_the_chroma_server_nothing_is_published(base: KnowledgeBase, chroma: Chroma) -> None:
    base.refresh()
    chroma.stop()
    base.write("a.md", "version 2")
    result = base.run()
    assert result.returncode == 2 and chroma.url in result.stderr and "Traceback" not in result.stderr
    chroma.start()
    assert base.status().edition is not None and base.status().edition.number == 1
    assert base.refresh().edition == 2


def test_only_one_machine_refreshes_and_the_lock_ends_with_its_process(base: KnowledgeBase) -> None:
    base.refresh()
    context = base.context()
    with refreshing(context.engine, context.root):
        with pytest.raises(RefreshRunningError, match=r"ingest .*process \d+.* since 20"):
            base.refresh()
        assert "a refresh is running" in str(base.status().running)
    base.write("a.md", "version 2")
    process = base.start()
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("building"):
            break
    assert base.status().running is not None
    process.kill()
    process.communicate()
    assert soon(lambda: base.status().running is None)
    assert base.refresh().edition == 2


TRIED = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE %(query)s AND pid <> pg_backend_pid()"


def test_a_lock_that_is_just_being_freed_is_waited_for(base: KnowledgeBase) -> None:
    """The server notices only some time later that a connection has ended."""
    context = base.context()
    held, tried = threading.Event(), threading.Event()
    apart = context.engine.execution_options(isolation_level="AUTOCOMMIT")  # one look of a transaction sees no news

    def hold_until_somebody_tries() -> None:
        with apart.connect() as other:
            other.exec_driver_sql("SELECT pg_advisory_lock(%(key)s)", {"key": ADVISORY})
            held.set()
            if within(10, lambda: other.exec_driver_sql(TRIED, {"query": "SELECT pg_try_advisory_lock%"}).scalar()):
                tried.set()
            other.exec_driver_sql("SELECT pg_advisory_unlock(%(key)s)", {"key": ADVISORY})

    holder = threading.Thread(target=hold_until_somebody_tries)
    holder.start()
    assert held.wait(10)
    with refreshing(context.engine, context.root):
        assert tried.is_set()
    holder.join()
