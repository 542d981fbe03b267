"""Text in one form: OpenCC is spared where it would change nothing, and only there."""

from __future__ import annotations

import json

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.language import (
    CANTONESE_FILE,
    HAN,
    fold_question,
    language_of,
    script_of,
    simplified,
    traditional,
)
from tests.shipped import ROOT

FULL = opencc.OpenCC("t2s")
TRADITIONAL = ["花都區技能學校", "我們使用者的介面", "多工的程序", "乾淨", "著作權", "什么时候", "列印文件"]
QUESTIONS = ROOT.parent / "shared" / "training" / "cmrc2018-dev" / "queries.jsonl"


def test_shipped_texts_and_traditional_ones_become_what_opencc_makes_of_them() -> None:
    lines = [line for path in ROOT.glob("documents/**/*.md") for line in path.read_text("utf-8").splitlines()]
    assert len(lines) > 500
    for line in [*lines, *TRADITIONAL]:
        assert simplified(line) == FULL.convert(line)


def test_simplified_words_stay_as_they_are() -> None:
    for word in ("程序", "文件", "建立", "最多工作", "智慧", "支援", "登入", "什么", "方程式"):
        assert simplified(word) == word
        assert language_of(word) == "zh"


def test_the_script_is_told_by_letters_that_exist_in_one_alone() -> None:
    for text in ("技工學校什麼時候報名", "邊個學費最平", "我在广州，想問這個學校的報名時間"):
        assert language_of(text) == "zh-hant", text
    for text in ("著作权归谁", "乾坤", "广州市馬瑞利公司的电话是多少", "有冇包食宿嘅工", "喺边度报名"):
        assert language_of(text) == "zh", text


def test_traditional_is_hong_kongs() -> None:
    for text, wanted in (
        ("在合同上签字，要求签订，开发签约，签证签名", "在合同上簽字，要求簽訂，開發簽約，簽證簽名"),
        ("抽签和标签", "抽籤和標籤"),
        ("发送文件的程序，信息，补贴到账，银行账户", "發送文件的程序，信息，補貼到帳，銀行帳戶"),
        ("里面写着：批准，税务，户口，阅读说明，群众，卫生", "裏面寫着：批准，稅務，戶口，閱讀說明，群眾，衞生"),
        ("高级工、高级技师", "高級工、高級技師"),
        ("三点钟看表里写的", "三點鐘看表裏寫的"),
        ("局长胡标发，长胡子", "局長胡標發，長鬍子"),
    ):
        assert traditional(text) == wanted


def test_traditional_text_is_not_converted_again_and_holds_no_simplified_letter() -> None:
    paths = [*ROOT.glob("documents/**/*.zh.md"), *ROOT.glob("documents/*.csv"), *ROOT.glob("bot/**/zh_Hans/*.po")]
    lines = {line for path in paths for line in path.read_text("utf-8").splitlines() if HAN.search(line)}
    assert len(lines) > 1000
    for line in lines:
        converted = traditional(line)
        assert traditional(converted) == converted
        assert [letter for letter in HAN.findall(converted) if script_of(letter) == "simplified"] == []


@pytest.mark.skipif(not QUESTIONS.exists(), reason=f"{QUESTIONS} is missing")
def test_no_simplified_question_of_a_public_set_is_taken_for_traditional() -> None:
    texts = [json.loads(line)["text"] for line in QUESTIONS.read_text("utf-8").splitlines()]
    taken = [text for text in texts if language_of(text) == "zh-hant"]
    assert len(texts) > 3000
    assert len(taken) * 1000 < len(texts), taken


@given(st.text(st.sampled_from("么用戶使者介面多工列印序位元文件學校才核建立a，。"), max_size=12))
def test_any_mixture_becomes_what_opencc_makes_of_it(text: str) -> None:
    assert simplified(text) == FULL.convert(text)


def test_every_character_becomes_what_opencc_makes_of_it() -> None:
    characters = [chr(code) for first, last in ((0x3400, 0x9FFF), (0xF900, 0xFAFF)) for code in range(first, last + 1)]
    for character, whole in zip(characters, FULL.convert("\n".join(characters)).split("\n"), strict=True):
        assert simplified(character) == whole


def test_no_line_of_the_cantonese_words_is_broken() -> None:
    lines = [line for line in CANTONESE_FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    pairs = [line.split("\t") for line in lines]
    assert all(len(pair) == 2 and pair[0] for pair in pairs)
    assert len({spoken for spoken, _ in pairs}) == len(pairs)
    assert fold_question("老細拖糧 啲員工唔撈") == "老板拖欠工资 些员工辞职"
    assert fold_question("劳动争议仲裁") == "劳动争议仲裁"
