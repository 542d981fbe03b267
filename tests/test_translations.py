"""A text and its translation: the one in the reader's language comes first, noted as a translation or not."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from knowledge.embedding.embedder import Embedder
from knowledge.index.search import Index
from knowledge.index.sections import section_keys
from knowledge.index.translations import BEHIND, Translations
from knowledge.models import Document, Metadata, Section
from knowledge.training.labelled_sets import in_memory_index

DAY = date(2026, 11, 25)
TEXTS = {
    "pay.zh": "实习学生的工资按月发放，公司不得少于试用期工资的百分之八十。",
    "pay.en": "The wages of student interns are paid monthly; the company pays no less than 80% of probation wages.",
    "safety.zh": "学校或者单位应当为实习学生投保实习责任保险。",
    "safety.en": "The school or the company takes out internship liability insurance for student interns.",
    "leather.en": "Shiling town is known for its leather goods.",
}


@pytest.fixture(scope="module")
def index(embedder: Embedder) -> Index:
    return _opened(embedder, *TEXTS)


def _opened(embedder: Embedder, *sources: str) -> Index:
    return in_memory_index([_document(source, TEXTS[source]) for source in sources], embedder)


def _document(source: str, text: str, translation_of: str | None = None) -> Document:
    metadata = Metadata(source[:-3], source[-2:], translation_of=translation_of)
    return Document(source, "", metadata, (Section(("",), text),))


def _translations(index: Index) -> Translations:
    return Translations(index.corpus, section_keys(index.corpus.chunks, index.corpus.documents))


def _number(index: Index, source: str) -> int:
    return next(number for number, chunk in enumerate(index.corpus.chunks) if chunk.source == source)


def _lifted(index: Index, language: str, **scores: float) -> list[str]:
    numbers = np.array([_number(index, source.replace("_", ".")) for source in scores], dtype=np.int32)
    lifted = _translations(index).lifted(language, numbers, np.array([*scores.values()], dtype=np.float32))
    return [index.corpus.chunks[numbers[row]].source for row in np.argsort(-lifted, kind="stable")]


def test_a_translation_of_the_best_comes_before_it(index: Index) -> None:
    assert _lifted(index, "en", pay_zh=30, leather_en=29, pay_en=27)[:2] == ["pay.en", "pay.zh"]
    assert _lifted(index, "zh", pay_en=30, safety_zh=29, pay_zh=27)[:2] == ["pay.zh", "pay.en"]


def test_what_stands_only_in_the_other_language_stays_first(index: Index) -> None:
    assert _lifted(index, "zh", leather_en=30, pay_zh=29, safety_zh=28)[0] == "leather.en"


def test_a_translation_that_fits_much_worse_stays_behind(index: Index) -> None:
    assert _lifted(index, "en", pay_zh=30, pay_en=30 - BEHIND - 0.1)[0] == "pay.zh"


def test_the_order_within_the_reader_s_language_stays(index: Index) -> None:
    assert _lifted(index, "zh", pay_zh=30, pay_en=29, safety_zh=28, safety_en=27)[0] == "pay.zh"


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("实习工资按月发吗", "pay.zh"),
        ("are interns paid every month", "pay.en"),
        ("who takes out the insurance for interns", "safety.en"),
        ("實習責任保險由邊個買", "safety.zh"),
        ("狮岭镇出名的是什么", "leather.en"),
    ],
)
def test_the_reader_gets_the_text_in_the_language_asked_in(index: Index, question: str, source: str) -> None:
    assert index.search(question, day=DAY).passages[0].chunk.source == source


def test_one_language_alone_has_no_translations(embedder: Embedder) -> None:
    index = _opened(embedder, "pay.zh", "safety.zh")
    assert _lifted(index, "en", pay_zh=30, safety_zh=29) == ["pay.zh", "safety.zh"]


def test_a_noted_translation_is_one_however_unlike_it_is(embedder: Embedder) -> None:
    documents = [
        _document("pay.zh", TEXTS["pay.zh"]),
        _document("leather.en", TEXTS["leather.en"], translation_of="pay.zh"),
        _document("pay.en", TEXTS["pay.en"]),
    ]
    index = in_memory_index(documents, embedder)
    assert _lifted(index, "en", pay_zh=30, pay_en=29, leather_en=20)[:2] == ["leather.en", "pay.zh"]


def test_a_translation_is_no_rival_of_the_text(index: Index) -> None:
    """The next best text tells how far ahead the best one is; the same in another language tells nothing."""
    numbers = np.array([_number(index, source) for source in ("pay.zh", "pay.en", "safety.zh")], dtype=np.int32)
    assert _translations(index).other_texts(numbers) == [2]
