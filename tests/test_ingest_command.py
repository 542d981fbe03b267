"""``python ingest.py`` as staff run it: exit codes, lines, JSON, and errors that name the thing."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.knowledge_base import ROOT, KnowledgeBase


@pytest.fixture
def base(tmp_path: Path) -> KnowledgeBase:
    made = KnowledgeBase(tmp_path / "base")
    made.write("a.md", "苹果是一种水果。")
    return made


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """A base with one edition and a file that cannot be read."""
    made = KnowledgeBase(tmp_path_factory.mktemp("command") / "base")
    made.write("a.md", "苹果是一种水果。")
    (made.documents / "scan.pdf").write_bytes(b"%PDF-1.4\nnothing")
    first = made.run()
    assert first.returncode == 1, first.stderr
    assert "Edition 1 is live" in first.stdout and "scan.pdf: " in first.stdout
    assert "publishing edition 1" in first.stderr.splitlines()
    return made


def test_an_unchanged_refresh_is_quick_and_still_tells_what_failed(published: KnowledgeBase) -> None:
    result = published.run("--json")
    values = json.loads(result.stdout)
    assert result.returncode == 1
    assert (values["edition"], values["published"], values["embedded"]) == (1, False, 0)
    assert [file["source"] for file in values["unreadable"]] == ["scan.pdf"]


def test_if_changed_says_one_line_and_lets_the_start_go_on(published: KnowledgeBase) -> None:
    result = published.run("--if-changed")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines()[0].startswith("Nothing changed; edition 1 is live")
    assert len(result.stdout.splitlines()) == 1


def test_an_unchanged_refresh_loads_nothing_that_only_a_change_needs(published: KnowledgeBase) -> None:
    heavy = ("torch", "chromadb", "transformers", "langchain_core", "sqlalchemy", "alembic", "numpy", "rich.progress")
    code = (
        "import sys; sys.argv = ['ingest.py', '--if-changed']; import ingest; ingest.run();"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=published.folder, env=environment, capture_output=True, text=True
    )
    assert result.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("status",), "Live: edition 1, published 20"),
        (("preview",), "Nothing would change: edition 1"),
        (("--help",), "Usage"),
        (("preview", "--help"), "Usage"),
    ],
)
def test_lines_for_people(published: KnowledgeBase, arguments: tuple[str, ...], line: str) -> None:
    result = published.run(*arguments)
    assert result.returncode == 0 and line in result.stdout


def test_status_names_documents_and_failures(published: KnowledgeBase) -> None:
    values = json.loads(published.run("status", "--json", "--config", str(published.config)).stdout)
    assert (values["edition"], values["trouble"], values["running"]) == (1, None, None)
    assert [document["source"] for document in values["documents"]] == ["a.md"]
    assert [(file["source"], bool(file["reason"])) for file in values["unreadable"]] == [("scan.pdf", True)]


def test_preview_for_programs(published: KnowledgeBase) -> None:
    values = json.loads(published.run("--json", "preview").stdout)
    assert (values["changes"], values["embeddings"], values["files"]["unchanged"]) == (False, 0, ["a.md", "scan.pdf"])


@pytest.mark.parametrize(
    ("config", "arguments", "said"),
    [
        ("indexx: {}", (), "indexx: unknown key"),
        ("index: {keep: many}", (), "index.keep: 'many'"),
        ("index: [", ("status",), "not valid YAML"),
        ("embedding: {model: no/such-model-here}", (), "embedding.model: 'no/such-model-here'"),
        ("documents: elsewhere", (), "elsewhere: no such folder"),
        ("", ("rollback",), "nothing is published yet; run: python ingest.py"),
        ("", ("--config", "none.yaml"), "none.yaml: no such file"),
        ("database: {url: 'postgresql+psycopg://u:secret@127.0.0.1:9/x'}", ("status",), "onnection"),
    ],
)
def test_errors_name_the_thing_and_publish_nothing(
    base: KnowledgeBase, config: str, arguments: tuple[str, ...], said: str
) -> None:
    base.config.write_text(config, encoding="utf-8")
    result = base.run(*arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert said in result.stderr and "Traceback" not in result.stderr and "secret" not in result.stderr


@pytest.mark.parametrize("arguments", [("unknown",), ("--unknown",), ("preview", "extra")])
def test_a_mistyped_command_is_refused(base: KnowledgeBase, arguments: tuple[str, ...]) -> None:
    assert base.run(*arguments).returncode == 2


@pytest.mark.parametrize("stage", ["reading", "building", "verifying"])
def test_ctrl_c_ends_at_once_and_calmly(base: KnowledgeBase, stage: str) -> None:
    process = base.start()
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(stage):
            break
    os.killpg(process.pid, signal.SIGINT)  # a terminal's Ctrl-C reaches all processes of the command
    started = time.monotonic()
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and time.monotonic() - started < 10
    assert "stopped" in errors and "Traceback" not in errors
    assert base.status().edition is None


def test_a_terminal_gets_a_bar(published: KnowledgeBase) -> None:
    leader, follower = pty.openpty()
    command = [sys.executable, str(ROOT / "ingest.py"), "preview"]
    published.write("b.md", "梨。")
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    process = subprocess.Popen(
        command, cwd=published.folder, stdout=subprocess.PIPE, stderr=follower, env=environment, text=True
    )
    os.close(follower)
    seen = b""
    with contextlib.suppress(OSError):  # the other end is closed: the command has ended
        while part := os.read(leader, 65536):
            seen += part
    output, _ = process.communicate(timeout=60)
    shown = seen.decode(errors="replace")
    published.remove("b.md")
    assert "━" in shown and "Reading" in shown and "+ b.md" in output
