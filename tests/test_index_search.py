"""Search over a few documents in two languages, with the shipped models."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from knowledge.embedding.embedder import Embedder
from knowledge.index.search import Index
from knowledge.models import Document, Metadata, Section, State
from knowledge.training.labelled_sets import in_memory_index

DAY = date(2026, 11, 25)


def _document(source: str, metadata: Metadata, *sections: tuple[str, str]) -> Document:
    return Document(source, "", metadata, tuple(Section((heading,), text) for heading, text in sections))


CHINESE = Metadata("实习说明", "zh", published_on=date(2024, 1, 1))
ENGLISH = Metadata("Notes for interns", "en", published_on=date(2024, 1, 1), translation_of="interns.zh.md")
DOCUMENTS = [
    _document(
        "interns.zh.md",
        CHINESE,
        ("报酬", "学生实习期间，单位应当给予适当的劳动报酬。"),
        ("保险", "学校或者单位应当为实习学生投保实习责任保险。"),
    ),
    _document(
        "interns.en.md",
        ENGLISH,
        ("Pay", "While students are interns the company owes them appropriate remuneration."),
        ("Insurance", "The school or the company takes out liability insurance for interns."),
    ),
    _document("leather.en.md", Metadata("Shiling", "en"), ("Leather", "Shiling town is known for leather goods.")),
    _document(
        "old.md",
        Metadata("学徒办法", "zh", made_on=date(1996, 5, 1), effective_on=date(1996, 6, 1)),
        ("第三条", "第三条 学徒期为三年，由师傅考核。"),
    ),
    _document(
        "new.md",
        Metadata("学徒办法", "zh", made_on=date(2022, 5, 1), effective_on=date(2022, 6, 1)),
        ("第三条", "第三条 学徒期为两年，由单位和学校共同考核。"),
        ("第四条", "第四条 学徒的津贴由单位按月发放。"),
    ),
]


@pytest.fixture(scope="module")
def index(embedder: Embedder) -> Index:
    return in_memory_index(DOCUMENTS, embedder)


@pytest.mark.parametrize(
    ("question", "source", "heading"),
    [
        ("去厂里实习有钱拿吗", "interns.zh.md", "报酬"),
        ("去工廠實習有錢拿嗎", "interns.zh.md", "报酬"),
        ("實習有冇人工㗎", "interns.zh.md", "报酬"),
        ("do interns get paid", "interns.en.md", "Pay"),
        ("实习责任保险谁买", "interns.zh.md", "保险"),
        ("狮岭做什么出名", "leather.en.md", "Leather"),
        ("shixi baochou", "interns.zh.md", "报酬"),
        ("how long is an apprenticeship", "new.md", "第三条"),
        ("学徒办法第4条", "new.md", "第四条"),
    ],
)
def test_the_passage_comes_first(index: Index, question: str, source: str, heading: str) -> None:
    first = index.search(question, day=DAY).passages[0]
    assert (first.chunk.source, first.chunk.path[-1]) == (source, heading)


def test_two_languages_of_a_section_count_as_one(index: Index) -> None:
    found = index.search("实习报酬和保险", day=DAY).passages
    assert not any(passage.chunk.source == "interns.en.md" for passage in found)
    assert {passage.group for passage in found[:2]} == {"interns.zh.md"}


def test_the_version_in_force_answers_and_the_old_one_when_its_year_is_asked_for(index: Index) -> None:
    now = index.search("学徒期多久", day=DAY).passages
    assert now[0].chunk.source == "new.md"
    assert not any(passage.chunk.source == "old.md" for passage in now)
    then = index.search("1996年的学徒期多久", day=DAY).passages[0]
    assert (then.chunk.source, then.state, then.superseded_by) == ("old.md", State.SUPERSEDED, "学徒办法")
    before = index.search("学徒期多久", day=date(2000, 1, 1)).passages[0]
    assert before.chunk.source == "old.md"


@pytest.mark.parametrize("question", ["第四条", "学徒办法第四条", "学徒办法 第4条 说什么"])
def test_a_named_article_is_answered_by_itself(index: Index, question: str) -> None:
    found = index.search(question, day=DAY)
    assert found.passages[0].chunk.path[-1] == "第四条"
    assert found.probability >= 0.5


@pytest.mark.parametrize("question", ["保险", "实习说明 保险", "实习说明：保险？", "Notes for interns Insurance"])
def test_who_says_a_heading_gets_its_section(index: Index, question: str) -> None:
    found = index.search(question, day=DAY)
    assert found.passages[0].chunk.path[-1] in ("保险", "Insurance")
    assert found.probability >= 0.5


def test_what_is_taken_away_is_not_found(index: Index) -> None:
    gone = frozenset({"interns.zh.md", "interns.en.md"})
    found = index.search("实习报酬", day=DAY, without=gone)
    assert found.passages
    assert not any(passage.chunk.source in gone for passage in found.passages)
    assert found.probability < index.search("实习报酬", day=DAY).probability


def test_the_probability_falls_when_another_place_is_named(index: Index) -> None:
    here, there = (index.search(f"{place}实习期间有劳动报酬吗", day=DAY).probability for place in ("", "深圳"))
    assert there < here / 2


@pytest.mark.parametrize(
    "question",
    ["", " ", "？", "😀😀", "12345", "花", "\x00\x01", "работа есть", "a" * 10_000, "实习" * 5_000, "\ud800"],
)
def test_any_text_is_searched_for_without_an_error(index: Index, question: str) -> None:
    found = index.search(question, day=DAY)
    assert 0 <= found.probability <= 1


def test_an_empty_edition_finds_nothing(embedder: Embedder) -> None:
    found = in_memory_index([], embedder).search("学徒", day=DAY)
    assert (found.passages, found.probability) == ((), 0.0)


def test_sentences_are_told_apart(index: Index) -> None:
    texts = ["单位应当给予适当的劳动报酬。", "学校应当投保责任保险。"]
    for question in ("实习有钱吗", "do interns get paid"):
        paid, insured = index.relevance(question, texts)
        assert paid > insured


def test_scores_fall_and_limits_hold(index: Index) -> None:
    found = index.search("学徒津贴", day=DAY, limit=2).passages
    assert len(found) == 2
    assert found[0].score >= found[1].score
    assert replace(found[0], score=0.0) != found[0]


def test_a_word_of_the_other_language_is_met_by_its_glosses(index: Index) -> None:
    chinese = index.examine("狮岭的皮革", day=DAY)
    assert index.corpus.chunks[chinese.indices[0]].source == "leather.en.md"
    assert chinese.signals["words"] > 0.7


def test_a_text_that_goes_without_the_words_of_its_heading_is_found_by_them(embedder: Embedder) -> None:
    sections = [
        ("能不能带宠物上班", "要先问过主管，由主管决定。"),
        ("停车位怎么分", "要先问过主管，按到岗先后决定。"),
        ("可不可以在家上班", "要先问过主管，每周不超过两天。"),
    ]
    index = in_memory_index([_document("rules.zh.md", Metadata("规矩", "zh"), *sections)], embedder)
    for question, heading in (("想把狗带到公司行吗", sections[0][0]), ("Can I work from home?", sections[2][0])):
        found = index.search(question, day=DAY)
        assert found.passages[0].chunk.path == (heading,)
        assert found.probability > 0.25


def test_pages_whose_titles_differ_in_one_word_are_told_apart(embedder: Embedder) -> None:
    towns = ["新华街", "新雅街", "秀全街", "花城街", "炭步镇", "赤坭镇"]
    body = ("补贴多少", "每人每月补贴三百元，按季度发放。")
    pages = [_document(f"{n}.zh.md", Metadata(f"{town}用工补贴办法", "zh"), body) for n, town in enumerate(towns)]
    index = in_memory_index(pages, embedder)
    for number, town in enumerate(towns):
        found = index.search(f"{town}的用工补贴有几多钱", day=DAY)
        assert found.passages[0].chunk.source == f"{number}.zh.md", town
