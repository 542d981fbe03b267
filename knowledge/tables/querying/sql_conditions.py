"""Conditions as SQL: one table of fields and operators for each kind of rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, false, func, or_

from knowledge.tables.querying.conditions import Condition, ConditionError, Field, Operator, Texts
from knowledge.tables.querying.sql_contains import holds_text
from knowledge.tables.records import RecordKind
from knowledge.tables.storage.schema import TABLES
from knowledge.tables.storage.search_columns import entry_bits, spaced
from knowledge.tables.values import Benefit, Education, Entry, Level, Relation
from knowledge.text.money import Amount, Period

Rule = Callable[[Table, Any], ColumnElement[bool]]


def condition_sql(condition: Condition, kind: RecordKind) -> ColumnElement[bool]:
    """``condition`` as SQL over the table of ``kind``. Raises ``ConditionError`` when such rows have no such field."""
    met = rule_of(condition, kind)(TABLES[kind], condition.value)
    return func.coalesce(met, false()).is_(False) if condition.negated else met


def rule_of(condition: Condition, kind: RecordKind) -> Rule:
    """What makes SQL of ``condition`` but for its negation. Raises ``ConditionError``."""
    rule = CONDITIONS[kind].get((condition.field, condition.operator))
    if rule is None:
        raise ConditionError(f"{condition.field} {condition.operator}: rows of kind {kind} have no such condition")
    return rule


def _equals(column: str) -> Rule:
    return lambda table, value: table.c[column] == value


def _one_of(column: str) -> Rule:
    return lambda table, texts: table.c[column].in_(texts)


def _contains(column: str) -> Rule:
    return lambda table, texts: or_(*(holds_text(table.c[column], text) for text in texts))


def _at_least(column: str) -> Rule:
    return lambda table, value: table.c[column] >= value


def _above(column: str) -> Rule:
    return lambda table, value: table.c[column] > value


def _at_most(column: str) -> Rule:
    return lambda table, value: table.c[column] <= value


def _below(column: str) -> Rule:
    return lambda table, value: table.c[column] < value


def _stated(column: str) -> Rule:
    return lambda table, value: table.c[column].is_not(None)


def _not_stated(column: str) -> Rule:
    return lambda table, value: table.c[column].is_(None)


def _ranked(rule: Rule) -> Rule:
    """``rule`` for levels and schooling, whose columns hold ranks."""

    def ranked(table: Table, value: Education | Level) -> ColumnElement[bool]:
        return rule(table, value.rank)

    return ranked


def _pay(*rules: Rule) -> Rule:
    """All ``rules`` for a sum, of rows that pay by its period.

    What an order compares (floor, top) is asked for besides, where it follows: an index begins with it.
    """

    def paid(table: Table, amount: Amount) -> ColumnElement[bool]:
        return and_(table.c.pay_period == amount.period.value, *(rule(table, amount.yuan) for rule in rules))

    return paid


def _pay_stated(table: Table, period: Period) -> ColumnElement[bool]:
    return and_(table.c.pay_period == period.value, table.c.pay_top.is_not(None))


def _about(table: Table, texts: Texts) -> ColumnElement[bool]:
    return or_(*(holds_text(table.c.words, spaced(text)) for text in texts))


def _posted_in(table: Table, year: int) -> ColumnElement[bool]:
    return table.c.opens.between(date(year, 1, 1), date(year, 12, 31))


def _benefit(table: Table, benefit: Benefit) -> ColumnElement[bool]:
    columns = ("food", "lodging") if benefit is Benefit.FOOD_AND_LODGING else (benefit.value,)
    return and_(*(table.c[column].is_(True) for column in columns))


def _free(table: Table, value: None) -> ColumnElement[bool]:
    return table.c.tuition_high == 0


def _entry(table: Table, entry: Entry) -> ColumnElement[bool]:
    return table.c.entry.op("&")(entry_bits((entry, Entry.ANYONE))) != 0


def _relation(table: Table, relation: Relation) -> ColumnElement[bool]:
    return table.c.relations.op("&")(relation.bit) != 0


Rules = Mapping[tuple[Field, Operator], Rule]
COMMON: Rules = {
    (Field.NAME, Operator.ANY_OF): _one_of("name"),
    (Field.WORDS, Operator.CONTAINS): _about,
    (Field.DEADLINE, Operator.ON_OR_AFTER): _at_least("closes"),
    (Field.DEADLINE, Operator.ON_OR_BEFORE): _at_most("closes"),
}
CONDITIONS: Mapping[RecordKind, Rules] = {
    RecordKind.OPENING: {
        **COMMON,
        (Field.TOWN, Operator.ANY_OF): _one_of("town"),
        (Field.PLACE, Operator.CONTAINS): _contains("place"),
        (Field.YEAR, Operator.IS): _posted_in,
        (Field.POSTED, Operator.ON_OR_AFTER): _at_least("opens"),
        (Field.WORK, Operator.IS): _equals("work"),
        (Field.STARTING_PAY, Operator.AT_LEAST): _pay(_at_least("pay_floor"), _at_least("pay_low")),
        (Field.STARTING_PAY, Operator.ABOVE): _pay(_above("pay_floor"), _above("pay_low")),
        (Field.STARTING_PAY, Operator.AT_MOST): _pay(_at_most("pay_floor"), _at_most("pay_low")),
        (Field.TOP_PAY, Operator.AT_MOST): _pay(_at_most("pay_top"), _at_most("pay_high")),
        (Field.TOP_PAY, Operator.BELOW): _pay(_below("pay_top"), _below("pay_high")),
        (Field.PAY, Operator.STATED): _pay_stated,
        (Field.PAY, Operator.NOT_STATED): _not_stated("pay_top"),
        (Field.EDUCATION, Operator.IS): _ranked(_equals("education")),
        (Field.EDUCATION, Operator.AT_LEAST): _ranked(_at_least("education")),
        (Field.EDUCATION, Operator.AT_MOST): _ranked(_at_most("education")),
        (Field.LEVEL, Operator.IS): _ranked(_equals("level")),
        (Field.HEADCOUNT, Operator.AT_LEAST): _at_least("headcount"),
        (Field.HEADCOUNT, Operator.STATED): _stated("headcount"),
        (Field.BENEFIT, Operator.INCLUDES): _benefit,
    },
    RecordKind.PROGRAM: {
        **COMMON,
        (Field.TOWN, Operator.ANY_OF): _one_of("town"),
        (Field.PLACE, Operator.CONTAINS): _contains("place"),
        (Field.YEAR, Operator.IS): _equals("year"),
        (Field.LEVEL, Operator.IS): _ranked(_equals("level")),
        (Field.ENTRY, Operator.INCLUDES): _entry,
        (Field.YEARS, Operator.IS): _equals("years"),
        (Field.YEARS, Operator.AT_MOST): _at_most("years"),
        (Field.YEARS, Operator.STATED): _stated("years"),
        (Field.MODE, Operator.IS): _equals("mode"),
        (Field.TUITION, Operator.AT_LEAST): _at_least("tuition_low"),
        (Field.TUITION, Operator.ABOVE): _above("tuition_low"),
        (Field.TUITION, Operator.AT_MOST): _at_most("tuition_high"),
        (Field.TUITION, Operator.BELOW): _below("tuition_high"),
        (Field.TUITION, Operator.FREE): _free,
        (Field.TUITION, Operator.STATED): _stated("tuition_high"),
        (Field.SEASON, Operator.CONTAINS): _contains("season"),
        (Field.SCHEDULE, Operator.CONTAINS): _contains("schedule"),
        (Field.HEADCOUNT, Operator.STATED): _stated("quota"),
    },
    RecordKind.PARTNER: {
        **COMMON,
        (Field.PARTNER_KIND, Operator.IS): _equals("kind"),
        (Field.RELATION, Operator.INCLUDES): _relation,
    },
    RecordKind.PROCEDURE: {**COMMON},
    RecordKind.ANSWER: {**COMMON},
}
