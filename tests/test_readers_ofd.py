"""OFD pages: letters and lines where the file places them, read as tables, columns and paragraphs."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from knowledge.models import Document
from knowledge.readers import read_document
from knowledge.readers.errors import ReadError
from knowledge.readers.formats.ofd.document import read_ofd
from knowledge.readers.structure.blocks import ParsedFile
from tests.test_readers_files import source_file

NAMES = 'xmlns:ofd="http://www.ofdspec.org/2016"'
WIDE = 4.0  # millimetres, of a letter


def text(x: float, y: float, words: str, more: str = "", steps: str = "") -> str:
    """Words whose first letter begins at ``x``, ``y`` millimetres from the page's left and top."""
    return (
        f'<ofd:TextObject Boundary="{x} {y} 150 6" Size="{WIDE}" {more}>'
        f'<ofd:TextCode X="0" Y="5" {steps}>{words}</ofd:TextCode></ofd:TextObject>'
    )


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    return (
        f'<ofd:PathObject Boundary="{x0} {y0} {x1 - x0} {y1 - y0}" LineWidth="0.3">'
        f"<ofd:AbbreviatedData>M 0 0 L {x1 - x0} {y1 - y0}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def frame(columns: Sequence[float], rows: Sequence[float]) -> str:
    across = "".join(line(columns[0], y, columns[-1], y) for y in rows)
    return across + "".join(line(x, rows[0], x, rows[-1]) for x in columns)


def cells(columns: Sequence[float], rows: Sequence[float], words: Sequence[Sequence[str]]) -> str:
    return "".join(
        text(columns[column] + 2, rows[row] + 1, word)
        for row, line in enumerate(words)
        for column, word in enumerate(line)
    )


def write(path: Path, pages: Sequence[str], template: str = "", order: Sequence[int] = ()) -> Path:
    """An OFD of these pages; ``template``: what stands on each of them besides; ``order``: of the pages' files."""
    used = '<ofd:Template TemplateID="9" ZOrder="Background"/>' if template else ""
    order = order or range(len(pages))
    listed = "".join(f'<ofd:Page ID="{number}" BaseLoc="Pages/Page_{number}/Content.xml"/>' for number in order)
    shared = '<ofd:TemplatePage ID="9" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if template else ""
    area = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    common = f"<ofd:CommonData>{area}{shared}</ofd:CommonData>"
    document = f"<ofd:Document {NAMES}>{common}<ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    root = f"<ofd:OFD {NAMES}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("OFD.xml", root)
        archive.writestr("Doc_0/Document.xml", document)
        if template:
            archive.writestr("Doc_0/Tpls/Tpl_0/Content.xml", page_xml(template))
        for number, content in enumerate(pages):
            archive.writestr(f"Doc_0/Pages/Page_{number}/Content.xml", page_xml(content, used))
    return path


def page_xml(content: str, used: str = "") -> str:
    layer = f"<ofd:Content><ofd:Layer><ofd:PageBlock>{content}</ofd:PageBlock></ofd:Layer></ofd:Content>"
    return f"<ofd:Page {NAMES}>{used}{layer}</ofd:Page>"


def lines(document: ParsedFile) -> list[str]:
    return [block.text for block in document.blocks]


COLUMNS, ROWS = (20, 80, 130, 190), (40, 52, 64, 76)
FEES = (("专业名称", "学制", "学费"), ("数控加工", "三年", "4800元"), ("烹饪", "两年", "5200元"))
AS_ROWS = ["专业名称: 数控加工; 学制: 三年; 学费: 4800元", "专业名称: 烹饪; 学制: 两年; 学费: 5200元"]


def test_a_ruled_table_is_read_by_its_cells(tmp_path: Path) -> None:
    page = text(80, 20, "收费公示") + frame(COLUMNS, ROWS) + cells(COLUMNS, ROWS, FEES)
    assert lines(read_ofd(write(tmp_path / "a.ofd", [page]))) == ["收费公示", *AS_ROWS]


def test_borders_may_stand_in_the_template(tmp_path: Path) -> None:
    drawn = write(tmp_path / "a.ofd", [cells(COLUMNS, ROWS, FEES)], template=frame(COLUMNS, ROWS))
    assert lines(read_ofd(drawn)) == AS_ROWS


def test_a_table_without_borders_is_read_by_its_gaps(tmp_path: Path) -> None:
    page = "".join(
        text(
            20,
            40 + 10 * row,
            name + years + fee,
            steps=f'DeltaX="g {len(name) - 1} 4 {60 - 4 * (len(name) - 1)} 4 46 2 2 2 2"',
        )
        for row, (name, years, fee) in enumerate(FEES)
    )
    assert lines(read_ofd(write(tmp_path / "a.ofd", [page]))) == AS_ROWS


def test_pages_come_in_the_order_that_the_document_gives(tmp_path: Path) -> None:
    pages = [text(20, 40, "第二条 后面的内容。"), text(20, 40, "第一条 前面的内容。")]
    document = read_ofd(write(tmp_path / "a.ofd", pages, order=[1, 0]))
    assert [(block.text, block.page) for block in document.blocks] == [
        ("第一条 前面的内容。", 1),
        ("第二条 后面的内容。", 2),
    ]


def test_what_runs_along_the_edge_of_every_page_is_left_out(tmp_path: Path) -> None:
    pages = [
        text(20, 10, "花都区示例文件") + text(20, 60, f"{number}号通知说明办理事项。") + text(100, 285, f"- {number} -")
        for number in range(1, 5)
    ]
    found = lines(read_ofd(write(tmp_path / "a.ofd", pages)))
    assert found == [f"{number}号通知说明办理事项。" for number in range(1, 5)]


def test_a_paragraph_goes_on_over_lines(tmp_path: Path) -> None:
    page = text(20, 40, "参加培训的人员应当在报名时提交本人身份证明和学历证明的复印件各一") + text(
        20, 46, "份，并填写报名表。"
    )
    assert lines(read_ofd(write(tmp_path / "a.ofd", [page])))[0].endswith("复印件各一份，并填写报名表。")


def test_what_is_not_shown_is_not_read(tmp_path: Path) -> None:
    page = text(20, 40, "看得见的内容。") + text(20, 60, "看不见的内容。", 'Visible="false"')
    assert lines(read_ofd(write(tmp_path / "a.ofd", [page]))) == ["看得见的内容。"]


def test_a_page_that_lies_on_its_side_is_read_upright(tmp_path: Path) -> None:
    page = "".join(
        text(x, 20, words, 'CTM="0 1 -1 0 0 0"') for x, words in ((150, "上面的一行。"), (100, "下面的一行。"))
    )
    assert lines(read_ofd(write(tmp_path / "a.ofd", [page]))) == ["上面的一行。", "下面的一行。"]


@pytest.mark.parametrize(
    "page",
    [
        "<ofd:PathObject><ofd:AbbreviatedData>M 0 0 X 1 1</ofd:AbbreviatedData></ofd:PathObject>" + text(20, 40, "字"),
        text(20, 40, "字").replace('Boundary="20', 'Boundary="twenty'),
        text(20, 40, "字", steps='DeltaX="g many 4"'),
        text(20, 40, "字", 'CTM="nan 0 0 inf 0 0"'),
    ],
)
def test_a_page_that_cannot_be_drawn_is_damaged(page: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="damaged OFD"):
        read_ofd(write(tmp_path / "a.ofd", [page]))


def test_a_missing_page_is_damage(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="damaged OFD"):
        read_ofd(write(tmp_path / "a.ofd", [text(20, 40, "字")], order=[0, 7]))


def test_what_would_take_for_ever_is_bounded(tmp_path: Path) -> None:
    endless = (
        "<ofd:PathObject><ofd:AbbreviatedData>M 0 0 " + "L 1 1 " * 300_000 + "</ofd:AbbreviatedData></ofd:PathObject>"
    )
    page = endless + text(20, 40, "看得见的内容。", steps='DeltaX="g 999999999 4"')
    found = read_document(source_file(write(tmp_path / "a.ofd", [page])))
    assert isinstance(found, Document), found
    assert found.sections[0].text == "看得见的内容。"
