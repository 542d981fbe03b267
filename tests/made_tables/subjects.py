# ruff: noqa: E501, SIM905  # lists of names and questions read best on one line
"""Subjects of made tables: what their titles differ in, rows, columns, and how people ask. All names are samples.

A subject is of the half that was developed on, or of the half that was left closed until its first look.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

Values = Callable[[random.Random], str]
PROVINCES = (
    "甘肃省 青海省 山西省 云南省 贵州省 安徽省 河北省 江西省 海南省 吉林省 陕西省 四川省 湖北省 湖南省 辽宁省".split()
)
DISTRICTS = (
    "东湖区 西林区 南桥区 北苑区 中岭区 新塘区 高坪区 金河区 银山区 石门区 白沙区 青浦区 红旗区 黄村区 绿园区".split()
)
TOWNS = "示例镇 样板镇 假山镇 模湖镇 试田镇 例溪镇 虚岭镇 拟桥镇".split()


def between(low: int, high: int, step: int = 1, form: str = "{}") -> Values:
    """A figure, written in ``form``."""
    return lambda rng: form.format(rng.randrange(low, high, step))


def clock(first: int, last: int) -> Values:
    """A time of day."""
    return lambda rng: f"{rng.randint(first, last)}:{rng.choice(['00', '10', '15', '20', '30', '40', '45', '50'])}"


def phone(rng: random.Random) -> str:
    """A number of a range that belongs to nobody."""
    return f"020-0000{rng.randint(0, 9999):04d}"


def pick(*texts: str) -> Values:
    """One of ``texts``."""
    return lambda rng: rng.choice(texts)


@dataclass(frozen=True)
class Column:
    """``header``: its lines from the top; ``asked``: names in questions; ``unit``: stated in the header."""

    header: tuple[str, ...]
    values: Values
    asked: tuple[str, ...]
    unit: str = ""


@dataclass(frozen=True)
class Subject:
    """``title``: with {one} and {other}, of which ``ones`` and ``others`` are the values; ``keys``: header and names of each
    column that names rows. ``questions``: with {one}, {other}, {row}, {column}; ``most``, ``count``: with {key} too.
    """

    name: str
    closed: bool
    language: str
    title: str
    ones: tuple[str, ...]
    others: tuple[str, ...]
    keys: tuple[tuple[str, tuple[str, ...]], ...]
    columns: tuple[Column, ...]
    questions: tuple[str, ...]
    most: str = ""
    least: str = ""
    count: str = ""
    absent: tuple[str, ...] = ()  # values of {one} that no table has
    no_column: tuple[str, ...] = ()  # names of columns that no table has
    unit_line: str = ""
    note: str = ""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


YEARS = ("2019", "2020", "2021", "2022", "2023")
SUBJECTS = (
    Subject(
        "admission", False, "zh", "{one}年{other}普通类录取分数线", YEARS, tuple(PROVINCES),
        (("专业名称", _words("金融学类 法学 经济学类 工商管理类 护理学 软件工程 汉语言文学 会计学")),),
        (
            Column(("最高分",), between(600, 660), ("最高分",)),
            Column(("最低分",), between(500, 590), ("最低分", "最低录取分数线", "录取最低分")),
            Column(("最低位次",), between(3000, 90000), ("最低位次", "位次")),
        ),
        ("{one}年{other}{row}专业的{column}是多少？", "{one}年{other}的{row}，{column}多少", "请问{row}{one}年在{other}的{column}", "我想知道{one}年{other}{row}{column}是多少分"),
        "{one}年{other}哪个专业的{column}最高？", "{one}年{other}哪个专业的{column}最低？", "{one}年{other}的录取分数线里有多少个专业？",
        ("2013", "2014"), ("平均分", "录取人数"),
    ),
    Subject(
        "subsidy", False, "zh", "{one}年{other}职业技能提升补贴标准", YEARS, tuple(DISTRICTS),
        (("工种", _words("电工 焊工 铣工 车工 育婴员 养老护理员")), ("等级", _words("初级 中级 高级"))),
        (Column(("补贴标准（元）",), between(800, 3000, 50), ("补贴", "补贴标准", "补助"), "元"), Column(("培训课时",), between(40, 200, 4), ("培训课时", "课时"))),
        ("{one}年{other}{row}{column}多少", "{other}{one}年{row}的{column}是多少？", "在{other}，{one}年{row}能领多少{column}", "请问{one}年{other}{row}{column}有多少"),
        "{one}年{other}哪个工种等级的{column}最高？", "", "", ("2013", "2014"), ("考试费", "报名人数"), note="注：同一工种同一等级只能申领一次。",
    ),
    Subject(
        "phones", False, "zh", "{other}{one}联系方式一览表", _words("就业服务站 社保服务点 司法所 卫生院 文化站"), tuple(DISTRICTS),
        (("镇街", tuple(TOWNS)),),
        (Column(("地址",), lambda rng: f"示例路{rng.randint(1, 300)}号", ("地址", "在哪里")), Column(("咨询电话",), phone, ("咨询电话", "电话", "联系电话")), Column(("办公楼层",), between(1, 9, form="{}楼"), ("办公楼层", "楼层"))),
        ("{other}{row}{one}的{column}多少？", "{other}{row}{one}{column}", "请问{other}{row}的{one}{column}是什么", "我要找{other}{row}{one}，{column}是多少"),
        "", "", "{other}{one}一览表里有几个镇街？", ("档案馆", "殡仪馆"), ("传真", "负责人"),
    ),
    Subject(
        "buses", False, "zh", "{one}路公交车时刻表（{other}）", _words("12 15 38 101 207"), _words("工作日 周末 节假日"),
        (("站点", _words("火车北站 示例广场 人民公园 大学城东 体育馆 市民中心 汽车总站")),),
        (Column(("首班车",), clock(5, 7), ("首班车", "首班车时间")), Column(("末班车",), clock(20, 23), ("末班车", "末班车时间")), Column(("间隔（分钟）",), between(5, 30), ("间隔", "发车间隔"), "分钟")),
        ("{one}路公交{other}在{row}的{column}是几点？", "{other}{one}路车{row}站{column}什么时候", "{row}{other}{one}路{column}几点", "请问{other}坐{one}路，{row}的{column}"),
        "", "", "{one}路公交车{other}时刻表有多少个站点？", ("999", "888"), ("票价",),
    ),
    Subject(
        "libraries", False, "en", "Opening hours of {other} libraries in {one}", _words("summer winter spring autumn"), _words("Northfield Eastbrook Westhaven Southgate Midvale Lakeview Hillcrest"),
        (("Branch", ("Central", "Harbour", "Station Road", "Old Mill", "Rose Garden", "Museum Square")),),
        (Column(("Weekdays",), pick("9:00-17:00", "8:30-18:00", "10:00-19:00", "9:30-20:00", "9:00-21:00"), ("weekday", "weekdays")), Column(("Saturday",), pick("10:00-14:00", "9:00-13:00", "11:00-16:00"), ("Saturday",)), Column(("Seats",), between(20, 300), ("seats",))),
        ("What are the {column} of the {row} branch of the {other} libraries in {one}?", "{other} libraries, {one}: {row} {column}?", "Please tell me the {column} for {row} in {other} in {one}"),
        "Which branch of the {other} libraries has the most {column} in {one}?", "", "", (), ("parking", "fax"),
    ),
    Subject(
        "pools", False, "zh", "{other}游泳馆{one}收费标准", _words("夏季 冬季 春季 秋季"), tuple(DISTRICTS),
        (("场次", _words("早场 午场 晚场 夜场")),),
        (Column(("门票（元）", "成人"), between(20, 90), ("成人门票", "成人票", "成人门票价格"), "元"), Column(("门票（元）", "学生"), between(8, 40), ("学生门票", "学生票"), "元"), Column(("押金",), between(10, 60, 5), ("押金",))),
        ("{other}游泳馆{one}{row}{column}多少钱？", "{one}{other}游泳馆{row}的{column}是多少", "请问{other}游泳馆{one}{row}{column}要多少钱"),
        "{other}游泳馆{one}哪个场次的{column}最贵？", "{other}游泳馆{one}哪个场次的{column}最便宜？", "", (), ("停车费", "教练费"), unit_line="单位：元",
    ),
    Subject(
        "kindergartens", True, "zh", "{one}年{other}公办幼儿园学位计划", YEARS, tuple(DISTRICTS),
        (("幼儿园", _words("向阳幼儿园 星星幼儿园 彩虹幼儿园 小树幼儿园 春蕾幼儿园 海贝幼儿园")),),
        (Column(("招生学位（个）", "小班"), between(25, 120), ("小班学位", "小班招生学位"), "个"), Column(("招生学位（个）", "中班"), between(5, 60), ("中班学位", "中班招生学位"), "个"), Column(("保教费",), between(300, 1500, 10), ("保教费",))),
        ("{one}年{other}{row}{column}有多少？", "{other}的{row}{one}年{column}是多少个", "我想问一下{one}年{other}{row}的{column}", "{row}{one}年{column}多少（{other}）"),
        "{one}年{other}哪个幼儿园的{column}最多？", "{one}年{other}哪个幼儿园的{column}最少？", "{one}年{other}公办幼儿园学位计划里一共有几个幼儿园？", ("2012", "2015"), ("伙食费", "教师人数"), note="说明：学位数以实际公布为准。",
    ),
    Subject(
        "hospital", True, "zh", "{other}人民医院{one}价格公示", _words("检验项目 影像项目 口腔项目 康复项目"), tuple(DISTRICTS),
        (("项目名称", _words("血常规 胸片 洁牙 针灸 尿常规 骨密度检测 心电图")),),
        (Column(("计价单位",), pick("次", "部位", "牙", "疗程"), ("计价单位",)), Column(("价格",), between(10, 400), ("价格", "收费")), Column(("医保支付比例",), between(10, 95, 5, "{}%"), ("医保支付比例", "医保报销比例"))),
        ("{other}人民医院{one}里{row}的{column}是多少？", "{row}在{other}人民医院{column}多少（{one}）", "{other}人民医院{one}，{row}{column}"),
        "{other}人民医院{one}中哪个项目{column}最高？", "{other}人民医院{one}中哪个项目{column}最低？", "", (), ("等候时间", "主任医师"), unit_line="单位：元",
    ),
    Subject(
        "dormitories", True, "en", "Dormitory fees {one}, {other} campus", YEARS, _words("Riverside Hilltop Garden Lakeside Downtown Seaside"),
        (("Building", ("Building A", "Building B", "Building C", "Building D")), ("Room type", ("Single", "Double", "Quad"))),
        (Column(("Fee per year (yuan)",), between(800, 6000, 50), ("fee per year", "yearly fee", "fee"), "yuan"), Column(("Deposit",), between(100, 900, 50), ("deposit",))),
        ("How much is the {column} for {row} at the {other} campus in {one}?", "{other} campus {one}: {column} of {row}?", "What is the {column} for {row} on {other} campus, {one}?"),
        "Which room at the {other} campus had the highest {column} in {one}?", "", "", ("2011", "2012"), ("electricity bill", "laundry price"), note="Note: fees are paid each September.",
    ),
    Subject(
        "exams", True, "zh", "{one}{other}考试安排", ("2021年上半年", "2021年下半年", "2022年上半年", "2022年下半年", "2023年上半年"), _words("教师资格 会计初级 社会工作者 导游资格 普通话水平"),
        (("科目", _words("综合素质 实务操作 法规基础 专业知识 笔试 口试")),),
        (Column(("考试日期",), lambda rng: f"{rng.randint(3, 11)}月{rng.randint(1, 28)}日", ("考试日期", "日期")), Column(("开始时间",), clock(8, 15), ("开始时间",)), Column(("考场",), between(101, 520, form="第{}考室"), ("考场",))),
        ("{one}{other}考试{row}的{column}是什么时候？", "{one}{other}考试，{row}{column}", "请问{other}考试{one}{row}的{column}"),
        "", "", "{one}{other}考试安排里有多少个科目？", ("2011年上半年", "2012年下半年"), ("报名费", "通过率"),
    ),
    Subject(
        "water", True, "zh", "{one}月{other}水质检测结果", _words("1 3 5 7 9"), tuple(DISTRICTS),
        (("水厂", _words("东江水厂 西塘水厂 南湖水厂 北岭水厂 中心水厂")),),
        (Column(("余氯",), lambda rng: f"0.{rng.randint(10, 99)}", ("余氯",)), Column(("浑浊度",), lambda rng: f"0.{rng.randint(10, 99)}", ("浑浊度",)), Column(("总硬度",), between(40, 200), ("总硬度",))),
        ("{one}月{other}{row}的{column}是多少？", "{other}{row}{one}月{column}多少", "请问{one}月份{other}{row}{column}检测结果是多少"),
        "{one}月{other}哪个水厂的{column}最高？", "{one}月{other}哪个水厂的{column}最低？", "", ("11", "12"), ("大肠菌群", "水温"), note="注：单项结果均符合国家标准。",
    ),
    Subject(
        "ferries", True, "en", "Ferry timetable of the {other} line, {one}", ("weekdays", "weekends", "public holidays"), _words("Amber Coral Jade Pearl Ruby Silver Topaz"),
        (("Pier", ("North Pier", "Fishery Pier", "Lighthouse Pier", "Market Pier", "Castle Pier")),),
        (Column(("Departure", "First ferry"), clock(5, 7), ("first ferry",)), Column(("Departure", "Last ferry"), clock(20, 23), ("last ferry",)), Column(("Adult fare",), between(2, 40), ("adult fare", "fare for adults"))),
        ("When is the {column} from {row} on the {other} line on {one}?", "{other} line, {one}: {column} at {row}?", "What is the {column} at {row} of the {other} line on {one}?"),
        "Which pier of the {other} line has the highest {column} on {one}?", "", "How many piers does the {other} line timetable list for {one}?", (), ("bicycle charge",),
    ),
)  # fmt: skip
