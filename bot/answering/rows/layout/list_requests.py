"""What the buttons of a list carry: the whole query, so that they outlive a restart and an edition."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from knowledge.tables import Query, QueryError, query_from_json, query_to_json
from knowledge.tables.querying.record_queries import PAGE

EARLIER_PAGE = 10  # rows of a page of which buttons of earlier releases tell the number


@dataclass(frozen=True)
class ListView:
    """What a message shows of a list: at most ``limit`` rows of ``query``, ``start`` being before them, and what the
    rows say of what is asked of them (``asks``, names of ``asked_columns.COLUMNS``).
    """

    query: Query
    start: int = 0
    limit: int = PAGE
    asks: tuple[str, ...] = ()

    def at(self, start: int) -> ListView:
        """A whole page of the same list from ``start`` on."""
        return replace(self, start=start, limit=PAGE)


@dataclass(frozen=True)
class ListTap:
    """A pressed button of a list: the view that it opens, or the row ``card`` (its id in SQL) of that view."""

    view: ListView
    card: int | None = None


def request(view: ListView, language: str, card: int | None = None) -> str:
    """What a button carries that opens ``view`` in ``language``, or a ``card`` of it."""
    carried: dict[str, object] = {"query": query_to_json(view.query), "language": language}
    carried |= {"start": view.start} if view.start else {}
    carried |= {"limit": view.limit} if view.limit != PAGE else {}
    carried |= {"asks": view.asks} if view.asks else {}
    carried |= {"card": card} if card is not None else {}
    return json.dumps({"records": carried}, ensure_ascii=False, separators=(",", ":"))


def tap_from_json(carried: Mapping[str, object]) -> ListTap:
    """The tap in what stood under "records". Raises ``QueryError`` for what no release wrote."""
    query, page = query_from_json(carried.get("query")), _number(carried.get("page")) or 1
    start = _number(carried.get("start"))
    asks = carried.get("asks")
    view = ListView(
        query,
        EARLIER_PAGE * (page - 1) if start is None else start,
        min(PAGE, _number(carried.get("limit")) or PAGE),
        tuple(map(str, asks)) if isinstance(asks, list) else (),
    )
    return ListTap(view, _number(carried.get("card")))


def language_of_tap(request: object) -> str | None:
    """The language of the list that a pressed button belongs to; None for one of a release that did not say it."""
    carried = request.get("records") if isinstance(request, Mapping) else None
    language = carried.get("language") if isinstance(carried, Mapping) else None
    return language if language in ("zh", "zh-hant", "en") else None


def _number(value: object) -> int | None:
    """``value`` if it is a number from 0 on."""
    if value is None:
        return None
    if type(value) is not int or value < 0:
        raise QueryError(f"expected a number from 0 on, found {value!r}")
    return value
