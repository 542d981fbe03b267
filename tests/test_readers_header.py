"""What a document says of itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge.models import Metadata
from knowledge.readers.document_reader import read
from knowledge.readers.structure.header import normal_number
from tests import files


def metadata(folder: Path, text: str, name: str = "a.txt") -> Metadata:
    (folder / name).write_text(text, encoding="utf-8")
    return read(folder / name, source=f"policies/{name}", digest="").metadata


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("穗人社规字〔2018〕3号", "穗人社规字〔2018〕3号"),
        ("穗人社规字[2018]3号", "穗人社规字〔2018〕3号"),
        ("穗人社规字［２０１８］３号", "穗人社规字〔2018〕3号"),
        ("穗府办规（2020）10号", "穗府办规〔2020〕10号"),
        ("穗府办规【2020】第10号", "穗府办规〔2020〕10号"),
        ("人社部函 2022 20号", "人社部函〔2022〕20号"),
        ("考虑在粤人社规〔2018〕15号的基础上", None),
        ("HFGS-2017-9", None),
        ("2018年3号", None),
        ("〔2018〕3号", None),
    ],
)
def test_document_numbers(text: str, expected: str | None) -> None:
    assert normal_number(text) == expected


def test_a_notice_tells_number_issuer_dates_and_what_it_replaces(tmp_path: Path) -> None:
    read = metadata(tmp_path, "\n\n".join((*files.NOTICE, *files.MEASURES)))
    assert read.title == "广州市花都区示例局关于印发《花都区示例项目管理办法》的通知"
    assert (read.number, read.issuer) == (files.NUMBER, "广州市花都区示例局")
    assert (read.made_on, read.effective_on) == (date(2024, 5, 20), date(2024, 6, 1))
    assert read.expires_on == date(2029, 5, 31), "the last day of five years from 1 June 2024"
    assert read.supersedes == ("花人社规字〔2019〕2号",)
    assert read.language == "zh" and not read.repealed


@pytest.mark.parametrize(
    ("header", "number"),
    [
        ("花示规〔2024〕7号", "花示规〔2024〕7号"),
        ("文号：花示规[2024]7号", "花示规〔2024〕7号"),
        ("花示规〔2024〕7号  签发人：某某", "花示规〔2024〕7号"),
        ("根据粤示规〔2018〕15号的规定", None),
        ("花示规〔1986〕7号", None),  # forty years from the date of the document: some other paper's
        ("HFGS-2024-9", None),
    ],
)
def test_a_number_is_the_documents_own_or_none(header: str, number: str | None, tmp_path: Path) -> None:
    text = f"花都区示例管理办法\n\n{header}\n\n第一条 按照京示规〔2023〕1号执行。\n\n2024年5月20日"
    assert metadata(tmp_path, text).number == number


@pytest.mark.parametrize(
    ("statement", "effective", "expires"),
    [
        ("本办法自2022年5月1日起施行。", date(2022, 5, 1), None),
        ("本办法自印发之日起施行，有效期三年。", date(2024, 5, 20), date(2027, 5, 19)),
        ("本通知自发布之日起实施，有效期至2026年12月31日。", date(2024, 5, 20), date(2026, 12, 31)),
        ("本方案自二〇二四年六月一日起试行，试行期18个月。", date(2024, 6, 1), date(2025, 11, 30)),
        ("自2024年2月29日起施行，有效期5年。", date(2024, 2, 29), date(2029, 2, 28)),
        ("证书有效期5年。", None, None),
        ("《某某条例》自2020年1月1日起施行。", None, None),
        ("本办法自2024年13月45日起施行。", None, None),
        ("These Measures shall come into force as of May 1, 2022.", date(2022, 5, 1), None),
    ],
)
def test_force_and_term_are_what_the_text_says_of_itself(
    statement: str, effective: date | None, expires: date | None, tmp_path: Path
) -> None:
    read = metadata(tmp_path, f"花都区示例办法\n\n第一条 示例。\n\n第二条 {statement}\n\n2024年5月20日")
    plain = metadata(tmp_path, f"花都区示例办法\n\n一、示例。\n\n{statement}\n\n2024年5月20日")
    assert (read.effective_on, read.expires_on) == (effective, expires)
    assert (plain.effective_on, plain.expires_on) == (effective, expires)


@pytest.mark.parametrize("mark", ["【已失效】", "（已废止）", "[失效]"])
def test_a_title_may_say_that_the_document_no_longer_holds(mark: str, tmp_path: Path) -> None:
    read = metadata(tmp_path, f"{mark}花都区示例办法\n\n第一条 示例。")
    assert read.repealed and read.title == "花都区示例办法"


def test_an_older_version_of_the_same_name_is_not_mistaken_for_this_one(tmp_path: Path) -> None:
    read = metadata(tmp_path, "花都区示例办法\n\n本办法自2024年1月1日起施行，原《花都区示例办法》同时废止。")
    assert read.supersedes == ()


def test_a_portals_box_is_read(tmp_path: Path) -> None:
    cells = "".join(f"<td>{label}：</td><td>{value}</td>" for label, value in (*files.BOX, ("文件状态", "失效")))
    page = files.html_page(
        "<p>第一条 学生可以报名参加示例培训班，企业可以提供岗位。</p>",
        '<meta name="ArticleTitle" content="花都区示例培训办法"><meta name="Url" content="https://example.test/1.html">',
    ).replace("<h1>", f"<table><tr>{cells}</tr></table><h1>")
    read = metadata(tmp_path, page, "a.html")
    assert read.title == "花都区示例培训办法"
    assert (read.number, read.issuer) == (files.NUMBER, "花都区示例局")
    assert (read.made_on, read.published_on) == (date(2024, 5, 20), date(2024, 5, 22))
    assert read.repealed and read.source_url == "https://example.test/1.html"


def test_front_matter_is_taken_at_its_word(tmp_path: Path) -> None:
    text = """---
