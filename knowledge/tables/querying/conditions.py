"""What may be asked of rows: a condition is a field, an operator and a value of the type that belongs to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import NoneType

from knowledge.tables.values import Benefit, Education, Entry, Level, Mode, PartnerKind, Relation, Work
from knowledge.text.money import Amount, Period


class Field(StrEnum):
    """What of a row a condition is about. Which kinds of rows have it: ``sql_conditions.CONDITIONS``."""

    NAME = "name"  # employer, school, partner or type of procedure, folded as ``knowledge.text.language.fold`` does
    WORDS = "words"  # title, trade, major, partners: all that a word in a question may mean
    TOWN = "town"
    PLACE = "place"  # the place of work or the campus, folded, as the row has it
    YEAR = "year"  # of a program, or in which an opening was posted
    DEADLINE = "deadline"  # the last day
    POSTED = "posted"
    WORK = "work"
    STARTING_PAY = "starting_pay"  # the lower end; the upper one where only that is stated
    TOP_PAY = "top_pay"  # the upper end; the lower one where only that is stated
    PAY = "pay"  # either
    EDUCATION = "education"
    LEVEL = "level"
    HEADCOUNT = "headcount"  # people wanted, places of a program
    BENEFIT = "benefit"
    ENTRY = "entry"
    YEARS = "years"  # of study
    MODE = "mode"
    TUITION = "tuition"  # yuan a year
    SEASON = "season"
    SCHEDULE = "schedule"
    PARTNER_KIND = "partner_kind"
    RELATION = "relation"


class Operator(StrEnum):
    """How a field is compared with a value."""

    IS = "is"
    ANY_OF = "any_of"  # is one of several texts
    CONTAINS = "contains"  # holds at least one of several texts
    INCLUDES = "includes"  # has it among several of its kind
    AT_LEAST = "at_least"
    ABOVE = "above"
    AT_MOST = "at_most"
    BELOW = "below"
    ON_OR_AFTER = "on_or_after"
    ON_OR_BEFORE = "on_or_before"
    STATED = "stated"  # says a figure, so that rows can be compared; of pay: a sum for that period
    NOT_STATED = "not_stated"
    FREE = "free"


Texts = tuple[str, ...]
Value = (
    Texts | int | float | date | Amount | Period | Education | Level | Entry | Mode | Work | Benefit | PartnerKind
    | Relation | None
)  # fmt: skip
VALUE_TYPES: Mapping[tuple[Field, Operator], type] = {
    (Field.NAME, Operator.ANY_OF): tuple,
    (Field.WORDS, Operator.CONTAINS): tuple,
    (Field.TOWN, Operator.ANY_OF): tuple,
    (Field.PLACE, Operator.CONTAINS): tuple,
    (Field.YEAR, Operator.IS): int,
    (Field.DEADLINE, Operator.ON_OR_AFTER): date,
    (Field.DEADLINE, Operator.ON_OR_BEFORE): date,
    (Field.POSTED, Operator.ON_OR_AFTER): date,
    (Field.WORK, Operator.IS): Work,
    (Field.STARTING_PAY, Operator.AT_LEAST): Amount,
    (Field.STARTING_PAY, Operator.ABOVE): Amount,
    (Field.STARTING_PAY, Operator.AT_MOST): Amount,
    (Field.TOP_PAY, Operator.AT_MOST): Amount,
    (Field.TOP_PAY, Operator.BELOW): Amount,
    (Field.PAY, Operator.STATED): Period,
    (Field.PAY, Operator.NOT_STATED): NoneType,
    (Field.EDUCATION, Operator.IS): Education,
    (Field.EDUCATION, Operator.AT_LEAST): Education,
    (Field.EDUCATION, Operator.AT_MOST): Education,
    (Field.LEVEL, Operator.IS): Level,
    (Field.HEADCOUNT, Operator.AT_LEAST): int,
    (Field.HEADCOUNT, Operator.STATED): NoneType,
    (Field.BENEFIT, Operator.INCLUDES): Benefit,
    (Field.ENTRY, Operator.INCLUDES): Entry,
    (Field.YEARS, Operator.IS): float,
    (Field.YEARS, Operator.AT_MOST): float,
    (Field.YEARS, Operator.STATED): NoneType,
    (Field.MODE, Operator.IS): Mode,
    (Field.TUITION, Operator.AT_LEAST): float,
    (Field.TUITION, Operator.ABOVE): float,
    (Field.TUITION, Operator.AT_MOST): float,
    (Field.TUITION, Operator.BELOW): float,
    (Field.TUITION, Operator.FREE): NoneType,
    (Field.TUITION, Operator.STATED): NoneType,
    (Field.SEASON, Operator.CONTAINS): tuple,
    (Field.SCHEDULE, Operator.CONTAINS): tuple,
    (Field.PARTNER_KIND, Operator.IS): PartnerKind,
    (Field.RELATION, Operator.INCLUDES): Relation,
}


class ConditionError(ValueError):
    """A condition that does not exist; the message names field and operator."""


@dataclass(frozen=True)
class Condition:
    """One condition, or with ``negated`` its opposite: what does not meet it, or does not say.

    Raises ``ConditionError`` where field and operator do not go together or the value is not of their type.
    """

    field: Field
    operator: Operator
    value: Value = None
    negated: bool = False

    def __post_init__(self) -> None:
        expected = VALUE_TYPES.get((self.field, self.operator))
        if expected is None:
            raise ConditionError(f"{self.field} {self.operator}: there is no such condition")
        texts = not isinstance(self.value, tuple) or all(isinstance(text, str) for text in self.value)
        if type(self.value) is not expected or not texts:
            name = "texts" if expected is tuple else expected.__name__
            raise ConditionError(f"{self.field} {self.operator}: expected a value of type {name}, found {self.value!r}")

    @property
    def texts(self) -> Texts:
        """The texts of a condition that has several; none of any other."""
        return self.value if isinstance(self.value, tuple) else ()

    @property
    def slot(self) -> tuple[object, ...]:
        """What a later condition of a conversation replaces: that of the same slot. Benefits add up."""
        benefit = self.value if self.field is Field.BENEFIT else None
        return self.field, self.operator, self.negated, benefit


def about(texts: Texts) -> Condition:
    """Rows that are about any of ``texts``."""
    return Condition(Field.WORDS, Operator.CONTAINS, texts)


def named(texts: Texts) -> Condition:
    """Rows of any of the folded names ``texts``."""
    return Condition(Field.NAME, Operator.ANY_OF, texts)
