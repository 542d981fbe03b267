"""The typed values of a record: money, lengths of study, headcounts, levels. Frozen; JSON keeps them whole."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Period(StrEnum):
    """What a sum of money is paid for."""

    MONTH = "month"
    YEAR = "year"
    TERM = "term"
    DAY = "day"
    HOUR = "hour"
    PIECE = "piece"
    ONCE = "once"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Money:
    """Yuan for each ``period``. ``low`` and ``high`` are None when that end is not stated (面议: both)."""

    low: float | None
    high: float | None
    period: Period
    text: str  # as staff wrote it


@dataclass(frozen=True)
class Amount:
    """A sum that is asked for: ``yuan`` for each ``period``."""

    yuan: float
    period: Period


@dataclass(frozen=True)
class StudyLength:
    """Years of study in parts: 3+2 is (3.0, 2.0). Short courses count ``hours`` instead."""

    parts: tuple[float, ...]
    hours: int | None
    text: str

    @property
    def years(self) -> float | None:
        """All parts together."""
        return sum(self.parts) if self.parts else None


@dataclass(frozen=True)
class Headcount:
    """People or places. Both ends None: 若干, not counted."""

    low: int | None
    high: int | None
    text: str


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
    """What an opening may offer besides pay."""

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
