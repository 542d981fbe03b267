"""What a question names the evidence must have; what is replaced answers only when it is asked for."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.index.document_versions import requested_versions, standings, years_in
from knowledge.index.scoring.required_entities import remaining
from knowledge.models import Metadata, State
from knowledge.text.language import fold

DAY = date(2026, 11, 25)
NEWS = Metadata("技能花都行动", "zh", published_on=date(2022, 3, 3), number="花人社〔2022〕3号")
EVIDENCE = "技能花都行动 广州市轻工技师学院与花都区人社局签约"


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("广州市轻工技师学院签约了吗", True),
        ("轻工技师学院签约了吗", True),
        ("广东省轻工技师学院签约了吗", False),
        ("广东省轻工业技师学院签约了吗", False),
        ("机械技师学院签约了吗", False),
        ("职校生以后还能考大学不", True),
        ("想让小孩读技校，怎么选专业", True),
        ("我想转去机械技师学院", False),
        ("中山大学签约了吗", False),
        ("深圳有没有技能行动", False),
        ("is there one in Shenzhen", False),
        ("2022年签约了吗", True),
        ("2019年签约了吗", False),
        ("2026年还办吗", True),
        ("花人社〔2022〕3号说什么", True),
        ("花人社〔2021〕9号说什么", False),
        ("技能花都行动是什么", True),
    ],
)
def test_named_things_that_the_evidence_lacks_count_against_it(question: str, kept: bool) -> None:
    assert (remaining(fold(question), fold(EVIDENCE), NEWS, DAY) == 1.0) is kept


OLD = Metadata("职业教育法", "zh", made_on=date(1996, 5, 15), effective_on=date(1996, 9, 1))
NEW = Metadata("职业教育法", "zh", made_on=date(2022, 4, 20), effective_on=date(2022, 5, 1))
GONE = Metadata("技能补贴通知", "zh", made_on=date(2018, 1, 1), expires_on=date(2023, 1, 1))
DOCUMENTS = {"old": OLD, "new": NEW, "gone": GONE}


@pytest.mark.parametrize(
    ("question", "left_out"),
    [
        ("学徒有什么权利", {"old"}),
        ("1996年的职业教育法怎么说", {"new"}),
        ("2022年的职业教育法怎么说", set()),
        ("旧的规定是怎样的", set()),
        ("96年那部职业教育法怎么说", {"new"}),
        ("what did the old law say", set()),
    ],
)
def test_the_version_in_force_answers_unless_another_is_asked_for(question: str, left_out: set[str]) -> None:
    found = requested_versions(question, DOCUMENTS, standings(DOCUMENTS, DAY)).unwanted
    assert found - {"old"} == left_out - {"old"}
    assert ("old" in found) is ("old" in left_out or "2022" in question)


def test_every_document_has_a_standing() -> None:
    found = standings(DOCUMENTS, DAY)
    assert found["old"].state is State.SUPERSEDED
    assert found["old"].successor == "new"
    assert found["new"].state is State.IN_FORCE
    assert found["gone"].state is State.EXPIRED


def test_the_version_of_a_year_is_meant() -> None:
    assert requested_versions("96年的职业教育法", DOCUMENTS, standings(DOCUMENTS, DAY)).meant == {"old"}
    assert requested_versions("职业教育法", DOCUMENTS, standings(DOCUMENTS, DAY)).meant == set()


def test_years_may_be_short() -> None:
    assert years_in("96年和22年还有2019年") == {"1996", "2022", "2019"}
    assert years_in("第30条") == set()
