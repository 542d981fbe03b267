# ruff: noqa: E501  # a file a line
"""Word documents and pieces of HTML whose values are known, since each is made here: cards, merged cells, contents."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from knowledge.models import Document
from knowledge.readers import SourceFile, detect_format, read_document

Build = Callable[["docx.document.Document"], None]
SINGLE = [["班名", "皮具设计班"], ["开班日期", "2027年3月1日"], ["名额", "45人"], ["报名电话", "020-00000011"]]
DOUBLE = [
    ["班名", "皮具设计班", "联系人", "何老师"],
    ["开班日期", "2027年3月1日", "结束日期", "2027年3月20日"],
    ["地点", "示例学校", "名额", "45人"],
    ["学费", "免费", "报名电话", "020-00000011"],
]
TRIPLE = [
    ["姓名", "张示例", "性别", "男", "年龄", "30岁"],
    ["单位", "示例公司", "职务", "班长", "工龄", "5年"],
    ["学历", "大专", "证书", "电工证", "等级", "三级"],
]
COLON = [["甲方：", "示例公司", "乙方：", "示例学校"], ["代表：", "示例甲", "代表人：", "示例乙"]]
ENGLISH = [
    ["Course", "Welding basics", "Contact", "Sample Desk"],
    ["Start date", "1 March 2027", "Places", "45"],
    ["Venue", "Sample School", "Phone", "020-00000011"],
]
TABLE = [
    ["学校", "专业", "层次", "学费"],
    ["示例学校甲", "数控加工", "高级工", "6200"],
    ["示例学校乙", "汽车维修", "中级工", "免学费"],
]
FIGURES = [["工种", "初级", "中级", "高级"], ["车工", "1100", "1500", "1900"], ["铣工", "1200", "1600", "2000"]]


def table(rows: Sequence[Sequence[str]], *merges: tuple[int, int, int, int]) -> Build:
    """A table of ``rows``; each of ``merges`` joins the cells from one corner (row, column) to the other."""

    def build(document: docx.document.Document) -> None:
        made = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
        for line, texts in zip(made.rows, rows, strict=True):
            for cell, text in zip(line.cells, texts, strict=True):
                cell.text = text
        for top, left, bottom, right in merges:
            made.cell(top, left).merge(made.cell(bottom, right))

    return build


def nested(document: docx.document.Document) -> None:
    outer = document.add_table(rows=2, cols=2, style="Table Grid")
    outer.cell(0, 0).text, outer.cell(0, 1).text = "项目", "示例补贴"
    outer.cell(1, 0).text = "标准"
    inner = outer.cell(1, 1).add_table(rows=3, cols=3)
    for line, texts in zip(
        inner.rows, [["工种", "等级", "金额"], ["车工", "初级", "1100"], ["铣工", "中级", "1500"]], strict=True
    ):
        for cell, text in zip(line.cells, texts, strict=True):
            cell.text = text


def hidden_row(document: docx.document.Document) -> None:
    table(FIGURES)(document)
    row = document.tables[-1].rows[1]._tr
    row.get_or_add_trPr().append(parse_xml(f"<w:hidden {nsdecls('w')}/>"))


def paragraphs(*texts: str) -> Build:
    def build(document: docx.document.Document) -> None:
        for text in texts:
            document.add_paragraph(text)

    return build


def word_contents(document: docx.document.Document) -> None:
    entries = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in ("目录", "一、总则 1", "二、补贴 2"))
    document.element.body.insert(
        0,
        parse_xml(
            f'<w:sdt {nsdecls("w")}><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
            f"</w:sdtPr><w:sdtContent>{entries}</w:sdtContent></w:sdt>"
        ),
    )
    paragraphs(*BODY)(document)


BODY = (
    "花都区示例人才补贴办法",
    "一、总则",
    "本办法适用于花都区的企业和劳动者。",
    "二、补贴",
    "技师每人每月补贴600元。",
)
CARD_LINES = [
    "班名: 皮具设计班; 联系人: 何老师",
    "开班日期: 2027年3月1日; 结束日期: 2027年3月20日",
    "地点: 示例学校; 名额: 45人",
    "学费: 免费; 报名电话: 020-00000011",
]
TABLES = {
    "one pair a row": (table(SINGLE), ["班名: 皮具设计班", "开班日期: 2027年3月1日", "名额: 45人", "报名电话: 020-00000011"]),
    "two pairs a row": (table(DOUBLE), CARD_LINES),
    "three pairs a row": (table(TRIPLE), ["姓名: 张示例; 性别: 男; 年龄: 30岁", "单位: 示例公司; 职务: 班长; 工龄: 5年", "学历: 大专; 证书: 电工证; 等级: 三级"]),
    "labels with colons": (table(COLON), ["甲方: 示例公司; 乙方: 示例学校", "代表: 示例甲; 代表人: 示例乙"]),
    "an English card": (table(ENGLISH), ["Course: Welding basics; Contact: Sample Desk", "Start date: 1 March 2027; Places: 45", "Venue: Sample School; Phone: 020-00000011"]),
    "a title over a card": (table([["信息卡", "", "", ""], *DOUBLE], (0, 0, 0, 3)), ["信息卡", *CARD_LINES]),
    "a value over the rest of its row": (table([*DOUBLE, ["备注", "自带工具", "", ""]], (4, 1, 4, 3)), [*CARD_LINES, "备注: 自带工具"]),
    "a name for a group of rows": (
        table([["联系方式", "电话", "020-00000011", "邮箱", "a@example.com"], ["", "传真", "020-00000012", "地址", "示例路1号"]], (0, 0, 1, 0)),
        ["联系方式 电话: 020-00000011; 联系方式 邮箱: a@example.com", "联系方式 传真: 020-00000012; 联系方式 地址: 示例路1号"],
    ),
    "a form that is yet to be filled in": (table([["姓名", "", "出生日期", ""], ["住址", "", "联系电话", ""]]), ["姓名; 出生日期", "住址; 联系电话"]),
    "a table with a header": (table(TABLE), ["学校: 示例学校甲; 专业: 数控加工; 层次: 高级工; 学费: 6200", "学校: 示例学校乙; 专业: 汽车维修; 层次: 中级工; 学费: 免学费"]),
    "a table of figures": (table(FIGURES), ["工种: 车工; 初级: 1100; 中级: 1500; 高级: 1900", "工种: 铣工; 初级: 1200; 中级: 1600; 高级: 2000"]),
    "two columns, the second all sums": (table([["工种", "补贴（元）"], ["车工", "1100"], ["铣工", "1500"]]), ["工种: 车工; 补贴（元）: 1100", "工种: 铣工; 补贴（元）: 1500"]),
    "merged downwards": (table([["类别", "工种", "金额"], ["机械", "车工", "1100"], ["", "铣工", "1200"], ["服务", "茶艺师", "900"]], (1, 0, 2, 0)), ["类别: 机械; 工种: 车工; 金额: 1100", "类别: 机械; 工种: 铣工; 金额: 1200", "类别: 服务; 工种: 茶艺师; 金额: 900"]),
    "a table in a table": (nested, ["项目: 示例补贴", "标准", "工种: 车工; 等级: 初级; 金额: 1100", "工种: 铣工; 等级: 中级; 金额: 1500"]),
    "a hidden row": (hidden_row, ["工种: 铣工; 初级: 1200; 中级: 1600; 高级: 2000"]),
}  # fmt: skip
CONTENTS = {
    "leaders": paragraphs("目录", "一、总则........1", "二、补贴........2", *BODY),
    "numbers of pages": paragraphs("目　录", "一、总则 1", "二、补贴 2", *BODY),
    "numbers in brackets": paragraphs("目次", "一、总则（1）", "二、补贴（2）", *BODY),
    "headings alone": paragraphs("目录", "一、总则", "二、补贴", *BODY),
    "leaders without a heading": paragraphs("一、总则……………1", "二、补贴……………2", *BODY),
    "in Traditional characters": paragraphs("目錄：", "一、总则\t1", "二、补贴\t2", *BODY),
    "in English": paragraphs("Table of Contents", "一、总则 . . . . . 1", "二、补贴 . . . . . 2", *BODY),
    "Word's own": word_contents,
}
FRAGMENTS = {
    "ul": ("<ul>\n<li>报名时间：<b>2027年4月1日</b></li>\n<li>咨询电话：020-00000012</li></ul>", ["- 报名时间：2027年4月1日", "- 咨询电话：020-00000012"]),
    "ol": ("<ol><li>提交申请</li><li>等待通知</li></ol><p>咨询电话：020-00000012</p>", ["1. 提交申请", "2. 等待通知", "咨询电话：020-00000012"]),
    "li": ("<li>报名时间：2027年4月1日</li><li>地点：示例路1号</li>", ["- 报名时间：2027年4月1日", "- 地点：示例路1号"]),
    "table": ("<table><tr><td>工种</td><td>金额</td></tr><tr><td>车工</td><td>1100</td></tr><tr><td>铣工</td><td>1500</td></tr></table>", ["工种: 车工; 金额: 1100", "工种: 铣工; 金额: 1500"]),
    "p": ("<p>咨询电话：020-00000012</p>", ["咨询电话：020-00000012"]),
    "div": ("<div><div>报名时间：2027年4月1日</div><div>地点：示例路1号</div></div>", ["报名时间：2027年4月1日", "地点：示例路1号"]),
    "dl": ("<dl><dt>报名时间：</dt><dd>2027年4月1日</dd></dl><p>地点：示例路1号</p>", ["报名时间：", "2027年4月1日", "地点：示例路1号"]),
    "span": ("<span>报名时间：2027年4月1日</span><br><span>地点：示例路1号</span>", ["报名时间：2027年4月1日", "地点：示例路1号"]),
    "text": ("报名时间：2027年4月1日<br/>地点：示例路1号", ["报名时间：2027年4月1日", "地点：示例路1号"]),
    "comment": ("<!-- 抄自网站 -->\n<p>报名时间：2027年4月1日</p><p>地点：示例路1号</p>", ["报名时间：2027年4月1日", "地点：示例路1号"]),
}  # fmt: skip


def read(path: Path) -> Document:
    document = read_document(SourceFile(path.name, path, hashlib.sha256(path.read_bytes()).hexdigest(), 1))
    assert isinstance(document, Document), document
    return document


def lines(document: Document) -> list[str]:
    return [line for section in document.sections for line in section.text.split("\n")]


def written(path: Path, *builds: Build) -> Path:
    document = docx.Document()
    for build in builds:
        build(document)
    document.save(str(path))
    return path


@pytest.mark.parametrize(("build", "expected"), TABLES.values(), ids=TABLES.keys())
def test_each_value_stands_with_its_label(build: Build, expected: list[str], tmp_path: Path) -> None:
    assert lines(read(written(tmp_path / "a.docx", paragraphs("花都区示例培训班信息"), build))) == expected


@pytest.mark.parametrize("build", CONTENTS.values(), ids=CONTENTS.keys())
def test_contents_are_no_title_and_no_text(build: Build, tmp_path: Path) -> None:
    document = read(written(tmp_path / "a.docx", build))
    assert document.metadata.title == "花都区示例人才补贴办法"
    assert [(section.path, section.text) for section in document.sections] == [
        (("一、总则",), "本办法适用于花都区的企业和劳动者。"),
        (("二、补贴",), "技师每人每月补贴600元。"),
    ]


def test_a_catalogue_that_is_called_so_keeps_its_title(tmp_path: Path) -> None:
    document = read(written(tmp_path / "a.docx", paragraphs("花都区职业技能培训补贴目录", "车工 1100", "铣工 1500")))
    assert document.metadata.title == "花都区职业技能培训补贴目录"
    assert lines(document) == ["车工 1100", "铣工 1500"]


@pytest.mark.parametrize(("text", "expected"), FRAGMENTS.values(), ids=FRAGMENTS.keys())
@pytest.mark.parametrize("name", ["a.html", "a.htm"])
def test_a_piece_of_a_page_has_no_tags(name: str, text: str, expected: list[str], tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert lines(read(path)) == expected


def test_a_text_about_tags_is_no_page(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("说明\n\n在页面中用 <b> 表示加粗，用 <p> 表示段落。", encoding="utf-8")
    assert detect_format(path).value == "plain text"
