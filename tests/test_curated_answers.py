"""Answers that staff write: found before documents, shown with their source, gone with their row or their last day;
and the whole loop from a question without an answer to whoever asked being told.
"""

from __future__ import annotations

import csv
import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from bot.answer import Answer, BlockKind, Status
from bot.assistant import Assistant
from bot.presentation.messages import message
from bot.settings import Secrets, load_settings
from bot.telegram.open_questions import open_questions
from bot.telegram.open_questions.open_questions import CLOSED, OPEN, OpenQuestion
from bot.telegram.open_questions.unanswered_command import UnansweredRequest, run_unanswered
from bot.telegram.queue.rate_limits import UNLIMITED
from knowledge.editions.live_edition import LiveEdition
from knowledge.embedding.embedder import Embedder
from knowledge.ingestion.command.open_questions import answered_by
from tests.fake_bot_api import FakeBotApi, Line
from tests.knowledge_base import KnowledgeBase
from tests.telegram_bots import Running, bot_in_thread, key_folder, settings_for

HEADER = ("问题", "答复", "来源", "来源日期", "有效期至")
SOURCE, UNTIL = "窗口告知（2026-11-20）", "2099-06-30"
ROWS = (
    ("入职体检的费用谁出", "入职体检的费用由用人单位承担，个人不用交。", SOURCE, "2026-11-20", UNTIL),
    ("办事窗口周末开门吗", "办事窗口周六上午开门，周日休息。", SOURCE, "2026-11-20", UNTIL),
    ("招聘会几点开始", "招聘会上午九点开始，下午四点结束。", "https://example.org/fair", "2026-11-01", UNTIL),
    ("宿舍可以住家属吗", "宿舍只能住职工本人，家属不能住。", SOURCE, "2026-11-20", UNTIL),
    ("Is there a bus to the job fair", "A free bus leaves the station at 8:30.", SOURCE, "2026-11-20", UNTIL),
)
TELL = (message("open.tell", "zh"), message("open.tell", "en"))
# What people asked, and whether the rows above answer it, as a person reads them.
ASKED = (
    ("入职体检的费用谁出？", True),
    ("入职体检的钱要自己交吗", True),
    ("办事窗口周末开门吗", True),
    ("招聘会几点开始", True),
    ("招聘会几点开始呀？", True),
    ("宿舍可以住家属吗", True),
    ("Is there a bus to the job fair?", True),
    ("入职体检要空腹吗", False),
    ("办事窗口有没有停车场", False),
    ("招聘会要不要门票", False),
    ("宿舍有没有热水", False),
    ("Can I bring my dog to the job fair?", False),
)


def write_answers(base: KnowledgeBase, rows: Sequence[tuple[str, ...]]) -> None:
    with (base.documents / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows((HEADER, *rows))


@dataclass
class Loop:
    """A base, its live edition, and the assistant over it."""

    base: KnowledgeBase
    live: LiveEdition
    assistant: Assistant

    def refresh(self) -> None:
        """Publish what the documents folder holds, and wait until it answers."""
        number = self.base.refresh().edition
        self.within(60, lambda: self.live.health.number == number)

    def within(self, seconds: float, holds: object) -> float:
        """The seconds until ``holds``."""
        began = time.monotonic()
        while not holds():  # type: ignore[operator]
            assert time.monotonic() - began < seconds
            time.sleep(0.05)
        return time.monotonic() - began

    def ask(self, question: str) -> Answer:
        return self.assistant.answer(question)


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Loop]:
    base = KnowledgeBase(tmp_path_factory.mktemp("loop") / "base", embedder)
    base.configure(sealing={"key_file": str(key_folder() / "keys")})
    base.write("places.md", "报名窗口在三楼大厅。", "咨询电话每天都有人接听。", title="办事地点")
    base.refresh()
    live = LiveEdition(base.settings, embedder)
    live.start()
    yield Loop(base, live, Assistant(live.edition, load_settings(base.config)))
    live.close()


@contextmanager
def served(loop: Loop, api: FakeBotApi) -> Iterator[Running]:
    options = {"limits": UNLIMITED, "edition_number": lambda: loop.live.health.number}
    with bot_in_thread(api, loop.base.settings.database.url, loop.assistant, **options) as running:
        yield running


def kept(bot: Running, state: str) -> list[OpenQuestion]:
    return bot.runtime.transactions.run_in_this_thread(lambda sql: list(open_questions.all_of(sql, state)))


def ask_in_telegram(api: FakeBotApi, number: int, text: str) -> Line:
    before = len(api.heard(number))
    api.say(api.person(number), text)
    return api.wait_heard(number, before + 1)[before]


def told(api: FakeBotApi, number: int) -> list[Line]:
    heads = [message("open.answered", code, day="", question="").splitlines()[-1] for code in ("zh", "en")]
    return [line for line in api.heard(number) if any(head in line.text for head in heads)]


