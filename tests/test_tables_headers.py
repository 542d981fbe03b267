"""Which column means what, in whatever order and words; and which kind of table a sheet is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.tables.reading.kinds.columns import FIELDS
from knowledge.tables.reading.kinds.headers import HeaderError, bare, match, recognise
from knowledge.tables.records import RecordKind
from knowledge.text.money import Period

CORE = {
    RecordKind.PARTNER: ("name_zh", "relations", "industry", "signed_on"),
    RecordKind.PROGRAM: ("school", "major", "level", "length", "tuition"),
    RecordKind.OPENING: ("employer", "title", "headcount", "pay", "education", "deadline"),
    RecordKind.PROCEDURE: ("type", "conditions", "steps", "materials"),
}


@pytest.mark.parametrize(
    ("cells", "kind", "fields"),
    [
        (
            "企业名称 职位名称* 职位类别 招聘人数 薪资待遇 学历要求",
            RecordKind.OPENING,
            "employer title category headcount pay education",
        ),
        ("单位名称 岗位 用人名额 综合工资（元/月） 上班地点", RecordKind.OPENING, "employer title headcount pay place"),
        ("公司 工种 缺工人数 截止日期（必填） 性别要求", RecordKind.OPENING, "employer title headcount deadline None"),
        ("employer job_title salary education deadline", RecordKind.OPENING, "employer title pay education deadline"),
        ("序号 招生专业 学制 招生计划数 学费(元/学年)", RecordKind.PROGRAM, "ignored major length quota tuition"),
        ("院校名称 专业名称 培养层次 招生对象 学制(年)", RecordKind.PROGRAM, "school major level entry length"),
        (
            "培训机构 培训班 课时 收费 开班时间 报名截止",
            RecordKind.PROGRAM,
            "school major length tuition starts_on deadline",
        ),
        (
            "单位名称 单位类型 合作关系 签约日期 所属行业",
            RecordKind.PARTNER,
            "name_zh kind relations signed_on industry",
        ),
        (
            "合作类型 适用对象 申报条件 办理流程 所需材料 办理时限",
            RecordKind.PROCEDURE,
            "type for_whom conditions steps materials time_limit",
        ),
    ],
)
def test_headers_of_real_tables(cells: str, kind: RecordKind, fields: str) -> None:
    header = recognise(cells.split())
    assert header.kind is kind
    assert [str(column.field) for column in header.columns] == fields.split()


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("学校 专业 学制 学费 企业名称 岗位名称 薪资 招聘人数", "two kinds"),
        ("姓名 电话 备注", "no kind"),
        ("企业名称 地址", "no kind"),
        ("a b c", "no kind"),
    ],
)
def test_headers_that_fit_no_one_kind_are_refused(cells: str, reason: str) -> None:
    with pytest.raises(HeaderError, match=reason):
        recognise(cells.split())


@pytest.mark.parametrize(
    ("cell", "scale", "period"),
    [
        ("薪资(万元/年)", 10000, Period.YEAR),
        ("月薪（元）", 1, Period.MONTH),
        ("学费(元/学年)", 1, Period.YEAR),
        ("工资(千元)", 1000, Period.UNKNOWN),
        ("学费（元/学期）", 1, Period.TERM),
    ],
)
def test_units_in_headers(cell: str, scale: float, period: Period) -> None:
    kind = RecordKind.PROGRAM if "学费" in cell else RecordKind.OPENING
    column = match([cell], kind)[0]
    assert (column.scale, column.period) == (scale, period)


@pytest.mark.parametrize(
    "cell",
    ["性别", "性别要求", "最高年龄", "年龄（岁）", "婚育状况", "政治面貌", "形象要求", "Gender", "Age", "身份证号"],
)
def test_what_must_not_be_asked_is_quarantined(cell: str) -> None:
    assert match([cell], RecordKind.OPENING)[0].quarantined


@pytest.mark.parametrize("cell", ["教育程度", "语言", "Wage", "language", "培训年限", "Stage"])
def test_what_only_looks_like_it_is_not(cell: str) -> None:
    assert not match([cell], RecordKind.OPENING)[0].quarantined


@given(st.data(), st.sampled_from(sorted(CORE)))
def test_permuted_synonyms_with_marks_are_all_recognised(data: st.DataObject, kind: RecordKind) -> None:
    wanted = data.draw(st.permutations(CORE[kind]))
    names = [data.draw(st.sampled_from(FIELDS[kind][field].split())) for field in wanted]
    marks = [data.draw(st.sampled_from(("{}", "{}*", "{}（必填）", " {} ", "*{}", "{}\n"))) for _ in wanted]
    header = recognise([mark.format(name) for mark, name in zip(marks, names, strict=True)])
    assert header.kind is kind
    assert [column.field for column in header.columns] == list(wanted)


@given(
    st.sampled_from(("招聘人数", "薪资待遇", "Job Title", "學歷要求")),
    st.sampled_from((" {} ", "*{}", "{}（必填）", "{}(required)", "{}\n", "{}(元/月)")),
)
def test_marks_change_nothing(name: str, mark: str) -> None:
    assert bare(mark.format(name)) == bare(name)
