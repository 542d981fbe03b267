"""Mails and saved pages: what they say of themselves, and what is attached to them as files of their own."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

import pytest

from knowledge.ingestion.received.attachments import DEPTH, MOST, with_attachments
from knowledge.models import Document, Unreadable
from knowledge.readers import SourceFile, read_document, source_files
from tests import files
from tests.ole_files import msg_tree, write_ole

BODY = (
    "各单位：\n\n请于2024年6月30日前提交申请。\n\n发件人：张三 <zhang@example.cn>\n\n"
    "-----原始邮件-----\n\n材料一式两份。"
)
ADDRESS = "zhang@example.cn"


def mail(
    subject: str = "转发：Fwd: 花都区示例补贴申报通知", body: str = BODY, sender: str = "花都区示例局"
) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, f"{sender} <{ADDRESS}>", "Li <li@example.cn>"
    message["Date"] = "Mon, 20 May 2024 18:30:00 +0000"  # the next day in Beijing
    message.set_content(body)
    return message


def attach(message: EmailMessage, name: str, content: bytes) -> EmailMessage:
    message.add_attachment(content, "application", "octet-stream", filename=name)
    return message


def listed(folder: Path) -> tuple[tuple[SourceFile, ...], dict[str, str]]:
    """The files of ``folder``/documents with what is attached to them, and reasons by source."""
    present, refused = with_attachments(source_files(folder / "documents")[0], folder / "kept")
    return present, {one.source: one.reason for one in refused}


def read(path: Path) -> Document:
    path.parent.mkdir(exist_ok=True)
    document = read_document(source_files(path.parent)[0][0])
    assert isinstance(document, Document), document
    return document


def put(folder: Path, name: str, content: bytes) -> Path:
    (folder / "documents").mkdir(exist_ok=True)
    (folder / "documents" / name).write_bytes(content)
    return folder / "documents" / name


def test_a_mail_gives_subject_office_and_day_and_no_addresses(tmp_path: Path) -> None:
    document = read(put(tmp_path, "a.eml", mail().as_bytes()))
    metadata = document.metadata
    assert (metadata.title, metadata.issuer) == ("花都区示例补贴申报通知", "花都区示例局")
    assert str(metadata.published_on) == "2024-05-21"
    text = "\n".join(section.text for section in document.sections)
    assert text == "各单位：\n请于2024年6月30日前提交申请。\n材料一式两份。" and ADDRESS not in repr(document)


def test_a_persons_name_is_no_office(tmp_path: Path) -> None:
    assert read(put(tmp_path, "a.eml", mail(sender="张三").as_bytes())).metadata.issuer is None


def test_html_is_preferred_for_its_tables_and_its_hidden_text_left_out(tmp_path: Path) -> None:
    message = mail()
    rows = "<tr><td>等级</td><td>金额</td><td>期限</td></tr><tr><td>初级</td><td>1000元</td><td>一年</td></tr>"
    message.add_alternative(f"<p>标准如下。</p><p style='display:none'>SECRET</p><table>{rows}</table>", subtype="html")
    (section,) = read(put(tmp_path, "a.eml", message.as_bytes())).sections
    assert section.text == "标准如下。\n等级: 初级; 金额: 1000元; 期限: 一年"


def test_bytes_of_gbk_without_any_declaration_are_read(tmp_path: Path) -> None:
    raw = "Subject: 花都区通知\nFrom: x\nContent-Type: text/plain; charset=gb2312\n\n请各单位报送材料，镕。\n"
    document = read(put(tmp_path, "a.eml", raw.encode("gb18030")))
    assert document.metadata.title == "花都区通知" and document.sections[0].text == "请各单位报送材料，镕。"


def test_a_saved_page_is_its_article_with_its_address(tmp_path: Path) -> None:
    page = EmailMessage()
    page["Snapshot-Content-Location"], page["Subject"] = "https://www.example.gov.cn/a.html", "示例"
    page.set_content(files.html_page("<p>学生可以报名参加示例培训班，企业可以提供岗位。</p>"), subtype="html")
    document = read(put(tmp_path, "a.mht", page.as_bytes()))
    assert document.metadata.title == "花都区示例通知"
    assert document.metadata.source_url == "https://www.example.gov.cn/a.html"
    assert [section.text for section in document.sections] == ["学生可以报名参加示例培训班，企业可以提供岗位。"]


def test_attachments_are_files_of_their_own_with_their_own_headers(tmp_path: Path) -> None:
    notice = files.write_docx(tmp_path / "notice.docx").read_bytes()
    inner = attach(mail("内层通知", "内层正文在这里。"), "../../表.csv", "企业名称,岗位名称\n".encode())
    message = attach(mail(), "办法.docx", notice)
    message.add_attachment(inner)
    put(tmp_path, "a.eml", message.as_bytes())
    present, refused = listed(tmp_path)
    assert refused == {}
    sources = [file.source for file in present]
    assert sources == ["a.eml", "a.eml/内层通知.eml", "a.eml/内层通知.eml/表.csv", "a.eml/办法.docx"]
    document = read_document(present[3])
    assert isinstance(document, Document) and document.metadata.number == files.NUMBER
    assert listed(tmp_path)[0] == present, "what was taken out is taken from the folder the next time"
    (tmp_path / "documents" / "a.eml").unlink()
    assert listed(tmp_path) == ((), {}) and list((tmp_path / "kept").iterdir()) == []


def test_an_outlook_mail_is_read_with_its_files_and_the_mail_inside(tmp_path: Path) -> None:
    inner = msg_tree("内层", "内层正文。", files=[("内.txt", "内层的附件。".encode())])
    tree = msg_tree(
        "答复：花都区通知", BODY, sender="花都区示例局", files=[("附.txt", "附件的正文。".encode())], inner=inner
    )
    document = read(write_ole(put(tmp_path, "a.msg", b""), tree))
    assert (document.metadata.title, document.metadata.issuer) == ("花都区通知", "花都区示例局")
    assert str(document.metadata.published_on) == "2024-05-21" and ADDRESS not in repr(document)
    present, refused = listed(tmp_path)
    assert [file.source for file in present] == [
        "a.msg",
        "a.msg/内层.eml",
        "a.msg/内层.eml/内.txt",
        "a.msg/附.txt",
    ]
    said = {file.source: read_document(file) for file in present}
    assert not [one for one in said.values() if isinstance(one, Unreadable)] and refused == {}


def nested(depth: int) -> EmailMessage:
    message = mail("最里", "最里的正文。")
    for number in range(depth):
        outer = mail(f"第{number}层", "一层的正文。")
        outer.add_attachment(message)
        message = outer
    return message


def test_mails_in_mails_and_many_attachments_end_by_name(tmp_path: Path) -> None:
    put(tmp_path, "deep.eml", nested(5).as_bytes())
    many = mail()
    for number in range(MOST + 5):
        attach(many, "同名.txt", f"第{number}个附件。".encode())
    put(tmp_path, "many.eml", many.as_bytes())
    present, refused = listed(tmp_path)
    assert sum(file.source.startswith("deep.eml") for file in present) == 1 + DEPTH - 1
    assert "a mail in a mail in a mail" in refused["deep.eml/第3层.eml/第2层.eml"]
    assert sum(file.source.startswith("many.eml/") for file in present) == MOST
    assert f"more than {MOST} attachments" in refused["many.eml/…"]
    assert len({file.source for file in present}) == len(present)


def parts(count: int) -> bytes:
    piece = b"--x\nContent-Type: text/plain\n\na\n"
    return b"Subject: a\nContent-Type: multipart/mixed; boundary=x\n\n" + piece * count + b"--x--\n"


def levels(count: int) -> bytes:
    heads: Sequence[bytes] = [b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(count)]
    return b"Subject: a\n" + b"".join(heads) + b"Content-Type: text/plain\n\na\n"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("many.eml", parts(600), "more than 500 parts"),
        ("deep.eml", levels(3_000), "nested too deeply"),
        ("empty.eml", mail(body=" ").as_bytes(), "no text of its own"),
        ("only.eml", attach(mail(body=" "), "a.txt", b"x").as_bytes(), "stands in its attachments"),
    ],
)
def test_a_hostile_or_empty_mail_is_refused_by_name(name: str, content: bytes, reason: str, tmp_path: Path) -> None:
    put(tmp_path, name, content)
    refused = read_document(source_files(tmp_path / "documents")[0][0])
    assert isinstance(refused, Unreadable) and reason in refused.reason


def test_a_bomb_in_a_mail_is_refused_like_one_in_the_folder(tmp_path: Path) -> None:
    bomb = files.write_bomb_docx(tmp_path / "bomb.docx", 32 * 1024 * 1024).read_bytes()
    put(tmp_path, "a.eml", attach(mail(), "bomb.docx", bomb).as_bytes())
    refused = read_document(listed(tmp_path)[0][1])
    assert isinstance(refused, Unreadable) and "ZIP bomb" in refused.reason
