"""Subjects that a text must speak of: near is not enough."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot.evidence import subjects
from bot.evidence.subjects import speaking_of
from knowledge.models import Chunk, Metadata, Passage, State
from knowledge.text.language import fold

NIGHTS = ("怀孕、哺乳期的女职工", "怀孕七个月以上的女职工不能安排加班和夜班。")
INTERNS = ("Pay of interns", "The company pays its interns appropriately.")
NANNIES = ("找保姆要不要签合同", "雇主和家政人员要签合同。")


def _passages(*sections: tuple[str, str]) -> list[Passage]:
    return [
        Passage(
            Chunk(str(at), "a.md", at, (heading,), text, "zh"), Metadata("说明", "zh"), "a.md", State.IN_FORCE, 9.0 - at
        )
        for at, (heading, text) in enumerate(sections)
    ]


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("实习生能不能上夜班", []),
        ("實習生有冇人工", ["1"]),
        ("Do interns get paid?", ["1"]),
        ("夜班有什么规定", ["0"]),
        ("Does a nanny need a contract?", ["2"]),
        ("公积金怎么提取", []),
        ("Is the internal rule on pay valid?", ["0", "1", "2"]),
        ("合同怎么签", ["0", "1", "2"]),
    ],
)
def test_only_passages_that_speak_of_every_subject_are_kept(question: str, kept: list[str]) -> None:
    found = speaking_of(question, _passages(NIGHTS, INTERNS, NANNIES))
    assert [each.chunk.id for each in found] == kept


def test_every_form_is_folded_and_every_subject_has_both_languages() -> None:
    listed = Path(subjects.__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    groups = [line.split(", ") for line in yaml.safe_load(listed)]
    for forms in groups:
        assert all(fold(form) == form for form in forms if not re.search(r"[?\[(]", form))
        assert any(form.isascii() for form in forms) and any(not form.isascii() for form in forms)
