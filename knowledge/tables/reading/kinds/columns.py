"""What staff call the columns of each kind of table. Names of one field are separated by spaces."""

from __future__ import annotations

import re

from knowledge.tables.records import RecordKind

# Columns that any table may have. ``ignored`` ones are understood and not needed; ``private`` ones are never stored.
SHARED = {
    "sample": "示例 样例 是否示例",
    "source": "来源 出处 信息来源",
    "as_of": "截至日期 数据日期 登记日期 更新日期 更新时间 asof date",
    "public_contact": "联系方式公开 是否公开 公开联系方式 contactpublic",
    "contact": "联系方式 联系电话 咨询电话 招生电话 电话 手机 邮箱 联系科室 办公电话 phone telephone email",
    "private": "联系人 联系人职务 法人 法定代表人 负责人 contactperson",
    "ignored": "序号 编号 no id 备注 remarks note notes",
}
FIELDS: dict[RecordKind, dict[str, str]] = {
    RecordKind.PARTNER: {
        "name_zh": "企业名称 院校名称 单位名称 合作单位 成员单位 合作企业名称 机构名称 学校名称 名称 中文名称 "
        "name partner organisation",
        "name_en": "英文名称 英文名 englishname",
        "aliases": "别名 简称 又名 alias",
        "kind": "类别 单位类型 合作单位性质 合作单位属性 企业性质 类型 type",
        "relations": "合作关系 合作身份 成员类型 关系 relation relationship",
        "signed_on": "签约日期 签约时间 协议签订日期 备案日期 合作起始时间 signed signedon",
        "valid_to": "协议到期 协议有效期 合作期限 结束日期 有效期至 expires validto",
        "majors": "合作专业 对应专业 合作领域 majors",
        "industry": "所属行业 所属产业 行业 产业 industry",
        "scale": "企业规模 公司规模 职工人数 规模 size",
        "credit_code": "统一社会信用代码 企业信用代码 信用代码 creditcode",
        "address": "单位地址 地址 所在省市 address",
        "town": "所在镇街 镇街 town",
    },
    RecordKind.PROGRAM: {
        "school": "学校 院校 学校名称 院校名称 培养单位 办学单位 培训机构 school college",
        "major": "专业 专业名称 招生专业 专业方向 工种 培训班 培训项目 课程 课程名称 major program programme course",
        "major_en": "专业英文名 英文名称 majorenglish",
        "major_code": "专业代码 专业编码 代码 code",
        "level": "培养层次 培养目标 层次 班型 技能层级 专业层次 培训等级 level",
        "entry": "招生对象 招生类别 生源 学制起点 入学要求 报读条件 培训对象 entry target",
        "length": "学制 年限 修业年限 课时 学时 培训时长 length duration",
        "mode": "培养方式 办学形式 班别 合作形式 mode",
        "tuition": "学费 收费标准 学费标准 培训费 收费 tuition fee",
        "other_fees": "住宿费 代收费 教材费 otherfees dorm",
        "quota": "招生人数 计划人数 计划数 招生数 招生计划 招生计划数 招生名额 名额 quota places",
        "season": "招生季度 入学时间 开学时间 intake",
        "schedule": "上课时间 授课时间 schedule",
        "certificate": "可考证书 证书 技能等级 对应职业 certificate",
        "partners": "合作企业 合作单位 冠名企业 partner",
        "campus": "校区 办学地点 上课地点 campus",
        "town": "所在镇街 镇街 town",
        "year": "年份 学年 年度 招生年份 year",
        "starts_on": "开班时间 开班日期 开课日期 starts",
        "deadline": "报名截止 截止日期 报名截止日期 截止时间 deadline",
    },
    RecordKind.OPENING: {
        "employer": "企业 企业名称 单位名称 公司 公司名称 招聘单位 招考单位 用人单位 employer company",
        "title": "岗位 岗位名称 职位 职位名称 招聘岗位 工种 职务 jobtitle position title",
        "title_en": "岗位英文名 职位英文名 英文名称 titleenglish",
        "category": "岗位类别 职位类别 招聘类别 招聘类型 序列 用工性质 工作性质 category type",
        "headcount": "人数 招聘人数 需求人数 招聘名额 用人名额 数量 招工人数 缺工人数 headcount openings vacancies",
        "pay": "薪资 薪资待遇 工资 月薪 待遇 薪酬 综合工资 薪资范围 年薪 日薪 时薪 salary pay wage wages",
        "pay_low": "薪资最低值 最低薪资 最低工资 薪资下限 minimumpay salarymin",
        "pay_high": "薪资最高值 最高薪资 最高工资 薪资上限 maximumpay salarymax",
        "education": "学历 学历要求 文化程度 最低学历 education",
        "skill_level": "技能等级 技能等级要求 证书要求 职业资格 持证要求 certificate skilllevel",
        "experience": "经验 工作经验 工作年限 经验要求 experience",
        "major_required": "专业要求 专业 所需专业 major",
        "place": "工作地点 工作地址 工作地 上班地点 工作城市 地点 location place",
        "town": "所在镇街 镇街 town",
        "benefits": "福利待遇 福利 benefits",
        "board": "包吃住 食宿 是否包吃住 包吃包住 roomandboard",
        "food": "包吃 meals",
        "lodging": "包住 住宿 dormitory",
        "insurance": "五险一金 社保 五险 insurance",
        "deadline": "截止日期 有效期 有效期至 截止时间 招聘截止 报名截止 过期日期 deadline",
        "posted": "发布日期 发布时间 更新日期 更新时间 填报日期 posted postedon",
        "description": "岗位职责 工作内容 职位描述 任职要求 岗位要求 备注 description requirements",
    },
    RecordKind.PROCEDURE: {
        "type": "合作类型 合作方式 合作形式 合作模式 合作性质 项目类型 事项名称 type",
        "for_whom": "适用对象 申报对象 服务对象 audience",
        "conditions": "申报条件 申请条件 条件 准入要求 conditions",
        "steps": "流程 办理流程 申报流程 申请程序 steps",
        "materials": "所需材料 申请材料 申报材料 附件材料 materials",
        "time_limit": "办理时限 时限 审批时限 承诺时限 timelimit",
        "window": "受理时间 申报时间 截止时间 受理部门 承办处室 window office",
        "basis": "政策依据 依据文件 文号 basis",
        "benefit": "支持政策 补贴标准 奖励标准 优惠 support",
        "valid_to": "有效期 有效期至 validto",
    },
    RecordKind.ANSWER: {
        "question": "问题 提问 问 question",
        "answer": "答复 答案 回答 答 answer reply",
        "as_of": "来源日期 出处日期 数据日期 更新日期 sourcedate asof date",
        "valid_to": "有效期 有效期至 有效至 失效日期 validto validuntil expires",
    },
}
NEEDS = {
    RecordKind.PARTNER: {"name_zh"},
    RecordKind.PROGRAM: {"major"},
    RecordKind.OPENING: {"employer", "title"},
    RecordKind.PROCEDURE: {"type"},
    RecordKind.ANSWER: {"question", "answer"},
}
TELLING = {  # at least one of these, so that any list of names is not taken for a table of records
    RecordKind.PARTNER: {"relations", "signed_on", "valid_to", "majors", "industry", "kind", "aliases"},
    RecordKind.PROGRAM: {"level", "entry", "length", "mode", "tuition", "quota"},
    RecordKind.OPENING: {"headcount", "pay", "pay_low", "education", "place", "deadline", "posted"},
    RecordKind.PROCEDURE: {"conditions", "steps", "materials", "time_limit"},
    RecordKind.ANSWER: {"valid_to"},  # questions with answers and no day until when are a table of their own
}
# Never stored. Limits on these are unlawful in job advertisements, or the values are personal.
QUARANTINE = re.compile(
    r"性别|年龄|年纪|婚姻|婚育|生育|婚否|政治面貌|党员|形象|身高|体重|民族|籍贯|户籍|身份证|出生|宗教|血型|星座|乙肝|"
    r"^sex$|gender|^age$|^agelimit|maximumage|minimumage|marital|^politic|appearance|^height|ethnic|religion|birth|idnumber"
)
