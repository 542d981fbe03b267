"""Every figure of a digest stands in the articles that its part names, and both languages state the same ones."""

from __future__ import annotations

import re

import pytest

from knowledge.models import Document, Section
from knowledge.readers import read_document, source_files
from knowledge.text.numerals import RUN, decimal, figure
from knowledge.text.quantity_readers import QuantityKind
from knowledge.text.typed_quantities import plain, quantities_of
from tests.digests import DIGESTS, articles_of, articles_zh, needs_the_laws, opening_of, without_articles
from tests.shipped import ROOT

IN_WORDS_TOO = {QuantityKind.MONEY, QuantityKind.DURATION, QuantityKind.AGE}
# What a digest counts in words is its own (三样材料), and "three times" may be 三倍 or 三次.
IN_DIGITS = {QuantityKind.SHARE, QuantityKind.COUNT}
OF_ANY_KIND = {QuantityKind.AGE, QuantityKind.COUNT}  # 16到18岁, under 16, in 1996
HOTLINES = {"12333", "12345"}
AS_READ = (  # forms that the reader of quantities takes otherwise
    (re.compile(r"(\d+(?:\.\d+)?)‰"), r"千分之\1"),
    (re.compile("上一年"), "上年"),  # the last year, not one year
    (re.compile(rf"第({RUN}|\d+)(?=个?[周天日月年])"), r"第\1条的"),  # the second week, not two weeks
    (re.compile(r"(?<=\d)月的"), "月份的"),
    (re.compile("半个月工资"), "半个月的工资"),
    (re.compile(r"\b(\d+) to (\d+) times\b"), r"\1 times to \2 times"),
)
Figure = tuple[QuantityKind, str]


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    accepted, _ = source_files(ROOT / "documents")
    read = [read_document(file) for file in accepted if file.path.name.startswith("law-")]
    return {each.source: each for each in read if isinstance(each, Document)}


def whole(section: Section) -> str:
    """Heading and text without the numbers of articles and the hotlines."""
    return re.sub("|".join(HOTLINES), "", without_articles(f"{section.path[-1]}\n{section.text}"))


def readable(text: str) -> list[str]:
    for form, written in AS_READ:
        text = form.sub(written, text)
    return text.split("\n")


def stated(text: str) -> set[Figure]:
    """All that a text states in numbers."""
    return {(each.kind, each.value) for line in readable(text) for each in quantities_of(line)}


def figures(section: Section, *, in_digits: bool = False) -> set[Figure]:
    """What a part of a digest states and has to have from the law; ``in_digits``: only what is not in words."""
    return {
        (each.kind, each.value)
        for line in readable(whole(section))
        for each in quantities_of(line)
        if (each.kind in IN_WORDS_TOO and not in_digits)
        or (each.kind in IN_WORDS_TOO | IN_DIGITS and re.search(r"\d", plain(line)[each.start : each.end]))
    }


def missing(wanted: set[Figure], text: str) -> list[Figure]:
    """Those of ``wanted`` that ``text`` does not state: ages and bare numbers may be of any kind there."""
    there = stated(text)
    numbers = {decimal(part) for _, value in there for part in re.findall(r"\d+(?:\.\d+)?", value)}
    months = {(QuantityKind.DURATION, f"{figure(12 * number)} months") for number in ages(there)}
    return sorted(
        (kind, value)
        for kind, value in wanted - there - months
        if kind not in OF_ANY_KIND or decimal(value) not in numbers | {each / 12 for each in lasting(there)}
    )


def ages(there: set[Figure]) -> set[float]:
    return {decimal(value) for kind, value in there if kind is QuantityKind.AGE}


def lasting(there: set[Figure]) -> set[float]:
    """Months."""
    return {
        decimal(value.split()[0])
        for kind, value in there
        if kind is QuantityKind.DURATION and value.endswith(" months")
    }


def named_text(name: str, numbers: list[int]) -> str:
    """The articles of the digest's laws with those numbers, those that they point at, and each law's opening lines."""
    found = []
    for law in DIGESTS[name]:
        articles = articles_of(law)
        own = "\n".join(articles.get(number, "") for number in numbers)
        found += [opening_of(law), own, *(articles.get(number, "") for number in articles_zh(own))]
    return without_articles("\n".join(found))


def test_every_digest_says_what_it_was_written_from(documents: dict[str, Document]) -> None:
    written = {source.removeprefix("policies/").split(".")[0] for source in documents}
    assert written == set(DIGESTS)


@needs_the_laws
@pytest.mark.parametrize("name", DIGESTS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_figure_stands_in_an_article_that_its_part_names(
    name: str, language: str, documents: dict[str, Document]
) -> None:
    chinese = documents[f"policies/{name}.zh.md"].sections
    wrong = {}
    for part, original in zip(documents[f"policies/{name}.{language}.md"].sections, chinese, strict=True):
        if lacking := missing(figures(part), named_text(name, articles_zh(original.path[-1]))):
            wrong[part.path[-1]] = lacking
    assert wrong == {}


@pytest.mark.parametrize("name", DIGESTS)
def test_what_one_language_writes_in_digits_stands_in_the_other(name: str, documents: dict[str, Document]) -> None:
    both = (documents[f"policies/{name}.{language}.md"].sections for language in ("zh", "en"))
    wrong = {}
    for part, other in zip(*both, strict=True):
        lacking = [missing(figures(one, in_digits=True), whole(two)) for one, two in ((part, other), (other, part))]
        if any(lacking):
            wrong[part.path[-1]] = lacking
    assert wrong == {}


def test_a_wrong_figure_is_found() -> None:
    section = Section(path=("工伤认定要多久（第二十条）",), text="受理后60天内决定，最多罚1万元到5万元，10%，16岁。")
    right = "自受理之日起六十日内决定，处一万元以上五万元以下的罚款，百分之十，十六周岁。"
    assert missing(figures(section), right) == []
    for wrong in ("六十五日|六十日", "六万元|五万元", "百分之二十|百分之十", "十八周岁|十六周岁"):
        false, true = wrong.split("|")
        assert len(missing(figures(section), right.replace(true, false))) == 1, wrong
