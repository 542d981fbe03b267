"""Which files there are, what they are, and why some are refused."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from knowledge.models import Document, Unreadable
from knowledge.readers import FileFormat, ReadError, SourceFile, detect_format, read_document, source_files
from tests import files

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
PAGE = files.pdf_lines(["有文字的一页在这里，可以读出来"])
MHTML = "From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\n=E7"
Build = Callable[[Path], object]


def source_file(path: Path) -> SourceFile:
    return SourceFile(path.name, path, hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)


def workbook(path: Path) -> None:
    book = Workbook()
    book.save(path.with_suffix(".made"))
    path.with_suffix(".made").rename(path)


def content(text: str | bytes) -> Build:
    return lambda path: path.write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize(
    ("name", "build", "kind"),
    [
        ("a.doc", files.write_docx, FileFormat.DOCX),
        ("a.pdf", files.write_docx, FileFormat.DOCX),
        ("a.txt", files.write_ofd, FileFormat.OFD),
        ("a.docx", content("# 标题\n\n## 一\n\n文"), FileFormat.MARKDOWN),
        ("a.docx", content("只是文本。"), FileFormat.TEXT),
        ("a.xls", content("<html><body><table><tr><td>企业"), FileFormat.HTML_TABLE),
        ("a.txt", content("<!DOCTYPE html><p>文"), FileFormat.HTML),
        ("a.md", content("<div>在</div>\n\n正文"), FileFormat.MARKDOWN),
        ("a.txt", content("学校,专业,学制\n甲,乙,3\n丙,丁,5\n"), FileFormat.CSV),
        ("a.csv", content("企业,岗位\n"), FileFormat.CSV),
        ("a.csv", workbook, FileFormat.XLSX),
        ("a.xls", content(b"\x09\x08\x08\x00\x00\x05"), FileFormat.XLS),
        ("a.xls", content(files.ole("Workbook")), FileFormat.XLS),
        ("a.docx", content(files.ole("EncryptedPackage")), FileFormat.ENCRYPTED),
        ("a.txt", content(b"\xef\xbb\xbf \r\n"), FileFormat.EMPTY),
    ],
)
def test_the_kind_is_told_by_content(name: str, build: Build, kind: FileFormat, tmp_path: Path) -> None:
    build(tmp_path / name)
    assert detect_format(tmp_path / name) is kind


@pytest.mark.parametrize(
    ("name", "build", "reason"),
    [
        ("empty.md", content(b""), "empty; put its text in"),
        ("title.md", content("# 只有标题\n"), "title and nothing else"),
        ("front.md", content("---\ntitle: 只有抬头\n---\n"), "no text"),
        ("slip.md", content("---\ntitle: 甲\nexpire_on: 2024-01-01\n---\n文"), "expire_on.*did you mean expires_on"),
        ("day.md", content("---\ntitle: 甲\nmade_on: 去年\n---\n文"), "made_on: '去年'; a date like"),
        ("yaml.md", content("---\ntitle: [甲\n---\n文"), "not valid YAML"),
        ("link.md", content("---\nsource_url: javascript:alert(1)\n---\n文"), "https://"),
        ("latin.txt", content("Résumé d'été".encode("latin-1")), "UTF-8, GB18030 and Big5"),
        ("old.doc", content(files.ole("WordDocument")), "damaged or not a Word document.*save it as .docx"),
        ("old.wps", content(files.ole("unknown")), "a WPS document"),
        ("locked.docx", content(files.ole("EncryptedPackage")), "password"),
        ("page.mht", content(MHTML), "no text of its own"),
        ("poster.jpg", content(PNG), "damaged image|it is an image"),
        ("image.html", content(files.html_page('<img src="a.png">')), "its text is an image"),
        ("annexes.zip", files.write_gbk_zip, r"1 files \(附1.txt\); unpack it"),
        ("table.csv", content("学校,专业\n"), "a table"),
        ("broken.docx", content(b"PK\x03\x04 nothing"), "damaged"),
        ("broken.pdf", content(b"%PDF-1.7 nothing"), "damaged or not a PDF"),
        ("locked.pdf", files.write_encrypted_pdf, "password"),
        ("noise.bin", content(bytes(range(256)) * 8), "kind is not known"),
        ("pictures.ofd", lambda path: files.write_ofd(path, ()), "no text"),
        ("entity.ofd", lambda path: files.write_ofd(path, ["&x;"], entity='<!DOCTYPE a [<!ENTITY x "y">]>'), "damaged"),
        ("mixed.pdf", lambda path: files.write_pdf(path, [[], []], pictures=[1]), "no text was found|not installed"),
        ("scan.pdf", lambda path: files.write_pdf(path, [[], []], pictures=[1, 2]), "no text was found|all its 2.*OCR"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    name: str, build: Build, reason: str, tmp_path: Path
) -> None:
    build(tmp_path / name)
    refused = read_document(source_file(tmp_path / name))
    assert isinstance(refused, Unreadable)
    assert refused.source == name
    with pytest.raises(ReadError, match=reason):
        raise ReadError(refused.reason)


def test_a_folder_is_listed_without_what_is_no_document(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    for name in ("b.md", "policies/a.md", "README.md", "policies/README.md", "~$b.docx", ".hidden.md", ".git/x.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("文" if name == "b.md" else name, encoding="utf-8")
    accepted, refused = source_files(folder)
    assert [file.source for file in accepted] == ["b.md", "policies/README.md", "policies/a.md"]
    assert accepted[0].digest == hashlib.sha256("文".encode()).hexdigest() and accepted[0].size == 3
    assert refused == ()


def test_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (tmp_path / "secret.md").write_text("外面", encoding="utf-8")
    (folder / "outside.md").symlink_to(tmp_path / "secret.md")
    (folder / "gone.md").symlink_to(folder / "nowhere.md")
    os.mkfifo(folder / "pipe.md")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xc3\x28.md")).write_text("文", encoding="utf-8")
    with (folder / "huge.txt").open("wb") as stream:
        stream.truncate(3 * 2**30)
    accepted, refused = source_files(folder)
    assert accepted == ()
    reasons = {file.source: file.reason for file in refused}
    assert "outside" in reasons["outside.md"] and "not there" in reasons["gone.md"]
    assert "regular" in reasons["pipe.md"] and "3072 MiB" in reasons["huge.txt"]
    assert any("UTF-8" in reason for reason in reasons.values())


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"nowhere: no such folder"):
        source_files(tmp_path / "nowhere")


def test_a_file_that_goes_away_before_it_is_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 甲\n\n文本", encoding="utf-8")
    file = source_file(tmp_path / "a.md")
    assert isinstance(read_document(file), Document)
    shutil.move(tmp_path / "a.md", tmp_path / "b.md")
    refused = read_document(file)
    assert isinstance(refused, Unreadable) and "no longer there" in refused.reason
