"""Every figure of a digest stands in the articles that its part names, and both languages state the same ones."""

from __future__ import annotations

import re

import pytest

from knowledge.models import Document, Section
from knowledge.readers import read_document, source_files
from knowledge.text.numerals import RUN, decimal, figure
from knowledge.text.quantity_readers import QuantityKind
from knowledge.text.typed_quantities import plain, quantities_of
from tests.digests import (
    DIGESTS,
    articles_of,
    articles_zh,
    law_texts,
    name_of,
    needs_the_laws,
    opening_of,
    without_articles,
)
from tests.shipped import ROOT

IN_WORDS_TOO = {QuantityKind.MONEY, QuantityKind.DURATION, QuantityKind.AGE}
# What a digest counts in words is its own (三样材料), and "three times" may be 三倍 or 三次.
IN_DIGITS = {QuantityKind.SHARE, QuantityKind.COUNT}
OF_ANY_KIND = {QuantityKind.AGE, QuantityKind.COUNT}  # 16到18岁, under 16, in 1996
HOTLINES = {"12333", "12345"}
AS_READ = (  # forms that the reader of quantities takes otherwise
    (re.compile(r"(\d+(?:\.\d+)?)‰"), r"千分之\1"),
    (re.compile("([上下])一年"), r"\1年"),  # the last or the next year, not one year
    (re.compile(rf"第({RUN}|\d+)(?=个?[周天日月年])"), r"第\1条的"),  # the second week, not two weeks
    (re.compile(r"(?<=\d)月的"), "月份的"),
    (re.compile("半个月工资"), "半个月的工资"),
    (re.compile(r"(?<=\d) to under (?=\d)"), " to "),
    (re.compile(r"\b(\d+) to (\d+) times\b"), r"\1 times to \2 times"),
)
Figure = tuple[QuantityKind, str]


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    accepted, _ = source_files(ROOT / "documents")
    read = [read_document(file) for file in accepted if file.path.name.startswith("law-")]
    return {each.source: each for each in read if isinstance(each, Document)}


def answer(section: Section) -> str:
    """The text without the numbers of articles and the hotlines; the heading is a question, which states nothing."""
    return re.sub("|".join(HOTLINES), "", without_articles(section.text))


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
        for line in readable(answer(section))
        for each in quantities_of(line)
        if (each.kind in IN_WORDS_TOO and not in_digits)
        or (each.kind in IN_WORDS_TOO | IN_DIGITS and re.search(r"\d", plain(line)[each.start : each.end]))
    }


def readings(figures: set[Figure]) -> set[float]:
    """The numbers in them, without what they count: 24 months are 24 and 2, 500% are 500 and 5."""
    found = set()
    for kind, value in figures:
        numbers = {decimal(part) for part in re.findall(r"\d+(?:\.\d+)?", value)}
        smaller = 100 if kind is QuantityKind.SHARE else 12 if value.endswith(" months") else 1
        found |= numbers | {number / smaller for number in numbers}
    return found


def missing(wanted: set[Figure], text: str) -> list[Figure]:
    """Those of ``wanted`` that ``text`` does not state; ages and bare numbers may be of any kind there."""
    there = stated(text)
    numbers = readings(there)
    aged = {f"{figure(12 * decimal(value))} months" for kind, value in there if kind is QuantityKind.AGE}
    return sorted(
        (kind, value)
        for kind, value in wanted - there
        if value not in aged and (kind not in OF_ANY_KIND or decimal(value) not in numbers)
    )


def allowed(name: str, part: Section) -> str:
    """What the figures of a Chinese part come from.

    The articles that it names, those that they point at, each law's opening lines; another law if it calls it by name.
    """
    found = []
    for law in DIGESTS[name]:
        articles = articles_of(law)
        own = "\n".join(articles.get(number, "") for number in articles_zh(part.path[-1]))
        found += [opening_of(law), own, *(articles.get(number, "") for number in articles_zh(own))]
        if "附录" in own:
            found.append(articles[max(articles)])  # the appendix stands behind the last article
    others = (law for law in law_texts() if law not in DIGESTS[name] and name_of(law) in part.text)
    return without_articles("\n".join([*found, *(law_texts()[law] for law in others)]))


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
        if lacking := missing(figures(part), allowed(name, original)):
            wrong[part.path[-1]] = lacking
    assert wrong == {}


@pytest.mark.parametrize("name", DIGESTS)
def test_what_one_language_writes_in_digits_stands_in_the_other(name: str, documents: dict[str, Document]) -> None:
    both = (documents[f"policies/{name}.{language}.md"].sections for language in ("zh", "en"))
    wrong = {}
    for part, other in zip(*both, strict=True):
        for one, two in ((part, other), (other, part)):
            there = readings(stated(answer(two)))
            if lacking := [each for each in figures(one, in_digits=True) if not readings({each}) & there]:
                wrong[one.path[-1]] = lacking
    assert wrong == {}


def test_a_wrong_figure_is_found() -> None:
    section = Section(path=("工伤认定要多久（第二十条）",), text="受理后60天内决定，最多罚1万元到5万元，10%，16岁。")
    right = "自受理之日起六十日内决定，处一万元以上五万元以下的罚款，百分之十，十六周岁。"
    assert missing(figures(section), right) == []
    for wrong in ("六十五日|六十日", "六万元|五万元", "百分之二十|百分之十", "十八周岁|十六周岁"):
        false, true = wrong.split("|")
        assert len(missing(figures(section), right.replace(true, false))) == 1, wrong
