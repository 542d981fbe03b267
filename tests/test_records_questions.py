# ruff: noqa: E501  # a question in four ways of writing a line
"""Questions as people write them: those for rows in four ways of writing, and those that documents answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.answer import Status
from bot.answering.rows import RowAnswerer
from knowledge.tables import Records
from knowledge.tables.querying.record_queries import PAGE
from knowledge.tables.records import Record, natural_key
from knowledge.tables.values import Entry, Level, Mode
from knowledge.text.language import language_of
from tests.names import desk_of
from tests.record_questions import DAY, asked, course, holding, job, shipped, text

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Records:
    return shipped(tmp_path_factory.mktemp("questions"))


@pytest.fixture(scope="module")
def desk(records: Records) -> RowAnswerer:
    return desk_of(records)


@pytest.fixture(scope="module")
def current() -> tuple[Record, ...]:
    return holding()


def pays(least: float) -> Callable[[Record], bool]:
    return job(lambda each: bool(each.pay and each.pay.low is not None and each.pay.low >= least))


FOUR_WAYS: tuple[tuple[Callable[[Record], bool], tuple[str, ...]], ...] = (
    (job(lambda each: "焊工" in each.title), ("焊工岗位有哪些", "焊工職缺有哪些", "有咩焊工做", "what welder jobs are there?", "焊公岗位有吗", "weldder jobs", "hangong岗位有吗", "哪些公司招焊工？", "我想做焊工")),
    (job(lambda each: each.town == "狮岭"), ("狮岭有什么工作", "獅嶺有什麼工作", "獅嶺有咩工做", "jobs in Shiling", "狮玲的岗位", "any openings in shilling?", "花都区狮岭镇的职位")),
    (job(lambda each: bool(each.food and each.lodging)), ("包吃住的岗位", "包吃住的職位有哪些", "有冇包食宿嘅工", "jobs with room and board", "提供食宿的工作有吗")),
    (job(lambda each: not each.food), ("不包吃的岗位", "不包吃的職位有哪些", "唔包吃嘅職位有咩", "jobs without meals")),
    (job(lambda each: each.town != "狮岭"), ("除了狮岭还有什么岗位", "除了獅嶺還有什麼職位", "除咗獅嶺仲有咩職位", "jobs outside Shiling", "不在狮岭的岗位")),
    (job(lambda each: each.town in {"花山", "花东"}), ("花山或花东的岗位", "花山和花東的職位", "花山同花東有咩職位", "jobs in Huashan or Huadong")),
    (job(lambda each: "数控" in each.title or "焊工" in each.title or "加工中心" in each.title), ("数控或者焊工岗位", "數控或焊工職位有哪些", "數控同焊工有咩職位", "CNC or welder jobs")),
    (pays(8000), ("月薪八千以上的岗位", "月薪8000元以上的職位", "有冇8千蚊以上嘅工", "jobs paying at least 8k a month", "工资不低于8000的工作", "一个月8000以上的岗位", "年薪九万六以上的岗位")),
    (job(lambda each: each.work == "实习"), ("实习岗位有哪些", "實習職位有哪些", "有咩實習生職位", "internships in Huadu")),
    (job(lambda each: each.work != "实习"), ("不是实习的岗位", "不要實習的職位有哪些", "唔要實習嘅職位有咩", "jobs that are not internships")),
    (course(lambda each: "无人机" in each.major), ("无人机专业有没有", "無人機專業有哪些", "有冇無人機班", "any drone courses?", "wurenji专业有没有")),
    (course(lambda each: "新能源汽车" in each.major), ("新能源汽车专业", "新能源汽車專業有哪些", "邊啲班教新能源車", "new energy vehicle courses", "新能源气车专业有吗")),
    (course(lambda each: Entry.JUNIOR_HIGH in each.entry or Entry.ANYONE in each.entry), ("初中毕业可以读什么专业", "國中畢業不行，初中畢業可以讀什麼專業", "我系初中畢業，可以讀咩", "I finished junior high. What can I study?")),
    (course(lambda each: bool(each.tuition and each.tuition.high == 0)), ("免学费的专业", "免學費的專業有哪些", "有咩專業唔使學費", "tuition-free programs")),
    (course(lambda each: each.mode is Mode.ORDER), ("订单班有哪些", "訂單班有哪些", "有咩訂單班", "order class programs")),
    (course(lambda each: each.level is Level.PREPARATORY), ("预备技师班", "預備技師班有哪些", "有咩預備技師班", "preparatory technician programs")),
    (course(lambda each: bool(each.schedule and ("夜" in each.schedule or "晚" in each.schedule))), ("夜班培训有哪些", "晚上的培訓班有哪些", "夜晚有咩班讀", "evening classes")),
    (course(lambda each: each.year == 2027), ("2027年招生的专业", "2027年的專業有哪些", "2027年有咩專業", "programs in 2027")),
    (course(lambda each: bool(each.tuition and each.tuition.high is not None and each.tuition.high <= 5000)), ("学费不超过5000的专业", "學費五千以內的專業", "有冇學費5千蚊以下嘅專業", "programs with tuition up to 5000", "一年学费不超过五千的专业", "一学期2500以内的专业")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("holds", "question"), [(holds, question) for holds, questions in FOUR_WAYS for question in questions]
)
def test_a_question_finds_what_a_plain_filter_finds(
    desk: RowAnswerer, records: Records, current: tuple[Record, ...], holds: Callable[[Record], bool], question: str
) -> None:
    answer = asked(desk, question)
    assert answer.status is Status.ANSWERED, text(answer)
    page = records.find(answer.query or pytest.fail("no query"), DAY, limit=None)
    expected = [each for each in current if holds(each)]
    assert sorted((row.record for row in page.rows), key=natural_key) == sorted(expected, key=natural_key)
    assert len(answer.records) == min(PAGE, len(expected)) and answer.complete


@pytest.mark.parametrize(
    ("question", "said", "first"),
    [
        ("工资最高的岗位", "另有 3 个没有写明数额", "工业机器人调试员"),
        ("which job pays the most?", "3 more state no figure", "工业机器人调试员"),
        ("邊份工人工最高", "另有 3 個沒有寫明數額", "工业机器人调试员"),
        ("学费最便宜的数控专业", "1,200 元/期", "数控操作短期班"),
        ("數控課程最平嘅係邊個", "1,200 元/期", "数控操作短期班"),
        ("the shortest program", "5 more state no figure", "工业机器人应用与维护"),
        ("最快截止的叉车岗位", "截止 2027年6月30日", "叉车司机"),
        ("示例技师学院甲和示例技师学院乙哪个数控便宜", "4,800 元/学年", "数控加工（数控机床操作）"),
    ],
)
def test_only_what_is_stated_is_compared(desk: RowAnswerer, question: str, said: str, first: str) -> None:
    answer = asked(desk, question)
    assert said in text(answer)
    assert answer.records[0].get("title", answer.records[0].get("major")) == first


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("深圳的岗位", "深圳"), ("深圳有什么数控岗位", "深圳"), ("東莞有冇焊工做", "東莞"), ("jobs in Shenzhen", "Shenzhen"),
        ("any welder jobs in Dongguan?", "Dongguan"), ("番禺有冇數控班", "番禺"), ("广州天河有什么工作", "天河"),
        ("时薪最高的岗位", "按小时计薪"), ("jobs paying 300 a day", "300 yuan a day"), ("日薪300以上的岗位", "300 元/天"),
        ("2023年的岗位", "2023 年"), ("去年的岗位", "已过期"), ("openings in 2023", "2023"), ("2023年有哪些专业", "2023 年"),
        ("飞行员岗位", "飞行员"), ("pilot jobs", "pilot"), ("护理专业", "护理"), ("比亚迪招人吗", "比亚迪"), ("does BYD have any jobs", "byd"),
        ("五所签约学校的学费是多少", "不能告诉您"), ("签约学校有哪些专业", "不能告诉您"),
        ("华为签约了吗", "华为"), ("Did Huawei sign?", "Huawei"), ("深圳技师学院签约了吗", "深圳技师学院"),
        ("这个月截止的岗位", "2026年11月30日前"), ("今天发布的岗位", "2026年11月24日起"),
    ],
)  # fmt: skip
def test_nothing_is_passed_off_for_what_is_not_there(desk: RowAnswerer, question: str, said: str) -> None:
    answer = asked(desk, question)
    assert answer.status is Status.NOT_COVERED
    assert not answer.records and not answer.citations
    assert said in text(answer)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("示例企业A招多少人", "至少招 8 人"), ("电工一共招几个人", "至少招 8 人"),
        ("一共招多少人", "另有 7 个岗位没有写明人数"), ("how many people do they hire as electricians", "at least 8 people"),
    ],
)  # fmt: skip
def test_people_are_counted_apart_from_openings(desk: RowAnswerer, question: str, said: str) -> None:
    assert said in text(asked(desk, question))


@pytest.mark.parametrize(
    "question",
    ["有哪些焊工岗位，另外高级工补贴多少？", "狮岭有什么岗位？劳动合同要签多久？", "what welder jobs are there, and how do I get a subsidy?",
     "獅嶺有咩職位？試用期最長幾耐？", "無人機專業有哪些？畢業可以入戶嗎？"],
)  # fmt: skip
def test_half_of_a_question_is_left_to_search(desk: RowAnswerer, question: str) -> None:
    answer = asked(desk, question)
    assert answer.records and not answer.complete


def _lines(name: str) -> list[str]:
    return (GOLDEN / name).read_text(encoding="utf-8").split("\n")[:-1]


@pytest.mark.parametrize("name", ["laws-dev.jsonl", "laws-held.jsonl", "laws-more.jsonl"])
def test_no_question_about_the_law_is_answered_from_rows(desk: RowAnswerer, name: str) -> None:
    questions = [str(json.loads(line)["question"]) for line in _lines(name)]
    assert len(questions) > 80
    assert [question for question in questions if desk.answer(question, language_of(question), DAY)] == []


def test_what_documents_should_answer_is_not_answered_from_rows(desk: RowAnswerer) -> None:
    questions = _lines("not-for-rows.txt")
    assert len(questions) > 350
    assert [question for question in questions if desk.answer(question, language_of(question), DAY)] == []


@pytest.mark.parametrize(
    "question",
    ["看" * 36 + "x岗位", "我想看看" * 14 + "飞岗位", "华为" + "有没有" * 14 + "x签约了吗", "a " * 140 + "x jobs", "有没有" * 90, "请问" * 140,
     "岗位" * 140, "数控和" * 95, "6000-" * 55, "🙂" * 290, "\u200b" * 290, "'; DROP TABLE openings; --", "{question}", "%s" * 140, "。" * 290],
)  # fmt: skip
def test_no_text_takes_long_or_breaks_the_desk(desk: RowAnswerer, question: str) -> None:
    started = time.process_time()
    desk.answer(question, language_of(question), DAY)
    assert time.process_time() - started < 3
