"""What others wrote into names and cells does nothing to a screen, a log or a reader of JSON."""

from __future__ import annotations

import ast
import json
import logging
import os
import pty
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from bot.answer import Answer, Block, BlockKind, Citation, Status
from bot.presentation.rendering import plain, telegram_parts
from bot.telegram.monitoring.logs import JsonFormatter, _rendered
from knowledge.text.characters import UNSAFE, harmless, harmless_lines
from tests.knowledge_base import ROOT, KnowledgeBase
from tests.test_architecture import SOURCES

NASTY = "\x1b[2J\x1b]0;x\x07\u202etxt.\u2066\x9b31m\u200b"
NAME = f"a{NASTY}\nEdition 9 is live.md"
SAFE = frozenset({"harmless", "harmless_lines", "plain", "values_of", "line_of", "len", "sum"})


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """Names of files, sheets, columns, headings and cells that steer a terminal; a file that cannot be read."""
    made = KnowledgeBase(tmp_path_factory.mktemp("harmless") / "base")
    made.write(NAME, "苹果是一种水果。", title=f"水果{NASTY}")
    (made.documents / f"scan{NASTY}.pdf").write_bytes(b"%PDF-1.4\nnothing")
    (made.documents / os.fsdecode(b"latin-\xe9.md")).write_text("# 梨\n\n梨是水果。\n", encoding="utf-8")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "职位\u202e表"
    sheet.append(["企业名称", "岗位名称", "招聘人数", "截止日期", "未知\u202e列"])
    sheet.append(["甲\u202e公司", "普\u2066工", "很多\u202e人", "2027-01-01", "x"])
    book.save(made.documents / "jobs\u202e.xlsx")
    return made


def assert_harmless(text: str) -> None:
    assert [line for line in text.split("\n") if UNSAFE.search(line)] == []


def test_every_report_progress_and_error_of_staffs_command_is_harmless(base: KnowledgeBase) -> None:
    for arguments in (
        ("preview",),
        (),
        ("status",),
        ("withdraw", NAME, "--note", NASTY, "--by", NASTY),
        ("withdraw", NAME),
        ("history",),
        ("status", "--json"),
        ("maintenance", "on", "--zh", NASTY, "--en", NASTY),
        ("--config", f"{NASTY}.yaml"),
    ):
        result = base.command(*arguments)
        said = result.stdout + result.stderr
        assert_harmless(said)
        assert said and "Traceback" not in said and "\nEdition 9 is live" not in said, (arguments, said)
        if "--json" in arguments:
            assert NAME in [document["source"] for document in json.loads(result.stdout)["documents"]]


def test_the_bar_on_a_terminal_is_harmless(base: KnowledgeBase) -> None:
    leader, follower = pty.openpty()
    base.write(f"[red]b{NASTY}.md", "梨。")
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "200"}
    command = [sys.executable, str(ROOT / "ingest.py"), "preview"]
    process = subprocess.Popen(command, cwd=base.folder, stdout=subprocess.DEVNULL, stderr=follower, env=environment)
    os.close(follower)
    shown = b""
    try:
        while part := os.read(leader, 65536):
            shown += part
    except OSError:  # the other end is closed: the command has ended
        pass
    assert process.wait(60) == 0
    text = shown.decode(errors="replace")
    assert not any(each in text for each in ("\x1b[2J", "\x1b]0;", "\x07", "\u202e", "\x9b"))
    assert "[red]b\\u001b[2J" in text


def test_answers_show_names_and_quotes_without_what_steers() -> None:
    cited = Citation(f"标题{NASTY}", f"节{NASTY}", None, "unknown", f"源{NASTY}", "引")
    answer = Answer(Status.ANSWERED, "zh", (Block(BlockKind.QUOTE, f"引{NASTY}", 1),), (cited,))
    for text in (plain(answer), *telegram_parts(answer)):
        assert not any(each in text for each in "\x1b\x07\x9b\u202e\u2066")


def test_log_lines_are_harmless_and_still_json() -> None:
    record = logging.LogRecord("x", logging.WARNING, "x.py", 1, f"file {NASTY}", (), None)
    for line in (_rendered({"event": NASTY}), JsonFormatter().format(record)):
        assert_harmless(line)
        assert NASTY in json.loads(line)["event"]


def test_what_is_shown_says_what_was_there() -> None:
    assert harmless("a\x1b\u202e\n\udcff\U000e0041好é") == "a\\u001b\\u202e\\u000a\\udcff\\udb40\\udc41好é"
    assert harmless_lines("一\n\x1b二") == "一\n\\u001b二"


def test_what_is_printed_has_passed_the_one_function() -> None:
    printed = [path for path in SOURCES if "knowledge/training/" not in path.as_posix()]  # figures of our own texts
    assert [place for path in printed for place in _unsafe_prints(path)] == []


def _unsafe_prints(path: Path) -> list[str]:
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    prints = [node for node in calls if isinstance(node.func, ast.Name) and node.func.id == "print"]
    unsafe = [node for node in prints if not all(map(_is_safe, node.args))]
    return [f"{path.relative_to(ROOT)}:{node.lineno}" for node in unsafe]


def _is_safe(node: ast.expr) -> bool:
    """Whether an argument of print is text of ours, a number, or came out of one of the safe functions."""
    if isinstance(node, ast.JoinedStr):
        return all(_is_safe(part.value) for part in node.values if isinstance(part, ast.FormattedValue))
    if isinstance(node, ast.IfExp):
        return _is_safe(node.body) and _is_safe(node.orelse)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in SAFE
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())
