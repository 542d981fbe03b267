"""Sources and notices beside what is answered: short enough, over answers to golden questions of all languages."""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path

from bot.answer import ANSWERING, Answer, BlockKind
from bot.evaluation import read_expectations
from bot.presentation.rendering import telegram_parts
from bot.presentation.source_list import source_lines
from bot.presentation.source_names import columns
from tests.shipped import shipped

QUESTIONS = Path(__file__).with_name("golden") / "questions.jsonl"
EVERY = 12  # the questions of the file, this one and so many further: a sample of all that it is about
MOST = 0.26  # of the columns of all answers together
ONE_SOURCE = 132  # columns, three lines of a phone: what an answer of one line may have below it


@cache
def answers() -> tuple[Answer, ...]:
    questions = [each.question for each in read_expectations(QUESTIONS) if not each.history][::EVERY]
    given = map(shipped().assistant().answer, questions)
    return tuple(answer for answer in given if answer.status in ANSWERING and answer.citations)


def all_columns(answer: Answer) -> int:
    return columns(html.unescape(re.sub("<[^<>]*>", "", "".join(telegram_parts(answer)))))


def beside(answer: Answer) -> int:
    """Columns of the notes and sources of ``answer``."""
    notes = (block.text for block in answer.blocks if block.kind is BlockKind.NOTE)
    return sum(map(columns, [*notes, *(line.text for line in source_lines(answer))]))


def test_there_are_answers_of_both_kinds_and_languages() -> None:
    assert len(answers()) >= 10
    assert {answer.language == "en" for answer in answers()} == {True, False}
    assert {answer.from_documents for answer in answers()} == {True, False}


def test_sources_and_notices_are_a_small_part_of_all_that_is_shown() -> None:
    assert sum(map(beside, answers())) <= MOST * sum(map(all_columns, answers()))


def test_no_answer_has_more_than_a_quarter_or_three_lines_a_source() -> None:
    for answer in answers():
        room = max(all_columns(answer) / 4, ONE_SOURCE * len(source_lines(answer)))
        assert beside(answer) <= room, [line.text for line in source_lines(answer)]


def test_no_notice_stands_twice() -> None:
    for answer in answers():
        notes = [block.text for block in answer.blocks if block.kind is BlockKind.NOTE]
        assert len(set(notes)) == len(notes)
