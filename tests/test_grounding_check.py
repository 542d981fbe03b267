"""Numbers, dates, sums and links of an answer stand in what it cites, in whatever form they are written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Block, BlockKind, Citation, Status
from bot.evidence.draft_answer import DraftAnswer
from bot.evidence.grounding_check import unsupported, without_unsupported
from knowledge.models import Chunk, Metadata, Passage, State
from knowledge.text.stated_facts import chinese_number, facts

TEXT = "试用期最长不得超过六个月。自2013年7月1日起施行，违者罚五千元以上二万元以下。"
PASSAGE = Passage(
    Chunk("0", "law.md", 0, ("第十九条",), TEXT, "zh"),
    Metadata("劳动合同法", "zh", effective_on=date(2013, 7, 1), source_url="https://example.org/law"),
    "law.md",
    State.IN_FORCE,
    1.0,
)
CITED = Citation("劳动合同法", "第十九条", date(2013, 7, 1), "in_force", "https://example.org/law", TEXT)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2022年5月1日", {"2022-05-01"}),
        ("二〇二二年五月一日", {"2022-05-01"}),
        ("2022-05-01", {"2022-05-01"}),
        ("1 May 2022", {"2022-05-01"}),
        ("May 1, 2022", {"2022-05-01"}),
        ("2022年5月", {"2022-05"}),
        ("百分之一百五十", {"150%"}),
        ("150%", {"150%"}),
        ("２０％", {"20%"}),
        ("三十日内", {"30"}),
        ("第五十条", {"50"}),
        ("一万元", {"10000"}),
        ("10,000 yuan", {"10000"}),
        ("1.5万元", {"15000"}),
        ("两千五百元", {"2500"}),
        ("five colleges", {"5"}),
        ("8k", {"8000"}),
        ("一般来说统一办理", set()),
        ("1. 甲\n2. 乙", set()),
        ("如此。[2]", set()),
        ("见 https://a.cn/x_1.html。", {"https://a.cn/x_1.html"}),
    ],
)
def test_facts_have_one_form(text: str, found: set[str]) -> None:
    assert facts(text) == found


@given(st.integers(min_value=1, max_value=9999))
def test_chinese_numerals_are_numbers(number: int) -> None:
    digits, units = "零一二三四五六七八九", ["", "十", "百", "千"]
    written = ""
    for place, digit in enumerate(reversed(str(number))):
        written = (digits[int(digit)] + (units[place] if digit != "0" else "")) + written
    while "零零" in written:
        written = written.replace("零零", "零")
    assert chinese_number(written.rstrip("零")) == number


@pytest.mark.parametrize(
    "claim", ["最长6个月", "2013-07-01 起", "自2013年7月起", "罚5000元到20000元", "at most 6 months", "不超过六个月"]
)
def test_what_stands_there_is_supported(claim: str) -> None:
    assert unsupported(claim, TEXT) == frozenset()


@pytest.mark.parametrize(
    "claim",
    ["最长3个月", "2013-07-02", "自2014年7月起", "罚3000元", "百分之六", "见 https://evil.example", "two months"],
)
def test_what_does_not_stand_there_is_not(claim: str) -> None:
    assert unsupported(claim, TEXT)


def part(*blocks: Block) -> DraftAnswer:
    return DraftAnswer(Status.ANSWERED, blocks, (CITED, CITED), (PASSAGE, PASSAGE))


def test_a_quote_that_was_changed_is_dropped_and_no_citation_is_left_over() -> None:
    kept = Block(BlockKind.QUOTE, "试用期最长不得超过六个月。", 2)
    found = without_unsupported(part(Block(BlockKind.QUOTE, "试用期最长不得超过三个月。", 1), kept))
    assert [(block.text, block.citation) for block in found.blocks] == [(kept.text, 1)]
    assert len(found.citations) == len(found.passages) == 1


def test_a_sentence_that_says_more_than_it_cites_is_dropped() -> None:
    right = Block(BlockKind.SAY, "试用期最多六个月。", 1)
    found = without_unsupported(part(right, Block(BlockKind.SAY, "罚款最高三万元。", 1)))
    assert found.blocks == (right,)


def test_an_answer_that_cites_nothing_is_none() -> None:
    found = without_unsupported(part(Block(BlockKind.SAY, "随便说说。")))
    assert found.status is Status.NOT_COVERED
    assert found.blocks == found.citations == ()
