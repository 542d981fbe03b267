"""Answers as people read them: whole, escaped, and in parts that Telegram takes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answer import Answer, Block, BlockKind, Choice, Citation, Status
from bot.presentation.messages import message
from bot.presentation.rendering import MOST_UNITS, UNSENDABLE, plain, telegram_parts
from bot.presentation.source_list import source_lines
from knowledge.text.characters import units

LAW = Citation("职业教育法", "第三十条", date(2022, 4, 20), "in_force", "https://example.org/law?a=1&b=2", "……")
NEWS = Citation("技能花都行动", "签约", date(2022, 3, 3), "unknown", "policies/news.md", "……")
TAGS = {"b", "i", "a", "blockquote"}


class Checked(HTMLParser):
    """Reads what a message shows; refuses what Telegram refuses: unknown tags, tags left open or closed out of turn."""

    def __init__(self, part: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.links, self._open = "", [], list[str]()
        self.feed(part)
        self.close()
        assert not self._open, f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        assert tag not in self._open, "nested"
        self._open.append(tag)
        self.links.extend(value for name, value in attrs if name == "href")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def answer(*blocks: Block, citations: tuple[Citation, ...] = (), language: str = "zh") -> Answer:
    return Answer(Status.ANSWERED, language, blocks, citations)


def quote(text: str, citation: int | None = None) -> Block:
    return Block(BlockKind.QUOTE, text, citation)


def shown(parts: list[str]) -> str:
    for part in parts:
        assert 0 < units(part) <= MOST_UNITS
    return "\n\n".join(Checked(part).text for part in parts)


def test_sources_carry_title_section_date_state_and_link() -> None:
    (part,) = telegram_parts(answer(quote("企业职工培训。", 1), citations=(LAW, NEWS)))
    read = Checked(part)
    assert "来源：\n[1] 《职业教育法》 · 第三十条 · 2022年4月20日 · 现行有效" in read.text
    assert "[2] 《技能花都行动》 · 签约 · 2022年3月3日 · 效力未知" in read.text
    assert read.links == [LAW.source]
    assert "企业职工培训。 [1]" in read.text


def test_sources_in_english() -> None:
    (part,) = telegram_parts(answer(quote("Enterprises train.", 1), citations=(LAW,), language="en"))
    assert "Source: 职业教育法 · 第三十条 · 20 Apr 2022 · in force" in Checked(part).text


@pytest.mark.parametrize(
    ("section", "quoted", "named"),
    [
        ("最长几年（第三十条）", "最长三年（职业教育法第三十条）。", False),
        ("最长几年（第三十条、第三十一条）", "最长三年（职业教育法第三十条）。", True),
        ("最长几年（第三十条）", "最长三年。", True),
        ("最长几年（第三条）", "最长三年（职业教育法第三十条）。", True),
        ("最长几年（第三十条至第四十条）", "最长三年（职业教育法第三十条）。", True),
        ("How long (Article 30)", "At most 3 years (Law, Article 30).", False),
        ("How long (Article 3)", "At most 3 years (Law, Article 30).", True),
        ("How long (Articles 30, 31)", "Three (Law, Article 30), four (Law, Article 31).", False),
        ("How long (Articles 30, 31)", "Three (Law, Article 30).", True),
        ("签约", "签约以后就是三年。", True),
    ],
)
def test_articles_that_the_quote_names_are_not_named_again(section: str, quoted: str, named: bool) -> None:
    cited = replace(LAW, section=section)
    (line,) = source_lines(answer(quote(quoted, 1), citations=(cited,)))
    assert (line.text.count(" · ") == 3) == named, line.text


@pytest.mark.parametrize("language", ["zh", "zh-hant", "en"])
def test_the_state_of_rows_is_left_out_only_where_a_note_says_it(language: str) -> None:
    row = Block(BlockKind.ROW, "甲", 1)
    note = Block(BlockKind.NOTE, message("lists.stale", language))
    unknown = message("answer.state_unknown", language)
    for blocks, shown in (((row,), True), ((row, note), False), ((quote("甲", 1), note), True)):
        (line,) = source_lines(answer(*blocks, citations=(NEWS,), language=language))
        assert (unknown in line.text) == shown


def test_one_document_cited_twice_is_one_source() -> None:
    other = Citation(LAW.title, "第三十一条", LAW.date, LAW.state, LAW.source, "…")
    (part,) = telegram_parts(answer(quote("甲。", 1), quote("乙。", 2), citations=(LAW, other)))
    text = Checked(part).text
    assert "第三十条、第三十一条" in text
    assert "[2]" not in text
    assert "[1]" not in text, "a single source needs no numbers"


@pytest.mark.parametrize(
    ("title", "section", "page", "language", "line"),
    [
        ("劳动法要点：工时、加班、休假", "试用期最长多久（第十九条）", None, "zh", "《劳动法要点》 · 第十九条"),
        (
            "劳动法要点：工时、加班、休假",
            "試用期最長多久（第十九條、第二十條）",
            None,
            "zh-hant",
            "《勞動法要點》 · 第十九條、第二十條",
        ),
        (
            "Labour Law, main points: hours",
            "Overtime (Articles 41, 44)",
            None,
            "en",
            "Labour Law, main points · Articles 41, 44",
        ),
        ("花都区人社局关于印发《花都区培训办法》的通知", "第三章", 7, "zh", "《花都区培训办法》 · 第三章（第7页）"),
        ("关于修改《花都区培训办法》的决定", "Part 2", 2, "en", "关于修改《花都区培训办法》的决定 · Part 2 (p. 2)"),
        ("通知：夏季上课时间", "怎么报名（网上）", None, "zh", "《通知：夏季上课时间》 · 怎么报名（网上）"),
    ],
)
def test_a_source_is_called_by_a_short_name(
    title: str, section: str, page: int | None, language: str, line: str
) -> None:
    cited = Citation(title, section, None, "in_force", "a.md", "…", page=page)
    assert line in plain(answer(quote("甲。", 1), citations=(cited,), language=language))


def test_two_sources_of_one_short_name_are_told_apart() -> None:
    both = tuple(Citation(f"劳动法要点：{what}", "", None, "unknown", f"{what}.md", "…") for what in ("工时", "工资"))
    text = plain(answer(quote("甲。", 1), quote("乙。", 2), citations=both))
    assert "《劳动法要点：工时》" in text and "《劳动法要点：工资》" in text


def test_rows_of_several_days_name_the_first_and_the_last() -> None:
    rows = tuple(Block(BlockKind.ROW, f"{place}. 岗位", place) for place in (1, 2))
    table = tuple(Citation("岗位表", "", date(2026, month, 3), "in_force", "openings.csv", "…") for month in (10, 9))
    assert "2026年9月3日至10月3日" in plain(Answer(Status.ANSWERED, "zh", rows, table))
    assert "3 Sept\u2009–\u20093 Oct 2026" in plain(Answer(Status.ANSWERED, "en", rows, table))


def test_a_long_quote_opens_with_a_tap_and_a_short_one_is_open() -> None:
    (long,) = telegram_parts(answer(quote("一段十个字的话有点长。" * 30)))
    (short,) = telegram_parts(answer(quote("一句。")))
    assert long.startswith("<blockquote expandable>") and Checked(long)
    assert short.startswith("<blockquote>")


def test_rows_stand_on_neighbouring_lines_and_their_table_is_one_source() -> None:
    rows = tuple(Block(BlockKind.ROW, f"{place}. 岗位", place) for place in (1, 2))
    table = tuple(Citation("招聘岗位表", f"岗位{place}", None, "in_force", "openings.csv", "…") for place in (1, 2))
    given_rows = Answer(Status.ANSWERED, "zh", rows, table, records=({"title": "岗位1"}, {"title": "岗位2"}))
    text = Checked(telegram_parts(given_rows)[0]).text
    assert text == "1. 岗位\n2. 岗位\n\n来源：《招聘岗位表》 · 现行有效"


@pytest.mark.parametrize("text", ["<b>粗</b> & 'quotes' \"x\"", "a < b > c", "&amp; &lt;script&gt;", "</blockquote>"])
def test_markup_in_a_document_is_text(text: str) -> None:
    assert text in shown(telegram_parts(answer(quote(text))))


def test_an_address_cannot_break_out_of_its_link() -> None:
    hostile = Citation("x", "", None, "unknown", 'https://e.org/"><b>a', "")
    (part,) = telegram_parts(answer(quote("x"), citations=(hostile,)))
    assert Checked(part).links == [hostile.source]


def test_only_web_addresses_become_links() -> None:
    hostile = Citation("x", "", None, "unknown", "javascript:alert(1)", "")
    (part,) = telegram_parts(answer(quote("x"), citations=(hostile,)))
    assert Checked(part).links == []


def test_long_answers_are_cut_between_paragraphs() -> None:
    paragraphs = [f"第{place}段" + "字" * 900 for place in range(12)]
    parts = telegram_parts(answer(quote("\n".join(paragraphs))))
    assert len(parts) == 3
    for part in parts:
        assert all(line in paragraphs for line in Checked(part).text.split("\n"))


def test_a_long_paragraph_is_cut_between_sentences_else_words() -> None:
    sentences = [f"第{place}句" + "字" * 300 + "。" for place in range(40)]
    parts = telegram_parts(answer(quote("".join(sentences))))
    assert all(Checked(part).text.endswith("。") for part in parts)
    words = telegram_parts(answer(quote("apprenticeship " * 1000)))
    assert all(set(Checked(part).text.split()) == {"apprenticeship"} for part in words)


def test_a_block_that_fits_is_not_cut() -> None:
    first, second = "甲" * 3000, "乙" * 3000
    assert [Checked(part).text for part in telegram_parts(answer(quote(first), quote(second)))] == [first, second]


@pytest.mark.parametrize("unit", ["字", "&", "👩‍🔧", "a", "<b>"])
def test_nothing_is_lost_without_any_place_to_cut(unit: str) -> None:
    assert shown(telegram_parts(answer(quote(unit * 6000)))).replace("\n\n", "") == unit * 6000


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(st.characters(codec="utf-8"), max_size=3000), min_size=1, max_size=4), st.sampled_from(BlockKind)
)
def test_every_part_is_taken_and_nothing_is_lost(texts: list[str], kind: BlockKind) -> None:
    given_answer = answer(Block(BlockKind.SAY, "。"), *(Block(kind, text) for text in texts))
    seen = re.sub(r"\s", "", shown(telegram_parts(given_answer)))
    kept = UNSENDABLE.sub("", "。" + "".join(texts))
    assert seen == re.sub(r"\s", "", kept)


def test_control_characters_are_not_sent() -> None:
    assert shown(telegram_parts(answer(quote("a\x00b\x1bc\ud800d")))) == "abcd"


def test_plain_text_marks_quotes_lists_sources_and_choices() -> None:
    given_answer = Answer(
        Status.CLARIFY, "zh", (quote("甲。\n乙。", 1),), (LAW,), choices=(Choice("机电", "a"), Choice("轻工", "b"))
    )
    assert plain(given_answer) == (
        "  │ 甲。\n  │ 乙。\n\n来源：《职业教育法》 · 第三十条 · 2022年4月20日 · 现行有效\n"
        "   https://example.org/law?a=1&b=2\n\n[1] 机电\n[2] 轻工"
    )


def test_traditional_readers_get_traditional_labels() -> None:
    text = plain(answer(quote("网络。", 1), citations=(LAW,), language="zh-hant"))
    assert "來源" in text and "現行有效" in text
    assert "网络" in text, "quotes stay as they are written"


def test_length_is_counted_as_telegram_counts() -> None:
    assert units("𠮷字") == 3
