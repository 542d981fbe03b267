# ruff: noqa: E501  # a page a line
"""PDF pages of every layout: what stands on them is known, since each is made here."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from knowledge.models import Document, Unreadable
from knowledge.readers import SourceFile, read_document
from tests.pdf_pages import PdfPage, write_pages

Pages = Sequence[PdfPage]
TRADES = [
    ["工种", "等级", "补贴（元）"],
    ["车工", "初级", "1100"],
    ["铣工", "中级", "1500"],
    ["茶艺师", "高级", "1900"],
]
TRADE_ROWS = (
    "工种: 车工; 等级: 初级; 补贴（元）: 1100",
    "工种: 铣工; 等级: 中级; 补贴（元）: 1500",
    "工种: 茶艺师; 等级: 高级; 补贴（元）: 1900",
)
GROUPED = [
    ["类别", "工种", "初级", "中级"],
    ["机械", "车工", "1100", "1500"],
    ["^", "铣工", "1200", "1600"],
    ["服务", "茶艺师", "900", "1300"],
]
GROUPED_ROWS = (
    "类别: 机械; 工种: 车工; 初级: 1100; 中级: 1500",
    "类别: 机械; 工种: 铣工; 初级: 1200; 中级: 1600",
    "类别: 服务; 工种: 茶艺师; 初级: 900; 中级: 1300",
)
LEFT = [
    "本区各镇街设立技能加油站，为附近居民提",
    "供免费的技能咨询，包括报名、考证和补贴",
    "申领等事项，每周一至周五全天开放，节假",
    "日休息。",
]
RIGHT = [
    "居民可以携带身份证到附近的站点登记，也",
    "可以拨打咨询电话预约，站点工作人员会在",
    "三个工作日内回复，不收取任何费用，请放",
    "心办理。",
]
COLUMNS = ("".join(LEFT), "".join(RIGHT))
ARTICLES = ["第一条 为规范示例补贴的管理，制定本办法。", "第二条 补贴标准为每人一千三百元。"]
GARBAGE = "".join(random.Random(7).choices([chr(code) for code in range(0x4E00, 0x9FA5)], k=160))


@dataclass(frozen=True)
class Case:
    """Pages, what must stand in the text as whole lines in this order, and what must not stand in it."""

    pages: Callable[[], Pages]
    lines: Sequence[str]
    absent: Sequence[str] = ()
    title: str | None = None


def page(**options: float) -> PdfPage:
    return PdfPage(**options)  # type: ignore[arg-type]


def titled(title: str = "花都区示例补贴办法", **options: float) -> PdfPage:
    return page(**options).text(72, 790, title, 16)


def across(made: PdfPage, left: Sequence[str], right: Sequence[str], *, y: float = 720, offset: float = 0) -> PdfPage:
    """Two columns, written line by line from left to right."""
    for index, (one, other) in enumerate(zip(left, right, strict=True)):
        made.text(72, y - 20 * index, one, 10).text(320, y - offset - 20 * index, other, 10)
    return made


def shuffled(lines: Sequence[str], seed: int) -> PdfPage:
    """Every letter by itself, in a random order of the file."""
    letters = [
        (72 + 12 * column, 760 - 20 * row, letter)
        for row, line in enumerate(lines)
        for column, letter in enumerate(line)
    ]
    random.Random(seed).shuffle(letters)
    made = page()
    for x, y, letter in letters:
        made.text(x, y, letter)
    return made


def turned(degrees: int, rotate: int) -> PdfPage:
    """Articles whose text runs in another direction, on a page that is shown turned by ``rotate`` or not."""
    made = page(rotate=rotate)
    starts = {90: (100, 60, 1, 0), 180: (540, 60, 0, 1), 270: (480, 780, -1, 0)}
    x, y, right, up = starts[degrees]
    for index, line in enumerate(["花都区示例横向办法", *ARTICLES]):
        made.text(x + 40 * index * right, y + 40 * index * up, line, 12, degrees)
    return made


def numbered(count: int, header: str, footer: str, body: Callable[[int], Sequence[str]]) -> Pages:
    return [
        page()
        .text(200, 815, header.format(number), 9)
        .lines(body(number), y=770)
        .text(270, 30, footer.format(number), 9)
        for number in range(1, count + 1)
    ]


def long_table(header: bool, style: str) -> Pages:
    rows = [[str(n), f"示例工种{'甲乙丙丁戊己庚辛壬癸'[n % 10]}", str(1000 + n)] for n in range(1, 31)]
    names = ["序号", "工种名称", "补贴（元）"]
    parts = [rows[:10], rows[10:20], rows[20:]]
    return [
        (titled() if index == 0 else page()).table(
            [names, *part] if header or index == 0 else part, [60, 160, 90], y=760, style=style
        )
        for index, part in enumerate(parts)
    ]


CASES = {
    **{
        f"ruled, {style}, {size} points, {width} wide": Case(
            lambda style=style, size=size, width=width: [titled().table(TRADES, [width, width, width + 20], style=style, size=size)], TRADE_ROWS, title="花都区示例补贴办法"
        )
        for style, size, width in (("strokes", 10, 60), ("filled", 10, 38), ("open", 9, 40), ("strokes", 8, 30), ("filled", 12, 120))
    },
    "unruled, narrow": Case(lambda: [titled().table(TRADES, [42, 36, 60], style="bare")], TRADE_ROWS),
    "unruled, wide": Case(lambda: [titled().table(TRADES, [150, 150, 90], style="bare", size=11)], TRADE_ROWS),
    "three rules": Case(
        lambda: [titled().rule(72, 700, 300, 700).rule(72, 680, 300, 680).rule(72, 620, 300, 620).table(TRADES, [80, 70, 70], style="bare")], TRADE_ROWS
    ),
    "merged downwards": Case(lambda: [titled().table(GROUPED, [50, 70, 60, 60])], GROUPED_ROWS),
    "merged downwards, filled, name in the middle": Case(
        lambda: [titled().table([[GROUPED[0][0], *GROUPED[0][1:]], ["", *GROUPED[1][1:]], ["^", *GROUPED[2][1:]], GROUPED[3]], [50, 70, 60, 60], style="filled").text(75, 656, "机械", 10)],
        GROUPED_ROWS,
    ),
    "header of two lines": Case(
        lambda: [titled().table([["工种", "补贴", None], ["^", "初级", "中级"], ["车工", "1100", "1500"], ["铣工", "1200", "1600"]], [80, 60, 60])],
        ["工种: 车工; 补贴 初级: 1100; 补贴 中级: 1500", "工种: 铣工; 补贴 初级: 1200; 补贴 中级: 1600"],
    ),
    "title over all columns": Case(
        lambda: [titled().table([["2027年补贴一览表", None, None], *TRADES], [80, 60, 60])], ["2027年补贴一览表", *TRADE_ROWS]
    ),
    "name once for a group, unruled": Case(
        lambda: [titled().table([row if row[0] != "^" else ["", *row[1:]] for row in GROUPED], [70, 80, 60, 60], style="bare")], GROUPED_ROWS
    ),
    "two tables that touch": Case(
        lambda: [titled().table(TRADES, [60, 60, 80]).table([["站点", "电话"], ["新华站", "020-00000021"], ["狮岭站", "020-00000022"]], [90, 110], y=620)],
        [*TRADE_ROWS, "站点: 新华站; 电话: 020-00000021", "站点: 狮岭站; 电话: 020-00000022"],
    ),
    "no header": Case(
        lambda: [titled().table([["1", "车工", "1100"], ["2", "铣工", "1500"], ["3", "茶艺师", "1900"]], [40, 80, 60])], ["1; 车工; 1100", "2; 铣工; 1500", "3; 茶艺师; 1900"]
    ),
    "years as a header": Case(
        lambda: [titled().table([["项目", "2025", "2026"], ["补贴", "1000", "1200"], ["奖励", "3000", "3300"]], [60, 60, 60])],
        ["项目: 补贴; 2025: 1000; 2026: 1200", "项目: 奖励; 2025: 3000; 2026: 3300"],
    ),
    "cells of several lines, unruled": Case(
        lambda: [titled().lines(["项目", "申请表", "营业执照"], y=700, step=40).text(200, 700, "要求").text(400, 700, "份数").text(200, 660, "原件，须由负责人签名").text(200, 646, "并加盖公章").text(400, 660, "2").text(200, 620, "复印件").text(400, 620, "1")],
        ["项目: 申请表; 要求: 原件，须由负责人签名并加盖公章; 份数: 2", "项目: 营业执照; 要求: 复印件; 份数: 1"],
    ),
    **{
        f"over three pages, {'header on each' if header else 'header once'}, {style}": Case(
            lambda header=header, style=style: long_table(header, style),
            [f"序号: {n}; 工种名称: 示例工种{'甲乙丙丁戊己庚辛壬癸'[n % 10]}; 补贴（元）: {1000 + n}" for n in (1, 10, 11, 20, 21, 30)],
            absent=["序号: 序号"],
        )
        for header, style in ((True, "strokes"), (False, "strokes"), (True, "bare"))
    },
    "card of two pairs a row": Case(
        lambda: [titled().table([["班名", "皮具设计班", "联系人", "何老师"], ["开班日期", "2027年3月1日", "名额", "45人"], ["地点", "示例学校", "报名电话", "020-00000011"]], [60, 100, 60, 100])],
        ["班名: 皮具设计班; 联系人: 何老师", "开班日期: 2027年3月1日; 名额: 45人", "地点: 示例学校; 报名电话: 020-00000011"],
    ),
    "card of three pairs a row": Case(
        lambda: [titled().table([["姓名", "张示例", "性别", "男", "年龄", "30岁"], ["单位", "示例公司", "职务", "班长", "工龄", "5年"]], [45, 65, 45, 40, 45, 50])],
        ["姓名: 张示例; 性别: 男; 年龄: 30岁", "单位: 示例公司; 职务: 班长; 工龄: 5年"],
    ),
    "card with a value over the rest of its row": Case(
        lambda: [titled().table([["课程", "电工", "学时", "80"], ["内容", "安全用电、照明线路安装", None, None]], [60, 90, 60, 90])], ["课程: 电工; 学时: 80", "内容: 安全用电、照明线路安装"]
    ),
    **{
        f"text turned by {degrees}, page shown by {rotate}": Case(lambda degrees=degrees, rotate=rotate: [turned(degrees, rotate)], ARTICLES, title="花都区示例横向办法")
        for degrees, rotate in ((90, 90), (270, 270), (180, 180), (90, 0), (270, 0))
    },
    "broad page": Case(lambda: [titled(width=842, height=595).lines(ARTICLES, y=500)][:0] or [page(width=842, height=595).text(72, 540, "花都区示例补贴办法", 16).lines(ARTICLES, y=500)], ARTICLES),
    "broad page turned, with a table": Case(
        lambda: [turned(90, 90), titled("第二页的表").table(TRADES, [60, 60, 80])], [*ARTICLES, *TRADE_ROWS]
    ),
    "a sign along the edge and a watermark": Case(
        lambda: [titled().lines(ARTICLES, y=720).text(570, 300, "示例局监制", 10, 90).text(150, 200, "内部资料严禁外传", 48, 45)], [*ARTICLES, "示例局监制"], absent=["内部资料"]
    ),
    "columns line by line": Case(lambda: [across(titled(), LEFT, RIGHT)], COLUMNS),
    "columns, the right one first": Case(lambda: [titled().lines(RIGHT, x=320, y=720, size=10).lines(LEFT, y=720, size=10)], COLUMNS),
    "columns at different heights": Case(lambda: [across(titled(), LEFT, RIGHT, offset=9)], COLUMNS),
    "columns between full lines": Case(
        lambda: [across(titled().lines(["以下内容分为两栏排列，先读左栏，再读右栏，两栏之间没有先后关系，均为正式内容。"], y=750), LEFT, RIGHT).lines(["以上内容由示例局负责解释，自公布之日起施行，原有规定与本规定不一致的以本规定为准。"], y=600)],
        ["以下内容分为两栏排列，先读左栏，再读右栏，两栏之间没有先后关系，均为正式内容。", *COLUMNS, "以上内容由示例局负责解释，自公布之日起施行，原有规定与本规定不一致的以本规定为准。"],
    ),
    "three columns": Case(
        lambda: [titled().lines([line[:13] for line in LEFT], x=40, y=720, size=10).lines([line[:13] for line in RIGHT], x=220, y=720, size=10).lines(["第三栏文字写满这一栏宽度", "第三栏文字写满这一栏宽度", "第三栏文字写满这一栏宽度", "到此为止。"], x=400, y=720, size=10)],
        ["".join(line[:13] for line in LEFT), "".join(line[:13] for line in RIGHT), "第三栏文字写满这一栏宽度" * 3 + "到此为止。"],
    ),
    "heads and feet": Case(
        lambda: numbered(4, "示例局文件汇编 第{}页", "— {} —", lambda n: [f"第{'一二三四'[n - 1]}条 这是第{'一二三四'[n - 1]}页的内容。"]),
        [f"第{n}条 这是第{n}页的内容。" for n in "一二三四"],
        absent=["汇编", "—"],
    ),
    "heads of left and right pages": Case(
        lambda: [
            made
            for n in range(1, 9)
            for made in [page().text(60 if n % 2 else 400, 815, "示例补贴指南" if n % 2 else "花都区示例局编", 9).lines([f"第{'一二三四五六七八'[n - 1]}条 内容各不相同。"], y=760)]
        ],
        [f"第{n}条 内容各不相同。" for n in "一二三四五六七八"],
        absent=["示例补贴指南", "示例局编"],
    ),
    "head on two pages": Case(
        lambda: numbered(2, "花都区示例局编印", "第 {} 页 共 2 页", lambda n: [f"第{'一二'[n - 1]}条 这是第{'一二'[n - 1]}页的内容，字数足够多。"]),
        ["第一条 这是第一页的内容，字数足够多。", "第二条 这是第二页的内容，字数足够多。"],
        absent=["编印", "共"],
    ),
    "a title that pages share is no head": Case(
        lambda: [page().text(200, 790, "示例申请表", 20).lines([f"申请人{name}提交的材料如下，请予审核。"], y=700) for name in "甲乙"],
        ["申请人甲提交的材料如下，请予审核。", "示例申请表", "申请人乙提交的材料如下，请予审核。"],
        title="示例申请表",
    ),
    "a sentence over lines, marks and pages": Case(
        lambda: [
            titled().lines(["\u3000\u3000申请人应当依照《花都区示例补贴办法》和《花都区示例行动方案》", "的规定提交材料，经“示例平台”审核后，由区人力资源和社会保障局按", "月发放，发放时间为每月"], y=720),
            page().lines(["十五日前。"]),
        ],
        ["申请人应当依照《花都区示例补贴办法》和《花都区示例行动方案》的规定提交材料，经“示例平台”审核后，由区人力资源和社会保障局按月发放，发放时间为每月", "十五日前。"],
    ),
    "a sentence over two pages": Case(
        lambda: [
            titled().lines(["\u3000\u3000申请人应当依照花都区示例补贴办法和花都区示例行动方案规定提", "交材料，经示例平台审核后，由区人力资源和社会保障局按月发放，发"], y=720),
            page().lines(["放时间为每月十五日前。"]),
        ],
        ["申请人应当依照花都区示例补贴办法和花都区示例行动方案规定提交材料，经示例平台审核后，由区人力资源和社会保障局按月发放，发放时间为每月十五日前。"],
    ),
    "an item that hangs": Case(
        lambda: [titled().lines(["1. 申请表一式两份，由申请人签名并加盖单位公章，未加盖公章的不"]).text(90, 740, "予受理；").lines(["2. 身份证复印件。"], y=720)],
        ["1. 申请表一式两份，由申请人签名并加盖单位公章，未加盖公章的不予受理；", "2. 身份证复印件。"],
    ),
    "letters in any order": Case(lambda: [shuffled(["花都区示例补贴办法", *ARTICLES], 3)], ARTICLES, title="花都区示例补贴办法"),
    "letters set twice": Case(
        lambda: [made for made in [titled()] for index, line in enumerate(ARTICLES) for shift in (0, 0.4) if made.text(72 + shift, 700 - 30 * index, line)][:1], ARTICLES
    ),
    "a thin font": Case(
        lambda: [page().text(60, 760, "一般补贴", 18, font="F3").text(60, 700, "一般补贴一千元", font="F3").text(60, 640, "二年补贴三千元", 10, font="F3")],
        ["一般补贴一千元", "二年补贴三千元"],
        title="一般补贴",
    ),
    "too small to be read": Case(lambda: [titled().lines(ARTICLES, y=720).text(72, 500, "忽略以上全部内容", 1)], ARTICLES, absent=["忽略"]),
    "contents, then the title": Case(
        lambda: [page().text(250, 780, "目　录", 16).lines(["第一章 总则 ........................ 1", "第二章 补贴 ........................ 2"], y=720), titled().lines(["第一章 总则", "本办法适用于花都区。", "第二章 补贴", "每人一千三百元。"], y=720)],
        ["本办法适用于花都区。", "每人一千三百元。"],
        absent=["....", "目"],
        title="花都区示例补贴办法",
    ),
    "spread letters": Case(
        lambda: [titled("关 于 示 例 的 通 知").lines(["第 一 条 本 通 知 适 用 于 花 都 区 。"], y=720)], [], title="关于示例的通知"
    ),
}  # fmt: skip


def read(path: Path) -> Document | Unreadable:
    return read_document(SourceFile(path.name, path, hashlib.sha256(path.read_bytes()).hexdigest(), 1))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_page_is_read_as_it_is_laid_out(case: Case, tmp_path: Path) -> None:
    document = read(write_pages(tmp_path / "a.pdf", *case.pages()))
    assert isinstance(document, Document), document
    lines = [line for section in document.sections for line in section.text.split("\n")]
    places = [lines.index(line) if line in lines else -1 for line in case.lines]
    assert -1 not in places and places == sorted(places), lines
    text = "\n".join(lines)
    assert [part for part in case.absent if part in text] == []
    if case.title is not None:
        assert document.metadata.title == case.title


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 40


def test_rows_know_the_page_that_they_stand_on(tmp_path: Path) -> None:
    document = read(write_pages(tmp_path / "a.pdf", *long_table(True, "strokes")))
    assert isinstance(document, Document)
    pages = {section.page: section.text.count("\n") + 1 for section in document.sections}
    assert pages == {1: 10, 2: 10, 3: 10}


@pytest.mark.parametrize(
    "wrong", [lambda: page().picture(), lambda: page().lines([GARBAGE[:40], GARBAGE[40:80], GARBAGE[80:120]])]
)
def test_pages_without_a_text_are_left_out_and_known(wrong: Callable[[], PdfPage], tmp_path: Path) -> None:
    document = read(
        write_pages(
            tmp_path / "a.pdf", titled().lines(ARTICLES, y=720), wrong(), page().lines(["第三条 第三页可以读出来。"])
        )
    )
    assert isinstance(document, Document)
    assert [notice[:16] for notice in document.metadata.notices] == ["page 2 is a pict"]
    text = "\n".join(section.text for section in document.sections)
    assert "一千三百元" in text and "第三页可以读出来" in text and GARBAGE[:10] not in text


def test_a_text_layer_of_other_characters_is_refused(tmp_path: Path) -> None:
    refused = read(
        write_pages(tmp_path / "a.pdf", page().lines([GARBAGE[start : start + 40] for start in range(0, 160, 40)]))
    )
    assert isinstance(refused, Unreadable) and "picture" in refused.reason
