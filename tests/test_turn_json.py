"""What is remembered of a turn, as the column of a conversation keeps it; what older releases wrote there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select, update

from bot.answer import NOTHING_KNOWN, ConversationContext, ShownRows, Turn
from bot.telegram.queue import conversations
from bot.telegram.queue.conversations import Conversation
from bot.telegram.queue.tables import conversations as table
from bot.telegram.queue.turn_json import turn_from_json, turn_to_json
from bot.telegram.sealing.sealer import sealer_of
from knowledge import store
from knowledge.tables import Condition, Field, Operator, Query, SortOrder, about
from knowledge.tables.records import RecordKind
from knowledge.text.money import Amount, Period
from tests.sealed import sealed_engine

PAY = Condition(Field.STARTING_PAY, Operator.AT_LEAST, Amount(6000, Period.MONTH))
QUERY = Query(RecordKind.OPENING, (about(("焊工",)), PAY), SortOrder.NEWEST)
OLD = {"kind": "opening", "filters": [["about", ["焊工"]], ["pay_least", ["6000", "month"]]], "order": None}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path}/bot.db"
    made = sealed_engine(url)
    yield made
    made.dispose()


def stored_turns(sql: Connection) -> tuple[Turn, ...]:
    (row,) = sql.execute(select(table))
    talk = conversations.remembered(sealer_of(sql), row.key, row.person, row.language, row.notice, row.turns)
    return talk.recent_turns(1.0)


@pytest.mark.parametrize(
    "context",
    [
        NOTHING_KNOWN,
        ConversationContext("有哪些焊工岗位", QUERY),
        ConversationContext("失业金怎么领"),
        ConversationContext(aside=True),
    ],
)
def test_a_turn_reads_back_as_it_was(engine: Engine, context: ConversationContext) -> None:
    turn = Turn("有哪些焊工岗位 \ud83d", "…", context)  # half a character, as people may send it
    with store.writing(engine) as sql:
        conversations.save(sql, [Conversation("c", "p").with_turn(turn, 1.0)], 1.0)
        assert stored_turns(sql) == (turn,)


@pytest.mark.parametrize(
    "kept",
    [
        {"topic": {}},
        {"topic": {"records": json.dumps(OLD), "question": "月薪6000以上的焊工岗位", "employer": "甲"}},
        {"topic": {"aside": "screen.off_topic"}},
        {"context": {"question": "月薪6000以上的焊工岗位", "query": OLD}},
        {"context": {"question": "月薪6000以上的焊工岗位", "query": {"kind": "moon", "conditions": []}}},
        {"context": 7},
        {},
    ],
)
def test_of_what_another_release_wrote_question_and_answer_are_kept(engine: Engine, kept: dict[str, object]) -> None:
    stored = json.dumps([{"at": 1.0, "turn": {"question": "月薪6000以上的焊工岗位", "answer": "…", **kept}}])
    with store.writing(engine) as sql:
        conversations.save(sql, [Conversation("c", "p")], 1.0)
        sql.execute(update(table).values(turns=sealer_of(sql).seal(stored, conversations.TURNS_COLUMN)))
        assert stored_turns(sql) == (Turn("月薪6000以上的焊工岗位", "…"),)


def test_a_list_is_remembered_by_its_conditions() -> None:
    value = turn_to_json(Turn("q", "a", ConversationContext("q", QUERY)))
    assert value["context"] == {
        "question": "q",
        "query": {
            "kind": "opening",
            "conditions": [
                ["words", "contains", ["焊工"], False],
                ["starting_pay", "at_least", [6000, "month"], False],
            ],
            "order": "newest",
        },
        "aside": False,
        "shown": None,
    }
    assert turn_from_json(value).context.query == QUERY


def test_the_rows_shown_are_remembered() -> None:
    shown = ShownRows((7, 9), 10, 9)
    assert (
        turn_from_json(turn_to_json(Turn("q", "a", ConversationContext("q", QUERY, shown=shown)))).context.shown
        == shown
    )
