"""``KnowledgeRetriever``: what search finds, as LangChain hands it on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda

from knowledge.editions.live_edition import LiveEdition, NoEdition
from knowledge.embedding.embedder import Embedder
from knowledge.retrieval import KnowledgeRetriever
from tests.knowledge_base import KnowledgeBase

NOTICE = """---
title: 图书馆开放通知
number: 图通〔2024〕1号
published_on: 2024-05-06
effective_on: 2024-05-07
expires_on: 2024-12-31
source_url: https://example.org/notice
---

## 一、开放时间

图书馆每天早上八点开门。

## 二、借书

每人可以借五本书。
"""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[LiveEdition]:
    base = KnowledgeBase(tmp_path_factory.mktemp("retrieval") / "base", embedder)
    (base.documents / "notice.md").write_text(NOTICE, encoding="utf-8")
    base.write("other.md", "The ferry leaves at nine.")
    base.refresh()
    made = LiveEdition(base.settings, embedder)
    made.start()
    yield made
    made.close()


def test_it_gives_langchains_documents(live: LiveEdition) -> None:
    retriever = KnowledgeRetriever(edition=live)
    assert isinstance(retriever, BaseRetriever)
    first, *rest = retriever.invoke("图书馆几点开门")
    assert first.page_content == "图书馆每天早上八点开门。"
    score = first.metadata.pop("score")
    assert first.metadata == {
        "title": "图书馆开放通知",
        "section": "一、开放时间",
        "date": "2024-05-06",
        "state": "expired",
        "source": "notice.md",
        "number": "图通〔2024〕1号",
        "url": "https://example.org/notice",
        "language": "zh",
    }
    assert all(score >= other.metadata["score"] for other in rest)


def test_it_limits_and_works_on_an_open_edition_and_in_a_chain(live: LiveEdition) -> None:
    with live.edition() as edition:
        chain = KnowledgeRetriever(edition=edition, limit=1) | RunnableLambda(
            lambda documents: [document.id for document in documents]
        )
        assert len(chain.invoke("图书馆几点开门")) == 1
        assert asyncio.run(chain.ainvoke("图书馆几点开门")) == chain.invoke("图书馆几点开门")


def test_without_an_edition_it_says_what_to_do(tmp_path: Path, embedder: Embedder) -> None:
    empty = LiveEdition(KnowledgeBase(tmp_path / "base").settings, embedder)
    empty.start()
    with pytest.raises(NoEdition, match=r"run: python ingest\.py"):
        KnowledgeRetriever(edition=empty).invoke("?")
    empty.close()
