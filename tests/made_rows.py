"""Made-up openings and programs by the thousand."""

from __future__ import annotations

import random
from datetime import date, timedelta

from knowledge.tables.records import Opening, Program
from knowledge.tables.values import Education, Entry, Level, Mode, Work
from knowledge.text.money import Money, Period
from knowledge.text.quantities import Headcount, StudyLength
from tests.sheets import TOWNS

DAY = date(2026, 11, 24)
TITLES = (
    ("数控操作工", "CNC operator"),
    ("焊工", "Welder"),
    ("维修电工", "Maintenance electrician"),
    ("叉车司机", "Forklift driver"),
)
MAJORS = (
    ("数控加工", "CNC machining"),
    ("汽车维修", "Auto repair"),
    ("无人机应用技术", "Drone technology"),
    ("电子商务", "E-commerce"),
)


def opening(number: int, choose: random.Random) -> Opening:
    """A made-up opening; a fifth has expired, a few are not posted yet."""
    title, english = choose.choice(TITLES)
    low = choose.randrange(3500, 12000, 500)
    high = low + choose.choice((0, 1000, 3000))
    town = choose.choice(TOWNS).zh
    period = choose.choice((Period.MONTH,) * 8 + (Period.DAY, Period.YEAR))
    low, high = {Period.DAY: (low // 30, high // 30), Period.YEAR: (low * 12, high * 12)}.get(period, (low, high))
    pay = choose.choice((Money(low, high, period, ""),) * 9 + (Money(None, None, Period.MONTH, "面议"),))
    return Opening(
        employer=f"示例企业{number % 40}",
        title=f"{title}{number}",
        title_en=english,
        work=choose.choice((Work.FULL_TIME, Work.FULL_TIME, Work.INTERNSHIP, Work.PART_TIME)),
        headcount=Headcount(choose.randrange(1, 30), None, ""),
        pay=pay,
        education=choose.choice((*Education, None)),
        place=f"花都区{town}",
        town=town,
        food=choose.choice((True, False, None)),
        lodging=choose.choice((True, False, None)),
        insurance=choose.choice((True, False, None)),
        deadline=DAY + timedelta(days=choose.randrange(-100, 400)),
        posted=DAY - timedelta(days=choose.randrange(-5, 200)),
        sample=True,
    )


def program(number: int, choose: random.Random) -> Program:
    """A made-up program; some are past their last day."""
    major, english = choose.choice(MAJORS)
    fee = choose.choice((0, 3000, 4800, 5000, 6200, 8000))
    return Program(
        school=f"示例技师学院{number % 9}",
        major=f"{major}{number}",
        major_en=english,
        level=choose.choice((Level.MIDDLE, Level.SENIOR, Level.PREPARATORY, None)),
        entry=choose.choice(
            ((Entry.JUNIOR_HIGH,), (Entry.SENIOR_HIGH, Entry.SECONDARY), (Entry.WORKING,), (Entry.ANYONE,))
        ),
        length=StudyLength(choose.choice(((3.0,), (2.0,), (3.0, 2.0))), None, ""),
        mode=choose.choice((Mode.ORDINARY, Mode.ORDER, Mode.NAMED, Mode.MODERN_APPRENTICESHIP)),
        tuition=Money(fee, fee, choose.choice((Period.YEAR, Period.YEAR, Period.TERM)), ""),
        deadline=DAY + timedelta(days=choose.randrange(-60, 400)),
        sample=True,
    )
