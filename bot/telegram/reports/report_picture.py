"""The report as a picture for a phone: questions a day and how they ended, the share answered by day, by language and
role.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from bot.presentation.messages import message
from bot.telegram.reports.canvas import FAINT, GRID, INK, Box, Canvas
from bot.telegram.reports.month_report import OTHER, MonthFigures, MonthReport, QuestionCount
from bot.telegram.reports.report_text import share_text

WIDTH, HEIGHT = 1080, 1920
LEFT, RIGHT = 56, WIDTH - 56
PLOT = LEFT + 64  # where charts begin, right of their numbers
TITLE, HEADING, LABEL = 52, 38, 30  # sizes of texts in pixels: a phone shows the picture at a third of its width
REST, NOT_LOOKED_UP = "rest", "not_looked_up"
COLOURS: Mapping[str, str] = {  # told apart also by those who see no red or green
    "answered": "#2166ac",
    "partly": "#92c5de",
    "refused": "#d6604d",
    REST: "#b8bfc8",
    NOT_LOOKED_UP: "#e6e9ed",
}
ROWS = 4  # that language and role have room for, each: all there are


def picture_bytes(report: MonthReport, language: str) -> bytes:
    """The PNG file, WIDTH x HEIGHT pixels. ``language``: of its labels."""
    canvas, figures, label = Canvas(WIDTH, HEIGHT), report.figures, partial(_label, language=language)
    month = report.month.shown(language)
    canvas.text(LEFT, 44, message("report.title", language, month=month), TITLE)
    counts = f"{label('questions')} {figures.asked} · {label('looked_up')} {figures.looked_up}"
    canvas.text(LEFT, 122, counts, LABEL, FAINT, most=RIGHT - LEFT)
    shares = f"{label('answered')} {share_text(figures.share('answered'), language)}"
    canvas.text(LEFT, 168, shares if figures.asked else label("none"), LABEL, FAINT, most=RIGHT - LEFT)
    canvas.text(LEFT, 256, label("by_day"), HEADING)
    _days(canvas, figures, (PLOT, 330, RIGHT, 700))
    names = [(COLOURS[name], label(name)) for name in COLOURS]
    canvas.key(LEFT, 762, RIGHT, names, LABEL)
    canvas.text(LEFT, 880, label("share_by_day"), HEADING)
    _shares(canvas, figures, (PLOT, 948, RIGHT, 1178))
    _group(canvas, figures, 1256, "language", lambda one: one.language, language)
    _group(canvas, figures, 1576, "role", lambda one: one.role, language)
    return canvas.png()


def _label(key: str, language: str) -> str:
    return message(f"report.{key}", language)


def _colour(one: QuestionCount) -> str:
    if not one.looked_up:
        return NOT_LOOKED_UP
    return one.outcome if one.outcome in COLOURS and one.outcome != OTHER else REST


def _days(canvas: Canvas, figures: MonthFigures, box: Box) -> None:
    """A bar for each day, stacked by how its questions ended."""
    left, top, right, bottom = box
    by_day = {day: dict.fromkeys(COLOURS, 0) for day in figures.month.days}
    for one in figures.questions:
        by_day[one.day][_colour(one)] += one.count
    most = _round_up(max(sum(counts.values()) for counts in by_day.values()))
    for part in (0, 0.5, 1):
        y = bottom - part * (bottom - top)
        canvas.rule(left, right, y)
        canvas.text(left - 14, y, f"{round(part * most)}", LABEL, FAINT, "rm", most=left - LEFT + 40)
    for (day, counts), (x, wide) in zip(by_day.items(), _columns(figures, left, right), strict=True):
        y = bottom
        for name, count in counts.items():
            high = count / most * (bottom - top)
            canvas.bar((x, y - high, x + wide, y), COLOURS[name])
            y -= high
        _day_name(canvas, day, x + wide / 2, bottom)


def _shares(canvas: Canvas, figures: MonthFigures, box: Box) -> None:
    """The share answered of what was looked up, on each day that had any."""
    left, top, right, bottom = box
    for percent in (0, 50, 100):
        y = bottom - percent / 100 * (bottom - top)
        canvas.rule(left, right, y)
        canvas.text(left - 10, y, f"{percent}%", LABEL - 4, FAINT, "rm")
    points = []
    for day, (x, wide) in zip(figures.month.days, _columns(figures, left, right), strict=True):
        share = figures.share("answered", partial(_on, day))
        if share.of:
            points.append((x + wide / 2, bottom - share.count / share.of * (bottom - top)))
        _day_name(canvas, day, x + wide / 2, bottom)
    canvas.path(points, COLOURS["answered"])


def _on(day: str, one: QuestionCount) -> bool:
    return one.day == day


def _columns(figures: MonthFigures, left: float, right: float) -> Iterator[tuple[float, float]]:
    """Where the column of each day begins, and how wide it is."""
    step = (right - left) / len(figures.month.days)
    for number in range(len(figures.month.days)):
        yield left + number * step + step * 0.12, step * 0.76


def _day_name(canvas: Canvas, day: str, middle: float, bottom: float) -> None:
    number = int(day[-2:])
    if number == 1 or number % 5 == 0:
        canvas.text(middle, bottom + 12, str(number), LABEL, FAINT, "ma")


def _group(
    canvas: Canvas, figures: MonthFigures, top: float, key: str, of: Callable[[QuestionCount], str], language: str
) -> None:
    """A level bar for each language or role: how much was looked up, and of that answered."""
    canvas.text(LEFT, top, _label(f"by_{key}", language), HEADING)
    counted = figures.by(of, looked_up=True)
    most = max(counted.values(), default=0)
    y, begins, ends = top + 62, LEFT + 310.0, RIGHT - 300.0
    for name, count in list(counted.items())[:ROWS]:
        share = figures.share("answered", partial(_is, of, name))
        canvas.text(LEFT, y + 20, _label(f"{key}_{name}", language), LABEL, INK, "lm", most=begins - LEFT - 20)
        wide = (ends - begins) * count / most
        canvas.bar((begins, y, begins + max(wide, 3), y + 40), GRID)
        canvas.bar((begins, y, begins + wide * share.count / share.of, y + 40), COLOURS["answered"])
        canvas.text(RIGHT, y + 20, share_text(share, language), LABEL, INK, "rm", most=RIGHT - ends - 16)
        y += 60


def _is(of: Callable[[QuestionCount], str], name: str, one: QuestionCount) -> bool:
    return of(one) == name


def _round_up(most: int) -> int:
    """An even number at the top of a chart, so that its half is a whole one: 2, 4, 10, 20, 40, 100 …"""
    size = 1
    while True:
        for step in (2, 4, 6, 10):
            if most <= step * size:
                return step * size
        size *= 10
