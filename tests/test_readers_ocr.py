"""Pages that are pictures: what is read of them, what of that is published, and who is told of the rest."""

from __future__ import annotations

import hashlib
import json
import struct
import sys
import zlib
from datetime import date
from pathlib import Path

import pypdf
import pytest
from PIL import Image, ImageDraw, ImageFont

from bot.answer import Answer, Citation, Status
from bot.presentation.source_list import source_lines
from knowledge.ingestion.plan import concerns
from knowledge.ingestion.reports.attention import concern_lines
from knowledge.models import Document, Section, Unreadable
from knowledge.readers import ReadError, SourceFile, document_reader, read_document
from knowledge.readers.formats.ocr.pictures import SEAM, STRIP, image_page, image_pages, strips
from knowledge.readers.formats.ocr.recognised import RecognisedLine, RecognisedPage, notices
from knowledge.readers.recognition import recognise_pages
from knowledge.readers.structure.machine_read import pages_by_machine
from tests import files

FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
SCAN = ("花都区示例补贴标准", "初级工一次性补贴一千元。", "申请期限为取得证书后一年。")
TEXT = files.pdf_lines(["花都区示例补贴办法", "第一条 本办法适用于花都区的企业，请遵照执行。"])


def picture(lines: tuple[str, ...] = SCAN, size: tuple[int, int] = (1000, 500)) -> Image.Image:
    if not FONT.is_file():
        pytest.skip(f"{FONT} is not there: apt-get install fonts-noto-cjk")
    image = Image.new("RGB", size, "white")
    font = ImageFont.truetype(str(FONT), 40)
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((80, 60 + 90 * number), line, font=font, fill="black")
    return image


def source(path: Path) -> SourceFile:
    return SourceFile(path.name, path, hashlib.sha256(path.read_bytes()).hexdigest(), 0)


def said(document: object) -> str:
    assert isinstance(document, Document), document
    return "\n".join(section.text for section in document.sections)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Document]:
    """A PDF of a page of text and a picture, the folder that keeps what was recognised, and what was read."""
    folder = tmp_path_factory.mktemp("mixed")
    files.write_pdf(folder / "text.pdf", [TEXT])
    picture().save(folder / "scan.pdf", resolution=100)
    writer = pypdf.PdfWriter()
    for name in ("text.pdf", "scan.pdf"):
        writer.append(str(folder / name))
    writer.write(str(folder / "a.pdf"))
    document = read_document(source(folder / "a.pdf"), folder / "kept")
    assert isinstance(document, Document), document
    return folder / "a.pdf", folder / "kept", document


def test_a_picture_page_of_a_pdf_is_recognised_and_the_rest_read_as_text(mixed: tuple[Path, Path, Document]) -> None:
    document = mixed[2]
    assert document.metadata.title == "花都区示例补贴办法" and document.metadata.notices == ()
    assert said(document).startswith("第一条 本办法适用于花都区的企业，请遵照执行。\n")
    assert "初级工一次性补贴一千元。" in said(document) and "取得证书后一年" in said(document)
    assert document.metadata.machine_read == (1, 2)  # the article goes on on the picture


def test_what_was_recognised_is_kept_by_the_files_content(mixed: tuple[Path, Path, Document]) -> None:
    path, kept, _ = mixed
    (page,) = kept.iterdir()
    values = json.loads(page.read_text(encoding="utf-8"))
    values["lines"][1]["text"] = "从保存处读来。"
    page.write_text(json.dumps(values), encoding="utf-8")
    assert "从保存处读来。" in said(read_document(source(path), kept))


def test_without_the_extra_the_page_is_told_with_the_command_that_mends_it(
    mixed: tuple[Path, Path, Document], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)  # as where it is not installed
    path = mixed[0]
    first = document_reader.read(path, source="a.pdf", digest="d")
    assert isinstance(first, document_reader.PicturedPages) and first.pages == (2,)
    pages = recognise_pages(path, "d", first.pages, is_pdf=True, kept=None)
    document = document_reader.read(path, source="a.pdf", digest="d", recognised=pages)
    assert said(document) == "第一条 本办法适用于花都区的企业，请遵照执行。"
    lines = "\n".join(concern_lines(concerns({"a.pdf": document.metadata}, date(2024, 1, 1))))  # type: ignore[union-attr]
    assert "a.pdf: page 2 is a picture and not published" in lines and "pip install -e '.[ocr]'" in lines
    files.write_pdf(tmp_path / "scan.pdf", [[], []], pictures=[1, 2])
    picture().save(tmp_path / "a.png")
    for name, start in (("scan.pdf", "all its 2 pages are pictures"), ("a.png", "it is an image")):
        with pytest.raises(ReadError, match=rf"{start}.*pip install -e '.\[ocr\]'.*ingest.py --all"):
            document_reader.read(tmp_path / name, source=name, digest="d")


