"""The filters of a query in words, so that a reader sees how a question was understood."""

from __future__ import annotations

from string import capwords

from bot.answering.rows.formatting import in_script, joined, say, word
from bot.answering.rows.row_text import relation_name
from bot.understanding.row_vocabulary import terms
from bot.understanding.slots.trades import groups_in
from knowledge.entities.directory import Directory
from knowledge.tables import Filter, Query
from knowledge.tables.querying.conditions import NOT
from knowledge.tables.records import RecordKind
from knowledge.tables.values import Period, Relation

AMOUNTS = {"pay_least", "pay_above", "pay_most", "pay_below", "start_most"}


def spoken(query: Query, language: str, names: Directory) -> str:
    """All conditions in brackets, with a space before them where the language wants one; empty when there are none."""
    parts = [part for each in query.filters if (part := one(each, query.kind, language, names))]
    return say("conditions", language, conditions=joined(parts, language)) if parts else ""


def one(wanted: Filter, kind: RecordKind, language: str, names: Directory) -> str:
    """One condition in words. ``names`` knows how people write folded names and towns."""
    if wanted.name.startswith(NOT):
        met = one(Filter(wanted.name.removeprefix(NOT), wanted.value), kind, language, names)
        return say("say_not", language, value=met)
    value = wanted.value
    if wanted.name in AMOUNTS:
        amount, period = (
            value if isinstance(value, tuple) else (f"{value:g}" if isinstance(value, float) else value, Period.MONTH)
        )
        shown = say("money_exact", language, low=f"{float(amount):,g}") + say(f"per_{Period(period).value}", language)
        return say(f"say_{wanted.name}", language, value=shown)
    return say(f"say_{wanted.name}", language, value=_shown(wanted, language, names))


def _shown(wanted: Filter, language: str, names: Directory) -> str:
    value = wanted.value
    if wanted.name == "relation":
        return relation_name(Relation(str(value)), language, names.home)
    if wanted.name == "kind":
        return say(f"kind_{value}", language)
    if wanted.name in {"name", "town"}:
        return joined([_name(each, wanted.name, language, names) for each in _texts(value)], language)
    if wanted.name == "place":
        chinese, english = _texts(value)
        return capwords(english) if language == "en" else in_script(chinese, language)
    if wanted.name == "pay_stated":
        return say(f"by_{value}", language)
    if wanted.name == "year" and isinstance(value, float):
        return f"{value:.0f}"
    if wanted.name in {"about", "also", "besides"}:
        return _trade(_texts(value), language, names)
    if wanted.name == "schedule":
        return joined([word(each, language) for each in dict.fromkeys(_texts(value)) if each != "晚"], language)
    if isinstance(value, float):
        return f"{value:,g}"
    return joined([word(each, language) for each in _texts(value)], language)


def _name(value: str, kind: str, language: str, names: Directory) -> str:
    return names.home.town_name(value, language) if kind == "town" else names.shown(value)


def _trade(words: tuple[str, ...], language: str, names: Directory) -> str:
    """The first name of each trade in the reader's language; other words as they were asked."""
    groups = groups_in(words)
    rest = [names.shown(each) for each in words if not any(each in group for group in groups)]
    return say("or", language).join([*(head_of(group, language) for group in groups), *rest])


def head_of(group: tuple[str, ...], language: str) -> str:
    """What a trade is called in the reader's language."""
    names = next((names for names in terms().trades if set(group) <= set(names)), group)
    return in_script(next((name for name in names if name.isascii() == (language == "en")), names[0]), language)


def _texts(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)
