# ruff: noqa: E501  # texts and questions read best on one line
"""The sentences that are quoted: those that answer, whole, as written, labelled with their state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from bot.answer import BlockKind
from bot.answering.extractive import compose, select_quotes
from bot.evidence.cross_references import referred_articles
from bot.evidence.draft_answer import DraftAnswer
from bot.evidence.grounding_check import without_unsupported
from bot.evidence.passage_selection import eligible_passages, section_of
from bot.evidence.sentence_extraction import excerpts, size, units
from bot.understanding.question import question_of
from knowledge.entities.directory import Directory
from knowledge.index.section_lookup import article_number
from knowledge.models import Chunk, Findings, Metadata, Passage, State
from knowledge.text.language import STOPWORDS_EN, STOPWORDS_ZH, fold, fold_question, words
from knowledge.text.question_types import Expected, expected
from tests.names import shipped_names

LIST = (
    "用人单位有下列情形之一的，劳动者可以解除劳动合同：\n（一）未提供劳动保护的；\n（二）未及时足额支付劳动报酬的；\n（三）未依法缴纳社会保险费的；\n"
    "（四）规章制度违反法律的；\n（五）以欺诈、胁迫的手段订立劳动合同的。\n"
    "用人单位强迫劳动者劳动的，劳动者可以立即解除劳动合同，不需事先告知用人单位，并且可以要求赔偿由此造成的全部损失。"
)
PROBATION = (
    "劳动合同期限三个月以上不满一年的，试用期不得超过一个月；劳动合同期限一年以上不满三年的，试用期不得超过二个月。三年以上固定期限和无固定期限的劳动合同，"
    "试用期不得超过六个月。同一用人单位与同一劳动者只能约定一次试用期。以完成一定工作任务为期限的劳动合同，不得约定试用期。试用期包含在劳动合同期限内，"
    "劳动者在试用期的工资不得低于本单位相同岗位最低档工资的百分之八十。"
)
ENGLISH = "The bureau, e.g. Huadu Bureau Co. Ltd, signed with five colleges. It was held on 3 March 2022. Two enterprises gave presentations."


class SharedWordsLibrary:
    """A library of what is given to it, that tells relevance by shared words."""

    def __init__(self, *passages: Passage) -> None:
        self._passages = passages

    @property
    def names(self) -> Directory:
        return shipped_names()

    def relevance(self, question: str, texts: Sequence[str]) -> list[float]:
        asked = _terms(fold_question(question))
        return [len(asked & _terms(fold(text))) / max(1, len(asked)) for text in texts]

    def section(self, passage: Passage, language: str) -> tuple[Passage, ...]:
        same = [each for each in self._passages if each.group == passage.group and each.chunk.language == language]
        return tuple(same) or (passage,)

    def article(self, passage: Passage, number: int) -> tuple[Passage, ...]:
        of_law = (each for each in self._passages if each.chunk.source == passage.chunk.source)
        return tuple(each for each in of_law if article_number(each.chunk.path) == number)


def _terms(folded: str) -> set[str]:
    found = {word for word in words(folded) if word not in STOPWORDS_ZH and word not in STOPWORDS_EN}
    return found | {word[index : index + 2] for word in found for index in range(len(word) - 1)}


def passage(
    text: str, *, score: float = 4.0, source: str = "a.md", state: State = State.IN_FORCE, **more: object
) -> Passage:
    values = {"title": "劳动合同法", "language": "zh", "effective_on": date(2013, 7, 1), **more}
    metadata = Metadata(**values)  # type: ignore[arg-type]
    chunk = Chunk(f"{source}{text[:8]}", source, 0, ("第三章", "第十九条"), text, metadata.language)
    return Passage(chunk, metadata, metadata.translation_of or source, state, score)


def article(number: str, text: str) -> Passage:
    made = passage(text)
    return replace(made, chunk=replace(made.chunk, id=number, path=("第四章", number)))


def answered(question: str, *passages: Passage) -> DraftAnswer:
    asked = question_of(question)
    chosen = select_quotes(asked, Findings(passages, 0.9), SharedWordsLibrary(*passages))
    return compose(asked, chosen)


def texts_of(part: DraftAnswer, kind: BlockKind) -> list[str]:
    return [block.text for block in part.blocks if block.kind is kind]


def test_a_list_is_one_unit_with_the_line_that_opens_it() -> None:
    first, second = units(LIST)
    assert LIST[first.start : first.end].startswith("用人单位有下列情形") and first.items == 5
    assert LIST[second.start : second.end].endswith("全部损失。")


def test_units_cover_the_text() -> None:
    for text in (LIST, PROBATION, ENGLISH):
        assert "".join(text[unit.start : unit.end] for unit in units(text)).replace("\n", "") == text.replace("\n", "")


def test_english_sentences_end_where_they_end() -> None:
    assert [ENGLISH[unit.start : unit.end].strip() for unit in units(ENGLISH)] == [
        "The bureau, e.g. Huadu Bureau Co. Ltd, signed with five colleges.",
        "It was held on 3 March 2022.",
        "Two enterprises gave presentations.",
    ]


def test_a_list_is_never_cut() -> None:
    (quote,) = texts_of(answered("老板不交社保可以解除劳动合同吗", passage(LIST)), BlockKind.QUOTE)
    assert all(mark in quote for mark in ("（一）", "（二）", "（三）", "（四）", "（五）"))


def test_what_documents_hold_of_persons_is_neither_quoted_nor_cited() -> None:
    text = (
        "报名请找张老师，手机138-2221-7788，咨询电话020-36898328。\n"
        "学费汇入账号3602 0012 0920 0123 456；学员李某身份证440114199001011234。"
    )
    part = answered("报名找谁，学费汇到哪里", passage(text))
    shown = "\n".join((*texts_of(part, BlockKind.QUOTE), *(citation.quote for citation in part.citations)))
    assert "020-36898328" in shown and shown.count("***") == 6
    for personal in ("2221", "0120 0123", "199001"):
        assert personal not in shown and personal not in part.passages[0].chunk.text
    assert without_unsupported(part) == part  # what is checked is what is shown


def test_a_heading_with_a_persons_number_is_not_shown() -> None:
    made = passage(PROBATION)
    made = replace(made, chunk=replace(made.chunk, path=("联系人13822217788",)))
    part = answered("试用期可以约定几次", made)
    assert part.citations[0].section == "联系人***"


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("试用期工资最低多少", "百分之八十"),
        ("试用期可以约定几次", "只能约定一次试用期"),
        ("三年合同的试用期最长多久", "六个月"),
    ],
)
def test_the_sentence_that_answers_is_quoted(question: str, wanted: str) -> None:
    (found,) = excerpts(question, [PROBATION], SharedWordsLibrary().relevance)
    quote = "".join(found.pieces)
    assert wanted in quote
    assert all(piece in PROBATION for piece in found.pieces)
    assert size(quote) < size(PROBATION)


def test_how_many_is_counted_in_a_list() -> None:
    part = answered("有几种情形劳动者可以解除劳动合同", passage(LIST))
    assert "原文列出5项：" in texts_of(part, BlockKind.SAY)


def test_rows_of_a_table_stay_together_when_all_are_asked_for() -> None:
    rows = "\n".join(f"身份: {name}; 数量: {total}所" for name, total in (("签约", 5), ("授牌", 20), ("介绍", 4)))
    text = f"{'公开的报道分别写明了它们，不要当成一回事。' * 8}\n{rows}"
    (found,) = excerpts("有哪些身份，数量各多少", [text], SharedWordsLibrary().relevance)
    assert found.pieces[-1].endswith(rows)


def test_citations_name_title_section_date_state_and_source() -> None:
    part = answered("试用期最长多久", passage(PROBATION, source_url="https://example.org/law"))
    (citation,) = part.citations
    assert (citation.title, citation.section, citation.state) == ("劳动合同法", "第十九条", "in_force")
    assert (citation.date, citation.source) == (date(2013, 7, 1), "https://example.org/law")
    assert citation.quote in PROBATION or all(line in PROBATION for line in citation.quote.split("\n"))


@pytest.mark.parametrize(
    ("path", "section"),
    [(("第三章", "第十九条"), "第十九条"), (("第十九条", "（一）"), "第十九条（一）"), (("劳动合同法",), ""), ((), "")],
)
def test_the_section_is_the_last_heading_that_says_something(path: tuple[str, ...], section: str) -> None:
    each = passage("x")
    chunk = Chunk("0", "a.md", 0, path, "x", "zh")
    assert section_of(Passage(chunk, each.metadata, "a.md", State.UNKNOWN, 1.0)) == section


def test_the_reader_s_language_is_quoted_where_the_document_has_it() -> None:
    chinese = passage("试用期最长六个月。")
    english = passage("The trial period is at most six months.", source="a.en.md", language="en", translation_of="a.md")
    asked = question_of("How long is the trial period?")
    chosen = select_quotes(asked, Findings((chinese,), 0.9), SharedWordsLibrary(chinese, english))
    part = compose(asked, chosen)
    assert texts_of(part, BlockKind.QUOTE) == [english.chunk.text]
    assert texts_of(part, BlockKind.NOTE) == []


def test_the_other_language_is_quoted_and_said_so_where_there_is_no_version() -> None:
    part = answered("How long is the trial period 试用期?", passage("试用期最长六个月。"))
    assert texts_of(part, BlockKind.QUOTE) == ["试用期最长六个月。"]
    assert "only in Chinese" in texts_of(part, BlockKind.NOTE)[0]


@pytest.mark.parametrize(
    ("state", "more", "label"),
    [
        (State.EXPIRED, {"expires_on": date(2020, 1, 31)}, "已于2020年1月31日失效"),
        (State.EXPIRED, {"repealed": True}, "已失效"),
        (State.SUPERSEDED, {}, "已被新的版本取代"),
        (State.NOT_YET, {"effective_on": date(2030, 1, 1)}, "自2030年1月1日起施行"),
    ],
)
def test_what_is_not_in_force_is_labelled(state: State, more: dict[str, object], label: str) -> None:
    part = answered("试用期最长多久", passage("试用期最长六个月。", state=state, **more))
    labels = texts_of(part, BlockKind.NOTE)
    assert len(labels) == 1 and label in labels[0]
    assert part.citations[0].state == state.value


def test_a_current_text_makes_a_superseded_one_needless() -> None:
    old = passage("试用期最长三个月。", score=5.0, source="old.md", state=State.SUPERSEDED)
    new = passage("试用期最长六个月。", score=4.0, source="new.md")
    assert eligible_passages((old, new), "试用期最长多久") == [new]


def test_an_old_text_is_given_when_its_year_is_asked_for() -> None:
    old = passage(
        "试用期最长三个月。", score=3.0, source="old.md", state=State.SUPERSEDED, effective_on=date(1995, 1, 1)
    )
    new = passage("试用期最长六个月。", score=4.0, source="new.md")
    assert eligible_passages((new, old), "1995年试用期最长多久")[0] is old


def test_only_an_expired_text_is_given_labelled_rather_than_none() -> None:
    old = passage("补贴一千元。", state=State.EXPIRED, source="old.md")
    weak = passage("别的。", score=1.0, source="new.md")
    assert eligible_passages((old, weak), "补贴多少")[0] is old


def test_a_sample_says_so() -> None:
    assert any(
        "SAMPLE" in note for note in texts_of(answered("学费", passage("学费五千元。", sample=True)), BlockKind.NOTE)
    )


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("什么时候开始", Expected.DATE), ("When was it held?", Expected.DATE), ("试用期最长多久", Expected.DURATION),
        ("How long can it last?", Expected.DURATION), ("要赔多少钱", Expected.SUM), ("罚款多少", Expected.SUM), ("有几所学校", Expected.COUNT),
        ("how many colleges signed", Expected.COUNT), ("由哪个部门负责", Expected.PERSON), ("需要什么材料", Expected.LIST),
        ("可以不签吗", Expected.MAY), ("点解要签", Expected.REASON), ("点样申请", Expected.WAY), ("預備技師是什麼", Expected.MEANING),
    ],
)  # fmt: skip
def test_what_a_question_expects(question: str, kind: Expected) -> None:
    assert kind in expected(question)


SEVERANCE = article(
    "第四十六条", "有下列情形之一的，用人单位应当支付经济补偿：劳动者依照本法第三十八条规定解除劳动合同的。"
)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("依照本法第三十八条规定解除的", (38,)),
        ("依照本法第三十八条、第四十条的规定", (38, 40)),
        ("有前条规定的情形", (45,)),
        ("依照《中华人民共和国劳动法》第三十八条、第三十九条和本法第四十条", (40,)),
        ("第四十六条 有下列情形之一的", ()),
        ("in the cases of Articles 38 and Article 40 of this Law", (38, 40)),
        ("under Article 12 of the Labour Law or the preceding article", (45,)),
        ("第九千九百九十九条", (9999,)),
        ("", ()),
    ],
)
def test_articles_that_a_text_refers_to(text: str, numbers: tuple[int, ...]) -> None:
    assert referred_articles(SEVERANCE, text) == numbers


def test_what_an_article_refers_to_is_quoted_below_it_and_said_so() -> None:
    leaving = article("第三十八条", LIST)
    part = answered("什么时候用人单位应当支付经济补偿", SEVERANCE, leaving)
    quotes = texts_of(part, BlockKind.QUOTE)
    assert quotes[0] == SEVERANCE.chunk.text and quotes[1] == LIST
    assert texts_of(part, BlockKind.SAY) == ["上文所说的第三十八条："]
    assert [citation.section for citation in part.citations] == ["第四十六条", "第三十八条"]
    alone = answered("什么时候用人单位应当支付经济补偿", SEVERANCE)
    assert texts_of(alone, BlockKind.QUOTE) == [SEVERANCE.chunk.text]
