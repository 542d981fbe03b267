"""The monthly report: from counts to text, table and picture; months are Beijing's, and shares say of how many."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
import structlog
from alembic import command
from alembic.config import Config
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import Connection, Engine

from bot.presentation.messages import FOLDER, LOCALES, messages
from bot.settings import SealingSettings, Secrets, Settings
from bot.telegram.applications import applications, handling
from bot.telegram.applications.applications import Application, ApplicationState
from bot.telegram.daily_counts import day_counts
from bot.telegram.daily_counts.day_counts import CountedQuestion, DayEvent, Event
from bot.telegram.feedback import votes
from bot.telegram.feedback.votes import Opinion, RatedAnswer, Reason, Vote
from bot.telegram.open_questions import open_questions
from bot.telegram.reports.canvas import font
from bot.telegram.reports.month import Month, MonthError, asked_month
from bot.telegram.reports.month_report import Share
from bot.telegram.reports.report_command import ReportRequest, run_report
from bot.telegram.reports.report_messages import MOST_TEXT, ReportMessages, read_report, report_messages
from bot.telegram.reports.report_picture import HEIGHT, WIDTH
from knowledge import store
from knowledge.embedding.embedder import Embedder
from knowledge.settings import DatabaseSettings
from knowledge.store.database import MIGRATIONS
from knowledge.validity import BEIJING

NOVEMBER, TODAY = Month(2026, 11), date(2026, 12, 1)
LANGUAGES = ("zh", "zh-hant", "en")


ROOT = Path(__file__).parents[1]


def at(day: int, hour: int = 12, month: int = 11) -> float:
    return datetime(2026, month, day, hour, tzinfo=BEIJING).timestamp()


def asked(sql: Connection, moment: float, kind: str, status: str, language: str = "zh", role: str = "") -> None:
    day_counts.add_questions(sql, [(CountedQuestion(kind, language, status), role)], moment)


def lived(engine: Engine) -> None:
    """A November of eight questions, and one on either side of it."""
    with store.writing(engine) as sql:
        asked(sql, at(31, 23, 10), "documents", "answered")
        asked(sql, at(1, 0), "documents", "answered", role="student")
        asked(sql, at(1, 9), "documents", "not_covered", "en")
        asked(sql, at(2), "openings", "partly", role="enterprise")
        asked(sql, at(2), "openings", "answered", role="enterprise")
        asked(sql, at(2), "none", "failed")
        asked(sql, at(3), "service", "answered", role="staff")
        asked(sql, at(3), "list", "answered")
        asked(sql, at(30, 23), "curated", "answered")
        asked(sql, at(1, 0, 12), "documents", "answered")
        left = [
            RatedAnswer("a", "p", "=1+1", "not_covered", "zh", alone="=1+1"),
            RatedAnswer("b", "q", "体检费用谁出", "partly", "zh", alone="体检费用谁出"),
            RatedAnswer("c", "r", "体检费用谁出", "partly", "zh", alone="体检费用谁出"),
        ]
        events = open_questions.note(sql, left, 90, at(4))
        found = next(one for one in open_questions.all_of(sql, "open") if one.token == "c")
        open_questions.close(sql, found, 2, ["there"], at(20))
        open_questions.note(sql, [RatedAnswer("d", "p", "later", "partly", "zh", alone="later")], 90, at(2, 9, 12))
        sent = [DayEvent(Event.APPLICATION, "join", at(5), "new"), DayEvent(Event.HANDOFF, "opened", at(6))]
        voted = [DayEvent(Event.VOTE, "up", at(5)), DayEvent(Event.VOTE, "down", at(5), "outdated")]
        ended = [DayEvent(Event.HANDOFF, "ended", at(7), "staff"), DayEvent(Event.GAP, "answered", at(20))]
        day_counts.add_events(sql, [*events, *sent, *voted, *ended])


def made(engine: Engine, embedder: Embedder, language: str = "zh", month: Month = NOVEMBER) -> ReportMessages:
    with store.writing(engine) as sql:
        read = read_report(sql, month, TODAY)
    return report_messages(read, language, lambda: embedder)


def test_a_month_begins_and_ends_in_beijing_and_shares_say_of_how_many(engine: Engine) -> None:
    lived(engine)
    with store.writing(engine) as sql:
        report = read_report(sql, NOVEMBER, TODAY).report
    month = report.figures
    assert (month.asked, month.looked_up, report.before.asked, report.running) == (8, 6, 1, False)
    counts = {name: month.share(name).count for name in ("answered", "partly", "refused", "failed", "clarify", "other")}
    assert counts == {"answered": 3, "partly": 1, "refused": 1, "failed": 1, "clarify": 0, "other": 0}
    assert sum(counts.values()) == month.share("answered").of == month.looked_up
    assert month.by(lambda one: one.role) == {"": 4, "enterprise": 2, "staff": 1, "student": 1}
    assert (month.gaps_new, month.gaps_answered) == ({"partly": 2, "refused": 1}, 1)
    assert (month.votes, month.applications) == ({("up", ""): 1, ("down", "outdated"): 1}, {("join", "new"): 1})
    assert (month.handoffs_opened, month.handoffs_ended) == (1, {"staff": 1})


@pytest.mark.parametrize(
    ("count", "of", "percent"), [(0, 0, None), (0, 9, 0), (9, 9, 100), (1, 999, 1), (998, 999, 99), (1, 8, 13)]
)
def test_only_none_is_nothing_and_only_all_is_a_hundred(count: int, of: int, percent: int | None) -> None:
    assert Share(count, of).percent == percent


def test_the_text_in_each_language(engine: Engine, embedder: Embedder) -> None:
    lived(engine)
    texts = {language: made(engine, embedder, language).text for language in LANGUAGES}
    assert "提问：8（1）" in texts["zh"] and "完整回答：50%（3 / 6），上月100%（1 / 1）" in texts["zh"]
    assert "2 次：体检费用谁出" in texts["zh"] and "2026年11月报表" in texts["zh"]
    assert "answered: 50% (3 of 6); before: 100% (1 of 1)" in texts["en"] and "Votes: good 1 (0)" in texts["en"]
    assert "完整回答：50%（3 / 6）" in texts["zh-hant"] and "轉人工" in texts["zh-hant"]
    for language, text in texts.items():
        assert len(text) <= MOST_TEXT and "later" not in text and "report." not in text, language
    assert not re.search("[A-Za-z]{2}", texts["zh"].replace("join", "")), "no Latin words in Chinese"


def test_the_table_read_back(engine: Engine, embedder: Embedder) -> None:
    lived(engine)
    book = load_workbook(io.BytesIO(made(engine, embedder).xlsx))
    assert book.sheetnames == ["概况 overview", "每日 by day", "缺口 gaps", "表单 applications", "明细 counts"]
    overview = {row[0].strip(): row[1:] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)}
    assert overview["提问 / Questions"] == (8, None, 1, None)
    assert overview["完整回答 / answered"] == (3, "50% (3 / 6)", 1, "100% (1 / 1)")
    assert overview["月份 / month"] == ("2026-11", None, "2026-10", None)
    days = list(book.worksheets[1].iter_rows(min_row=2, values_only=True))
    assert len(days) == 30 and days[1] == ("2026-11-02", 3, 3, 1, 1, 0, 0, 1, 0, "33% (1 / 3)")
    assert sum(row[1] for row in days) == 8
    gaps = list(book.worksheets[2].iter_rows(min_row=2))
    assert [[cell.value for cell in row][:3] for row in gaps] == [["体检费用谁出", 2, 2], ["=1+1", 1, 1]]
    assert [row[6].value for row in gaps] == [1, 0]
    assert gaps[1][0].data_type == "s" and gaps[1][0].quotePrefix, "what people typed is no formula"
    forms = list(book.worksheets[3].iter_rows(min_row=2, values_only=True))
    assert forms[0] == ("join", "未处理 / new", 1, 0) and len(forms) == 4
    assert sum(row[-1] for row in book.worksheets[4].iter_rows(min_row=2, values_only=True)) == 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_is_a_png_of_its_size_and_shows_something(
    engine: Engine, embedder: Embedder, language: str
) -> None:
    lived(engine)
    full, empty = (made(engine, embedder, language, month).png for month in (NOVEMBER, Month(2025, 2)))
    for png in (full, empty):
        image = Image.open(io.BytesIO(png))
        assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT))
        image.verify()
        assert len(png) < 1_000_000
    colours = Image.open(io.BytesIO(full)).convert("RGB").getcolors(WIDTH * HEIGHT) or []
    drawn = {colour: count for count, colour in colours}
    for colour in ((0x21, 0x66, 0xAC), (0x92, 0xC5, 0xDE), (0xD6, 0x60, 0x4D)):  # answered, in part, not held
        assert drawn.get(colour, 0) > 400
    assert full != empty


def test_the_font_has_every_character_of_the_report() -> None:
    absent = bytes(font(40).getmask("\uffff"))
    written = {
        char
        for language in LANGUAGES
        for key, text in messages(language).items()
        if key.startswith("report.")
        for char in text
        if char.isprintable() and not char.isspace()
    }
    digits = set("0123456789%·")
    missing = [char for char in sorted(written | digits) if bytes(font(40).getmask(char)) == absent]
    assert missing == [], "make labels.otf anew: docs/decisions/0129-counts-that-are-nobodys.md says how"
    assert all((FOLDER / LOCALES[language] / "reports.po").exists() for language in LANGUAGES)


@pytest.mark.parametrize(
    ("text", "month"), [(None, "2026-11"), ("", "2026-11"), ("2026-12", "2026-12"), (" 2026-01 ", "2026-01")]
)
def test_the_month_that_is_meant(text: str | None, month: str) -> None:
    assert str(asked_month(text, TODAY)) == month


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "11", "November", "2027-01", "1999-01", "2026-11-01"])
def test_a_month_that_is_none_is_named_with_what_mends_it(text: str) -> None:
    with pytest.raises(MonthError, match=text) as error:
        asked_month(text, TODAY)
    assert "2026-1" in str(error.value)


def test_the_month_before_january_and_the_days_of_february() -> None:
    assert Month(2027, 1).before == Month(2026, 12)
    assert len(Month(2028, 2).days) == 29 and Month(2028, 2).days[-1] == "2028-02-29"


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    yield Settings(
        database=DatabaseSettings(url=f"sqlite:///{tmp_path}/bot.db"),
        sealing=SealingSettings(key_file=tmp_path / "keys"),
    )
    structlog.reset_defaults()


def test_the_command_of_an_empty_month(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    xlsx, picture = tmp_path / "out" / "r.xlsx", tmp_path / "out" / "r.png"
    assert run_report(ReportRequest("2026-11", xlsx, picture), settings, Secrets()) == 0
    said = capsys.readouterr().out
    assert "Nobody asked anything in this month." in said and str(xlsx) in said and str(picture) in said
    assert Image.open(picture).size == (WIDTH, HEIGHT)
    assert load_workbook(xlsx).worksheets[1].max_row == 31
    assert {path.stat().st_mode & 0o777 for path in (xlsx, picture)} == {0o600}
    assert run_report(ReportRequest("2026-11", as_json=True), settings, Secrets()) == 0
    value = json.loads(capsys.readouterr().out)
    assert value["month"]["month"] == "2026-11" and value["before"]["asked"] == 0 and value["gaps"] == []


@pytest.mark.parametrize(
    ("request_", "named", "mends"),
    [
        (ReportRequest("2026-1"), "2026-1", "write year and month"),
        (ReportRequest("2099-01"), "2099-01", "is the latest"),
        (ReportRequest("2026-11", xlsx=Path("r.csv")), "--xlsx r.csv", "must end in .xlsx"),
        (ReportRequest("2026-11", picture=Path("r.jpg")), "--picture r.jpg", "must end in .png"),
        (ReportRequest("2026-11", xlsx=Path("/dev/null/r.xlsx")), "--xlsx /dev/null/r.xlsx", "name a file in a folder"),
    ],
)
def test_what_cannot_be_done_is_named_with_what_mends_it(
    settings: Settings, capsys: pytest.CaptureFixture[str], request_: ReportRequest, named: str, mends: str
) -> None:
    assert run_report(request_, settings, Secrets()) == 2
    said = capsys.readouterr()
    assert named in said.err and mends in said.err and said.out == ""


def test_what_was_kept_before_there_were_counts_is_counted(engine: Engine) -> None:
    """On the days on which it goes on to count: a vote that changes later moves, and does not count twice."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.writing(engine) as sql:
        votes.add(sql, [RatedAnswer(token, "p", "q", "answered", "zh") for token in ("a", "b", "c")], at(1, 0))
        votes.give(sql, [Opinion("a", "p", Vote.UP), Opinion("b", "p", Vote.DOWN, Reason.WRONG)], at(3))
        open_questions.note(sql, [RatedAnswer("d", "p", "q", "not_covered", "zh")], 90, at(2))
        applications.add(sql, Application("SH-1", "join", at(4), at(4), at(30)), "p")
        config.attributes["connection"] = sql
        command.downgrade(config, "0023")
        command.upgrade(config, "head")
        before = read_report(sql, NOVEMBER, TODAY).report.figures
        day_counts.add_events(sql, votes.give(sql, [Opinion("a", "p", Vote.DOWN)], at(5)))
        handling.set_state(sql, "SH-1", ApplicationState.DECLINED, at(6), 30)
        after = read_report(sql, NOVEMBER, TODAY).report.figures
    assert before.votes == {("up", ""): 1, ("down", "wrong"): 1} and before.gaps_new == {"refused": 1}
    assert after.votes == {("down", ""): 1, ("down", "wrong"): 1}
    assert (before.applications, after.applications) == ({("join", "new"): 1}, {("join", "declined"): 1})


def test_the_command_speaks_staffs_language(settings: Settings, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    said = {"database": {"url": settings.database.url}, "sealing": {"key_file": str(settings.sealing.key_file)}}
    config.write_text(json.dumps(said), encoding="utf-8")
    arguments = [sys.executable, "-m", "bot", "report", "--config", str(config), "--month"]

    def run(month: str, locale: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"LC_ALL": locale, "PYTHONPATH": str(ROOT)}
        run_there = {"capture_output": True, "text": True, "cwd": tmp_path, "timeout": 300}
        return subprocess.run([*arguments, month], env=environment, **run_there)  # type: ignore[call-overload,no-any-return]

    chinese, english, wrong = run("2026-10", "zh_CN.UTF-8"), run("2026-10", "C.UTF-8"), run("soon", "C.UTF-8")
    assert "这个月没有人提问。" in chinese.stdout and chinese.returncode == 0, chinese.stderr
    assert "Nobody asked anything in this month." in english.stdout
    assert (wrong.returncode, wrong.stdout) == (2, "") and "'soon' is no month" in wrong.stderr
