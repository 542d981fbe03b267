"""What a row becomes. Unknown is None or empty: nothing is guessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from knowledge.tables.values import Education, Entry, Level, Mode, PartnerKind, Relation, Work
from knowledge.text.money import Money
from knowledge.text.quantities import Headcount, StudyLength

REVIEW_DAYS = 180  # an opening without a last day is taken as current for so long after it was posted


class RecordKind(StrEnum):
    """The kinds of rows that staff keep."""

    PARTNER = "partner"
    PROGRAM = "program"
    OPENING = "opening"
    PROCEDURE = "procedure"
    ANSWER = "answer"


@dataclass(frozen=True)
class Partner:
    """A school, enterprise or office of the operation."""

    name_zh: str | None = None
    name_en: str | None = None
    aliases: tuple[str, ...] = ()
    kind: PartnerKind | None = None
    relations: tuple[Relation, ...] = ()
    signed_on: date | None = None
    valid_to: date | None = None
    majors: tuple[str, ...] = ()
    industry: str | None = None
    scale: str | None = None
    credit_code: str | None = None  # kept for staff, never shown
    address: str | None = None
    town: str | None = None
    contact: str | None = None
    source: str | None = None
    as_of: date | None = None
    sample: bool = False


@dataclass(frozen=True)
class Program:
    """A major or course that a school offers."""

    school: str
    major: str
    major_en: str | None = None
    major_code: str | None = None
    level: Level | None = None
    entry: tuple[Entry, ...] = ()
    length: StudyLength | None = None
    mode: Mode | None = None
    tuition: Money | None = None
    other_fees: str | None = None
    quota: Headcount | None = None
    season: str | None = None
    schedule: str | None = None  # 夜班, 周末
    certificate: str | None = None
    partners: tuple[str, ...] = ()
    campus: str | None = None
    town: str | None = None
    contact: str | None = None
    year: int | None = None
    starts_on: date | None = None
    deadline: date | None = None
    source: str | None = None
    as_of: date | None = None
    sample: bool = False

    @property
    def closes(self) -> date | None:
        """The last day of enrolment, else the end of the year it is offered in."""
        return self.deadline or (date(self.year, 12, 31) if self.year else None)


@dataclass(frozen=True)
class Opening:
    """A job that an employer offers."""

    employer: str
    title: str
    title_en: str | None = None
    work: Work | None = None
    category: str | None = None
    headcount: Headcount | None = None
    pay: Money | None = None
    education: Education | None = None
    education_text: str | None = None
    skill_level: Level | None = None
    experience: str | None = None
    major_required: str | None = None
    place: str | None = None
    town: str | None = None
    food: bool | None = None
    lodging: bool | None = None
    insurance: bool | None = None
    benefits: str | None = None
    deadline: date | None = None
    deadline_text: str | None = None  # 招满即止, 长期有效
    posted: date | None = None
    contact: str | None = None
    description: str | None = None
    source: str | None = None
    sample: bool = False

    @property
    def closes(self) -> date | None:
        """The last day it may be shown as current: the deadline, else the day by which it must be reviewed."""
        return self.deadline or (self.posted + timedelta(days=REVIEW_DAYS) if self.posted else None)

    @property
    def as_of(self) -> date | None:
        """The row's date."""
        return self.posted


@dataclass(frozen=True)
class Procedure:
    """How a kind of cooperation is applied for."""

    type: str
    for_whom: str | None = None
    conditions: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    time_limit: str | None = None
    window: str | None = None
    basis: str | None = None
    benefit: str | None = None
    contact: str | None = None
    valid_to: date | None = None
    source: str | None = None
    as_of: date | None = None
    sample: bool = False


@dataclass(frozen=True)
class CuratedAnswer:
    """What staff answer to a question, where it stands, and until when it holds."""

    question: str
    answer: str
    source: str
    valid_to: date
    as_of: date | None = None
    sample: bool = False


Record = Partner | Program | Opening | Procedure | CuratedAnswer
TYPES: dict[RecordKind, type[Partner] | type[Program] | type[Opening] | type[Procedure] | type[CuratedAnswer]] = {
    RecordKind.PARTNER: Partner,
    RecordKind.PROGRAM: Program,
    RecordKind.OPENING: Opening,
    RecordKind.PROCEDURE: Procedure,
    RecordKind.ANSWER: CuratedAnswer,
}
CLOSING = {  # which property says until when a record of a kind holds
    RecordKind.PARTNER: "valid_to",
    RecordKind.PROGRAM: "closes",
    RecordKind.OPENING: "closes",
    RecordKind.PROCEDURE: "valid_to",
    RecordKind.ANSWER: "valid_to",
}


def kind_of(record: Record) -> RecordKind:
    """Which kind a record is."""
    return next(kind for kind, made in TYPES.items() if type(record) is made)


def last_day(record: Record) -> date | None:
    """The last day on which the record holds; None when nobody said."""
    closing: date | None = getattr(record, CLOSING[kind_of(record)])
    return closing


def first_day(record: Record) -> date | None:
    """The first day on which the record holds; None when nobody said."""
    if isinstance(record, Opening):
        return record.posted
    return record.signed_on if isinstance(record, Partner) else None


def natural_key(record: Record) -> tuple[str, ...]:
    """What makes two rows the same thing in two versions of a table."""
    if isinstance(record, Opening):
        return (record.employer, record.title, record.place or "")
    if isinstance(record, Program):
        return (record.school, record.major, record.level or "", record.mode or "", str(record.year or ""))
    if isinstance(record, Partner):
        return (record.name_zh or "", "" if record.name_zh else record.name_en or "")
    if isinstance(record, CuratedAnswer):
        return (record.question,)
    return (record.type, record.for_whom or "")


def shown_name(record: Record) -> str:
    """Whose the record is, as the row writes it: employer, school, partner or type; of an answer its question."""
    if isinstance(record, Opening):
        return record.employer
    if isinstance(record, Program):
        return record.school
    if isinstance(record, Partner):
        return record.name_zh or record.name_en or ""
    return record.question if isinstance(record, CuratedAnswer) else record.type
