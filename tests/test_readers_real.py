"""The real texts, read as they are."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from knowledge.models import Document
from knowledge.readers import read_document, source_files

REAL = Path(__file__).parents[1].parent / "shared" / "real"
pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real texts (../shared/real) are not beside the repository"
)
LAWS = [
    ("个人信息保护法(2021-08-20)", "中华人民共和国个人信息保护法", 74, date(2021, 8, 20), date(2021, 11, 1)),
    ("劳动合同法(2012-12-28)", "中华人民共和国劳动合同法", 98, date(2012, 12, 28), date(2008, 1, 1)),
    ("劳动法(2018-12-29)", "中华人民共和国劳动法", 107, date(2018, 12, 29), date(1995, 1, 1)),
    ("就业促进法(2015-04-24)", "中华人民共和国就业促进法", 69, date(2015, 4, 24), date(2008, 1, 1)),
    ("职业教育法(1996-05-15)", "中华人民共和国职业教育法", 40, date(1996, 5, 15), date(1996, 9, 1)),
    ("职业教育法(2022-04-20)", "中华人民共和国职业教育法", 69, date(2022, 4, 20), date(2022, 5, 1)),
    ("广东省人力资源市场条例(2021-12-01)", "广东省人力资源市场条例", 50, date(2021, 12, 1), date(2022, 1, 1)),
    ("广东省失业保险条例(2022-06-01)", "广东省失业保险条例", 49, date(2022, 6, 1), date(2014, 7, 1)),
    ("广东省家政服务条例(2023-03-30)", "广东省家政服务条例", 25, date(2023, 3, 30), date(2023, 7, 1)),
]


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    accepted, refused = source_files(REAL)
    assert refused == ()
    read = [read_document(file) for file in accepted]
    return {document.source: document for document in read if isinstance(document, Document)}


@pytest.mark.parametrize(("name", "title", "articles", "made", "effective"), LAWS)
def test_a_law_has_its_title_dates_and_every_article(
    name: str, title: str, articles: int, made: date, effective: date, documents: dict[str, Document]
) -> None:
    document = documents[f"laws/{name}.md"]
    metadata = document.metadata
    assert (metadata.title, metadata.made_on, metadata.effective_on) == (title, made, effective)
    assert metadata.issuer in {"全国人民代表大会常务委员会", "广东省人民代表大会常务委员会"}
    assert (metadata.number, metadata.expires_on, metadata.repealed) == (None, None, False)
    sections = [section for section in document.sections if section.path]
    assert len(sections) == articles
    assert all(section.text.startswith(section.path[-1]) for section in sections)


def test_articles_keep_their_chapter_paragraphs_and_lists(documents: dict[str, Document]) -> None:
    law = {section.path: section.text for section in documents["laws/职业教育法(2022-04-20).md"].sections}
    article = law[("第三章 职业教育的实施", "第三十条")]
    assert len(article.split("\n")) > 1
    contracts = documents["laws/劳动合同法(2012-12-28).md"].sections
    listed = next(section for section in contracts if section.path[-1:] == ("第三十九条",))
    assert len(re.findall(r"^（[一二三四五六]）", listed.text, re.M)) == 6


def test_nothing_of_a_law_is_lost_or_added(documents: dict[str, Document]) -> None:
    for name, *_ in LAWS:
        source = (REAL / "laws" / f"{name}.md").read_text(encoding="utf-8")
        written = "".join(re.sub(r"^#.*$|<!--.*?-->", "", source, flags=re.M).split())
        read = "".join("".join(section.text for section in documents[f"laws/{name}.md"].sections).split())
        assert read == written


def test_the_news_page_keeps_its_paragraphs(documents: dict[str, Document]) -> None:
    document = documents["skilled-huadu-2022-news.txt"]
    assert document.metadata.title.startswith("District Human Resources and Social Security Bureau Launched Operation")
    assert document.metadata.language == "en"
    (section,) = document.sections
    assert section.path == () and len(section.text.split("\n")) == 5
