"""Hostile and honest replies of a scripted endpoint over HTTP (fields: tests/model_replies/README.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.evidence.claim_check import clauses_of, says_no_more
from bot.understanding.question import question_of
from knowledge.models import Chunk, Metadata, Passage, State
from knowledge.text.typed_quantities import QuantityKind, plain, quantities_of
from tests.scripted_model import ScriptedModel

FOLDER = Path(__file__).with_name("model_replies")
WRITTEN: dict[str, Any] = json.loads((FOLDER / "passages.json").read_text(encoding="utf-8"))
CASES = [
    json.loads(line)
    for name in ("fresh", "hostile", "honest")
    for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
]


def passage(name: str) -> Passage:
    written = WRITTEN[name]
    days = {key: date.fromisoformat(day) for key, day in written.items() if key.endswith("_on")}
    about = {key: written.get(key) for key in ("number", "source_url")}
    return Passage(
        Chunk(name, f"{name}.md", 0, tuple(written["path"]), written["text"], written["language"]),
        Metadata(written["title"], written["language"], **about, **days),
        f"{name}.md",
        State.IN_FORCE,
        4.0,
    )


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    made = ScriptedModel()
    yield made
    made.close()


@pytest.fixture(scope="module")
def writer(model: ScriptedModel) -> Any:
    return model.writer


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_what_is_shown_of_a_reply(model: ScriptedModel, writer: Any, case: dict[str, Any]) -> None:
    model.answers(case["reply"] * case.get("times", 1))
    asked = question_of(case.get("question", "试用期最长多久"))
    wording = writer.write(asked, [passage(name) for name in case["passages"]])
    shown = "\n".join(block.text for block in wording.blocks)
    assert [words for words in case.get("never", []) if words in shown] == []
    for words in case.get("keeps", []):
        assert 0 < shown.count(words) <= case.get("most", 100), shown
    assert wording.not_held == (case.get("ends") == "not_held")


SENTENCES = [(name, clause.sentence) for name in WRITTEN for clause in clauses_of(passage(name).chunk.text)]


@pytest.mark.parametrize(("name", "sentence"), dict.fromkeys(SENTENCES))
def test_a_sentence_says_no_more_than_itself_and_another_figure_says_more(name: str, sentence: str) -> None:
    assert says_no_more(sentence, passage(name))
    written = plain(sentence)
    for one in quantities_of(sentence):
        figures = written[one.start : one.end]
        digits = "".join(filter(str.isdecimal, figures))
        if digits and one.kind is not QuantityKind.FREQUENCY:
            changed = figures.replace(digits[-1], str((int(digits[-1]) + 3) % 10))
            assert not says_no_more(written[: one.start] + changed + written[one.end :], passage(name)), changed
