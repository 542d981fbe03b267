"""What a message wants: the learned numbers, their files, and what they tell of questions not learned from."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from bot.answer import Answer, Status
from bot.answering.assembly import AnswerAssembler
from bot.answering.rows.asked_columns import COLUMNS
from bot.understanding.question import question_of
from bot.understanding.service_intents import service_verdicts
from knowledge import learned_arrays
from knowledge.intents import message_reader, route
from knowledge.intents.message_reader import ASKS, FACETS, INTENTS, NO_COLUMN, OF_THE_BASE, POINTS, Intents
from knowledge.learned_arrays import LearnedError
from knowledge.learned_logistic import read_logistic
from knowledge.training.intents.labels import Labels, Marks
from knowledge.training.intents.messages import ReadMessages, messages
from knowledge.training.intents.train_messages import intent_task, learned, marks_task, point_task, told
from tests.shipped import shipped

GOLDEN = Path(__file__).with_name("golden")
LANGUAGES = {"zh", "zh-hant", "yue", "en"}
Told = tuple[dict[str, str], Answer]


def lines(name: str) -> Iterator[dict[str, str]]:
    return map(json.loads, (GOLDEN / name).read_text(encoding="utf-8").splitlines())


@cache
def answered(name: str, every: int) -> tuple[Told, ...]:
    """One in ``every`` of the questions, wishes and others alike, with its answer."""
    assistant = shipped().assistant()
    by_wish = sorted(lines(name), key=lambda line: line["intent"] == "none")
    return tuple((line, assistant.answer(line["question"])) for line in by_wish[::every])


SAMPLE = pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.long)])


def test_every_intent_of_the_service_has_its_text_in_each_language() -> None:
    names = set(message_reader.message_reader().names[INTENTS]) - OF_THE_BASE
    assert names == set(service_verdicts())
    assembler = AnswerAssembler(shipped().settings.contacts, shipped().settings.programme)
    for verdict in service_verdicts().values():
        texts = {
            assembler.screened(question_of(text), verdict).text for text in ("你好吗", "你好嗎，請問", "How are you?")
        }
        assert len(texts) == 3
        assert not any("{" in text for text in texts)


def test_messages_are_labelled_with_what_is_known() -> None:
    every = messages()
    reader = message_reader.message_reader()
    assert len(every) > 5000
    assert {message.intent for message in every} == set(reader.names[INTENTS])
    assert {message.points for message in every} == set(reader.names[POINTS])
    assert {name for message in every for name in message.wants or ()} >= set(reader.names[FACETS])
    assert {name for message in every for name in message.asks or ()} >= set(reader.names[ASKS])
    columns = {name for held in COLUMNS.values() for name in held}
    assert set(reader.names[ASKS]) == {*columns, NO_COLUMN}  # what is told can be shown, and what is shown is told
    assert len({message.text for message in every if message.alike}) == sum(message.alike for message in every)


def test_shares_are_together_one() -> None:
    told = shipped().edition.intents("我想投诉")
    assert sum(told.probabilities.values()) == pytest.approx(1.0, abs=1e-5)
    assert 0 <= told.of_service <= 1


@SAMPLE
def test_wishes_of_the_service_are_told(every: int) -> None:
    wishes = [(line, answer) for line, answer in answered("service-1.jsonl", every) if line["intent"] != "none"]
    told = [line for line, answer in wishes if answer.context.aside]
    missed = [line["question"] for line, answer in wishes if not answer.context.aside]
    assert len(wishes) == 100 // every
    assert len(told) >= 0.8 * len(wishes), missed


@SAMPLE
def test_questions_of_substance_are_not_taken_for_wishes(every: int) -> None:
    innocent = [(line, answer) for line, answer in answered("service-1.jsonl", every) if line["intent"] == "none"]
    alarms = [line["question"] for line, answer in innocent if answer.context.aside]
    assert len(innocent) == 100 // every
    assert len(alarms) <= 3 / every, alarms


def test_nobody_is_called_an_attacker_for_dangerous_words() -> None:
    told = {line["question"]: shipped().edition.intents(line["question"]).service for line in lines("innocent-1.jsonl")}
    called = [text for text, name in told.items() if name in ("steer", "claimed_official")]
    assert len(told) == 250
    assert len(called) <= 1, called


@pytest.mark.parametrize("length", [1, 4096])
def test_a_message_of_any_length_gets_its_shares(length: int) -> None:
    assert shipped().edition.intents("我" * length).probabilities


def test_rows_rather_than_documents() -> None:
    for text, kind in (
        ("想让孩子学修车", "program"),
        ("烧焊的活有没有", "opening"),
        ("公司不给签合同怎么办", "document"),
    ):
        shares = shipped().edition.intents(text).probabilities
        assert max(shares, key=lambda name: shares[name]) == kind, text


def test_the_network_learns_what_is_there_to_learn() -> None:
    rng = np.random.default_rng(0)
    marks = rng.normal(size=(2, 384)).astype(np.float16) * 2
    intent = np.arange(240) % 2
    states = [np.concatenate([rng.normal(size=(4, 384)).astype(np.float16), marks[each][None]]) for each in intent]
    given = ReadMessages(rng.normal(size=(240, 384)).astype(np.float32), states)
    has = (intent == 1)[:, None]
    marks = Marks(("b wants c",), has, np.ones_like(has))
    none = Marks((), np.zeros((240, 0), bool), np.zeros((240, 0), bool))
    labels = Labels(("a", "b"), ("alone", "row"), intent, np.zeros(240, int), marks, none)
    rest, left_out = np.arange(200), np.arange(200, 240)
    odds = told(learned(intent_task(labels), given, rest), given, left_out)
    assert np.mean(odds.argmax(axis=1) == intent[left_out]) > 0.9
    odds = told(learned(marks_task(marks), given, rest), given, left_out)
    assert np.mean((odds[:, 0] > 0) == has[left_out, 0]) > 0.9


def test_all_that_leans_is_learned_from_and_some_of_the_rest() -> None:
    points = np.array([0, 0, 0, 0, 0, 0, 1, 1])
    none = Marks((), np.zeros((8, 0), bool), np.zeros((8, 0), bool))
    labels = Labels(("a",), ("alone", "row"), np.zeros(8, int), points, none, none)
    assert list(point_task(labels).rows) == [0, 3, 6, 7]
    assert list(intent_task(labels).rows) == [0, 1, 2, 3, 4, 5]  # what leans has no intent of its own


def test_a_damaged_file_is_named_with_what_mends_it(tmp_path: Path) -> None:
    copy = tmp_path / message_reader.FILE.name
    shutil.copy(message_reader.FILE, copy)
    shutil.copy(message_reader.FILE.with_suffix(".sha256"), copy.with_suffix(".sha256"))
    copy.write_bytes(copy.read_bytes()[:-1])
    with pytest.raises(LearnedError, match="git checkout"):
        message_reader.read(copy)
    copy = tmp_path / route.FILE.name
    copy.write_text(route.FILE.read_text(encoding="utf-8")[:-9], encoding="utf-8")
    with pytest.raises(LearnedError, match="git checkout"):
        read_logistic(copy)


def test_of_the_service_only_from_the_alarm_on() -> None:
    shares = {"document": 0.45, "opening": 0.05, "program": 0.0, "partner": 0.0, "thanks": 0.3, "help": 0.2}
    assert Intents(shares, 0.4).service == "thanks"
    assert Intents(shares, 0.6).service is None


def test_a_file_of_another_version_is_named(tmp_path: Path) -> None:
    arrays = dict(learned_arrays.read(message_reader.FILE)[0])
    del arrays["intents.attention.bias"]
    learned_arrays.write(tmp_path / "messages.npz", arrays)
    with pytest.raises(LearnedError, match="another version"):
        message_reader.read(tmp_path / "messages.npz")


@pytest.mark.parametrize(
    ("question", "column", "value"), [("供膳宿的工作", "lodging", True), ("正职工作", "work", "全职")]
)
def test_a_word_that_no_row_has_stands_for_what_it_wants(question: str, column: str, value: object) -> None:
    answer = shipped().assistant().answer(question)
    assert answer.records
    assert all(record[column] == value for record in answer.records)


def test_a_trade_that_no_row_has_is_not_dropped() -> None:
    answer = shipped().assistant().answer("酒店前台招聘")
    assert answer.status is Status.NOT_COVERED and not answer.records
