"""The real texts, ingested as they are: questions in plain words reach the right article first or second."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.editions.open_edition import OpenEdition
from knowledge.embedding.embedder import Embedder
from knowledge.evaluation.law_retrieval import LawQuestion, read_law_questions, search_laws
from knowledge.evaluation.temporary_edition import temporary_edition
from knowledge.settings import KnowledgeSettings
from knowledge.validity import today

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "real"
GOLDEN = ROOT / "tests" / "golden" / "real.jsonl"
LIMIT = 8  # passages that the bot asks for
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not REAL.is_dir(), reason="the real texts (../shared/real) are not beside the repository"),
]


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page and the laws that the questions were written on, without what was put beside them since."""
    folder = tmp_path_factory.mktemp("real")
    shutil.copytree(REAL / "laws", folder / "laws")
    for page in REAL.glob("*.txt"):
        shutil.copy(page, folder)
    return folder


@pytest.fixture(scope="module")
def questions(texts: Path) -> tuple[LawQuestion, ...]:
    return read_law_questions(GOLDEN, texts)


@pytest.fixture(scope="module")
def edition(texts: Path, embedder: Embedder) -> Iterator[OpenEdition]:
    with temporary_edition(texts, KnowledgeSettings(), embedder) as (opened, unreadable):
        assert unreadable == ()
        yield opened


def test_there_are_questions_in_both_languages_on_the_page_and_on_every_law(
    questions: tuple[LawQuestion, ...], texts: Path
) -> None:
    assert len(questions) >= 40
    languages = [question.language == "en" for question in questions]
    assert min(languages.count(True), languages.count(False)) >= 15
    asked = {right.split("|")[0] for question in questions for right in question.right}
    assert asked >= {file.stem for file in texts.rglob("*") if file.is_file()}


def test_nine_in_ten_reach_the_right_article_first_or_second(
    questions: tuple[LawQuestion, ...], edition: OpenEdition
) -> None:
    result = search_laws(questions, edition, LIMIT)
    later = [miss for miss in result.misses if miss.rank is None or miss.rank > 2]
    assert len(later) <= 0.1 * result.ranking.questions, "\n".join(map(str, later))


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("职业教育法第三十条", "laws/职业教育法(2022-04-20).md"),
        ("《职业教育法》第30条说什么", "laws/职业教育法(2022-04-20).md"),
        ("1996年的职业教育法第三十条", "laws/职业教育法(1996-05-15).md"),
    ],
)
def test_the_law_in_force_answers_and_the_old_one_when_its_year_is_named(
    edition: OpenEdition, question: str, source: str
) -> None:
    first = edition.search(question, day=today()).passages[0]
    assert (first.chunk.source, first.chunk.path[-1]) == (source, "第三十条")
