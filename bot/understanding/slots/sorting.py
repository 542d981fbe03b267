# ruff: noqa: E501  # alternatives of one pattern read best on one line
"""What should come first, and which rows can be compared at all."""

from __future__ import annotations

from bot.understanding.spans import Phrase
from knowledge.tables import Condition, Field, Operator, SortOrder
from knowledge.tables.records import RecordKind
from knowledge.text.money import Period, period_of

ORDERS: dict[RecordKind, tuple[tuple[str, SortOrder], ...]] = {
    RecordKind.OPENING: (
        (r"(?:工资|薪资|薪水|月薪|日薪|时薪|年薪|人工|待遇|收入|薪酬)(?:是)?(?:最高|最好)(?:的)?|最高(?:工资|薪资|薪|月薪)(?:的)?|(?:highest|best)[- ]"
         r"(?:paying|paid|pay|salary)|pays? (?:the )?(?:most|best|highest)|highest (?:monthly )?(?:pay|salary)", SortOrder.PAY_HIGHEST),
        (r"按(?:照)?(?:工资|薪资|月薪|薪酬|待遇)(?:从高到低|由高到低|高低)?(?:排序|排列|排名|排|来看)?|(?:工资|薪资|月薪)(?:从|由)高(?:到|至)低|(?:sorted|ordered) by (?:pay|salary)", SortOrder.PAY_HIGHEST),
        (r"(?:工资|薪资|薪水|月薪|日薪|时薪|人工|待遇)最低(?:的)?|lowest[- ](?:paying|paid|pay|salary)", SortOrder.PAY_LOWEST),
        (r"(?:最早|最快|即将|快要?|最近)(?:就要)?(?:截止|到期|过期)(?:了)?(?:的)?|截止(?:日期)?最(?:早|近|快)(?:的)?|(?:closing|closes?|\bexpir\w++) "
         r"(?:soon(?:est)?|next(?! \w)|first)|(?:earliest|soonest) (?:deadline|closing)(?: date)?", SortOrder.SOONEST),
        (r"招(?:聘)?(?:的)?人(?:数)?最多(?:的)?|人数最多(?:的)?|(?:最缺|缺)(?:人|工)(?:最多)?(?:的)?|most (?:places|people|vacancies|headcount)", SortOrder.MOST_PEOPLE),
        (r"(?:发布(?:日期|时间)?)?最新(?:发布)?(?:的)?|newest|latest|most recent(?:ly posted)?", SortOrder.NEWEST),
    ),
    RecordKind.PROGRAM: (
        (r"(?:学费|收费)?(?:是)?(?:最便宜|最平|最低|最少)(?:的)?(?:学费)?|cheapest|lowest (?:tuition|fees?)|least expensive", SortOrder.CHEAPEST),
        (r"(?:学费|收费)?(?:最贵|最高)(?:的)?(?:学费)?|most expensive|highest (?:tuition|fees?)", SortOrder.DEAREST),
        (r"(?:学制|时间)?最短(?:的)?|shortest", SortOrder.SHORTEST),
        (r"(?:学制|时间)?最长(?:的)?|longest", SortOrder.LONGEST),
        (r"(?:招生|计划|招)(?:的)?(?:人|名额)(?:数)?最多(?:的)?|most places|largest (?:quota|intake)", SortOrder.MOST_PEOPLE),
        (r"(?:最早|最快|即将|快要?)(?:报名)?截止(?:的)?|(?:closing|closes?) (?:soon(?:est)?|next(?! \w)|first)|(?:earliest|soonest) deadline", SortOrder.SOONEST),
    ),
}  # fmt: skip
WHICH = r"哪|边|更|比|还是|which|what|who|than"  # beside these, 便宜 asks for the cheapest
COMPARATIVES: dict[RecordKind, tuple[tuple[str, SortOrder], ...]] = {
    RecordKind.OPENING: (
        (r"(?:工资|薪资|薪水|月薪|待遇|收入|人工)(?:更|比较)?高(?!于)(?:一?些|一?点)?|pays? (?:more|better)", SortOrder.PAY_HIGHEST),
        (r"(?:工资|薪资|薪水|月薪)(?:更|比较)?低(?!于)(?:一?些|一?点)?", SortOrder.PAY_LOWEST),
    ),
    RecordKind.PROGRAM: (
        (r"(?:学费|收费)?(?:更|比较)?(?:便宜|低(?!于))(?:一?些|一?点)?|cheaper|costs? less", SortOrder.CHEAPEST),
        (r"(?:学费|收费)?(?:更|比较)?贵(?:一?些|一?点)?|more expensive", SortOrder.DEAREST),
        (r"(?:学制|时间)(?:更|比较)?短(?:一?些|一?点)?|shorter", SortOrder.SHORTEST),
    ),
}  # fmt: skip
COMPARED = {
    SortOrder.CHEAPEST: Field.TUITION, SortOrder.DEAREST: Field.TUITION, SortOrder.SHORTEST: Field.YEARS,
    SortOrder.LONGEST: Field.YEARS, SortOrder.MOST_PEOPLE: Field.HEADCOUNT,
}  # fmt: skip


def order_of(kind: RecordKind, phrase: Phrase) -> tuple[SortOrder | None, list[Condition]]:
    """What should come first, if a question says so, and the condition that leaves what can be compared."""
    for pattern, order in ORDERS.get(kind, ()):
        if phrase.has(pattern):
            compared = _compared(order, phrase)
            phrase.take(pattern)
            return order, compared
    if phrase.has(WHICH):
        for pattern, order in COMPARATIVES.get(kind, ()):
            if phrase.take(pattern):
                return order, _compared(order, phrase)
    return None, []


def _compared(order: SortOrder, phrase: Phrase) -> list[Condition]:
    """Pay for an hour is not compared with pay for a month, nor what is not stated with what is."""
    if order in (SortOrder.PAY_HIGHEST, SortOrder.PAY_LOWEST):
        return [comparable(RecordKind.OPENING, phrase)]
    return [Condition(COMPARED[order], Operator.STATED)] if order in COMPARED else []


def comparable(kind: RecordKind, phrase: Phrase) -> Condition:
    """What leaves the rows whose pay, for the period that is asked for, or tuition can be put together."""
    if kind is not RecordKind.OPENING:
        return Condition(Field.TUITION, Operator.STATED)
    period = period_of(phrase.text)
    return Condition(Field.PAY, Operator.STATED, period if period in (Period.HOUR, Period.DAY) else Period.MONTH)
