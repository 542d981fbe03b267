# ruff: noqa: E501  # alternatives of one pattern read best on one line
"""Figures that a question asks for: how many each town has, who wants most people, the average, the first five."""

from __future__ import annotations

import re
from functools import cache

from bot.understanding import lexicon
from bot.understanding.parsed_query import Grouping
from bot.understanding.spans import GAP, Phrase
from knowledge.tables.records import RecordKind
from knowledge.text.numerals import ONES, value

COMPANY = r"用人单位|公司|企业|单位|工厂|厂(?:家)?|雇主|employers?|compan(?:y|ies)|enterprises?|firms?"
SCHOOL = r"学校|技校|院校|学院|schools?|colleges?"
TOWN = r"街镇|镇街|镇区|镇|街道|片区|区域|地区|towns?|areas?|localit(?:y|ies)|locations?"
COLUMNS: dict[RecordKind, tuple[tuple[str, str], ...]] = {
    RecordKind.OPENING: (
        ("town", TOWN),
        ("name", COMPANY),
        ("education", r"(?:最低)?学历(?:要求|层次|水平)?|education(?:al)?(?: levels?| requirements?)?|degrees?"),
        ("work", r"用工(?:性质|类型|形式|方式)|工作性质|岗位(?:性质|类型)|types? of (?:work|employment|contract)"),
        ("level", r"技能等级|证书等级|skill levels?"),
        ("title", r"工种|职业|(?:岗位|职位)(?:名称|种类)|trades?|job titles?|(?:kinds?|types?) of jobs?|occupations?"),
    ),
    RecordKind.PROGRAM: (
        ("town", rf"{TOWN}|校区|campus(?:es)?"),
        ("name", SCHOOL),
        ("level", r"(?:培养|技能|专业)?(?:层次|等级)|levels?"),
        ("mode", r"(?:培养|办学|合作)(?:方式|形式|模式)|班型|modes?"),
        ("season", r"(?:招生|入学)?季度|入学季节|intakes?"),
    ),
}  # fmt: skip
EACH = r"(?:每|各)(?:1?(?:个|家|间|所|条|种))?(?:不同)?(?:的)?(?:{0})(?:的|都)?(?:分别|各自|各)?(?:有)?|(?:分|按照?)(?:不同)?(?:{0})(?:来)?(?:统计|分组|分布|划分|汇总|分类|看|算|分)?(?:的话)?|(?:{0})(?:的)?(?:分布|统计)(?:情况)?|(?:by|per|(?:in|for|from|at|of) (?:each|every)|each|every|across(?: the)?) (?:{0})(?: ha(?:s|ve))?"
WHICH = r"(?:有)?哪(?:1?些|几个|个|几种|种|几)(?:{0})(?:里|内)?(?=[?!。, ]|有|在|可|招|提供|的|$)(?:有|在)?|(?:有)?(?:多少|几)(?:个|种)(?:{0})(?=[?!。, ]|有|在|可|招|的|$)(?:有|在)?|(?:都)?有(?:些)?什么(?:{0})(?=[?!。, ]|可|的|$)|(?:{0})(?:都)?有(?:哪些|什么|哪几)(?:个|种)?|(?:which|what|how many)(?: different)? (?:{0})(?: (?:have|has|offer|are there|do you have|is there|are available))?"
WHO = r"哪(?:1?个|1?家|1?间|1?所|些|几个|几家)?(?:{0})|(?:which|what)[\s\u2007]+(?:{0})|the (?:{0}) (?:with|that)|(?:{0}) with (?:the )?"
MOST_OF = rf"最多的?[\s{GAP}]*(?:{{0}})|(?:{{0}}) (?:with|having|hiring) (?:the )?most"
MOST_PEOPLE = r"(?:招|请|要|缺|聘|收)(?:聘|用|收)?(?:的|得)?(?:人|员工|工人|学生)?(?:数|员)?(?:是)?最(?:多|大)(?:的)?(?:人|员工|工人)?|最(?:缺|多)人(?:手)?|人(?:数|手)(?:需求|缺口)?最(?:多|大)|(?:招|请|要|缺)(?:的)?(?:人|工)(?:数)?(?:比较|更|较)?多(?!少)|(?:hir(?:es?|ing)|recruit(?:s|ing)?|wants?|needs?|takes?)(?: the)? most(?: (?:people|workers|staff|students))?|most (?:people|workers|staff|vacancies|places|students)|(?:largest|biggest|highest) (?:headcount|number of (?:people|workers|vacancies))|(?:is |are )?(?:the )?most (?:in demand|needed|wanted)|headcount"
MOST_ROWS = r"(?:岗位|职位|工作|专业|课程)(?:数量?)?(?:比较|更|较)?多(?!少)|more (?:openings?|jobs?|positions?|majors?|courses?|programs?)|(?:岗位|职位|工作|招聘(?:岗位|信息)?|专业|课程|班)(?:数量?)?(?:是)?最多(?:的)?(?:岗位|职位|专业|课程)?|最多(?:的)?(?:岗位|职位|工作|专业|课程|班)|(?:the )?most (?:job )?(?:openings?|jobs?|positions?|majors?|courses?|programs?|programmes?|classes)"
# "one" mostly counts nothing: the first one, which one.
NUMBER = rf"(\d{{1,2}}|{'|'.join(word for word in (*ONES, 'ten') if word != 'one')})"
FIRST = re.compile(
    rf"(?:排名|排行)?(?:前|头){NUMBER}(?!年|天|月|周|期|届)(?:名|位|个|条|家|所|间|份|种|门)?(?:的)?|\b(?:top|first)[- ]?{NUMBER}\b|(?<=最[高低多少长短贵快早新])的?{NUMBER}(?:名|位|个|条|家|所|间|份|种|门)|(?<=最便宜)的?{NUMBER}(?:名|位|个|条|家|所|间|种|门)|{NUMBER}(?:个|条|家|所|间|份|种|门)(?=[^\d]{{0,8}}最)|(?<=which ){NUMBER} (?=\w+ (?:have|has|hire|want|offer|with)\b)|\b{NUMBER} (?=(?:highest|best|lowest|cheapest|most|shortest|longest|newest|latest))|(?:(?<=highest )|(?<=cheapest )|(?<=shortest )|(?<=lowest ))(?:paid |paying )?{NUMBER}\b"
)
OF_ORDERED = re.compile(
    rf"的?{NUMBER}(?:个|条|家|所|间|份|种|门)(?=岗位|职位|工作|专业|课程|企业|公司|学校|班)|\b{NUMBER} (?=jobs|openings|positions|majors|courses|programs)"
)
MOST_SHOWN = 20
PAY = r"工资|薪资|月薪|薪水|薪酬|日薪|时薪|人工|收入|待遇|底薪|salar(?:y|ies)|pay|wages?|earnings?"
FEE = r"学费|收费|费用|tuition(?: fees?)?|fees?"
AVERAGE = re.compile(
    rf"(?:大概|大约)?平均(?:下来)?(?:的|每个?月|起薪)*(?:{PAY}|{FEE})|(?:{PAY}|{FEE})(?:的|是)*平均(?:数|值|水平)?|均薪|平均(?:每人|每月|1个?月)(?:挣|赚|拿|多少钱)|"
    rf"(?:average|mean|typical) (?:monthly |daily |hourly |starting |annual )*(?:{PAY}|{FEE})|(?:{PAY}|{FEE})(?: \w+)* on average|on average"
)
ELSEWHERE = re.compile(r"社会|社平|全国|全省|全市|中国|统计局|上年度|在岗|职工月?平均|城镇|national|china")


