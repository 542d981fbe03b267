"""What is shipped in documents/: it reads, it is dated and sourced, both languages say the same, nothing is copied."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest

from bot.answer import Status
from knowledge.chunking import chunk_document
from knowledge.embedding.embedder import Embedder
from knowledge.models import Document, Unreadable
from knowledge.readers import read_document, source_files
from knowledge.text.numerals import value

ROOT = Path(__file__).parents[1]
DOCUMENTS = ROOT / "documents"
GOLDEN = ROOT / "tests" / "golden"
LAWS = ROOT.parent / "shared" / "real" / "laws"
# The law that each digest is about, as its file is called.
DIGESTS = {
    "law-vocational-cooperation": "职业教育法(2022-04-20)",
    "law-vocational-students": "职业教育法(2022-04-20)",
    "law-contract-start": "劳动合同法(2012-12-28)",
    "law-contract-end": "劳动合同法(2012-12-28)",
    "law-labour": "劳动法(2018-12-29)",
    "law-employment": "就业促进法(2015-04-24)",
    "law-market": "广东省人力资源市场条例(2021-12-01)",
    "law-unemployment": "广东省失业保险条例(2022-06-01)",
    "law-domestic": "广东省家政服务条例(2023-03-30)",
    "law-personal-information": "个人信息保护法(2021-08-20)",
}
HOTLINES = {"12333", "12345"}
PHONE = re.compile(
    r"(?<![\d,.])(?:1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}|400[- ]?\d{3}[- ]?\d{4}|\d{7,8}|1\d{4}|9\d{4})(?![\d,])"
)
RUN = 13  # Chinese characters in a row that would be copying
ARTICLE_ZH = re.compile(r"第([一二三四五六七八九十百]+)条")
CITED_EN = re.compile(r"Articles? (\d+(?:(?:, | and )\d+)*)")


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


def articles_zh(written: str) -> list[int]:
    """Numbers of the articles named."""
    return [value(mark) or 0 for mark in ARTICLE_ZH.findall(written)]


def articles_en(written: str) -> list[int]:
    return [int(number) for group in CITED_EN.findall(written) for number in re.findall(r"\d+", group)]


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


@pytest.mark.skipif(not LAWS.is_dir(), reason="the laws (../shared/real/laws) are not beside the repository")
@pytest.mark.parametrize("name", DIGESTS)
def test_a_digest_is_in_its_own_words_and_its_articles_exist(name: str, documents: dict[str, Document]) -> None:
    law = (LAWS / f"{DIGESTS[name]}.md").read_text(encoding="utf-8")
    numbered = set(articles_zh("".join(re.findall(r"^第[一二三四五六七八九十百]+条", law, re.M))))
    digest = documents[f"policies/{name}.zh.md"]
    assert {number for part in digest.sections for number in articles_zh(part.path[-1])} <= numbered
    assert digest.metadata.made_on and digest.metadata.made_on.isoformat() in DIGESTS[name]
    copied = {han(each.read_text(encoding="utf-8")) for each in LAWS.glob("*.md")}
    for line in text(digest).split("\n"):
        own = han(line)
        runs = {own[start : start + RUN] for start in range(len(own) - RUN + 1)}
        assert not [run for run in runs for other in copied if run in other and "中华人民共和国" not in run], line


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
