"""Questions that lean on earlier ones stand alone afterwards; those that do not stay as they are."""

from __future__ import annotations

import pytest

from bot.answer import ConversationContext, Turn
from bot.understanding.likelier_reading import likelier_reading
from bot.understanding.query_rewriting import stand_alone
from knowledge.validity import today
from tests.names import shipped_names
from tests.shipped import shipped

LEANING = [
    (["广州市机电技师学院怎么样"], "它成立于哪一年", ["机电技师学院", "哪一年"]),
    (["广州市轻工技师学院有什么专业"], "那学费呢", ["广州市轻工技师学院", "学费"]),
    (["what does the operation ask of schools"], "and for enterprises?", ["operation ask of enterprises"]),
    (["What does the government do in Skilled Huadu?"], "and for the schools?", ["schools", "skilled huadu"]),
    (["技能花都行动里学校的作用是什么"], "企业呢，它们要做什么", ["企业", "技能花都行动", "做什么"]),
    (["签一年合同试用期最长多久"], "那三年的合同呢", ["签三年合同试用期"]),
    (["周末加班给几倍工资"], "法定节日呢", ["法定节日加班给几倍工资"]),
    (["高級工是幾級"], "那預備技師呢", ["预备技师是几级"]),
    (["失业金怎么申请", "那审核要几天"], "钱呢，每个月多少", ["失业金", "每个月多少"]),
    (["领失业金要什么条件"], "那最长能领多久", ["失业金", "最长能领多久"]),
    (["马瑞利签约了吗"], "那Apower呢", ["apower签约了吗"]),
    (["Did Marelli sign the agreement?"], "and what about Apower?", ["did apower sign the agreement"]),
    (["马瑞利签约了吗"], "他们招人吗", ["马瑞利招人吗"]),
    (["Who hosts Operation Skilled Huadu?"], "When was it held?", ["when", "operation skilled huadu", "held"]),
    (["和花都区人社局签约的是哪五所学校"], "那是哪一天", ["签约", "哪一天"]),
    (["订单班是什么"], "和冠名班有什么区别", ["订单班", "冠名班", "区别"]),
    (["职教集团是什么"], "我们公司怎么加入它", ["职教集团", "加入"]),
    (["What may students do at night?"], "and interns?", ["interns", "do at night"]),
    (["工伤怎么认定"], "多少天内申请", ["工伤", "多少天内申请"]),
    (["how long is the probation period"], "can it be extended?", ["probation", "extended"]),
    (["失业金怎么领", "谢谢"], "要什么材料", ["失业金", "材料"]),
    (["失业金怎么领", "好的，谢谢"], "要什么材料", ["失业金", "材料"]),
]  # fmt: skip
ALONE = [
    (["技能花都行动是什么"], "失业金怎么领"),
    (["失业金怎么领"], "那试用期最长多久"),
    (["试用期工资怎么算"], "可以不签劳动合同吗"),
    (["Who hosts Operation Skilled Huadu?"], "What is the minimum wage in Guangzhou?"),
    (["广州市轻工技师学院有什么专业"], "哪些企业在交流会上作了经验介绍"),
    (["和区人社局签协议的是哪五所学校？"], "Do interns have to be paid?"),
    (["失业金怎么领"], "实习生有没有工资"),
    (["学徒制是什么"], "叉车司机哪里招"),  # rows answer it by itself
    ([], "那学费呢"),
    ([], "它成立于哪一年"),
]


JOINING = [
    (["Which colleges signed the agreement?"], "How can our company join?"),
    (["Do interns have to be paid?"], "So how does our factory join in?"),
    (["学徒制是什么"], "我们公司怎么加入？"),
    ([], "我哋公司點樣參加呢"),
]


def reading(question: str, joined: str) -> str:
    return likelier_reading(shipped().edition, today(), question, joined)


def turns(history: list[str]) -> list[Turn]:
    return [Turn(question) for question in history]


@pytest.mark.parametrize(("history", "question", "parts"), LEANING)
def test_what_is_left_out_is_carried_over(history: list[str], question: str, parts: list[str]) -> None:
    alone = stand_alone(question, turns(history), reading, shipped_names())
    assert [part for part in parts if part not in alone] == [], alone


@pytest.mark.parametrize(("history", "question"), JOINING)
def test_a_company_that_asks_how_to_join_means_the_programme(history: list[str], question: str) -> None:
    alone = stand_alone(question, turns(history), reading, shipped_names())
    assert alone.endswith(("技能花都行动", "Operation Skilled Huadu"))
    assert not any(word in alone for word in ("college", "intern", "学徒"))


@pytest.mark.parametrize(("history", "question"), ALONE)
def test_a_new_subject_drops_the_old_one(history: list[str], question: str) -> None:
    assert stand_alone(question, turns(history), reading, shipped_names()) == question


def test_a_chain_of_questions_keeps_its_subject() -> None:
    history = ["失业金怎么领", "那要什么材料", "那审核要几天"]
    assert "失业" in stand_alone("那最长能领多久", turns(history), reading)


def test_what_a_turn_says_of_itself_counts() -> None:
    turn = Turn("那学费呢", context=ConversationContext("广州市机电技师学院 学费"))
    assert "机电" in stand_alone("住宿费呢", [turn], reading)


def test_a_screened_turn_is_passed_over() -> None:
    earlier = Turn("失业金怎么领", context=ConversationContext("失业金怎么领"))
    aside = Turn("今天天气怎么样", context=ConversationContext(aside=True))
    assert "失业金" in stand_alone("要什么材料", [earlier, aside], reading)


def test_only_the_last_turns_count() -> None:
    history = ["失业金怎么领", *["好的，谢谢"] * 6]
    assert stand_alone("要什么材料", turns(history), reading) == "要什么材料"


@pytest.mark.parametrize("question", ["？", "1", "a", "呢", "它", "的" * 5000, "it", "and?", "那"])
def test_odd_questions_do_not_fail(question: str) -> None:
    stand_alone(question, turns(["失业金怎么领", question]), reading)
