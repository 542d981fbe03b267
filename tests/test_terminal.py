"""The terminal's chat over the shipped documents: turns, choices, guided lists, and calm failures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.error_log import LOG
from bot.evaluation import Expectation, evaluate, lines_of, read_expectations
from bot.settings import Settings
from bot.terminal import Terminal
from knowledge.editions.open_edition import OpenEdition
from knowledge.settings import IndexSettings
from tests.shipped import shipped


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return shipped().settings.model_copy(update={"index": IndexSettings(path=tmp_path / "editions")})


def chat(settings: Settings, capsys: pytest.CaptureFixture[str], *lines: str, typing: bool = False) -> str:
    assert Terminal(shipped().assistant(), settings).chat(lines, typing=typing) == 0
    return capsys.readouterr().out


def test_a_conversation_remembers_its_turns(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    said = chat(settings, capsys, "失业金最长能领多久\n", "要什么条件\n")
    assert said.count("来源") == 2
    assert "失业" in said.split("来源")[1]


def test_a_number_chooses(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    said = chat(settings, capsys, "轻工技师学院学费多少一年\n", "1\n")
    assert "[1] 广州市轻工技师学院" in said
    assert "没有" in said.split("[1]")[1]


def test_guided_lists_are_opened(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    said = chat(settings, capsys, "/jobs\n", "/join\n")
    assert "SAMPLE" in said and "12333" in said


def test_a_person_is_greeted_and_prompted(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    said = chat(settings, capsys, "/quit\n", "你好\n", typing=True)
    assert said.startswith("Ask in Chinese or English") and "> " in said
    assert "您好" not in said


def test_a_failure_is_calm_and_its_reason_is_in_the_log(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    private = f"secret {13_800_138_000}"

    @contextmanager
    def broken() -> Iterator[OpenEdition]:
        raise RuntimeError(private)
        yield shipped().edition

    terminal = Terminal(Assistant(broken, settings), settings)
    assert terminal.chat(["试用期最长多久", "你好"], typing=False) == 0
    said = capsys.readouterr().out
    assert "编号" in said and "您好" in said, "the chat goes on"
    assert "secret" not in said and "RuntimeError" not in said
    log = (tmp_path / LOG).read_text(encoding="utf-8")
    assert "RuntimeError" in log and "13800138000" not in log
    assert log.split()[1] in said


def test_the_evaluation_tells_right_from_wrong(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    asked = {"question": "预备技师是什么", "status": "answered"}
    lines = [
        {"id": "a", **asked, "must": ["培养层次"], "document": "policies/faq.zh.md"},
        {"id": "b", **asked, "must": ["火星"], "document": "partners.csv"},
        {"id": "c", "question": "你好", "status": ["declined"], "must_not": ["您好"]},
    ]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    report = evaluate(list(read_expectations(file)), shipped().assistant())
    assert report.questions == 3
    assert (report.answers, report.citations, report.refused, report.refused_wrongly) == (1 / 3, 0.5, 0.0, 0.0)
    assert {miss.id for miss in report.misses} == {"b", "c"}
    assert any("lacks 火星" in line for line in lines_of(report))


def test_refusals_are_measured_both_ways() -> None:
    to_refuse = Expectation("r", "火星上有没有学校", frozenset({"not_covered"}))
    to_answer = Expectation("a", "火星上有没有学校", frozenset({"answered"}))
    report = evaluate([to_refuse, to_answer], shipped().assistant())
    assert (report.refused, report.refused_wrongly) == (1.0, 1.0)
