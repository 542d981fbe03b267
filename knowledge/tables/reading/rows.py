"""The cells of one row to a typed record, and what staff should know about the row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from knowledge.tables.reading import value_vocabulary
from knowledge.tables.reading.cells import Cells, Note, RowError, year_of
from knowledge.tables.records import CuratedAnswer, Opening, Partner, Procedure, Program, Record, RecordKind
from knowledge.tables.values import Benefit, Relation
from knowledge.tables.vocabularies import BENEFIT, EDUCATION, ENTRY, MODE, WORK
from knowledge.text.dates import is_open_ended
from knowledge.text.money import Money
from knowledge.text.pii import without_mobiles
from knowledge.text.quantities import parse_headcount


def record_of(kind: RecordKind, cells: Cells) -> Record:
    """The record in ``cells``. Raises ``RowError``."""
    return BUILDERS[kind](cells)


def _partner(cells: Cells) -> Partner:
    name, english = cells.text("name_zh"), cells.text("name_en")
    if name and not any("\u3400" <= character <= "\u9fff" for character in name) and not english:
        name, english = None, name
    if not name and not english:
        cells.needed("name_zh")
    relation = cells.text("relations")
    relations = value_vocabulary.all_of(relation, value_vocabulary.RELATIONS) if relation else ()
    if relation and not relations:
        cells.notes.append(
            Note("relation", relation, "not one of signed, plaque_member, presenter, other: read as other")
        )
        relations = (Relation.OTHER,)
    return Partner(
        name_zh=name,
        name_en=english,
        aliases=value_vocabulary.listed(cells.text("aliases")),
        kind=cells.word("kind", lambda text: value_vocabulary.first_of(text, value_vocabulary.KINDS)),
        relations=relations,
        signed_on=cells.day("signed_on"),
        valid_to=cells.last_day("valid_to"),
        majors=value_vocabulary.listed(cells.text("majors")),
        industry=cells.text("industry"),
        scale=cells.text("scale"),
        credit_code=cells.text("credit_code"),
        address=cells.text("address"),
        town=cells.town("address"),
        contact=cells.contact(),
        source=cells.text("source"),
        as_of=cells.day("as_of"),
        sample=cells.sample(),
    )


def _program(cells: Cells) -> Program:
    entry = cells.text("entry")
    return Program(
        school=cells.needed("school"),
        major=cells.needed("major"),
        major_en=cells.text("major_en"),
        major_code=cells.text("major_code"),
        level=cells.word("level", value_vocabulary.level_of),
        entry=value_vocabulary.all_of(entry, ENTRY.cells) if entry else (),
        length=cells.length("length"),
        mode=cells.word("mode", lambda text: value_vocabulary.first_of(text, MODE.cells)),
        tuition=cells.money("tuition"),
        other_fees=_named_fee(cells),
        quota=cells.parsed("quota", parse_headcount),
        season=cells.text("season") or _not_a_day(cells, "starts_on") or _not_a_day(cells, "deadline"),
        schedule=cells.text("schedule"),
        certificate=cells.text("certificate"),
        partners=value_vocabulary.listed(cells.text("partners")),
        campus=cells.text("campus"),
        town=cells.town("campus"),
        contact=cells.contact(),
        year=year_of(cells.text("year") or ""),
        starts_on=None if _not_a_day(cells, "starts_on") else cells.day("starts_on"),
        deadline=cells.last_day("deadline"),
        source=cells.text("source"),
        as_of=cells.day("as_of"),
        sample=cells.sample(),
    )


def _opening(cells: Cells) -> Opening:
    title, education = cells.needed("title"), cells.text("education")
    deadline, posted = cells.text("deadline"), cells.day("posted") or cells.day("as_of")
    day = cells.last_day("deadline", posted)
    if day is None and posted is None:
        raise RowError(
            cells.header_of("deadline"),
            deadline or "",
            "neither a last day nor a posting date: nobody could say when it expires; write 填报日期：2026-11-20 above"
            " the header, or add a column 发布日期",
        )
    benefits, description = cells.text("benefits"), cells.text("description")
    provided = benefits or description  # many sheets say 包吃住 among the remarks
    return Opening(
        employer=cells.needed("employer"),
        title=_lawful(title, cells),
        title_en=cells.text("title_en"),
        work=value_vocabulary.first_of(cells.text("category") or title, WORK.cells),
        category=cells.text("category"),
        headcount=cells.parsed("headcount", parse_headcount),
        pay=_pay(cells),
        education=cells.word("education", lambda text: value_vocabulary.first_of(text, EDUCATION.cells)),
        education_text=education,
        skill_level=value_vocabulary.level_of(cells.text("skill_level") or ""),
        experience=cells.text("experience"),
        major_required=cells.text("major_required"),
        place=cells.text("place") or cells.text("town"),
        town=cells.town("place"),
        food=_given(cells, "food", provided, BENEFIT.cell(Benefit.FOOD_AND_LODGING, Benefit.FOOD)),
        lodging=_given(cells, "lodging", provided, BENEFIT.cell(Benefit.FOOD_AND_LODGING, Benefit.LODGING)),
        insurance=_given(cells, "insurance", provided, BENEFIT.cell(Benefit.INSURANCE)),
        benefits=benefits,
        deadline=day,
        deadline_text=deadline if deadline and is_open_ended(deadline) else None,
        posted=posted,
        contact=cells.contact(),
        description=_lawful_description(cells),
        source=cells.text("source"),
        sample=cells.sample(),
    )


def _named_fee(cells: Cells) -> str | None:
    """Fees beside the tuition; a bare figure with the name that its header gives it, since cards show one for all."""
    text, header = cells.text("other_fees"), cells.header_of("other_fees")
    if text is None or not re.fullmatch(r"[\d.,，]+元?", text):
        return text
    named = re.search(r"(?:住宿|代收|代管|教材|书本|伙食|服装|水电)费", header)
    return f"{named[0] if named else header} {text}"


def _not_a_day(cells: Cells, name: str) -> str | None:
    """What a column for dates says where it is no date but that there is none: 常年招生, 满30人开班."""
    text = cells.text(name)
    if text is None or not (is_open_ended(text) or name == "starts_on"):
        return None
    try:
        period = cells.period(name)
    except RowError as error:
        cells.notes.append(Note(error.column, error.value, f"{error.reason}: shown as it stands"))
        return text
    return text if period is None or not (period.first or period.last) else None


def _pay(cells: Cells) -> Money | None:
    low, high = cells.money("pay_low"), cells.money("pay_high")
    if not (low or high):
        return cells.money("pay")
    ends = [money for money in (low, high) if money]
    lowest, highest = (low.low if low else None), (high.high if high else None)
    if lowest is not None and highest is not None and lowest > highest:
        raise RowError(cells.header_of("pay_low"), ends[0].text, "the lowest pay is above the highest")
    return Money(lowest, highest, ends[0].period, "-".join(money.text for money in ends))


def _given(cells: Cells, name: str, benefits: str | None, pattern: str) -> bool | None:
    """Whether something is provided: by its own column, the column for board and lodging together, or the benefits."""
    own = cells.text(name) or (cells.text("board") if name in {"food", "lodging"} else None)
    if own is not None:
        provided = value_vocabulary.yes_no(own)
        return provided if provided is not None else (True if re.search(pattern, own) else None)
    if benefits is None:
        return None
    match = re.search(pattern, value_vocabulary.folded(benefits))
    return True if match and not re.search(r"不$", benefits[: match.start()]) else None


def _lawful(title: str, cells: Cells) -> str:
    shown = value_vocabulary.lawful(title)
    if shown != title:
        cells.notes.append(
            Note(cells.header_of("title"), title, "limits on sex or age are unlawful in job advertisements: left out")
        )
    return shown or title


def _lawful_description(cells: Cells) -> str | None:
    text = cells.text("description")
    if text and value_vocabulary.lawful(text) != text:
        reason = "limits on sex, age, marriage or looks are unlawful in job advertisements: the text is not shown"
        cells.notes.append(Note(cells.header_of("description"), text, reason))
        return None
    return without_mobiles(text) if text else None


def _procedure(cells: Cells) -> Procedure:
    return Procedure(
        type=cells.needed("type"),
        for_whom=cells.text("for_whom"),
        conditions=value_vocabulary.steps(cells.text("conditions")),
        steps=value_vocabulary.steps(cells.text("steps")),
        materials=value_vocabulary.listed(cells.text("materials")),
        time_limit=cells.text("time_limit"),
        window=cells.text("window"),
        basis=cells.text("basis"),
        benefit=cells.text("benefit"),
        contact=cells.contact(),
        valid_to=cells.last_day("valid_to"),
        source=cells.text("source"),
        as_of=cells.day("as_of"),
        sample=cells.sample(),
    )


def _answer(cells: Cells) -> CuratedAnswer:
    valid_to = cells.last_day("valid_to")
    if valid_to is None:
        text = cells.text("valid_to") or ""
        reason = "needs the last day on which the answer holds, such as 2027-06-30: nobody could say when it expires"
        raise RowError(cells.header_of("valid_to"), text, reason)
    return CuratedAnswer(
        question=cells.needed("question"),
        answer=cells.needed("answer"),
        source=cells.needed("source"),
        valid_to=valid_to,
        as_of=cells.day("as_of"),
        sample=cells.sample(),
    )


BUILDERS: Mapping[RecordKind, Callable[[Cells], Record]] = {
    RecordKind.PARTNER: _partner,
    RecordKind.PROGRAM: _program,
    RecordKind.OPENING: _opening,
    RecordKind.PROCEDURE: _procedure,
    RecordKind.ANSWER: _answer,
}
