"""What is shipped in documents/: it reads, it is dated and sourced, both languages say the same, nothing is copied."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from bot.answer import Status
from knowledge.chunking import chunk_document
from knowledge.embedding.embedder import Embedder
from knowledge.models import Document, Unreadable
from knowledge.readers import read_document, source_files
from tests.digests import (
    DIGESTS,
    articles_en,
    articles_of,
    articles_zh,
    law_texts,
    name_of,
    needs_the_laws,
    without_articles,
)
from tests.shipped import ROOT

DOCUMENTS = ROOT / "documents"
GOLDEN = ROOT / "tests" / "golden"
HOTLINES = {"12333", "12345"}
PHONE = re.compile(
    r"(?<![\d,.])(?:1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}|400[- ]?\d{3}[- ]?\d{4}|\d{7,8}|1\d{4}|9\d{4})(?![\d,])"
)
RUN = 13  # Chinese characters in a row that would be copying


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    """The shipped documents by source; a file that cannot be read fails every test here."""
    accepted, refused = source_files(DOCUMENTS)
    read = [read_document(file) for file in accepted if file.path.suffix == ".md"]
    assert (refused, [each for each in read if isinstance(each, Unreadable)]) == ((), [])
    return {each.source: each for each in read if isinstance(each, Document)}


def originals(documents: dict[str, Document]) -> list[Document]:
    return [each for each in documents.values() if each.metadata.translation_of is None]


def text(document: Document) -> str:
    return "\n".join([document.metadata.title, *(f"{' '.join(part.path)}\n{part.text}" for part in document.sections)])


def han(written: str) -> str:
    return re.sub(r"[^\u4e00-\u9fff]", "", written)


def test_the_folders_own_readme_is_not_knowledge(documents: dict[str, Document]) -> None:
    assert (DOCUMENTS / "README.md").is_file()
    assert documents and all(source.startswith("policies/") for source in documents)


def test_the_readmes_example_reads_as_it_says(tmp_path: Path) -> None:
    example = re.search(r"```\n(---\n.*?\n---)\n```", (DOCUMENTS / "README.md").read_text(encoding="utf-8"), re.S)
    assert example
    (tmp_path / "example.md").write_text(f"{example.group(1)}\n\n## 试用期最长多久\n\n示例。\n", encoding="utf-8")
    (file,), _ = source_files(tmp_path)
    read = read_document(file)
    assert isinstance(read, Document)
    metadata = read.metadata
    assert (metadata.number, metadata.sample) == ("花人社〔2030〕1号", True)
    days = (metadata.published_on, metadata.effective_on, metadata.expires_on)
    assert days == (date(2030, 1, 2), date(2030, 2, 1), date(2035, 1, 31))


def test_each_says_what_it_is_and_from_what(documents: dict[str, Document]) -> None:
    for source, document in documents.items():
        metadata = document.metadata
        language = "en" if source.endswith(".en.md") else "zh"
        assert (metadata.language, metadata.sample, metadata.repealed) == (language, False, False), source
        assert metadata.title and metadata.dated and (metadata.issuer or metadata.source_url), source
        assert metadata.source_url is None or metadata.source_url.startswith("https://www.huadu.gov.cn/"), source
        assert metadata.number is None, source  # a digest has no number of its own


def test_each_has_its_other_language_with_the_same_parts(documents: dict[str, Document]) -> None:
    for document in originals(documents):
        other = documents[document.source.replace(".zh.md", ".en.md")]
        assert other.metadata.translation_of == document.source
        assert len(other.sections) == len(document.sections) >= 10, document.source
        for key in ("made_on", "published_on", "effective_on", "expires_on", "source_url"):
            assert getattr(other.metadata, key) == getattr(document.metadata, key), (document.source, key)
    assert len(documents) == 2 * len(originals(documents))


def test_both_languages_name_the_same_articles_and_shares(documents: dict[str, Document]) -> None:
    for document in originals(documents):
        for part, other in zip(
            document.sections, documents[document.source.replace(".zh.md", ".en.md")].sections, strict=True
        ):
            section = f"{document.source}: {part.path[-1]}"
            assert sorted(articles_zh(part.path[-1])) == sorted(articles_en(other.path[-1])), section
            assert set(articles_zh(part.text)) == set(articles_en(other.text)), section
            assert set(re.findall(r"\d+%", part.text)) == set(re.findall(r"\d+%", other.text)), section


def test_a_digest_names_the_articles_of_each_part_in_heading_and_text(documents: dict[str, Document]) -> None:
    for name in DIGESTS:
        for part in documents[f"policies/{name}.zh.md"].sections:
            headed = set(articles_zh(part.path[-1]))
            assert headed and set(articles_zh(part.text)) == headed, f"{name}: {part.path[-1]}"


def test_every_part_is_one_passage(documents: dict[str, Document], embedder: Embedder) -> None:
    for document in documents.values():
        whole = chunk_document(document, embedder.count_tokens)
        cut = {each.path[-1] for each in whole if sum(other.path == each.path for other in whole) > 1}
        assert cut == set(), document.source


def test_no_phone_number_but_the_hotlines(documents: dict[str, Document]) -> None:
    assert PHONE.findall("电话 020-12345678、13800138000、12348") == ["020-12345678", "13800138000", "12348"]
    for document in documents.values():
        assert set(PHONE.findall(text(document))) <= HOTLINES, document.source


def test_the_five_colleges_are_called_as_in_the_table(documents: dict[str, Document]) -> None:
    with (DOCUMENTS / "partners.csv").open(encoding="utf-8-sig") as stream:
        signed = [row for row in csv.DictReader(stream) if "signed" in row["合作关系"]]
    assert len(signed) == 5
    for name in ("operation", "colleges"):
        for row in signed:
            assert row["名称"] in text(documents[f"policies/{name}.zh.md"])
            assert row["英文名称"] in text(documents[f"policies/{name}.en.md"])


@pytest.mark.parametrize("name", ["programs.csv", "openings.csv"])
def test_every_row_of_a_sample_table_says_so(name: str) -> None:
    with (DOCUMENTS / name).open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert rows
    for row in rows:
        first = next(iter(row.values()))
        assert row["示例"] == "是" and "示例" in first and "SAMPLE" in first
        assert not row.get("咨询电话") and not row.get("联系电话")


@needs_the_laws
@pytest.mark.parametrize("name", DIGESTS)
def test_a_digest_is_in_its_own_words_and_its_articles_exist(name: str, documents: dict[str, Document]) -> None:
    digest = documents[f"policies/{name}.zh.md"]
    numbered = set().union(*(articles_of(law) for law in DIGESTS[name]))
    assert {number for part in digest.sections for number in articles_zh(part.path[-1])} <= numbered
    made_on = digest.metadata.made_on
    assert made_on and any(made_on.isoformat() in law for law in DIGESTS[name])
    names = re.compile("|".join(map(name_of, law_texts())))
    for line in text(digest).split("\n"):
        copied = {run for piece in names.split(without_articles(line)) for run in runs(han(piece))} & copied_runs()
        assert not [run for run in copied if "中华人民共和国" not in run], line


def runs(own: str) -> set[str]:
    return {own[start : start + RUN] for start in range(len(own) - RUN + 1)}


@cache
def copied_runs() -> set[str]:
    """All runs of the laws."""
    return set().union(*(runs(han(law)) for law in law_texts().values()))


def test_golden_questions_point_at_what_is_shipped(documents: dict[str, Document]) -> None:
    rows = [json.loads(line) for line in (GOLDEN / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= 180 and len({row["id"] for row in rows}) == len({row["question"] for row in rows}) == len(rows)
    refused = 0
    for row in rows:
        statuses = {Status(status) for status in _listed(row["status"])}
        refused += Status.ANSWERED not in statuses
        sources = _listed(row["document"])
        assert all((DOCUMENTS / source).is_file() for source in sources), row["id"]
        headings = [part.path[-1] for source in sources for part in _both(documents, source)]
        assert not row["section"] or any(part in head for part in _listed(row["section"]) for head in headings), row
        assert sources or not row["must"] or statuses & {Status.NOT_COVERED, Status.HAND_OFF}, row["id"]
    assert refused >= len(rows) / 3


def _listed(value: object) -> list[str]:
    return [] if value is None else [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _both(documents: dict[str, Document], source: str) -> list:
    names = (source, source.replace(".zh.md", ".en.md"))
    return [part for name in names if name in documents for part in documents[name].sections]
