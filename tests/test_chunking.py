"""Sections to chunks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.chunking import chunk_document
from knowledge.embedding.embedder import Embedder
from knowledge.models import Document, Metadata, Section

LEAD = "第三十九条 劳动者有下列情形之一的，用人单位可以解除劳动合同："
ITEMS = [f"（{number}）{'示例情形说明' * 8}；" for number in "一二三四五六"]
ARTICLE = ("第四章", "第三十九条")


def document(*sections: tuple[tuple[str, ...], str]) -> Document:
    parts = tuple(Section(path, text, page=2) for path, text in sections)
    return Document("a.md", "0" * 64, Metadata("甲", "zh"), parts)


def test_a_short_article_is_one_chunk_and_articles_are_never_mixed() -> None:
    chunks = chunk_document(document((("第一条",), "第一条 甲。"), (("第二条",), "第二条 乙。\n丙。")), len)
    assert [(piece.path, piece.text, piece.ordinal) for piece in chunks] == [
        (("第一条",), "第一条 甲。", 0),
        (("第二条",), "第二条 乙。\n丙。", 1),
    ]
    assert {(piece.source, piece.language, piece.page) for piece in chunks} == {("a.md", "zh", 2)}


def test_a_long_list_is_cut_between_items_with_its_opening_line_above_each_part() -> None:
    chunks = chunk_document(document((ARTICLE, "\n".join([LEAD, *ITEMS]))), len, 200)
    assert len(chunks) > 1
    assert all(piece.text.startswith(LEAD) and len(piece.text) <= 200 for piece in chunks)
    assert [line for piece in chunks for line in piece.text.split("\n")[1:]] == ITEMS


def test_a_list_that_fits_is_not_torn_from_its_opening_line() -> None:
    before = "甲" * 150 + "。"
    listed = "\n".join(["条件：", "（一）年满十六周岁；", "（二）有学籍。"])
    assert [piece.text for piece in chunk_document(document(((), f"{before}\n{listed}")), len, 160)] == [before, listed]


def test_long_paragraphs_are_cut_at_sentences() -> None:
    sentences = [f"{letter * 60}。" for letter in "甲乙丙丁"]
    texts = [piece.text for piece in chunk_document(document(((), "".join(sentences))), len, 130)]
    assert texts == [sentences[0] + sentences[1], sentences[2] + sentences[3]]


def test_no_last_sentence_is_left_alone() -> None:
    paragraphs = ["甲" * 69 + "。", "乙" * 69 + "。", "丙" * 49 + "。", "丁" * 9 + "。"]
    texts = [piece.text for piece in chunk_document(document(((), "\n".join(paragraphs))), len, 195)]
    assert texts == ["\n".join(paragraphs[:2]), "\n".join(paragraphs[2:])]


def test_rows_keep_their_headers_however_they_are_cut() -> None:
    row = f"学校: 示例学院; 专业: {'数控' * 80}; 学制: 3年"
    texts = [
        piece.text for piece in chunk_document(document(((), f"{row}\n学校: 乙; 专业: 汽修; 学制: 5年")), len, 100)
    ]
    cells = [cell for text in texts for line in text.split("\n") for cell in line.split("; ")]
    assert all(cell.split(": ")[0] in {"学校", "专业", "学制"} for cell in cells)
    assert "".join(cell.removeprefix("专业: ") for cell in cells if "数控" in cell) == "数控" * 80


def test_ids_tell_source_path_text_and_occurrence_apart_and_nothing_else() -> None:
    first = document((("一",), "甲。"), (("二",), "甲。"), (("一",), "甲。"))
    ids = [piece.id for piece in chunk_document(first, len)]
    assert len(set(ids)) == 3
    assert [
        piece.id for piece in chunk_document(replace(first, digest="1" * 64, metadata=Metadata("乙", "en")), len)
    ] == ids
    assert set(ids).isdisjoint(piece.id for piece in chunk_document(replace(first, source="b.md"), len))
    longer = document((("零",), "新的一条。"), *((section.path, section.text) for section in first.sections))
    assert [piece.id for piece in chunk_document(longer, len)][1:] == ids, "an insertion above leaves the others alone"


@pytest.mark.parametrize(
    ("text", "language"),
    [("第一条 示例。", "zh"), ("Students may apply.", "en"), ("Marelli 招聘数控操作工 CNC", "zh"), ("2024", "zh")],
)
def test_a_chunks_language_is_its_own(text: str, language: str) -> None:
    assert [piece.language for piece in chunk_document(document(((), text)), len)] == [language]


@pytest.mark.parametrize("text", ["甲" * 5_000, "x" * 5_000, "https://example.test/" + "a/b?c=d&" * 600, "😀" * 900])
def test_unbroken_text_is_cut_too(text: str, embedder: Embedder) -> None:
    chunks = chunk_document(document(((), text)), embedder.count_tokens)
    assert "".join(piece.text for piece in chunks) == text
    assert all(embedder.count_tokens(piece.text) <= 200 for piece in chunks)


@given(st.text(alphabet="甲乙，。；：\n ab.（一）1、|", max_size=400), st.integers(5, 60))
def test_every_chunk_fits_and_no_character_is_lost(text: str, limit: int) -> None:
    chunks = chunk_document(document(((), text)), len, limit)
    assert all(len(piece.text) <= limit for piece in chunks)
    assert "".join(text.split()) in "".join("".join(piece.text.split()) for piece in chunks) or "：" in text
