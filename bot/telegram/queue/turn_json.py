"""Turns of a conversation as JSON, as the column of their row keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.answer import NOTHING_KNOWN, ConversationContext, Turn
from knowledge.tables import QueryError, query_from_json, query_to_json


def turn_to_json(turn: Turn) -> dict[str, object]:
    """JSON-able: question, answer and context."""
    context: dict[str, object] = {
        "question": turn.context.question,
        "query": query_to_json(turn.context.query) if turn.context.query else None,
        "aside": turn.context.aside,
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
        shown = None if query is None else query_from_json(query)
    except QueryError:
        return NOTHING_KNOWN
    return ConversationContext(str(value.get("question", "")), shown, value.get("aside") is True)
