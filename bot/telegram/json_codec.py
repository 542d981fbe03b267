"""JSON in SQL columns and log lines: quick for what is usual, and never refusing what people may send."""

from __future__ import annotations

import json
from typing import Any

import orjson


def dumps(value: Any) -> str:
    """``value`` as JSON: plain values, dataclasses, mappings. Half a surrogate pair, unknown to UTF-8, is escaped."""
    try:
        return orjson.dumps(value, default=_plain).decode()
    except orjson.JSONEncodeError:
        return json.dumps(value, default=_plain)


def loads(text: str | bytes | bytearray) -> Any:
    """The value of the JSON in ``text``. Raises ``ValueError`` when it is no JSON."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def _plain(value: Any) -> Any:
    try:
        return dict(value)
    except (TypeError, ValueError):
        return vars(value) if hasattr(value, "__dict__") else str(value)
