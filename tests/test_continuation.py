"""Conversations over rows: more of a list, one of it, what it says, another condition; asked of the shipped tables."""

from __future__ import annotations

from bot.answer import Answer, BlockKind, Status, Turn
from bot.answering.rows.continuation import RowsBefore, numbered_row
from bot.answering.rows.row_pages import RowPages, shown_rows
from knowledge.tables import Query
from knowledge.tables.querying.record_queries import PAGE
from knowledge.tables.records import Opening, RecordKind
from knowledge.text.ordinals import LAST
from knowledge.validity import today
from tests.shipped import shipped


def talk(*messages: str) -> Answer:
    """The last answer of a conversation."""
    assistant, turns, answer = shipped().assistant(), list[Turn](), None
    for message in messages:
        answer = assistant.answer(message, turns)
        turns.append(Turn(message, answer.text, answer.context))
    assert answer is not None
    return answer


def titles(answer: Answer) -> list[object]:
    return [record.get("title") or record.get("major") for record in answer.records]


def test_more_of_a_list_follows_where_it_ended() -> None:
    first, second = talk("有哪些岗位"), talk("有哪些岗位", "还有吗")
    assert len(first.records) == PAGE
    rows = [block.text for block in second.blocks if block.kind is BlockKind.ROW]
    assert [text.split(". ")[0] for text in rows] == [str(PAGE + number) for number in range(1, PAGE + 1)]
    known = [citation.quote for citation in first.citations]
    assert not any(citation.quote in known for citation in second.citations)


def test_where_a_list_has_ended_there_is_no_more() -> None:
    answer = talk("有没有叉车司机的岗位", "any more?")
    assert answer.status is Status.ANSWERED
    assert "no more" in answer.text and not answer.records


def test_a_number_points_at_a_row_and_stays_pointed_at() -> None:
    listed = talk("叉车司机哪里招")
    answer = talk("叉车司机哪里招", "第二个在哪")
    assert answer.text.startswith(f"地点：{listed.records[1]['place']}")
    answer = talk("叉车司机哪里招", "第二个在哪", "要什么学历")
    assert len(answer.records) == 1
    assert answer.records[0]["employer"] == listed.records[1]["employer"]


def test_a_number_that_no_row_has_is_said_to_have_none() -> None:
    answer = talk("叉车司机哪里招", "第九个在哪")
    assert answer.status is Status.CLARIFY
    assert not answer.citations


def test_rows_are_numbered_through_the_whole_list() -> None:
    records, day = shipped().edition.records, today()
    query = Query(RecordKind.OPENING)
    pages = RowPages(records, shipped().edition.names, "zh", day)
    second_page = records.find(query, day, PAGE)
    before = RowsBefore(query, shown_rows(second_page.rows, PAGE))
    assert numbered_row(PAGE + 2, before, pages) == second_page.rows[1]
    assert numbered_row(1, before, pages) == records.find(query, day).rows[0]
    assert numbered_row(LAST, before, pages) == second_page.rows[-1]
    assert numbered_row(10_000, before, pages) is None
    assert numbered_row(0, before, pages) is None


def test_what_rows_say_of_what_is_asked_comes_first() -> None:
    answer = talk("叉车司机一个月多少钱")
    pays = [row.record.pay for row in shipped().edition.records.rows(RecordKind.OPENING, ids_of(answer), today())
            if isinstance(row.record, Opening)]  # fmt: skip
    lowest = min(pay.low for pay in pays if pay and pay.low)
    highest = max(pay.high for pay in pays if pay and pay.high)
    assert answer.blocks[0].text == f"薪资：{lowest:,.0f}–{highest:,.0f} 元/月"


def ids_of(answer: Answer) -> tuple[int, ...]:
    assert answer.context.shown is not None
    return answer.context.shown.ids


def test_a_superlative_names_the_winner_and_its_figure() -> None:
    answer = talk("工资最高的岗位是哪个")
    first = answer.records[0]
    employer = str(first["employer"]).removesuffix("（SAMPLE）")
    assert answer.blocks[0].text.startswith(f"{first['title']}（{employer}），薪资：")


def test_a_row_is_pointed_at_by_what_it_says() -> None:
    answer = talk("叉车司机哪里招", "狮岭那家给多少")
    assert len(answer.records) == 1 and "狮岭" in str(answer.records[0]["place"])
    again = talk("叉车司机哪里招", "狮岭那家给多少", "花东那家呢")  # the list is still there
    assert len(again.records) == 1 and "花东" in str(again.records[0]["place"])


def test_thanks_in_between_leave_the_list() -> None:
    answer = talk("叉车司机哪里招", "谢谢", "第二个在哪")
    assert answer.text.startswith("地点：")


def test_a_correction_puts_one_place_for_another() -> None:
    answer = talk("狮岭有哪些岗位", "说错了，不是狮岭，是花东")
    assert answer.records
    assert all("花东" in str(record["place"]) for record in answer.records)


def test_a_list_of_partners_is_pointed_into() -> None:
    listed = talk("技能花都签约的学校有哪几家")
    answer = talk("技能花都签约的学校有哪几家", "第三个英文名叫什么")
    assert str(listed.records[2]["name_en"]) in answer.text


def test_what_no_column_holds_is_not_answered_by_the_row() -> None:
    answer = talk("示例技工学校丙的幼儿教育班有多少女生")
    assert answer.status is Status.NOT_COVERED
    assert not answer.citations and answer.choices
    shown = shipped().assistant().press(answer.choices[0].request, [])
    assert titles(shown)


def test_one_year_beside_a_sum_is_what_the_sum_is_for() -> None:
    answer = talk("无人机专业学费多少钱一年")
    assert "学制 1 年" not in answer.text
    assert answer.records


def test_the_talk_goes_on_from_the_page_and_the_card_that_were_opened() -> None:
    assistant, turns = shipped().assistant(), list[Turn]()

    def then(answer: Answer, question: str = "") -> Answer:
        turns.append(Turn(question, answer.text, answer.context))
        return answer

    def tapped(answer: Answer, label: str) -> Answer:
        return then(assistant.press(next(one.request for one in answer.choices if one.label == label), turns))

    listed = then(assistant.answer("What jobs are there?"), "What jobs are there?")
    page = tapped(listed, "Next ›")
    assert ids_of(page) != ids_of(listed) and page.language == "en"
    card = tapped(page, str(PAGE + 2))
    assert ids_of(card) == ids_of(page) and card.context.shown and card.context.shown.pointed_at == ids_of(page)[1]
    schooling = assistant.answer("what schooling does it ask for?", turns)
    assert schooling.records == card.records
    numbered = assistant.answer("where is the fourth one?", turns)
    assert numbered.records == assistant.press(listed.choices[3].request).records
    tapped(card, "‹ Back to the list")
    assert ids_of(assistant.answer("any more?", turns))[0] not in (*ids_of(listed), *ids_of(page))
