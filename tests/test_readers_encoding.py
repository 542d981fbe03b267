"""Bytes to text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.readers.encoding import decode
from knowledge.readers.errors import ReadError
from tests.files import SAMPLE_TEXT, TRADITIONAL

SIMPLIFIED = "各镇人民政府、街道办事处：现将有关事项通知如下，请遵照执行。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SAMPLE_TEXT, "utf-8"),
        (SAMPLE_TEXT, "utf-8-sig"),
        (SAMPLE_TEXT, "utf-16"),
        (SAMPLE_TEXT, "gb18030"),
        (SIMPLIFIED, "gbk"),
        (SIMPLIFIED, "gb2312"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "gb18030"),
        ("你好", "gb18030"),
        ("中", "gb18030"),
        ("补贴通知", "gb18030"),
        ("联通", "gb18030"),
        ("שלום", "utf-8"),
        ("Привет", "utf-8"),
        ("補貼", "big5"),
        ("学校,专业,学费\n市技,数控,3500\n", "gb18030"),
        ("plain English, no Chinese at all", "ascii"),
    ],
)
def test_text_is_read_as_it_was_written(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("content", "character"),
    [(b"\xd5\xc5\xfe\x9f", "张䶮"), (b"\xd5\xc5\xfe\x59", "张\u9fb4"), (b"\x84\x31\x95\x33\xd5\xc5", "张")],
)
def test_characters_that_the_standard_gained_later_are_real_ones(content: bytes, character: str) -> None:
    assert decode(content) == character


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Résumé d'été, naïve façade".encode("latin-1"), "none of UTF-8, GB18030 and Big5"),
        ("Привет, это русский текст".encode("cp1251"), "none of UTF-8, GB18030 and Big5"),
        (b"\xff\xfe\x00", "byte-order mark"),
        (bytes(range(1, 32)) * 20, "control characters"),
    ],
)
def test_what_is_not_text_in_these_encodings_is_refused_by_name(content: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        decode(content)


@given(st.text(alphabet=st.sampled_from(sorted(set(SIMPLIFIED + SAMPLE_TEXT))), max_size=200))
def test_any_order_of_common_characters_survives_gb18030(text: str) -> None:
    assert decode(f"通知{text}".encode("gb18030")) == f"通知{text}"


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        assert isinstance(decode(content), str)
    except ReadError as error:
        assert error.reason
