"""The kinds of things that a record names: levels, schooling, modes, relations. Sums and counts: ``knowledge.text``."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """Training and skill levels, lowest first."""

    JUNIOR = "初级工"
    MIDDLE = "中级工"
    SENIOR = "高级工"
    PREPARATORY = "预备技师"
    TECHNICIAN = "技师"
    SENIOR_TECHNICIAN = "高级技师"

    @property
    def rank(self) -> int:
        """Position in the order of levels, from 1."""
        return list(Level).index(self) + 1


class Education(StrEnum):
    """Schooling that an opening asks for, lowest first; those of one rank are worth the same."""

    ANY = "不限"
    JUNIOR_HIGH = "初中"
    SENIOR_HIGH = "高中"
    SECONDARY_VOCATIONAL = "中专"
    SECONDARY_TECHNICAL = "中技"
    COLLEGE = "大专"
    BACHELOR = "本科"
    MASTER = "硕士"
    DOCTOR = "博士"

    @property
    def rank(self) -> int:
        """0 for none asked, 1 初中, 2 高中 and its equals, 3 大专, 4 本科, 5 硕士, 6 博士."""
        return {"不限": 0, "初中": 1, "高中": 2, "中专": 2, "中技": 2, "大专": 3, "本科": 4, "硕士": 5, "博士": 6}[
            self.value
        ]


class Entry(StrEnum):
    """Whom a program takes."""

    JUNIOR_HIGH = "初中毕业"
    SENIOR_HIGH = "高中毕业"
    SECONDARY = "中技毕业"
    WORKING = "在职"
    VETERAN = "退役军人"
    ANYONE = "不限"


class Mode(StrEnum):
    """How a program is run."""

    ORDINARY = "普通班"
    ORDER = "订单班"
    NAMED = "冠名班"
    MODERN_APPRENTICESHIP = "现代学徒制"
    ENTERPRISE_APPRENTICESHIP = "企业新型学徒制"
    SHORT_COURSE = "短期培训"
    OTHER = "其他"


class Work(StrEnum):
    """The kind of employment."""

    FULL_TIME = "全职"
    PART_TIME = "兼职"
    INTERNSHIP = "实习"
    DISPATCH = "派遣"


class Benefit(StrEnum):
    """What an employer provides besides pay."""

    FOOD_AND_LODGING = "food_and_lodging"
    FOOD = "food"
    LODGING = "lodging"
    INSURANCE = "insurance"


class Relation(StrEnum):
    """What a partner is to the operation. One partner may be several."""

    SIGNED = "signed"
    PLAQUE_MEMBER = "plaque_member"
    PRESENTER = "presenter"
    OTHER = "other"

    @property
    def bit(self) -> int:
        """Its bit in the column that keeps several."""
        return 1 << list(Relation).index(self)


class PartnerKind(StrEnum):
    """What a partner is."""

    SCHOOL = "school"
    ENTERPRISE = "enterprise"
    GOVERNMENT = "government"
    ASSOCIATION = "association"
    OTHER = "other"
