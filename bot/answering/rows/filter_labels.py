"""The conditions of a query in words, so that a reader sees how a question was understood."""

from __future__ import annotations

from datetime import date
from string import capwords

from bot.answering.rows.row_text import relation_name
from bot.answering.rows.wording.formatting import clipped, figures, joined, say, word
from bot.presentation.days import day_in_words
from knowledge.entities.directory import Directory
from knowledge.tables import Condition, Field, Query
from knowledge.tables.values import Benefit, PartnerKind, Relation
from knowledge.text.money import Amount, Period

MOST_SHOWN = 110  # characters of all conditions: they stand above a list on a phone


def labels_of(query: Query, language: str, names: Directory) -> str:
    """All conditions in brackets, with a space before them where the language wants one; empty when there are none."""
    labels = [label for condition in query.conditions if (label := label_of(condition, language, names))]
    return say("conditions", language, conditions=clipped(joined(labels, language), MOST_SHOWN)) if labels else ""


def label_of(condition: Condition, language: str, names: Directory) -> str:
    """One condition in words; empty for one that nobody asked for in so many words.

    ``names`` knows how people write folded names and towns.
    """
    key = f"condition_{condition.field}_{condition.operator}"
    label = say(key, language, value=_value(condition, language, names))
    return say("condition_not", language, value=label) if condition.negated else label


def _value(condition: Condition, language: str, names: Directory) -> str:
    value = condition.value
    if isinstance(value, tuple):
        return _texts(condition.field, value, language, names)
    if isinstance(value, Amount):
        sum_of_money = say("money_exact", language, low=figures(value.yuan))
        return sum_of_money + say(f"per_{value.period}", language)
    if isinstance(value, int | float):
        return str(value) if condition.field is Field.YEAR else figures(value)
    if isinstance(value, Period):
        return say(f"by_{value}", language)
    if isinstance(value, Benefit):
        return say(f"benefit_{value}", language)
    if isinstance(value, Relation):
        return relation_name(value, language, names.home)
    if isinstance(value, PartnerKind):
        return say(f"kind_{value}", language)
    return day_in_words(value, language) if isinstance(value, date) else word(value, language) if value else ""


def _texts(field: Field, texts: tuple[str, ...], language: str, names: Directory) -> str:
    if field is Field.NAME:
        return joined([names.home.called(names.shown(name), language) for name in texts], language)
    if field is Field.TOWN:
        return joined([names.home.town_name(town, language) for town in texts], language)
    if field is Field.PLACE:
        chinese, english = texts[0], texts[-1]
        return capwords(english) if language == "en" else chinese
    if field is Field.WORDS:
        return say("or", language).join(title_names(texts, language, names))
    # 夜 and 晚 are one evening
    return joined([word(text, language) for text in dict.fromkeys(texts) if text != "晚"], language)


def title_names(words: tuple[str, ...], language: str, names: Directory) -> dict[str, tuple[str, ...]]:
    """What titles, occupations and fields that rows were asked for are called in the reader's language, each with the
    ``words`` for it; other words as they were asked.
    """
    return {names.shown(name): same for name, same in names.titles.called(words, language == "en").items()}
