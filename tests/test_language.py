"""Text in one form: OpenCC is spared where it would change nothing, and only there."""

from __future__ import annotations

import opencc
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.language import simplified
from tests.shipped import ROOT

FULL = opencc.OpenCC("tw2sp")
TRADITIONAL = ["花都區技能學校", "我們使用者的介面", "多工的程序", "乾淨", "著作權", "什么时候", "列印文件"]


def converted(text: str) -> str:
    return "么".join(FULL.convert(part) for part in text.split("么"))


def test_shipped_texts_and_traditional_ones_become_what_opencc_makes_of_them() -> None:
    lines = [line for path in ROOT.glob("documents/**/*.md") for line in path.read_text("utf-8").splitlines()]
    assert len(lines) > 500
    for line in [*lines, *TRADITIONAL]:
        assert simplified(line) == converted(line)
    assert simplified("花都區技能學校的使用者") == "花都区技能学校的用户"


@given(st.text(st.sampled_from("么用戶使者介面多工列印序位元文件學校才核建立a，。"), max_size=12))
def test_any_mixture_becomes_what_opencc_makes_of_it(text: str) -> None:
    assert simplified(text) == converted(text)


def test_every_character_becomes_what_opencc_makes_of_it() -> None:
    characters = [chr(code) for first, last in ((0x3400, 0x9FFF), (0xF900, 0xFAFF)) for code in range(first, last + 1)]
    for character, whole in zip(characters, FULL.convert("\n".join(characters)).split("\n"), strict=True):
        assert simplified(character) == ("么" if character == "么" else whole)


def test_dictionary_words_become_what_opencc_makes_of_them() -> None:
    # Words that only Taiwan uses are made of characters that do not change: 程序, 智慧.
    words = sorted({key for entries in FULL.dict_cache.values() for key in entries[-1] if len(key) > 1})
    assert len(words) > 500
    for word in words:
        assert simplified(word) == converted(word)
