"""The structure of each kind of document, and what must not come out of it."""

from __future__ import annotations

import hashlib
import time
import zipfile
from pathlib import Path

import pytest

from knowledge.models import Document, Unreadable
from knowledge.readers import SourceFile, read_document
from tests import files

ANNEX = "附件 花都区示例项目管理办法"


def read(path: Path) -> Document:
    document = read_document(SourceFile(path.name, path, hashlib.sha256(path.read_bytes()).hexdigest(), 0))
    assert isinstance(document, Document), document
    return document


def markdown(tmp_path: Path, text: str) -> Document:
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    return read(tmp_path / "a.md")


def outline(document: Document) -> list[tuple[str, ...]]:
    return [section.path for section in document.sections]


def whole(document: Document) -> str:
    return "\n".join(section.text for section in document.sections)


@pytest.mark.parametrize("name", ["notice.docx", "notice.doc", "notice.txt", "notice.md"])
def test_a_notice_that_wraps_measures_keeps_both(name: str, tmp_path: Path) -> None:
    lines = (*files.NOTICE, *files.MEASURES)
    path = tmp_path / name
    document = read(files.write_docx(path, lines) if "doc" in path.suffix else files.write_lines(path, lines))
    assert outline(document) == [
        (),
        (ANNEX, "第一章 总则", "第一条"),
        (ANNEX, "第一章 总则", "第二条"),
        (ANNEX, "第二章 附则", "第三条"),
    ]
    assert document.sections[2].text.split("\n")[1:] == ["（一）技能培训；", "（二）校企合作。"]
    assert "示例规〔2018〕15号" in document.sections[0].text


def test_a_plan_has_points_as_parts_and_short_ones_as_a_list(tmp_path: Path) -> None:
    document = read(files.write_lines(tmp_path / "plan.txt", files.PLAN))
    assert outline(document) == [
        ("一、总体要求",),
        ("二、主要任务", "（一）开展示例培训"),
        ("二、主要任务", "（二）建立联系机制"),
        ("三、申请材料",),
        (),
    ]
    assert document.sections[3].text == "1.申请表；\n2.营业执照复印件；\n3.合作协议。"
    assert document.sections[4].text == "广州市花都区示例局\n2023年3月8日"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# 甲\n\n## 乙\n\n### 丙\n\n文\n\n## 丁\n\n句", [(("乙", "丙"), "文"), (("丁",), "句")]),
        ("# 甲\n\n## 空\n\n## 丁\n\n句", [(("空",), "空"), (("丁",), "句")]),
        ("# 甲\n\n- 一个\n- 两个\n\n3. 三\n4. 四", [((), "- 一个\n- 两个\n3. 三\n4. 四")]),
        ("# 甲\n\n| 学校 | 学费 |\n|--|--|\n| 乙 | 5 |", [((), "学校: 乙; 学费: 5")]),
        ("# 甲\n\n第一条 是\n这样。\n第二条 非。", [(("第一条",), "第一条 是这样。"), (("第二条",), "第二条 非。")]),
        ("# 甲\n\n文<!-- 不见 --><span hidden>也不见</span>[链接](https://x.example/a)", [((), "文链接")]),
        ("# Law\n\nArticle 1 This is.\n\nArticle 2 of that law applies.", [
            (("Article 1",), "Article 1 This is.\nArticle 2 of that law applies.")]),
        ("# 甲\n\n第三条的规定适用。\n\n第二十条第一款除外。", [((), "第三条的规定适用。\n第二十条第一款除外。")]),
        ("# 甲\n\n## 第三十条 学徒\n\n说明。\n\n### 细节\n\n文", [
            (("第三十条 学徒",), "说明。"), (("第三十条 学徒", "细节"), "文")]),
    ],
)  # fmt: skip
def test_markdown(text: str, expected: list[tuple[tuple[str, ...], str]], tmp_path: Path) -> None:
    assert [(section.path, section.text) for section in markdown(tmp_path, text).sections] == expected


def test_hard_wrapped_lines_are_one_paragraph(tmp_path: Path) -> None:
    lines = "The college offers training for people who\nwant to learn a trade before they go to work.\nIt is free."
    (tmp_path / "a.txt").write_text(f"Title\n\n{lines}", encoding="utf-8")
    assert whole(read(tmp_path / "a.txt")) == lines.replace("who\nwant", "who want")