title: "Vocational Education Law: a digest"
language: en
number: 穗示规[2023]3号
issuer: 示例局
made_on: 2023年3月1日
published_on: 2023-03-02
effective_on: 2023-04-01
expires_on: 2028-03-31
source_url: https://example.test/law
translation_of: law.zh.md
supersedes: [old.md, 穗示规(2018)1号]
sample: true
author: nobody in particular
---
# Vocational Education Law: a digest

Article 9 says that 本法自2022年5月1日起施行.
"""
    assert metadata(tmp_path, text, "law.en.md") == Metadata(
        title="Vocational Education Law: a digest",
        language="en",
        number="穗示规〔2023〕3号",
        issuer="示例局",
        made_on=date(2023, 3, 1),
        published_on=date(2023, 3, 2),
        effective_on=date(2023, 4, 1),
        expires_on=date(2028, 3, 31),
        source_url="https://example.test/law",
        translation_of="policies/law.zh.md",
        supersedes=("old.md", "穗示规〔2018〕1号"),
        sample=True,
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "花都区示例局关于印发\n《花都区示例办法》的通知\n\n各单位：\n\n示例。",
            "花都区示例局关于印发《花都区示例办法》的通知",
        ),
        ("花都区示例局文件\n\n花示〔2024〕1号\n\n关于示例的通知\n\n各单位：\n\n示例。", "关于示例的通知"),
        (
            "花都区示例局\n\n关于印发《花都区示例\n\n项目办法》的通知\n\n花示〔2024〕1号\n\n各单位：\n\n示例。",
            "花都区示例局关于印发《花都区示例项目办法》的通知",
        ),
        ("District Bureau Launched Operation\n\nToday the bureau met.", "District Bureau Launched Operation"),
        ("今天开了一个会，大家都来了。", "a"),
        ("---\nlanguage: zh\n---\n标题在文中\n\n正文。", "标题在文中"),
    ],
)
def test_titles(text: str, title: str, tmp_path: Path) -> None:
    assert metadata(tmp_path, text).title == title
