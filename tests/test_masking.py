"""What is somebody's is masked in every form in which people write it, and nothing else is."""

from __future__ import annotations

import json
import re
import time
from datetime import date
from pathlib import Path

import pytest

from bot.answer import Block, BlockKind, Status
from bot.answering.assembly import AnswerAssembler
from bot.answering.rows import RecordAnswer
from bot.understanding.question import question_of
from knowledge.settings import Programme
from knowledge.text.pii import MASK, masked, shown_of_document

TABLE = Path(__file__).with_name("golden") / "personal-numbers.jsonl"
FORMS = [json.loads(line) for line in TABLE.read_text(encoding="utf-8").splitlines()]
MARKED = re.compile("⟦[^⟧]*⟧")
SHORT, LONG = 1000, 8000  # characters
REPEATED = [
    "学费多少？", "1", "138 ", "138 2221 ", "12 ", "一二三四", "微信", "微 信 ", "微信：", "电话号码是", "身份证号：",
    "@", "a@", "a.", "a@b.", "a at b dot ", "*", "x", "6222****", "A", "A1", "A123456", "粤A", "+1 ", "(020) ", "t.me/",
    "one two ", "l1O0", "91 ", "1-", "1,", "加 v ", "q q ", "1\ufe0f\u20e3", "0", "86 ", "字第1", "123 4567 890 ", " ",
]  # fmt: skip


def test_the_table_is_large_and_half_of_it_is_innocent() -> None:
    innocent = [form for form in FORMS if form["kind"] is None]
    assert len(FORMS) >= 400 and 0.45 < len(innocent) / len(FORMS) < 0.55
    assert len({form["text"] for form in FORMS}) == len(FORMS)


@pytest.mark.parametrize("kind", sorted({form["kind"] or "nobody's" for form in FORMS}))
def test_every_form_is_masked_exactly(kind: str) -> None:
    wrong = {}
    for form in (form for form in FORMS if (form["kind"] or "nobody's") == kind):
        asked = question_of(form["text"].replace("⟦", "").replace("⟧", ""))
        if asked.text != MARKED.sub(MASK, _cleaned(form["text"])) or bool(asked.masked) != bool(form["kind"]):
            wrong[form["text"]] = asked.text
    assert wrong == {}


def _cleaned(text: str) -> str:
    """The text of a form as a question is cleaned, what is marked in it not yet masked."""
    return " ".join(re.sub("[\ufe0e\ufe0f]", "", text).split())


def test_what_is_masked_once_stays_as_it_is() -> None:
    again = {text: masked(text)[0] for form in FORMS if (text := MARKED.sub(MASK, form["text"])) != masked(text)[0]}
    assert again == {}


def test_names_of_the_kinds() -> None:
    assert masked("身份证440114199001011234，电话13822217788")[1] == {"identity", "phone"}
    assert masked("t.me/lily2020 zhang@qq.com 粤A12345")[1] == {"handle", "mail", "plate"}
    assert masked("91440101MA59ABCD1X 卡号6222021001116245936")[1] == {"credit_code", "card"}


@pytest.mark.parametrize("unit", REPEATED)
def test_masking_takes_time_in_proportion_to_the_text(unit: str) -> None:
    def seconds(length: int) -> float:
        text, best = (unit * length)[:length], float("inf")
        for _ in range(2):
            begun = time.thread_time()
            masked(text)
            best = min(best, time.thread_time() - begun)
        return best

    masked(unit * 10)
    short, long = seconds(SHORT), seconds(LONG)
    assert long < 3 * (LONG / SHORT) * short + 0.002, "in proportion it would be 8 times as long, else 64 times"


def test_a_cell_with_an_identity_number_or_an_account_is_not_shown() -> None:
    row = Block(
        BlockKind.ROW,
        "材料：身份证440114199001011234；缴费账号360200120920012345；联系人13822217788（公开）；月薪6500–8000元",
    )
    rows = AnswerAssembler((), Programme()).rows(RecordAnswer(Status.ANSWERED, (row,)), "zh", 1, date(2026, 11, 30))
    assert rows.blocks[0].text == "材料：身份证***；缴费账号***；联系人13822217788（公开）；月薪6500–8000元"


PRINTED = [
    ("报名联系人张三，手机13822217788。", "报名联系人张三，手机***。"),
    ("身份证号440114199001011234的学员", "身份证号***的学员"),
    ("学费汇入账号3602 0012 0920 0123 456，开户行工行", "学费汇入账号***，开户行工行"),
    ("香港学员电话 +852 9123 4567", "香港学员电话 ***"),
    ("咨询电话：020-36898328、（020）8688 7712", None),
    ("电话 86887712，传真 86887713", None),
    ("电话 +86 20 8688 7712", None),
    ("12333、12345、400-830-1234", None),
    ("邮箱 hdjy@gz.gov.cn，统一社会信用代码91440101MA59ABCD1X", None),
    ("办学许可证号：344011470000271号", None),
    ("穗人社规字〔2018〕3号，2018年11月30日，每月6500元", None),
]


@pytest.mark.parametrize(("text", "shown"), PRINTED)
def test_what_documents_print_of_persons_is_hidden_and_lines_of_offices_stay(text: str, shown: str | None) -> None:
    assert shown_of_document(text) == (shown or text)