END = ("的宽度", "宽度。")
HIDDEN = [
    '<p style="display:none">SECRET</p>',
    '<p style="DISPLAY : None !important">SECRET</p>',
    "<p hidden>SECRET</p>",
    '<div aria-hidden="true"><p>SECRET</p></div>',
    '<span style="font-size:0">SECRET</span>',
    '<span style="font-size:1px">SECRET</span>',
    '<p style="color:#fff">SECRET</p>',
    '<font color="white">SECRET</font>',
    '<p style="position:absolute; left:-9999px">SECRET</p>',
    '<p style="text-indent:-9999px">SECRET</p>',
    '<p style="opacity:0">SECRET</p>',
    '<p style="visibility:hidden">SECRET</p>',
    '<div style="height:0;overflow:hidden">SECRET</div>',
    '<p class="x1">SECRET</p><style>.x1 { display: none }</style>',
    "<!-- SECRET --><script>SECRET</script><template>SECRET</template><noscript>SECRET</noscript>",
    "<textarea>SECRET</textarea>",
]


@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_a_visitor_cannot_see_is_not_read(hidden: str, tmp_path: Path) -> None:
    seen = "<p>学生可以报名参加示例培训班，企业可以提供岗位。</p>"
    (tmp_path / "a.html").write_text(files.html_page(seen + hidden), encoding="utf-8")
    assert whole(read(tmp_path / "a.html")) == "学生可以报名参加示例培训班，企业可以提供岗位。"
    assert "SECRET" not in whole(markdown(tmp_path, f"# 甲\n\n正文。\n\n{hidden}"))