def test_an_image_is_read_as_a_page(tmp_path: Path) -> None:
    picture().save(tmp_path / "一图读懂.jpg", quality=60)
    document = read_document(source(tmp_path / "一图读懂.jpg"))
    assert isinstance(document, Document), document
    assert document.metadata.title == SCAN[0] and document.metadata.machine_read == (1,)
    assert said(document).replace("\n", "") == "".join(SCAN[1:])


@pytest.mark.parametrize(
    ("language", "mark"), [("zh", "由机器识别"), ("zh-hant", "由機器識別"), ("en", "read by machine")]
)
def test_a_source_says_that_it_was_read_by_machine(language: str, mark: str) -> None:
    def shown(machine_read: bool) -> str:
        citation = Citation("示例办法", "第一条", None, "in_force", "a.pdf", "文", "a.pdf", 2, machine_read)
        return source_lines(Answer(status=Status.ANSWERED, language=language, blocks=(), citations=(citation,)))[0].text

    assert mark in shown(True) and mark not in shown(False)


def line(text: str, sureness: float, top: float = 10) -> RecognisedLine:
    return RecognisedLine(0, top - 10, 100, top, text, sureness)


def test_lines_that_are_not_clear_go_to_staff_and_a_page_full_of_them_is_not_published() -> None:
    page = RecognisedPage(
        3, (line("标准为一千元，一年发一次，直接打入本人社会保障卡。", 0.99, 50), line("印章", 0.4, 20))
    )
    assert "".join(letter.text for letter in page.letters()) == "标准为一千元，一年发一次，直接打入本人社会保障卡。"
    assert "page 3 was read by machine without 1 lines that are not clear (“印章”)" in notices({3: page})
    blurred = RecognisedPage(4, (line("标准为一千元", 0.99, 50), line("期限为一年", 0.5, 20)))
    assert blurred.letters() == [] and "page 4 is a picture that cannot be read well enough" in blurred.notice
    assert notices({5: RecognisedPage(5)}) == ("page 5 is a picture in which no text was found",)


def test_an_article_that_goes_on_on_a_recognised_page_counts_as_read_by_machine() -> None:
    law = [Section(("第一条",), "文", 1), Section(("第二条",), "文", 1), Section(("第三条",), "文", 3)]
    assert pages_by_machine(law, [2]) == (1, 2)
    assert pages_by_machine([Section(("甲",), "文", 1), Section(("乙",), "文", 2)], [2]) == (2,)


def png_start(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 1 << 20) + b"IDAT\x78\x9c"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("huge.png", png_start(30_000, 30_000), "30000 x 30000 pixels, more than 40 million"),
        ("long.png", png_start(10, 60_000), "10 x 60000 pixels"),
        ("cut.png", png_start(100, 100), "page 1 is damaged"),
        ("not.jpg", b"\xff\xd8\xff" + b"\x00" * 100, "damaged image"),
    ],
)
def test_an_image_is_refused_by_its_header(name: str, content: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    refused = read_document(source(tmp_path / name))
    assert isinstance(refused, Unreadable) and reason in refused.reason


def test_each_kind_of_image_has_its_pages_the_right_way_up(tmp_path: Path) -> None:
    image = Image.new("RGB", (30, 20), "red")
    for name in ("a.webp", "a.bmp", "a.gif", "a.png"):
        image.save(tmp_path / name)
        assert image_pages(tmp_path / name) == 1 and image_page(tmp_path / name, 1)[0].shape == (20, 30, 3)
    image.save(tmp_path / "a.tif", save_all=True, append_images=[image.resize((50, 40))])
    assert image_pages(tmp_path / "a.tif") == 2 and image_page(tmp_path / "a.tif", 2)[0].shape == (40, 50, 3)
    turned = image.getexif()
    turned[0x0112] = 6
    image.save(tmp_path / "a.jpg", exif=turned)
    assert image_page(tmp_path / "a.jpg", 1)[0].shape == (30, 20, 3)


def test_a_poster_is_cut_between_lines(tmp_path: Path) -> None:
    picture(("一行文字" * 4,) * 55, (1000, 5000)).save(tmp_path / "a.png")
    pieces = list(strips(image_page(tmp_path / "a.png", 1)[0]))
    assert [start for start, _ in pieces] == [
        0,
        *[sum(len(p) for _, p in pieces[: n + 1]) for n in range(len(pieces) - 1)],
    ]
    assert all(len(pixels) <= STRIP + SEAM for _, pixels in pieces) and len(pieces) == 3
    assert all((pixels[-1] == 255).all() for _, pixels in pieces[:-1])