def test_from_a_question_without_an_answer_to_whoever_asked(
    loop: Loop, api: FakeBotApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = {7_400_001 + place: (text, label) for place, (text, label) in enumerate(ASKED)}
    with served(loop, api) as bot:
        for number, (text, _) in people.items():
            refused = ask_in_telegram(api, number, text)
            [button] = [data for label, data in refused.buttons if label in TELL]
            api.press(api.person(number), number, button, refused.message_id)
        api.wait(lambda: sum(one.chat_id is not None for one in kept(bot, OPEN)) == len(people), 30)
        settings = settings_for(api, loop.base.settings.database.url)
        capsys.readouterr()
        assert run_unanswered(UnansweredRequest(as_json=True), settings, Secrets()) == 0
        groups = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert sum(group["count"] for group in groups) == len(people)
        assert any({"招聘会几点开始", "招聘会几点开始呀？"} <= set(group["questions"]) for group in groups), groups
        write_answers(loop.base, ROWS)
        loop.refresh()
        edition = loop.live.health.number or 0
        api.wait(lambda: all(one.edition == edition for one in (*kept(bot, OPEN), *kept(bot, CLOSED))), 60)
        bot.settle(api)
        closed = {one.question for one in kept(bot, CLOSED)}
        by_hand = {text for text, answered in ASKED if answered}
        assert len(closed ^ by_hand) <= 1 and abs(len(closed) - len(by_hand)) <= 1, closed ^ by_hand
        for number, (text, _) in people.items():
            lines = told(api, number)
            assert len(lines) == (text in closed), text
            assert all(text in line.text and ("窗口告知" in line.text or "example.org" in str(line)) for line in lines)
        counted = answered_by(loop.base.settings, loop.base.config, edition)
        assert counted and (counted.open, counted.answered) == (len(people), len(closed))
    golden = tmp_path / "questions.csv"
    golden.write_text("question,expected\n招聘会几点开始,九点\n", encoding="utf-8")
    assert run_unanswered(UnansweredRequest(golden=golden), settings, Secrets()) == 0
    assert run_unanswered(UnansweredRequest(golden=golden), settings, Secrets()) == 0
    rows = list(csv.reader(golden.open(encoding="utf-8")))
    assert len(rows) == 1 + len(closed) and [row[0] for row in rows].count("招聘会几点开始") == 1


def test_it_is_shown_with_its_source_and_found_before_documents(loop: Loop) -> None:
    write_answers(loop.base, (*ROWS, ("报名窗口在几楼", "报名窗口已经搬到五楼。", SOURCE, "2026-11-20", UNTIL)))
    loop.refresh()
    answer = loop.ask("报名窗口在几楼")
    assert answer.status is Status.ANSWERED and answer.from_documents
    quotes = [block.text for block in answer.blocks if block.kind is BlockKind.QUOTE]
    assert quotes == ["报名窗口已经搬到五楼。"], "and not what the document says"
    [cited] = answer.citations
    assert (cited.title, cited.date, cited.document) == (SOURCE, date(2026, 11, 20), "answers.csv")
    assert "2099年6月30日" in answer.text
    [at_address] = loop.ask("招聘会几点开始").citations
    assert at_address.source == "https://example.org/fair"
    assert (
        loop.ask("广州的招聘会几点开始").status is Status.NOT_COVERED or not loop.ask("北京的招聘会几点开始").citations
    )


def test_a_correction_is_live_within_a_minute_and_a_withdrawal_within_five_seconds(loop: Loop) -> None:
    write_answers(loop.base, ROWS)
    loop.refresh()
    corrected = ("招聘会几点开始", "招聘会改到上午十点开始。", SOURCE, "2026-11-21", UNTIL)
    began = time.monotonic()
    write_answers(loop.base, (*ROWS[:2], corrected, *ROWS[3:]))
    loop.refresh()
    assert "十点" in loop.ask("招聘会几点开始").text and time.monotonic() - began < 60
    withdrawn = loop.base.command("withdraw", "answers.csv#4")
    assert withdrawn.returncode == 0, withdrawn.stderr
    loop.within(5, lambda: loop.ask("招聘会几点开始").status is Status.NOT_COVERED)
    assert loop.base.command("lift", "answers.csv#4").returncode == 0
    loop.within(5, lambda: loop.ask("招聘会几点开始").status is Status.ANSWERED)
    write_answers(loop.base, ROWS[:2])
    loop.refresh()
    assert loop.ask("招聘会几点开始").status is Status.NOT_COVERED, "the row was removed"


def test_what_has_ended_is_not_shown_and_what_is_wrong_names_file_row_and_column(loop: Loop) -> None:
    rows = (
        ("招聘会几点开始", "招聘会上午九点开始。", SOURCE, "2026-11-20", "2026-11-30"),
        ("停车要钱吗", "", SOURCE, "2026-11-20", UNTIL),
        ("停车要多少钱", "不要钱。", SOURCE, "2026-11-20", "长期"),
        ("停车场在哪里", "在楼后。", "", "2026-11-20", UNTIL),
        ("=停车场在哪里", "在楼后。", SOURCE, "2026-11-20", "明天"),
    )
    write_answers(loop.base, rows)
    plan = loop.base.preview()
    problems = [str(problem) for problem in plan.records.problems]
    assert [problem.split(":")[0] for problem in problems] == [
        "answers.csv, row 3, column 答复",
        "answers.csv, row 4, column 有效期至",
        "answers.csv, row 5, column 来源",
        "answers.csv, row 6, column 有效期至",
    ]
    loop.refresh()
    loop.assistant.calendar = lambda: date(2026, 12, 1)  # type: ignore[method-assign]
    assert loop.ask("招聘会几点开始").status is Status.NOT_COVERED
    loop.assistant.calendar = lambda: date(2026, 11, 30)  # type: ignore[method-assign]
    assert loop.ask("招聘会几点开始").status is Status.ANSWERED


def test_staff_export_gaps_as_a_table_whose_cells_reckon_nothing(
    loop: Loop, api: FakeBotApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(loop, api):
        ask_in_telegram(api, 7_400_901, "=1+1 蓝色大象住在哪里")
        settings = settings_for(api, loop.base.settings.database.url)
        path = tmp_path / "gaps.xlsx"
        assert run_unanswered(UnansweredRequest(xlsx=path), settings, Secrets()) == 0
        assert run_unanswered(UnansweredRequest(xlsx=tmp_path / "gaps.csv"), settings, Secrets()) == 2
    told = capsys.readouterr()
    assert "must end in .xlsx" in told.err and str(path) in told.out
    sheet = openpyxl.load_workbook(path).worksheets[0]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    [cell] = [cell for cell in cells if str(cell.value).startswith("=")]
    assert cell.data_type == "s" or cell.quotePrefix
    assert path.stat().st_mode & 0o777 == 0o600


THINGS = ("停车场", "饮水处", "母婴室", "复印机", "寄存柜", "医务室", "自习室", "充电桩", "洗手间")
PARTS = ("收不收钱", "几点关门", "在几楼", "由谁管", "让不让用", "修好没有")
GAPS = [f"{thing}{part}" for thing in THINGS for part in PARTS][:50]


@pytest.mark.soak
def test_fifty_gaps_and_one_file_under_load(loop: Loop, api: FakeBotApi) -> None:
    answered = {gap: f"{gap}：见现场公示{place}号。" for place, gap in enumerate(GAPS) if place % 2}
    (loop.base.documents / "answers.csv").unlink(missing_ok=True)
    loop.base.write("places.md", "报名窗口在三楼大厅。", "本页为夜间测试。", title="办事地点")
    loop.refresh()
    with served(loop, api) as bot:
        before = {one.token for one in (*kept(bot, OPEN), *kept(bot, CLOSED))}
        people = {7_410_001 + place: gap for place, gap in enumerate(GAPS)}
        for number, gap in people.items():
            refused = ask_in_telegram(api, number, gap)
            [button] = [data for label, data in refused.buttons if label in TELL]
            api.press(api.person(number), number, button, refused.message_id)
        api.wait(lambda: sum(one.chat_id is not None for one in kept(bot, OPEN)) >= len(people), 120)
        ended = threading.Event()
        load = threading.Thread(target=lambda: [loop.ask("报名窗口在哪里") for _ in iter(ended.is_set, True)])
        load.start()
        write_answers(loop.base, [(gap, said, SOURCE, "2026-11-20", UNTIL) for gap, said in answered.items()])
        loop.refresh()
        edition = loop.live.health.number or 0
        api.wait(lambda: all(one.edition == edition for one in kept(bot, OPEN)), 300)
        bot.settle(api)
        closed = {one.question for one in kept(bot, CLOSED) if one.token not in before}
        assert len(closed ^ answered.keys()) <= 1, closed ^ answered.keys()
        for number, gap in people.items():
            assert len(told(api, number)) == (gap in closed), gap
        first = next(iter(answered))
        began = time.monotonic()
        corrected = answered | {first: "已经改了。"}
        write_answers(loop.base, [(gap, said, SOURCE, "2026-11-20", UNTIL) for gap, said in corrected.items()])
        loop.refresh()
        assert "已经改了" in loop.ask(first).text and time.monotonic() - began < 60
        assert loop.base.command("withdraw", "answers.csv#2").returncode == 0
        loop.within(5, lambda: "已经改了" not in loop.ask(first).text)
        ended.set()
        load.join()
