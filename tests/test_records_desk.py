"""The desk on the shipped tables: the facts that are easily got wrong, names, and what is not for rows."""

from __future__ import annotations

import json

import pytest

from bot.answer import BlockKind, Status
from bot.answering.rows import RowAnswerer
from knowledge.text.language import language_of
from tests.names import shipped_desk
from tests.record_questions import DAY, asked, text

FIVE = ("广州市技师学院", "广州市轻工技师学院", "广州市机电技师学院", "广州市公用事业技师学院", "广州市交通技师学院")
FIVE_EN = (
    "Guangzhou Technician College",
    "Guangzhou Light Industry Technician College",
    "Guangzhou Electromechanical Technician College",
    "Guangzhou Public Utility Technician College",
    "Guangzhou Communications Technician Institute",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> RowAnswerer:
    return shipped_desk(tmp_path_factory.mktemp("desk"))


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("和区人社局签协议的是哪五所学校?", FIVE),
        ("哪几间学校签约了？", FIVE),
        ("邊五間學校同人社局簽咗約?", FIVE),
        ("請問哪五所學校與人社局簽約?", FIVE),
        ("Which five colleges signed?", FIVE_EN),
        ("which colleges signed the agreement with the bureau", FIVE_EN),
        ("names of the five signatories", FIVE_EN),
    ],
)
def test_five_signed(desk: RowAnswerer, question: str, names: tuple[str, ...]) -> None:
    answer = asked(desk, question)
    rows = [block.text for block in answer.blocks if block.kind is BlockKind.ROW]
    assert answer.status is Status.ANSWERED
    assert len(rows) == 5
    assert all(any(name in row for row in rows) for name in names)
    assert "Marelli" not in text(answer) and "Apower" not in text(answer)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("apower 有没有签约?", "没有说"),
        ("马瑞利签约了吗", "没有说"),
        ("馬瑞利有冇簽約?", "沒有說"),
        ("馬瑞利有沒有簽約？", "沒有說"),
        ("Did Marelli sign the agreement?", "does not say"),
        ("has Apower Electronics signed?", "does not say"),
        ("did Maruili sign", "does not say"),
        ("did Marreli sign the agreement", "does not say"),
        ("apower係咪簽約企業", "沒有說"),
    ],
)
def test_presenting_is_not_signing(desk: RowAnswerer, question: str, said: str) -> None:
    answer = asked(desk, question)
    assert said in text(answer)
    assert answer.records[0]["relations"] == ["presenter"]
    assert answer.citations[0].source.startswith("https://www.huadu.gov.cn/")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("广州市技师学院挂牌了吗", "不能确定"),
        ("Does Guangzhou Technician College hold a plaque?", "cannot be told"),
    ],
)
def test_nobody_is_said_to_hold_a_plaque_or_not(desk: RowAnswerer, question: str, said: str) -> None:
    answer = asked(desk, question)
    assert said in text(answer)
    assert answer.citations


@pytest.mark.parametrize(
    "question", ["哪些学校获得了牌匾？", "哪20所院校掛牌?", "邊啲學校有牌匾?", "How many colleges hold plaques?"]
)
def test_who_holds_a_plaque_is_left_to_documents_while_no_row_says_it(desk: RowAnswerer, question: str) -> None:
    assert desk.answer(question, language_of(question), DAY) is None


@pytest.mark.parametrize(
    ("question", "names", "said"),
    [
        ("技能花都行动有几间学校参加", 5, "与花都区人社局签约"),
        ("有幾多間學校參加咗技能花都", 5, "與花都區人社局簽約"),
        ("How many colleges take part in Skilled Huadu?", 5, "signed · 3 Mar 2022"),
        ("哪些企业参与了技能花都行动", 2, "在交流会上作介绍"),
    ],
)
def test_who_takes_part_is_who_is_recorded_and_how(desk: RowAnswerer, question: str, names: int, said: str) -> None:
    answer = asked(desk, question)
    assert len(answer.records) == names and said in text(answer)


@pytest.mark.parametrize(
    ("question", "status", "said"),
    [
        ("华为参加技能花都行动了吗", Status.NOT_COVERED, "名单里没有华为"),
        ("Has Huawei joined Skilled Huadu?", Status.NOT_COVERED, "Huawei is not in the list"),
        ("马瑞利有没有参加技能花都行动", Status.ANSWERED, "在交流会上作介绍"),
        ("廣州市技師學院加入咗技能花都未", Status.ANSWERED, "簽約"),
    ],
)
def test_whether_somebody_takes_part_is_told_as_it_is_recorded(
    desk: RowAnswerer, question: str, status: Status, said: str
) -> None:
    answer = asked(desk, question)
    assert answer.status is status and said in text(answer)


