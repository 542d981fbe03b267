# ruff: noqa: E501  # alternatives of one pattern read best on one line
"""Conditions in a question, each taken away from its text as it is understood."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from bot.understanding.slots.dates import deadline, posted, year
from bot.understanding.slots.money import fee_conditions, pay_conditions
from bot.understanding.slots.negation import EXCLUDABLE, excluded_all
from bot.understanding.slots.programmes import entry, season, years
from bot.understanding.slots.towns import elsewhere, town
from bot.understanding.slots.trades import opening_trade, program_trade
from bot.understanding.spans import Phrase
from knowledge.tables import Condition, Field, Operator
from knowledge.tables.records import RecordKind
from knowledge.tables.values import Benefit, Education, Mode, Work
from knowledge.tables.vocabularies import BENEFIT, EDUCATION, LEVEL, MODE, WORK
from knowledge.text.money import Period

# Before and after what an employer provides.
PROVIDED = "(?:with |including |offering |and )?(?:free )?(?:{0})(?: included)?(?:的)?"
CANDIDATE = r"(?:毕业生?|学历的?人?|生|文凭|水平|graduates?|leavers?|diploma holders?|education)(?:就)?(?:可以|能|可)?(?:做|应聘|干|申请)?(?:的)?"


def conditions_of(kind: RecordKind, phrase: Phrase, day: date) -> list[Condition] | None:
    """All conditions of a question to rows of ``kind``, taken away from ``phrase``, in the order in which they are asked.

    None when one is excluded that cannot be.
    """
    placed: list[tuple[int, Condition]] = []
    for finder in FINDERS[kind]:
        known, without = len(phrase.taken), False
        for condition in finder(phrase, day):
            new, known = phrase.taken[known:], len(phrase.taken)
            if new:  # else it was found with the one before
                excluded = excluded_all(phrase, [(start, end) for _, start, end in new])
                if excluded is None:
                    return None
                without = excluded
            if without and condition.field not in EXCLUDABLE:
                return None
            start = phrase.places[-1][0] if phrase.places else 0
            placed.append((start, replace(condition, negated=True) if without else condition))
    return [condition for _, condition in sorted(placed, key=lambda pair: pair[0])]


def _education(phrase: Phrase, day: date) -> Iterator[Condition]:
    if phrase.take(r"(?:学历)?(?:要求)?不限学历|不用学历|不需要学历|冇学历要求|学历(?:要求)?不限(?:的)?|不要求学历|无学历(?:要求)?|(?<!有)没有?(?:任何)?(?:学历|文凭)(?:要求)?(?!不限)|without (?:a |any )?(?:degree|diploma|education|qualifications?)|no (?:degree|diploma|education)"
                   r"(?:al)?(?: requirements?| required| needed)?", "education"):  # fmt: skip
        yield Condition(Field.EDUCATION, Operator.IS, Education.ANY)
        return
    for pattern, education in EDUCATION.questions:
        english = r"(?: degree| diploma| education)?"
        if phrase.take(rf"(?:要求)?(?:学历)?(?:{pattern}){english}(?:学历)?(?:及|或)?以上(?:学历)?(?:的)?|(?:at least (?:an? )?)(?:{pattern}){english}|"
                       rf"(?:{pattern}){english} or (?:above|higher)", "education"):  # fmt: skip
            yield Condition(Field.EDUCATION, Operator.AT_LEAST, education)
        elif phrase.take(
            rf"(?:requir(?:ing|es?) (?:an? )?|学历?要求(?:是|为)?|要求)(?:{pattern}){english}(?:学历)?(?:的)?",
            "education",
        ):
            yield Condition(Field.EDUCATION, Operator.IS, education)
        elif phrase.take(rf"(?:我(?:是|只有)?|只有|with (?:only )?(?:an? )?|for (?:an? )?|as an? )?(?:{pattern}){english}\s*{CANDIDATE}|"
                         rf"(?:我(?:是|只有)?|只有|with (?:only )?(?:an? )?|for (?:an? )?|as an? )?(?:{pattern}){english}", "education"):  # fmt: skip
            yield Condition(Field.EDUCATION, Operator.AT_MOST, education)
        else:
            continue
        return


def _level(phrase: Phrase, day: date) -> Iterator[Condition]:
    for pattern, level in LEVEL.questions:
        if phrase.take(
            rf"(?:要求|要|requiring )?(?:{pattern})(?:班|证书?|层次|等级|级别|资格| certificate| level)*(?:的)?",
            "level",
        ):
            yield Condition(Field.LEVEL, Operator.IS, level)
            return


def _named(table: tuple[tuple[str, Mode | Work], ...], field: Field) -> Callable[[Phrase, date], Iterator[Condition]]:
    def find(phrase: Phrase, day: date) -> Iterator[Condition]:
        for pattern, value in table:
            if phrase.take(rf"(?:招)?(?:{pattern})(?:的)?", field):
                yield Condition(field, Operator.IS, value)
                return

    return find


def _benefits(phrase: Phrase, day: date) -> Iterator[Condition]:
    if phrase.take(PROVIDED.format(BENEFIT.question(Benefit.FOOD_AND_LODGING)), "food"):
        yield Condition(Field.BENEFIT, Operator.INCLUDES, Benefit.FOOD)
        yield Condition(Field.BENEFIT, Operator.INCLUDES, Benefit.LODGING)
    if phrase.take(PROVIDED.format(BENEFIT.question(Benefit.FOOD)), "food"):
        yield Condition(Field.BENEFIT, Operator.INCLUDES, Benefit.FOOD)
    if phrase.take(PROVIDED.format(BENEFIT.question(Benefit.LODGING)), "lodging"):
        yield Condition(Field.BENEFIT, Operator.INCLUDES, Benefit.LODGING)
    if phrase.take(PROVIDED.format(BENEFIT.question(Benefit.INSURANCE)), "insurance"):
        yield Condition(Field.BENEFIT, Operator.INCLUDES, Benefit.INSURANCE)


def _headcount(phrase: Phrase, day: date) -> Iterator[Condition]:
    found = phrase.take(r"招(?:聘)?(?:人数)?(?:至少|不少于|超过)?\s*(\d{1,4})\s*(?:个|名)?人?(?:及?以上)(?:的)?|"
                        r"(?:hiring|recruiting|for|with) (?:at least |more than )?(\d{1,4})(?: or more)? (?:people|places|vacancies)", "headcount")  # fmt: skip
    if found:
        yield Condition(Field.HEADCOUNT, Operator.AT_LEAST, int(found[1] or found[2]))


def _pay(phrase: Phrase, day: date) -> Iterator[Condition]:
    if phrase.take(
        r"(?:工资|薪资|薪酬|待遇)?面议(?:的)?|(?:没有?|未)(?:写|注|标)明?(?:工资|薪资|月薪)(?:的)?|negotiable(?: pay| salary)?",
        "pay_open",
    ):
        yield Condition(Field.PAY, Operator.NOT_STATED)
    yield from pay_conditions(phrase)
    if phrase.take(r"日结(?:工资|工)?(?:的)?|按天(?:结算?|算)(?:的)?|paid (?:daily|by the day)|daily pay", "pay"):
        yield Condition(Field.PAY, Operator.STATED, Period.DAY)


def _fee(phrase: Phrase, day: date) -> Iterator[Condition]:
    yield from fee_conditions(phrase)


Finder = Callable[[Phrase, date], Iterator[Condition]]
FINDERS: dict[RecordKind, tuple[Finder, ...]] = {
    RecordKind.OPENING: (
        deadline, posted, year, _headcount, _pay, elsewhere, town, _education, _level, _named(WORK.questions, Field.WORK), _benefits,
        opening_trade,
    ),
    RecordKind.PROGRAM: (
        deadline, year, entry, _fee, years, elsewhere, town, _level, _named(MODE.questions, Field.MODE), season, program_trade,
    ),
    RecordKind.PARTNER: (),
    RecordKind.PROCEDURE: (),
}  # fmt: skip
