"""`python -m bot` as staff and programs use it, in processes of their own over the shipped documents."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import start
from tests.in_process import run_here
from tests.shipped import ROOT, configured, shipped

ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name not in ("TELEGRAM_BOT_TOKEN", "CHAT_MODEL_API_KEY")
} | {"PYTHONPATH": str(ROOT)}
KEYS = {"id", "status", "text", "language", "citations", "records", "choices", "edition", "elapsed_ms"}


def bot(
    folder: Path, *arguments: str, typed: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """``python -m bot`` run to its end in ``folder``, with ``typed`` piped in."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env=ENVIRONMENT | environment,
        input=typed,
        stdin=subprocess.DEVNULL if typed is None else None,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder with a configuration in which nothing was ever published."""
    configured(tmp_path, ROOT / "documents")
    return tmp_path


def test_a_batch_answers_line_by_line_and_names_bad_lines(tmp_path: Path) -> None:
    lines = [
        '{"id": "one", "question": "和区人社局签协议的是哪五所学校?"}',
        "{broken",
        '{"id": "two", "question": "最长能领多久", "history": ["领失业金要什么条件"]}',
        "",
        '{"id": 3, "question": "火星上有没有学校"}',
        '{"id": "four"}',
        '{"id": "five", "question": "x", "history": "y"}',
    ]
    (tmp_path / "questions.jsonl").write_text("\n".join(lines), encoding="utf-8")
    ran = bot(tmp_path, "ask", "--batch", "questions.jsonl", "--config", str(shipped().config))
    assert ran.stderr == ""
    said = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [each.get("id", each.get("line")) for each in said] == ["one", 2, "two", "3", 6, 7]
    one, broken, two, three, four, five = said
    assert set(one) == KEYS and one["status"] == "answered" and len(one["records"]) == 5
    assert {"title", "section", "date", "state", "source", "quote"} <= set(one["citations"][0])
    assert two["status"] in ("answered", "partly") and "失业" in two["text"]
    assert three["status"] == "not_covered" and three["citations"] == []
    assert "JSON" in broken["error"] and "question" in four["error"] and "history" in five["error"]
    assert ran.returncode == 1


def test_questions_may_be_piped_into_run(tmp_path: Path) -> None:
    ran = bot(
        tmp_path, "run", "--config", str(shipped().config), typed="你好\n\n12333是什么电话\n/partners\n/quit\n学费\n"
    )
    assert ran.returncode == 0
    assert "TELEGRAM_BOT_TOKEN" in ran.stderr and "BotFather" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1, "nothing but what the program itself says"
    assert "技能花都行动问答助手" in ran.stdout and "人力资源和社会保障服务热线" in ran.stdout
    assert "广州市机电技师学院" in ran.stdout and "学费" not in ran.stdout.split("/quit")[-1].splitlines()[-1]


def test_without_a_token_telegram_says_how_to_get_one(empty: Path) -> None:
    ran = bot(empty)
    assert ran.returncode == 2
    assert "BotFather" in ran.stderr and "python -m bot chat" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_before_the_first_refresh_staff_read_what_mends_it_and_users_do_not(empty: Path) -> None:
    ran = bot(empty, "ask", "试用期最长多久", "--json")
    assert ran.returncode == 2
    assert "python ingest.py" in ran.stderr and "Traceback" not in ran.stderr
    said = json.loads(ran.stdout)
    assert said["status"] == "unavailable" and "ingest" not in said["text"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask"], "--batch"),
        (["ask", "x", "--batch", "y"], "one of them"),
        (["ask", "--batch", "missing.jsonl"], "missing.jsonl"),
        (["ask", "x", "--config", "nowhere.yaml"], "nowhere.yaml"),
        (["--config", "broken.yaml", "chat"], "search.passages: 'many'"),
        (["evaluate", "missing.jsonl"], "missing.jsonl"),
        (["dance"], "dance"),
    ],
)
def test_what_is_wrong_is_named(empty: Path, arguments: list[str], said: str) -> None:
    (empty / "broken.yaml").write_text("search: {passages: many}", encoding="utf-8")
    ran = run_here(start, *arguments, folder=empty)
    assert ran.returncode == 2
    assert said in ran.stderr and "Traceback" not in ran.stderr