@pytest.mark.parametrize(
    "seen", ['<p style="color:white;background:#036">SEEN</p>', '<p style="font-size:16px">SEEN</p>']
)
def test_what_a_visitor_sees_is_read(seen: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(files.html_page(f"<p>学生可以报名参加示例培训班，企业提供。</p>{seen}"), "utf-8")
    assert "SEEN" in whole(read(tmp_path / "a.html"))


def test_a_page_is_its_article_without_navigation(tmp_path: Path) -> None:
    body = """<p>一、要求</p><p>学生可以报名参加示例培训班，企业可以提供岗位。</p><table>
    <tr><td colspan=3>课程表</td></tr><tr><td>学校</td><td>专业</td><td>学制</td></tr>
    <tr><td rowspan=2>甲</td><td>数控</td><td>3年</td></tr><tr><td>汽修</td><td>5年</td></tr></table>"""
    (tmp_path / "a.html").write_text(files.html_page(body), encoding="utf-8")
    document = read(tmp_path / "a.html")
    assert document.metadata.title == "花都区示例通知"
    assert str(document.metadata.published_on) == "2024-05-22"
    rows = "课程表\n学校: 甲; 专业: 数控; 学制: 3年\n学校: 甲; 专业: 汽修; 学制: 5年"
    assert [(section.path, section.text) for section in document.sections] == [
        (("一、要求",), f"学生可以报名参加示例培训班，企业可以提供岗位。\n{rows}")
    ]


def test_word_numbers_merges_and_changes(tmp_path: Path) -> None:
    document = read(files.write_rich_docx(tmp_path / "a.docx"))
    assert document.metadata.title == "示例实训安排"
    assert [(section.path, section.text) for section in document.sections] == [
        (("报名",), "（一）提交申请\n（二）等待通知"),
        (
            ("课程",),
            "2024年课程表（示例）\n学校: 示例技师学院; 专业: 数控加工; 学制: 3年\n"
            "学校: 示例技师学院; 专业: 汽车维修; 学制: 5年\n每班四十人\n看得见。",
        ),
    ]


def test_pdf_lines_become_paragraphs_and_rows_and_keep_their_page(tmp_path: Path) -> None:
    first = [
        "花都区示例通知",
        "\u3000\u3000为了做好示例工作，现将有关事项通知如下，请各单位认真贯彻执",
        "行，并及时报送。",
        "\u3000\u3000一、总体要求",
        "\u3000\u3000坚持示例为主。",
    ]
    rows = [("学校", "专业", "学制"), ("示例学院", "数控加工", "3年"), ("示例学校", "汽修", "5年")]
    table = [(72 + 170 * x, 600 - 20 * y, text) for y, row in enumerate(rows) for x, text in enumerate(row)]
    pages = [
        [(200, 820, "示例局文件汇编"), *lines, (280, 30, f"— {number} —")]
        for number, lines in enumerate([files.pdf_lines(first), table, files.pdf_lines(["第三页的文字在这里。"])], 1)
    ]
    document = read(files.write_pdf(tmp_path / "a.pdf", pages))
    assert document.metadata.title == "花都区示例通知"
    assert [(section.path, section.text, section.page) for section in document.sections] == [
        ((), "为了做好示例工作，现将有关事项通知如下，请各单位认真贯彻执行，并及时报送。", 1),
        (("一、总体要求",), "坚持示例为主。", 1),
        (("一、总体要求",), "学校: 示例学院; 专业: 数控加工; 学制: 3年\n学校: 示例学校; 专业: 汽修; 学制: 5年", 2),
        (("一、总体要求",), "第三页的文字在这里。", 3),
    ]


def test_pdf_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left, right = (
        [(x, 720 - 20 * line, f"{name}第{line}行文字写满这一栏{END[line == 7]}") for line in range(8)]
        for x, name in ((72, "左栏"), (320, "右栏"))
    )
    document = read(files.write_pdf(tmp_path / "a.pdf", [[(72, 780, "示例规划概要"), *left, *right]]))
    assert whole(document).split("\n") == ["".join(text for *_, text in column) for column in (left, right)]


def test_tables_that_lay_out_a_page_are_not_tables(tmp_path: Path) -> None:
    inner = (
        "<p>关于示例的通知</p><p>学生可以报名参加示例培训班，企业可以提供岗位。</p><table><tr><th rowspan=2>学校</th>"
        "<th colspan=2>费用</th></tr><tr><th>学费</th><th>住宿费</th></tr><tr><td>甲</td><td>1</td><td>2</td></tr>"
        "</table>"
    )
    page = f"<html><head><meta charset=gb2312></head><body><table><tr><td>{inner}</td></tr></table></body></html>"
    (tmp_path / "a.html").write_bytes(page.encode("gb18030"))
    document = read(tmp_path / "a.html")
    assert document.metadata.title == "关于示例的通知"
    assert document.sections[0].text.split("\n")[1:] == ["学校: 甲; 费用 学费: 1; 费用 住宿费: 2"]


def test_ofd_text_is_read_line_by_line(tmp_path: Path) -> None:
    document = read(files.write_ofd(tmp_path / "a.ofd"))
    assert document.metadata.title == "花都区示例公告"
    assert whole(document) == "示例公告的正文第一行。"


def test_invisible_characters_do_not_come_through(tmp_path: Path) -> None:
    document = markdown(tmp_path, "# 甲\n\n技\u200b能\u2060花\ufeff都\U000e0041\u202e行动\x07。")
    assert whole(document) == "技能花都行动 。"


def write_many_members(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(30_000):
            archive.writestr(f"word/{number}.xml", b"")


HOSTILE = {
    "bomb.docx": files.write_bomb_docx,
    "laugh.docx": files.write_laughing_docx,
    "deep.html": lambda path: path.write_text("<div>" * 200_000 + "文"),
    "deep.md": lambda path: path.write_text(">" * 50_000 + " 文"),
    "list.md": lambda path: path.write_text("- " * 20_000 + " 文"),
    "spans.html": lambda path: path.write_text(f"<table><tr>{'<td colspan=999 rowspan=999>a' * 3000}</table>"),
    "brackets.md": lambda path: path.write_text("[" * 100_000 + "文"),
    "members.docx": write_many_members,
    "text.txt": lambda path: path.write_bytes(b"a" * 17 * 2**20),
    "aliases.md": lambda path: path.write_text(ALIASES),
}


ALIASES = (
    "---\na0: &a0 [x, x]\n"
    + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 40))
    + "title: *a39\n---\n文"
)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_in_seconds(name: str, tmp_path: Path) -> None:
    HOSTILE[name](tmp_path / name)
    start = time.perf_counter()
    outcome = read_document(SourceFile(name, tmp_path / name, "0" * 64, 0))
    assert time.perf_counter() - start < 10
    assert isinstance(outcome, Unreadable) or len(whole(outcome)) < 200_000, "read within the limits, or refused"


def test_a_million_operators_are_read_within_the_limits(tmp_path: Path) -> None:
    assert "示例文本" in whole(read(files.write_heavy_pdf(tmp_path / "a.pdf")))
