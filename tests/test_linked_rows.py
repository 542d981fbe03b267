"""Questions that surely ask for rows: what learned weights tell of them, beside what they say in so many words."""

from __future__ import annotations

from bot.understanding.parsed_query import Operation, ParsedQuery
from bot.understanding.rows.linked_rows import LearnedReading, continued_rows, fuller, linked_rows
from knowledge.intents.message_reader import Intents
from knowledge.tables import Condition, Field, Operator, Query, SortOrder, about
from knowledge.tables.records import RecordKind
from knowledge.tables.values import Benefit
from knowledge.validity import today
from tests.names import shipped_names

OPENING = RecordKind.OPENING


def read(question: str, *facets: str, kind: RecordKind | None = OPENING) -> ParsedQuery | None:
    return linked_rows(question, reading(*facets, kind=kind), shipped_names(), today())


def reading(*facets: str, kind: RecordKind | None = OPENING) -> LearnedReading:
    intents = Intents({"opening": 1.0}, 0.5, frozenset(facets))
    return LearnedReading(kind, intents, lambda text: frozenset(facets))


def fields(parsed: ParsedQuery | None) -> list[Field]:
    assert parsed is not None
    return [condition.field for condition in parsed.query.conditions]


def test_a_title_is_taken_by_any_name_of_its_occupation() -> None:
    parsed = read("烧焊的活")
    assert parsed is not None and parsed.query.conditions == (about(("焊工",)),)
    assert read("烧火花的活") is None


def test_what_is_not_for_rows_is_left() -> None:
    assert read("烧焊的活", kind=None) is None


def test_facets_become_conditions_and_an_order() -> None:
    board = Condition(Field.BENEFIT, Operator.INCLUDES, Benefit.FOOD)
    parsed = read("厂里给饭的活", "opening wants food", "opening wants highest_pay", "program wants free")
    assert parsed is not None and board in parsed.query.conditions
    assert parsed.query.order is SortOrder.PAY_HIGHEST
    assert Field.PAY in fields(parsed)  # only what states its pay can be compared


def test_an_average_is_an_average() -> None:
    parsed = read("烧焊的平均工资")
    assert parsed is not None and parsed.operation is Operation.AVERAGE
    assert parsed.query.order is None


def test_an_average_of_which_rows_say_nothing_is_left() -> None:
    assert read("全省平均工资是多少") is None


def test_where_somebody_comes_from_is_no_place_of_work() -> None:
    assert Field.PLACE in fields(read("佛山的焊工岗位"))
    assert Field.PLACE not in fields(read("我从佛山搬来狮岭，有没有焊工的活"))


def test_the_reading_that_leaves_less_out_stands() -> None:
    some, more = (about(("焊工",)), Condition(Field.BENEFIT, Operator.INCLUDES, Benefit.FOOD))
    short = ParsedQuery(Query(OPENING, (some,)), Operation.COUNT)
    whole = ParsedQuery(Query(OPENING, (some, more)))
    joined = fuller(short, whole)
    assert joined is not None and joined.operation is Operation.COUNT and joined.query == whole.query
    assert fuller(whole, short) is whole
    assert fuller(short, None) is short and fuller(None, whole) is whole
    other = ParsedQuery(Query(RecordKind.PROGRAM, (some,)))
    assert fuller(short, other) is other


def test_a_list_goes_on_with_what_is_wanted_besides() -> None:
    before = Query(OPENING, (about(("焊工",)),))
    wanted = reading("opening wants lodging")
    parsed = continued_rows("咁邊間有得瞓㗎", before, wanted, shipped_names(), today())
    assert parsed is not None and parsed.query.conditions[0] == before.conditions[0]
    assert parsed.query.conditions[1] == Condition(Field.BENEFIT, Operator.INCLUDES, Benefit.LODGING)
    assert continued_rows("是吗", before, reading(), shipped_names(), today()) is None


def test_a_list_goes_on_with_another_title() -> None:
    before = Query(OPENING, (about(("叉车司机",)), Condition(Field.TOWN, Operator.ANY_OF, ("狮岭镇",))))
    parsed = continued_rows("烧焊的呢", before, reading(), shipped_names(), today())
    assert parsed is not None and about(("焊工",)) in parsed.query.conditions
    assert before.conditions[0] not in parsed.query.conditions and before.conditions[1] in parsed.query.conditions