def average_asked(phrase: Phrase) -> bool | None:
    """Whether the average of pay or tuition is asked for; None when another one, of which rows say nothing."""
    if not phrase.has(r"平均|均薪|\baverage\b|\bmean (?=salar|pay|wage)"):
        return False
    found = AVERAGE.search(phrase.text)
    if found is None or ELSEWHERE.search(phrase.text) or any(name in phrase.text for name in phrase.home.beyond):
        return None
    # What was averaged stays: it tells openings from programs, and the period.
    phrase.text = re.sub(
        r"平均(?:数|值|水平)?|大概|大约|均(?=薪)|\b(?:on )?average\b|\b(?:mean|typical)\b", " ", phrase.text
    )
    return True


def first_asked(phrase: Phrase, *, ordered: bool = False) -> int | None:
    """How many of the first are wanted: 前五个, top 5, 最高的三个; of what is ``ordered`` also 最新发布的三个岗位."""
    found = (OF_ORDERED if ordered else FIRST).search(phrase.text)
    if found is None:
        return None
    figure = next(group for group in found.groups() if group)
    phrase.take_span(*found.span())
    return min(value(figure) or 0, MOST_SHOWN) or None


def most_asked(kind: RecordKind, phrase: Phrase) -> Grouping | None:
    """Of which town or employer there are most, if a question asks that; it is taken away."""
    found = (_most(by, column, phrase) for by, column in _columns(kind))
    return next((each for each in found if each), None)


def grouping_asked(kind: RecordKind, phrase: Phrase) -> Grouping | None:
    """By what rows should be counted, if a question says so; it is taken away."""
    for by, column in _columns(kind):
        if phrase.take(EACH.format(column)):
            phrase.take(lexicon.COUNT)
            return Grouping(by)
        if by != "name" and phrase.take(WHICH.format(column)):
            return Grouping(by)
    return None


@cache
def _columns(kind: RecordKind) -> tuple[tuple[str, str], ...]:
    """``COLUMNS``, whose English words are whole ones."""
    return tuple((by, rf"(?:{names})(?![a-z])") for by, names in COLUMNS.get(kind, ()))


def _most(by: str, column: str, phrase: Phrase) -> Grouping | None:
    """哪家企业招人最多, which town has the most openings, 招人最多的三家企业."""
    if not phrase.has(f"{WHO.format(column)}|{MOST_OF.format(column)}"):
        return None
    people = phrase.take(MOST_PEOPLE)
    if not (people or phrase.take(MOST_ROWS)):
        return None
    if not phrase.take(WHO.format(column)):
        phrase.take(f"(?:{column})")
    return Grouping(by, True, people is not None)
