# ruff: noqa: E501  # alternatives read best on one line
"""Numbers, dates, sums and links of an answer stand in what it cites, in whatever form they are written."""

from __future__ import annotations

from datetime import date

import pytest

from bot.answer import Block, BlockKind, Citation, Status
from bot.evidence.claim_check import says_no_more
from bot.evidence.draft_answer import DraftAnswer
from bot.evidence.grounding_check import without_unsupported
from knowledge.models import Chunk, Metadata, Passage, State

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
    "claim",
    [
        "试用期最长6个月",
        "试用期不超过半年",
        "自2013-07-01起施行",
        "自2013年7月起施行",
        "违者罚5000元到20000元",
        "劳动合同法自2013年7月1日起施行",
    ],
)
def test_what_stands_there_is_supported(claim: str) -> None:
    assert says_no_more(claim, PASSAGE)


@pytest.mark.parametrize(
    "claim",
    [
        "试用期最长3个月", "2013-07-02起施行", "自2014年7月起施行", "违者罚3000元", "试用期最长百分之六", "试用期见 https://evil.example",
        "试用期最长6天", "试用期至少6个月", "婚假最长6个月", "试用期最长7个月", "违者不罚5000元到20000元", "申请须在2013年7月1日前提出",
        "试用期最长19个月", "The trial period is two months",
    ],
)  # fmt: skip
def test_what_does_not_stand_there_is_not(claim: str) -> None:
    assert not says_no_more(claim, PASSAGE)


def part(*blocks: Block) -> DraftAnswer:
    return DraftAnswer(Status.ANSWERED, blocks, (CITED, CITED), (PASSAGE, PASSAGE))


def test_a_quote_that_was_changed_is_dropped_and_no_citation_is_left_over() -> None:
    kept = Block(BlockKind.QUOTE, "试用期最长不得超过六个月。", 2)
    found = without_unsupported(part(Block(BlockKind.QUOTE, "试用期最长不得超过三个月。", 1), kept))
    assert [(block.text, block.citation) for block in found.blocks] == [(kept.text, 1)]
    assert len(found.citations) == len(found.passages) == 1


def test_a_sentence_that_says_more_than_it_cites_is_dropped() -> None:
    right = Block(BlockKind.SAY, "试用期最多六个月。", 1)
    found = without_unsupported(part(right, Block(BlockKind.SAY, "违者罚三万元以下。", 1)))
    assert found.blocks == (right,)


def test_an_answer_that_cites_nothing_is_none() -> None:
    found = without_unsupported(part(Block(BlockKind.SAY, "随便说说。")))
    assert found.status is Status.NOT_COVERED
    assert found.blocks == found.citations == ()
