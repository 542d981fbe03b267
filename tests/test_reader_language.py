"""What a reader sees is in their script and, where tables have it, in their language: quotes, rows, buttons."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from bot.answer import Answer
from bot.presentation.reader_script import ADDRESS, in_script
from bot.presentation.rendering import plain
from knowledge.text.language import HAN, language_of, script_of
from tests.shipped import ROOT, shipped

FILES = ("questions", "round-1", "round-2", "laws-dev", "service-1", "wishes-1")
SHORT, LONG = 12, 60  # questions asked by `make test`, and by `make test-long`


def traditional_questions() -> Iterator[str]:
    """Golden questions, Cantonese ones among them, whose letters are Traditional, as many of each file."""
    of_files = []
    for name in FILES:
        lines = (ROOT / "tests" / "golden" / f"{name}.jsonl").read_text("utf-8").splitlines()
        asked = [json.loads(line) for line in lines]
        of_files.append([one["question"] for one in asked if language_of(one["question"]) == "zh-hant"])
    for number in range(LONG):
        yield from (questions[number] for questions in of_files if number < len(questions))


def in_simplified(answer: Answer) -> list[str]:
    """Words with letters that exist in Simplified alone, of all that is shown; web addresses apart."""
    words = ADDRESS.sub(" ", plain(answer)).split()
    return [word for word in words if any(script_of(letter) == "simplified" for letter in HAN.findall(word))]


@pytest.mark.parametrize(
    ("first", "last"), [(0, SHORT), pytest.param(SHORT, LONG, marks=pytest.mark.long)], ids=["few", "many"]
)
def test_a_traditional_reader_reads_no_letter_of_simplified_alone(first: int, last: int) -> None:
    assistant, questions = shipped().assistant(), list(dict.fromkeys(traditional_questions()))[first:last]
    assert len(questions) == last - first
    found, cited = {}, 0
    for question in questions:
        answer = assistant.answer(question)
        cited += bool(answer.citations)
        if answer.language != "zh-hant" or in_simplified(answer):
            found[question] = answer.language, in_simplified(answer)
    assert found == {}
    assert cited > len(questions) / 3, "hardly a quote or row was looked at"


def test_guided_lists_and_their_buttons_are_in_the_readers_script() -> None:
    assistant = shipped().assistant()
    for topic in ("jobs", "training", "partners", "join"):
        opened = assistant.open(topic, interface_language="zh-hant")
        pressed = [assistant.press(choice.request, interface_language="zh-hant") for choice in opened.choices]
        assert [in_simplified(answer) for answer in (opened, *pressed)] == [[]] * (1 + len(pressed))


def test_addresses_stay_as_they_are() -> None:
    text = "见 https://example.org/学校/页 和 https://example.org/简体。"
    assert in_script(text, "zh-hant") == "見 https://example.org/学校/页 和 https://example.org/简体。"
    assert in_script(text, "zh") == text
