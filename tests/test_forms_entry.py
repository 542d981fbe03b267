"""Which forms a message leads to, in whatever words: by learned intents and by the sections that answers cite."""

from __future__ import annotations

import re

import pytest

from bot.assistant import Assistant
from bot.forms.declaration import read_forms
from bot.forms.offered_forms import OfferedForms
from bot.understanding.service_intents import service_verdicts
from tests.form_filler import ROOT
from tests.shipped import shipped

FORMS = OfferedForms(read_forms(ROOT / "forms", frozenset(service_verdicts())))


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return shipped().assistant()


@pytest.mark.parametrize(
    ("said", "form"),
    [
        ("我要加入", "enterprise"),
        ("我们公司想加入技能花都行动", "enterprise"),
        ("How can our company join?", "enterprise"),
        ("我們廠想參加你們個計劃，點申請呀", "enterprise"),
        ("想跟技师学院搞校企合作，要找哪个部门申请", "enterprise"),
        ("怎样挂岗位", "opening"),
        ("厂里缺二十个车工，帮我们把招聘登出去", "opening"),
        ("we need three welders, please list the job", "opening"),
        ("我想报名", "enquiry"),
        ("幫我個仔報讀數控班", "enquiry"),
        ("i want to sign up", "enquiry"),
        ("签约的有哪些学院", ""),
        ("加班最多多少小时", ""),
        ("有哪些焊工岗位", ""),
    ],
)
def test_any_wording_leads_to_the_form(assistant: Assistant, said: str, form: str) -> None:
    answer = assistant.answer(said)
    offered = FORMS.of_wish(answer.wish) or FORMS.below([citation.section for citation in answer.citations])
    names = [each.name for each in offered]
    assert form in names if form else not names, (names, answer.wish, [one.section for one in answer.citations])


def test_every_section_that_a_form_names_is_there() -> None:
    headings = {
        heading
        for path in (ROOT / "documents" / "policies").glob("*.md")
        for heading in re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M)
    }
    assert {section for form in FORMS.forms for section in form.below} <= headings
