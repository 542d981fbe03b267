"""`python -m bot links`: every code decodes to its link, on the screen and in print, and leads somewhere."""

from __future__ import annotations

import os
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
import yaml
import zxingcpp

from bot.__main__ import start
from bot.telegram.links.poster import PrintingError, browser, print_pdf
from bot.telegram.updates.deep_links import PAGES, PAYLOAD
from tests.fake_bot_api import FakeBotApi
from tests.in_process import run_here

ADDRESS = re.compile(r"https://t\.me/(\w+)\?start(group)?=(.+)")


def configured(folder: Path, **telegram: Any) -> None:
    operator = {"zh": "示例单位", "en": "Sample <Office>"}
    values = {"programme": {"zh": "示例计划", "en": "Sample Plan"}, "operator": operator, "telegram": telegram}
    (folder / "config.yaml").write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")


def listed(folder: Path) -> dict[str, str]:
    lines = (folder / "links.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


def decoded(png: Path) -> str:
    """What a phone reads in a picture: one bit a pixel, rows whole or as differences, as the codes are written."""
    data, width, height, packed = png.read_bytes(), 0, 0, b""
    at = 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        content = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colours = struct.unpack(">IIBB", content[:10])
            assert (depth, colours) == (1, 0)
        packed += content if kind == b"IDAT" else b""
        at += length + 12
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + (width + 7) // 8)
    rows = rows.copy()
    for number, row in enumerate(rows):
        assert row[0] in (0, 2)
        if row[0] == 2:  # the difference to the row above
            row[1:] += rows[number - 1, 1:]
    pixels = np.ascontiguousarray(np.unpackbits(rows[:, 1:], axis=1)[:, :width] * np.uint8(255))
    [found] = zxingcpp.read_barcodes(pixels)
    return str(found.text)


def test_every_code_decodes_to_its_link_and_every_link_leads_to_a_page(tmp_path: Path) -> None:
    configured(tmp_path, username="sample_plan_bot")
    ran = run_here(start, "links", "--out", "codes", folder=tmp_path)
    assert ran.returncode == 0 and ran.stderr == ""
    links = listed(tmp_path / "codes")
    assert {"welcome", "student", "enterprise", "jobs", "training", "partners", "join", "group-welcome"} == set(links)
    for name, address in links.items():
        assert decoded(tmp_path / "codes" / f"{name}.png") == address
        found = ADDRESS.fullmatch(address)
        assert found and found[1] == "sample_plan_bot" and found[3] in PAGES and PAYLOAD.fullmatch(found[3])
        assert bool(found[2]) == name.startswith("group-")
    sheet = (tmp_path / "codes" / "poster.html").read_text(encoding="utf-8")
    assert "示例计划问答助手" in sheet and "由示例单位运行。" in sheet and "Sample &lt;Office&gt;" in sheet
    assert sheet.count("<svg") == len(links) and not re.search(r"src=|href=|url\(", sheet), "it needs no other file"


def test_the_printed_sheet_is_one_page_in_chinese_whose_codes_can_be_scanned(tmp_path: Path) -> None:
    if browser() is None:
        assert "REQUIRE_CHROMIUM" not in os.environ
        pytest.skip("Chromium is not installed")
    configured(tmp_path, username="sample_plan_bot")
    ran = run_here(start, "links", "--out", "codes", folder=tmp_path)
    assert ran.returncode == 0 and "poster.pdf" in ran.stdout, ran
    with pypdfium2.PdfDocument(tmp_path / "codes" / "poster.pdf") as pdf:
        assert len(pdf) == 1
        width, height = pdf[0].get_size()
        assert (round(width), round(height)) == (595, 842), "A4"
        text = pdf[0].get_textpage().get_text_range()
        assert "示例计划问答助手" in text and "不是政府工作人员" in text
        picture = pdf[0].render(scale=3, grayscale=True).to_numpy()
    found = zxingcpp.read_barcodes(np.ascontiguousarray(picture.reshape(picture.shape[:2])))
    assert {code.text for code in found} == set(listed(tmp_path / "codes").values())
    with pytest.raises(PrintingError):
        print_pdf(tmp_path / "codes" / "poster.html", tmp_path / "x.pdf", "/bin/false")


def test_without_a_browser_the_sheet_is_written_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(tmp_path, username="sample_plan_bot")
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = run_here(start, "links", "--out", "codes", folder=tmp_path)
    assert ran.returncode == 0 and "no PDF" in ran.stdout and "chromium" in ran.stdout
    assert (tmp_path / "codes" / "poster.html").is_file()


def test_the_name_is_asked_of_telegram_where_it_is_not_configured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with FakeBotApi() as api:
        configured(tmp_path, base_url=api.url)
        monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)
        ran = run_here(start, "links", "--out", "codes", folder=tmp_path)
        assert ran.returncode == 2 and "telegram.username" in ran.stderr and not (tmp_path / "codes").exists()
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", api.token)
        ran = run_here(start, "links", "--out", "codes", folder=tmp_path)
        assert ran.returncode == 0
        assert listed(tmp_path / "codes")["jobs"] == "https://t.me/huadu_test_bot?start=jobs"
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "7000001:AAF-another-token-that-is-not-known")
        ran = run_here(start, "links", folder=tmp_path)
        assert ran.returncode == 2 and "InvalidToken" in ran.stderr and "AAF" not in ran.stderr
    configured(tmp_path, username="no bot, a sentence")
    assert "telegram.username" in run_here(start, "links", folder=tmp_path).stderr