@pytest.mark.parametrize(
    "question",
    [
        "个人参加技能花都行动要钱吗",
        "我们公司参加技能花都行动可以吗",
        "哪些企业可以参加技能花都行动",
        "怎么参加技能花都行动",
        "参加技能花都行动的企业要做什么",
        "Who may join Skilled Huadu?",
    ],
)
def test_who_may_take_part_is_not_for_rows(desk: RowAnswerer, question: str) -> None:
    assert desk.answer(question, language_of(question), DAY) is None


@pytest.mark.parametrize(
    "question",
    ["哪些单位在交流会上作了介绍?", "谁在会上发言", "who presented at the exchange meeting?", "邊個喺會上發言?"],
)
def test_four_presented(desk: RowAnswerer, question: str) -> None:
    assert len(asked(desk, question).records) == 4


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("轻工技师学院学费多少一年", ("广州市轻工技师学院", "广东省轻工业技师学院")),
        ("輕工技師學院學費幾多", ("广州市轻工技师学院", "广东省轻工业技师学院")),
        ("轻工签约了吗", ("广州市轻工技师学院", "广东省轻工业技师学院")),
        (
            "What is the tuition at the light industry technician college?",
            ("广州市轻工技师学院", "广东省轻工业技师学院"),
        ),
        ("机电技师学院有什么专业", ("广州市机电技师学院", "广东省机械技师学院")),
        ("請問交通技師學院有沒有新能源汽車專業", ("广州市交通技师学院",)),
        ("技师学院签约了吗", ("广州市技师学院", "广东省技师学院")),
    ],
)
def test_a_short_name_that_fits_several_schools_is_asked_back(
    desk: RowAnswerer, question: str, names: tuple[str, ...]
) -> None:
    answer = asked(desk, question)
    assert answer.status is Status.CLARIFY
    assert len(answer.choices) >= 2
    assert tuple(choice.label for choice in answer.choices)[: len(names)] == names
    pressed = json.loads(answer.choices[0].request)["ask"]
    again = desk.answer(pressed, "zh", DAY)
    assert again is not None and again.status is not Status.CLARIFY


@pytest.mark.parametrize(
    "question",
    [
        "广东省轻工业技师学院签约了吗",
        "省轻工技师学院签约了吗",
        "did Guangdong Light Industry Technician College sign?",
        "广州市工贸技师学院签约了没有",
        "did the provincial light industry college sign?",
        "廣東省輕工業技師學院有冇簽約",
    ],
)
def test_the_province_s_school_is_not_the_city_s(desk: RowAnswerer, question: str) -> None:
    answer = asked(desk, question)
    assert answer.status is Status.NOT_COVERED
    assert not answer.records


@pytest.mark.parametrize(
    "question",
    [
        "what jobs does marelli have rn?",
        "马瑞利招实习生吗 包吃住不",
        "馬瑞利而家有咩職位?",
        "广州市轻工技师学院学费多少",
        "初中毕业能报广州市技师学院吗",
    ],
)
def test_nothing_is_known_of_a_real_name_without_rows(desk: RowAnswerer, question: str) -> None:
    answer = asked(desk, question)
    assert answer.status is Status.NOT_COVERED
    assert not answer.records and not answer.citations
    assert "12333" in text(answer)
    assert not answer.complete  # a document may know more


@pytest.mark.parametrize(
    "question",
    [
        "试用期工资怎么算", "招聘可以限男性吗", "学徒制补贴多少钱", "劳动合同到期不续签有补偿吗",
        "公司让我交押金合法吗", "加班费怎么算", "高级工班跟预备技师有咩分别呀", "考到中级电工证有补贴冇?领几钱",
        "毕业包分配吗?", "我们是花都汽配厂,怎么加入技能花都行动", "How can our company join?",
        "想和机电技师学院谈合作,找哪个部门", "要招20个数控操作工,怎样挂岗位", "技能花都行动是什么",
        "Is tuition free at technician colleges in Guangzhou?", "职业教育法什么时候施行",
        "技师学院属于什么性质的学校", "你好", "", "2022年的交流会是哪天开的", "副区长胡标发说了什么",
        "Who hosted the operation?", "What is the role of schools?", "企业应当建立什么制度",
        "用人单位招用人员可以扣押身份证吗", "失业保险金能领多久", "学校可以收取实习生的押金吗",
        "Can an employer ask about marital status?", "How many hours a week may I work?",
        "What happens if my employer does not sign a labour contract?", "签劳动合同要注意什么",
        "实习生的报酬有什么规定", "订单班是什么意思", "技工院校毕业生享受大专待遇吗", "今天天气怎么样",
        "职业学校学生实习有哪些权利", "工作时间每天不超过几小时", "哪些企业要建职工教育经费",
        "职业学校的教师要有什么资格",
    ],
)  # fmt: skip
def test_what_is_not_for_rows_is_left_to_search(desk: RowAnswerer, question: str) -> None:
    assert desk.answer(question, language_of(question), DAY) is None


