# ruff: noqa: E501  # a question in many ways of writing a line
"""Harder questions over the shipped rows, in mixed scripts and with slips, against plain filters; and what stays with documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.answer import Status
from bot.answering.rows import RowAnswerer
from knowledge.tables import Records
from knowledge.tables.records import Opening, Program, Record, natural_key
from knowledge.tables.values import Education, Entry, Level, Work
from knowledge.text.language import language_of
from knowledge.text.money import Period
from tests.names import desk_of
from tests.record_questions import DAY, asked, course, holding, job, shipped, text


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Records:
    return shipped(tmp_path_factory.mktemp("harder"))


@pytest.fixture(scope="module")
def desk(records: Records) -> RowAnswerer:
    return desk_of(records)


@pytest.fixture(scope="module")
def current() -> tuple[Record, ...]:
    return holding()


def monthly(test: Callable[[float, float], bool]) -> Callable[[Opening], bool]:
    def holds(each: Opening) -> bool:
        pay = each.pay
        return bool(
            pay
            and pay.period is Period.MONTH
            and pay.low is not None
            and pay.high is not None
            and test(pay.low, pay.high)
        )

    return holds


def ends_in(each: Opening | Program, first: date, last: date) -> bool:
    closes = each.closes
    return closes is not None and first <= closes <= last


QUESTIONS: tuple[tuple[Callable[[Record], bool], tuple[str, ...]], ...] = (
    (job(lambda each: each.town not in {"狮岭", "花东"}), ("不在狮岭也不在花东的岗位", "除了狮岭和花东，哪里招工", "唔喺獅嶺同花東嘅職位有咩", "jobs that are not in Shiling or Huadong")),
    (job(lambda each: not each.food and not each.lodging), ("不包吃也不包住的岗位", "不包吃又不包住的工作有哪些")),
    (job(lambda each: bool(each.food and each.lodging and each.town == "新华")), ("有咩工包食包住仲要近新華", "新华街包吃住的岗位")),
    (job(lambda each: bool(each.food and each.lodging) and monthly(lambda low, high: low >= 6000)(each)), ("花都而家仲有冇公司請人，要包食包住，人工6千以上", "月薪六千以上包吃住的岗位有几个")),
    (job(monthly(lambda low, high: 6000 <= low <= 8000)), ("6k-8k jobs", "月薪6000到8000的岗位", "6000至8000蚊人工嘅工有冇")),
    (job(monthly(lambda low, high: low >= 100_000 / 12)), ("年薪十万以上", "年薪十万以上的岗位有吗")),
    (job(lambda each: each.education is not None and each.education.rank <= Education.COLLEGE.rank), ("大专学历可以做什么", "大专毕业可以做什么工作")),
    (job(lambda each: each.education is Education.ANY), ("没有学历可以做什么工作", "冇文憑有咩工做", "jobs without a degree")),
    (job(lambda each: each.education is not None and each.education.rank <= Education.SECONDARY_VOCATIONAL.rank), ("我係中專畢業，有咩工啱我", "中专毕业能做的工作")),
    (job(lambda each: each.skill_level is Level.SENIOR), ("哪些公司要高级工", "高级工能找什么工作")),
    (job(lambda each: "叉车" in each.title), ("会开叉车能找什么工作", "叉车司机要什么学历", "forklift jobs?", "fork lift jobs")),
    (job(lambda each: each.title == "数控编程员" and each.town == "秀全"), ("CNC programer jobs in Xiuquan", "CNC programmer openings in Xiuquan")),
    (job(lambda each: each.work is Work.INTERNSHIP), ("有没有实习", "any internships?")),
    (job(lambda each: ends_in(each, date(2027, 1, 1), date(2027, 12, 31))), ("2027年截止的岗位有几个", "jobs closing in 2027")),
    (job(lambda each: ends_in(each, date(2027, 1, 1), date(9999, 1, 1))), ("明年还有效的岗位有多少",)),
    (job(lambda each: each.employer.startswith("示例企业A") and "数控" in each.title), ("示例企业A的数控操作工什么时候截止",)),
    (course(lambda each: ends_in(each, date(2027, 1, 1), date(2027, 12, 31))), ("哪些专业2027年截止报名",)),
    (course(lambda each: ends_in(each, DAY, date(2027, 12, 31))), ("2027年底前截止报名的专业", "明年年底前截止的专业有吗")),
    (course(lambda each: {Entry.JUNIOR_HIGH, Entry.ANYONE} & set(each.entry) != set()), ("我读完初中唔想读高中，有咩学校可以读，学费几多", "初中毕业不想读高中，可以读什么专业")),
    (course(lambda each: {Entry.WORKING, Entry.ANYONE} & set(each.entry) != set()), ("招收在职人员的培训", "在職人員可以讀咩課程")),
    (course(lambda each: each.town == "花山"), ("学校在花山的专业", "校区在花山的专业有哪些")),
    (course(lambda each: "模具" in each.major or "数控" in each.major), ("模具专业学费比数控便宜吗", "数控专业和模具专业哪个学费便宜")),
    (course(lambda each: any("示例企业B" in partner for partner in each.partners)), ("企业B合作的专业有哪些",)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("holds", "question"), [(holds, question) for holds, questions in QUESTIONS for question in questions]
)
def test_a_harder_question_finds_what_a_plain_filter_finds(
    desk: RowAnswerer, records: Records, current: tuple[Record, ...], holds: Callable[[Record], bool], question: str
) -> None:
    answer = asked(desk, question)
    expected = [each for each in current if holds(each)]
    page = records.find(answer.query or pytest.fail("no query"), DAY, limit=None)
    assert sorted((row.record for row in page.rows), key=natural_key) == sorted(expected, key=natural_key), text(answer)
    assert (answer.status is Status.ANSWERED) == bool(expected), text(answer)


@pytest.mark.parametrize(
    "question",
    [
        "平均每周工作时间不能超过多少小时", "广州平均工资多少", "花都区职工平均工资", "what is the average wage in Guangzhou", "平均年龄",
        "每个学校最多招多少人有规定吗", "前三个月没发工资怎么办", "企业最多可以约定几个月试用期", "每家企业可以申领多少补贴", "各镇有什么政策",
        "哪些学校有资格办技工教育", "哪些镇有技能加油站", "每个学期学费可以涨吗", "哪种学徒制补贴最多", "top 3 policies for apprentices",
        "average working hours per week", "which companies must train their workers", "技能等级有哪些", "技工教育有哪些层次", "花都有哪些镇",
        "实习有没有工资", "学徒期间给不给工资", "现代学徒制合作企业有哪些", "没有签约的学校有哪些", "which schools did not sign",
        "公司可以把平均工资压到最低工资以下吗", "各方的职责分别是什么", "读职校出来找工作会不会低人一等",
    ],
)  # fmt: skip
def test_what_only_sounds_like_figures_is_left_to_documents(desk: RowAnswerer, question: str) -> None:
    answer = desk.answer(question, language_of(question), DAY)
    assert answer is None, answer and text(answer)


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("机电有什么专业", "机电"),
        ("轻工有无人机专业吗", "轻工"),
        ("交通开设咩專業", "交通"),
        ("轻工技师学院学费多少一年", "轻工技师学院"),
        ("轻工的学费多少", "轻工"),
        ("轻工", "轻工"),
    ],
)
def test_a_short_name_that_fits_two_schools_is_asked_back(desk: RowAnswerer, question: str, short: str) -> None:
    answer = asked(desk, question)
    assert answer.status is Status.CLARIFY and short in text(answer) and len(answer.choices) >= 2


@pytest.mark.parametrize(
    ("question", "half"),
    [
        ("数控岗位平均工资，有没有补贴", "6,583"),
        ("我想找狮岭月薪6000以上的工作，顺便问下试用期最长多久", "新能源汽车检测员"),
    ],
)
def test_the_half_for_rows_is_answered_and_the_rest_left_open(desk: RowAnswerer, question: str, half: str) -> None:
    answer = asked(desk, question)
    assert half in text(answer) and not answer.complete
