"""What each digest of a law was written from, and the texts of the laws where they are beside the repository."""

from __future__ import annotations

import re
from functools import cache

import pytest

from knowledge.text.numerals import ORDINAL, value
from tests.shipped import ROOT

REAL = ROOT.parent / "shared" / "real"
# The laws that each digest is about, as their files are called; a digest of several is dated by one of them.
DIGESTS = {
    "law-vocational-cooperation": ("职业教育法(2022-04-20)",),
    "law-vocational-students": ("职业教育法(2022-04-20)",),
    "law-contract-start": ("劳动合同法(2012-12-28)",),
    "law-contract-end": ("劳动合同法(2012-12-28)",),
    "law-labour": ("劳动法(2018-12-29)",),
    "law-employment": ("就业促进法(2015-04-24)",),
    "law-market": ("广东省人力资源市场条例(2021-12-01)",),
    "law-unemployment": ("广东省失业保险条例(2022-06-01)",),
    "law-domestic": ("广东省家政服务条例(2023-03-30)",),
    "law-personal-information": ("个人信息保护法(2021-08-20)",),
    "law-social-insurance": ("社会保险法(2018-12-29)",),
    "law-work-injury": ("工伤保险条例(2010-12-20)",),
    "law-housing-fund": ("住房公积金管理条例(2019-03-24)",),
    "law-private-schools": ("民办教育促进法(2018-12-29)",),
    "law-veterans": ("退役军人保障法(2020-11-11)",),
    "law-disabled-employment": ("残疾人就业条例(2007-02-25)",),
    "law-annual-leave": ("职工带薪年休假条例(2007-12-14)", "企业职工带薪年休假实施办法(2008-07-17)"),
    "law-women": ("女职工劳动保护特别规定(2012-04-28)",),
    "law-family-leave": ("广东省人口与计划生育条例(2021-12-01)",),
    "law-arbitration": ("劳动争议调解仲裁法(2007-12-29)",),
    "law-wages": ("工资支付暂行规定(1994-12-06)",),
    "law-migrant-wages": ("保障农民工工资支付条例(2019-12-30)",),
    "law-minors": ("未成年人保护法(2024-04-26)",),
}
NEEDED = {law for laws in DIGESTS.values() for law in laws}
needs_the_laws = pytest.mark.skipif(
    not {path.stem for path in REAL.glob("laws*/*.md")} >= NEEDED,
    reason="the laws (../shared/real/laws and laws-more) are not beside the repository",
)
_ARTICLE = re.compile(rf"^第({ORDINAL}+)条", re.M)
_ARTICLE_ZH = re.compile(rf"第({ORDINAL}+)条")
_CITED_EN = re.compile(r"Articles? (\d+(?:(?:, | and )\d+)*)")
_DATED = re.compile(r"\(\d{4}-\d\d-\d\d\)$")


def articles_zh(written: str) -> list[int]:
    """Numbers of the articles named in Chinese."""
    return [value(mark) or 0 for mark in _ARTICLE_ZH.findall(written)]


def articles_en(written: str) -> list[int]:
    """Numbers of the articles named in English."""
    return [int(number) for group in _CITED_EN.findall(written) for number in re.findall(r"\d+", group)]


def without_articles(written: str) -> str:
    """``written`` without the numbers of articles, which are no figures of the matter."""
    return _CITED_EN.sub("", _ARTICLE_ZH.sub("", written))


@cache
def law_texts() -> dict[str, str]:
    """The text of every law that is there, by the name of its file."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(REAL.glob("laws*/*.md"))}


def name_of(law: str) -> str:
    """What the law is called, without the day of the version."""
    return _DATED.sub("", law)


@cache
def articles_of(law: str) -> dict[int, str]:
    """The law's articles by their numbers."""
    _, *parts = _ARTICLE.split(law_texts()[law])
    return {value(mark) or 0: text for mark, text in zip(parts[::2], parts[1::2], strict=True)}


def opening_of(law: str) -> str:
    """What stands before the first article: when the law was passed and changed."""
    return _ARTICLE.split(law_texts()[law])[0]
