"""Turns of a conversation as JSON, as the column of their row keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.answer import NOTHING_KNOWN, ConversationContext, ShownRows, Turn
from knowledge.tables import QueryError, query_from_json, query_to_json


def turn_to_json(turn: Turn) -> dict[str, object]:
    """JSON-able: question, answer and context."""
    context: dict[str, object] = {
        "question": turn.context.question,
        "query": query_to_json(turn.context.query) if turn.context.query else None,
        "aside": turn.context.aside,
        "shown": asdict(turn.context.shown) if turn.context.shown else None,
    }
    return {"question": turn.question, "answer": turn.answer, "context": context}


def turn_from_json(value: Mapping[str, Any]) -> Turn:
    """The turn of which ``turn_to_json`` made ``value``.

    Of one that another release wrote, and whose context cannot be read, only question and answer are kept: what it
    would have left is then worked out from the question.
    """
    return Turn(str(value.get("question", "")), str(value.get("answer", "")), _context(value.get("context")))


def _context(value: object) -> ConversationContext:
    if not isinstance(value, dict):
        return NOTHING_KNOWN
    query = value.get("query")
    try:
        of_list = None if query is None else query_from_json(query)
        shown = _shown(value.get("shown"))
    except (QueryError, KeyError, TypeError, ValueError):
        return NOTHING_KNOWN
    return ConversationContext(str(value.get("question", "")), of_list, value.get("aside") is True, shown)


def _shown(value: Any) -> ShownRows | None:
    if value is None:
        return None
    pointed_at = value["pointed_at"]
    return ShownRows(
        tuple(int(each) for each in value["ids"]), int(value["start"]), None if pointed_at is None else int(pointed_at)
    )