@pytest.mark.parametrize(
    ("question", "status", "said"),
    [
        ("月薪六千以上包吃住的数控岗位", Status.ANSWERED, "起薪不低于 6,000 元/月"),
        ("CNC jobs over 6000 with room and board", Status.ANSWERED, "starting pay above 6,000 yuan"),
        ("几间学校有新能源汽车专业", Status.ANSWERED, "所学校"),
        ("花都有边间技校可以读汽修㗎?", Status.ANSWERED, "（汽车维修）"),
        ("返工唔得闲,有冇夜晚或者周末嘅班学CNC", Status.ANSWERED, "数控操作短期班"),
        ("有没有飞行员岗位", Status.NOT_COVERED, "飞行员"),
        ("pilot jobs", Status.NOT_COVERED, "pilot"),
        ("华为有什么岗位", Status.NOT_COVERED, "华为"),
        ("QXZ机器人岗位", Status.PARTLY, "不限“qxz”"),
        ("工资最高的岗位", Status.ANSWERED, "排在最前"),
        ("搵工 电工 花东 包住", Status.ANSWERED, "维修电工"),
        ("狮岭有什么工作", Status.ANSWERED, "狮岭"),
        (
            "想转行开叉车，有没有岗位招写程式的",
            Status.PARTLY,
            "叉车司机",
        ),  # two words that no row holds, and a trade that rows have
        ("三加二的数控班", Status.ANSWERED, "3+2"),
        ("数控编程的岗位有哪些", Status.ANSWERED, "3 个岗位（数控编程）"),
        ("数控和焊工岗位各有多少", Status.ANSWERED, "数控：7"),
    ],
)
def test_filters_and_words_nobody_knows(desk: RowAnswerer, question: str, status: Status, said: str) -> None:
    answer = asked(desk, question)
    assert answer.status is status
    assert said in text(answer)


def test_a_sample_row_says_so_and_cites_its_table(desk: RowAnswerer) -> None:
    answer = asked(desk, "焊工岗位有哪些")
    notes = [block.text for block in answer.blocks if block.kind is BlockKind.NOTE]
    assert len(notes) == 1 and "示例" in notes[0] and text(answer).count("SAMPLE") == 1, "once, above the rows"
    assert answer.blocks[-1].kind is BlockKind.ROW
    assert {citation.source for citation in answer.citations} == {"openings.csv"}
    assert all(citation.date for citation in answer.citations)
    json.dumps(answer.records)  # typed values that JSON can carry


def test_half_of_a_question_is_left_to_search(desk: RowAnswerer) -> None:
    answer = asked(desk, "有哪些焊工岗位，学徒制补贴怎么领？")
    assert not answer.complete and answer.records


def test_a_follow_up_narrows_the_query_before(desk: RowAnswerer) -> None:
    first = asked(desk, "花东有什么岗位")
    second = desk.answer("那包住的呢", "zh", DAY, first.query)
    assert second is not None
    assert second.records and all(record["town"] == "花东" and record["lodging"] for record in second.records)


@pytest.mark.parametrize(
    ("asked_before", "following", "said", "rows"),
    [
        ("花东有什么岗位", ("那包住的呢", "月薪6000以上的"), "（花东、包住、起薪不低于 6,000 元/月）", 2),
        ("花东有什么岗位", ("不要实习", "有几个"), "共有 4 个岗位（花东、不含“实习”）", 4),
        ("有哪些无人机专业", ("初中毕业能读吗", "有周末班吗"), "（无人机、招收初中毕业、上课时间含“周末”）", 1),
        ("what welder jobs are there?", ("how about in Xinya",), "(welder, Xinya)", 1),
        ("哪五所学校签约了", ("那马瑞利呢",), "没有说Marelli", 1),
        ("哪五所学校签约了", ("那马瑞利呢", "省轻工呢"), "名单里没有广东省轻工业技师学院", 0),
        ("深圳的岗位", ("那狮岭呢",), "没有找到（地点在深圳、狮岭）", 0),
    ],
)
def test_a_conversation_goes_on_from_the_rows_before(
    desk: RowAnswerer, asked_before: str, following: tuple[str, ...], said: str, rows: int
) -> None:
    answer = asked(desk, asked_before)
    for question in following:
        further = desk.answer(question, language_of(asked_before), DAY, answer.query)
        assert further is not None, question
        answer = further
    assert said in text(answer) and len(answer.records) == rows


@pytest.mark.parametrize("question", ["谢谢", "试用期最长多久", "他们的老板是谁", "怎么报名", "where is it?"])
def test_what_does_not_go_on_from_rows_is_left_to_search(desk: RowAnswerer, question: str) -> None:
    before = asked(desk, "花东有什么岗位")
    assert desk.answer(question, language_of(question), DAY, before.query) is None
