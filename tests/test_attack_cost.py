"""Texts that are made to cost much: what of a long text is read, and that nothing grows faster than the text.

What they cost beside usual questions is a figure, of ``python -m benchmarks attack``: CPU seconds differ by what else
the machine does, and the worst of many is the most disturbed of them.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.attack_texts import LONGEST
from bot.answer import Status
from bot.presentation.messages import message
from bot.understanding.question import READ_BEGINNING, READ_END, question_of, read_of, width
from bot.understanding.question_splitting import questions_in
from tests.pattern_attacks import growth, repetitions
from tests.shipped import shipped

ROOT = Path(__file__).parents[1]
STORY = "我今年初中毕业，家里在狮岭镇，爸爸妈妈都在厂里上班，我自己还没有想好以后做什么。"
STORY_EN = "I finished school this year, my parents work at a factory, and I have not made up my mind yet. "


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (f"{STORY * 40}学徒制是什么？", "zh"),
        (f"学徒制是什么？{STORY * 40}", "zh"),
        (f"{STORY_EN * 40}What is an apprenticeship?", "en"),
    ],
)
def test_of_a_long_message_both_ends_are_read_and_the_user_is_told(text: str, language: str) -> None:
    answer = shipped().assistant().answer(text)
    assert answer.blocks[-1].text == message("answer.shortened", language)
    short = shipped().assistant().answer("学徒制是什么？" if language == "zh" else "What is an apprenticeship?")
    assert short.status is Status.ANSWERED and short.blocks[-1].text != message("answer.shortened", language)


def test_a_cry_for_help_in_the_middle_of_a_long_message_is_heard() -> None:
    answer = shipped().assistant().answer(f"{STORY * 30}我不想活了。{STORY * 30}")
    assert answer.blocks[0].text == message("screen.distress", "zh")
    assert all(block.text != message("answer.shortened", "zh") for block in answer.blocks)


@pytest.mark.parametrize("unit", [STORY, STORY_EN, "一二三四", "8000元", "12345678901234567890", "a", "𠮷", "？"])
def test_what_is_read_is_bounded_and_ends_where_a_sentence_does(unit: str) -> None:
    text = (unit * (LONGEST // len(unit))).strip()
    read = read_of(text)
    beginning, end = read.split(" … ")
    assert width(read) <= READ_BEGINNING + READ_END + 10
    assert text.startswith(beginning) and text.endswith(end)
    assert read_of(read) == read and questions_in(shipped().edition, read) == (read,)
    if unit in (STORY, STORY_EN):
        assert beginning[-1] in "。，.,"
        assert width(beginning) > READ_BEGINNING * 0.75 and width(end) > READ_END * 0.7
    if unit == "8000元":
        assert set(re.findall(r"\d+", read)) == {"8000"}  # no figure is cut in two


def test_a_question_of_usual_length_is_read_whole() -> None:
    text = STORY * 7
    assert width(text) > 500 and question_of(text).text == text and not question_of(text).shortened


@pytest.mark.long
def test_every_pattern_takes_time_in_proportion_to_the_text() -> None:
    """Of each expression that the product compiles or hands to ``re``: see ``tests.product_patterns``."""
    output = subprocess.run(
        [sys.executable, "-m", "tests.product_patterns", str(shipped().config)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    patterns = json.loads(output)
    assert len(patterns) > 500
    files = {where.partition(":")[0] for *_, where in patterns}
    # Of YAML files, of names, and where they are used.
    assert files >= {f"bot/understanding/{name}.py" for name in ("guardrails", "question")}
    assert files >= {f"knowledge/{name}.py" for name in ("text/pii", "entities/home", "entities/spelling")}
    slow = [
        f"{where}: {pattern[:200]} on {repetition!r}"
        for pattern, flags, where in patterns
        for repetition in repetitions(pattern, flags)
        if growth(re.compile(pattern, flags), repetition) > 3
    ]
    assert not slow, "\n".join(slow)


@pytest.mark.parametrize("pattern", [r"微信\s*(?:是|为)?\s*[a-z]", r"(?:a|b)*c", r"[^\d]*\d{8}", r"\w+@"])
def test_the_check_sees_patterns_that_are_not_linear(pattern: str) -> None:
    told = (growth(re.compile(pattern), repetition, floor=0.002) for repetition in repetitions(pattern))
    assert max(told) > 3  # also where the machine is so quick that it would be no matter
