"""The buttons of a list: a number for each row, the pages before and after, and short names of filters side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from unicodedata import east_asian_width

from bot.answer import Choice
from bot.answering.rows.filter_labels import label_of
from bot.answering.rows.layout.list_requests import ListView, request
from bot.answering.rows.wording.formatting import clipped, figures, say, word
from bot.presentation.messages import message
from knowledge.entities.directory import Directory
from knowledge.tables import Condition, Field, Operator, StoredRecord
from knowledge.tables.querying.record_queries import PAGE
from knowledge.text.money import Amount, Period

CARDS, PAGES = "cards", "pages"  # lines of buttons
BESIDE, WIDEST_LINE, LONGEST_NAME = 3, 32, 40  # buttons in a line; half widths of their names; characters of one
SHORT = frozenset({
    (Field.EDUCATION, Operator.AT_MOST), (Field.ENTRY, Operator.INCLUDES), (Field.SCHEDULE, Operator.CONTAINS),
    (Field.STARTING_PAY, Operator.AT_LEAST), (Field.STARTING_PAY, Operator.ABOVE),
})  # fmt: skip


def card_buttons(view: ListView, rows: Sequence[StoredRecord], language: str) -> tuple[Choice, ...]:
    """A button under the number of each row, which opens its card; none for the only row, which is shown whole."""
    if len(rows) == 1 and view.start == 0:
        return ()
    numbered = enumerate(rows, view.start + 1)
    return tuple(Choice(str(number), request(view, language, row.id), CARDS, True) for number, row in numbered)


def page_buttons(view: ListView, shown: int, total: int, language: str) -> tuple[Choice, ...]:
    """Buttons to the rows before and after the ``shown`` ones."""
    before, after = max(0, view.start - PAGE), view.start + shown
    back = [Choice(say("previous", language), request(view.at(before), language), PAGES, True)]
    on = [Choice(say("next", language), request(view.at(after), language), PAGES, True)]
    return (*(back if view.start else ()), *(on if after < total else ()))


def back_button(view: ListView, language: str) -> Choice:
    """Back from a card to its list."""
    return Choice(message("lists.back", language), request(view, language), in_place=True)


def side_by_side(choices: Sequence[Choice], name: str) -> tuple[Choice, ...]:
    """``choices`` in lines of two or three, as many as a phone shows beside each other."""
    placed: list[Choice] = []
    line, used, count = 0, 0, 0
    for choice in choices:
        width = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in choice.label)
        if count and (count == BESIDE or used + width > WIDEST_LINE):
            line, used, count = line + 1, 0, 0
        placed.append(replace(choice, line=f"{name} {line}", in_place=True))
        used, count = used + width, count + 1
    return tuple(placed)


def filter_name(condition: Condition, language: str, names: Directory) -> str:
    """What a button calls ``condition``: in as few words as possible; empty for one that nobody asked for."""
    if condition.operator is Operator.STATED:
        return ""
    return clipped(_short(condition, language, names) or label_of(condition, language, names), LONGEST_NAME)


def _short(condition: Condition, language: str, names: Directory) -> str:
    field, operator, value = condition.field, condition.operator, condition.value
    if condition.negated:
        return ""
    if field is Field.RELATION:
        return message(f"lists.relation_{value}", language)
    monthly = not isinstance(value, Amount) or value.period is Period.MONTH
    if (field, operator) not in SHORT or not monthly:
        return ""
    text = figures(value.yuan) if isinstance(value, Amount) else word((*condition.texts, str(value))[0], language)
    return message(f"lists.filter_{field}_{operator}", language, value=text)
