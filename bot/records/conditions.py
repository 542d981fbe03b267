"""The filters of a query in words, so that a reader sees how a question was understood."""

from __future__ import annotations

from bot.records.wording import joined, say, word
from knowledge.tables import Filter, Query
from knowledge.tables.records import RecordKind
from knowledge.tables.values import Period


def spoken(query: Query, language: str, names: dict[str, str] | None = None) -> str:
    """All conditions in brackets, with a space before them where the language wants one; empty when there are none."""
    parts = [part for each in query.filters if (part := one(each, query.kind, language, names or {}))]
    return say("conditions", language, conditions=joined(parts, language)) if parts else ""


def one(wanted: Filter, kind: RecordKind, language: str, names: dict[str, str] | None = None) -> str:
    """One condition in words. ``names`` gives the shown form of folded names."""
    value = wanted.value
    if wanted.name.startswith(("pay_", "start_")):
        amount, period = (
            value if isinstance(value, tuple) else (f"{value:g}" if isinstance(value, float) else value, Period.MONTH)
        )
        shown = say("money_exact", language, low=f"{float(amount):,g}") + say(f"per_{Period(period).value}", language)
        return say(f"say_{wanted.name}", language, value=shown)
    return say(f"say_{wanted.name}", language, value=_shown(wanted, language, names or {}))


def _shown(wanted: Filter, language: str, names: dict[str, str]) -> str:
    value = wanted.value
    if wanted.name == "relation":
        return say(f"relation_{value}", language)
    if wanted.name == "kind":
        return say(f"kind_{value}", language)
    if wanted.name == "name":
        return joined([names.get(each, each) for each in _texts(value)], language)
    if wanted.name in {"about", "also"}:
        return _trade(_texts(value), language)
    if wanted.name == "schedule":
        return joined([word(each, language) for each in dict.fromkeys(_texts(value)) if each != "晚"], language)
    if isinstance(value, float):
        return f"{value:,g}"
    return joined([word(each, language) for each in _texts(value)], language)


def _trade(group: tuple[str, ...], language: str) -> str:
    """The first name of a trade in the reader's language."""
    fitting = [each for each in group if each.isascii() == (language == "en")]
    return fitting[0] if fitting else group[0]


def _texts(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)
