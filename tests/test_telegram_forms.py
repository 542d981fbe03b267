"""Forms as they are filled in in Telegram: one message, nothing lost, nothing doubled, nothing in clear."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from bot.answer import Answer, Block, BlockKind, Citation, Status
from bot.presentation.messages import message, messages
from bot.settings import Secrets
from bot.telegram.applications.applications_command import ApplicationsRequest, run_applications
from bot.telegram.queue.rate_limits import UNLIMITED
from tests.fake_bot_api import FakeBotApi
from tests.form_filler import CODE, ENQUIRY, ENTERPRISE, OPENING, TITLES, WITH_FORMS, Filler
from tests.talks import faults
from tests.telegram_bots import Echo, Running, bot_in_thread, settings_for

numbers = itertools.count(7_300_001)


class Wishful(Echo):
    """Tells wishes apart as the assistant does."""

    def answer(self, question: str, *rest: object, **more: object) -> Answer:  # type: ignore[override]
        said = super().answer(question)
        if question == "怎样挂岗位":
            return replace(said, wish="publish_opening")
        if question == "怎么加入":
            cited = Citation("行动", "怎么加入技能花都行动", None, "in_force", "a.md", "…", "policies/a.md")
            blocks = (Block(BlockKind.QUOTE, "请咨询。", 1),)
            return replace(said, status=Status.ANSWERED, blocks=blocks, citations=(cited,), from_documents=True)
        return said


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("forms") / "bot.db"


@pytest.fixture(scope="module")
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi(flood_limits=False) as made:
        yield made


@pytest.fixture(scope="module")
def bot(api: FakeBotApi, database: Path) -> Iterator[Running]:
    with bot_in_thread(api, f"sqlite:///{database}", Wishful(), limits=UNLIMITED, **WITH_FORMS) as running:
        yield running


@pytest.fixture
def own_api() -> Iterator[FakeBotApi]:
    """For a bot beside the one that all share."""
    with FakeBotApi(flood_limits=False) as made:
        yield made


@pytest.fixture
def filler(api: FakeBotApi, bot: Running) -> Filler:
    return Filler(api, bot, next(numbers))


def test_a_company_applies_in_one_message_and_staff_find_it(
    filler: Filler, database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filler.say("/join")
    filler.tap(TITLES["enterprise"])
    first = filler.form.message_id
    filler.tap("18岁以上")
    for said in (
        "示例主办单位",
        "12345",
        "单位名称、统一社会信用代码",
        "30 天",
        "180 天",
        "Telegram",
        "校企合作",
        "不同意没有任何影响",
    ):
        assert said in filler.form.text, said
    assert not filler.consents()
    filler.tap("同意，开始填")
    assert filler.form.message_id == first and "1 / 9" in filler.form.text
    assert [row.agreed for row in filler.consents()] == [True]
    filler.fill((" =HYPERLINK(1) <b>示例</b>&", *ENTERPRISE[1:3]))
    assert filler.form.message_id == first and "4 / 9" in filler.form.text and "Retry" not in filler.form.text
    filler.tap("上一项")
    assert message("form.current", "zh", typed="皮革皮具") in filler.form.text
    filler.tap("保留不改")
    filler.fill(ENTERPRISE[3:])
    assert "=HYPERLINK(1) <b>示例</b>&" in filler.form.text
    assert [line.text for line in filler.shown() if "企业合作意向登记" in line.text] == [filler.form.text]
    filler.tap("✏️ 人数")
    filler.say("25")
    assert not filler.sent()
    summary = filler.form
    filler.tap("提交")
    [sent] = filler.sent()
    assert sent.number in filler.form.text and filler.kept().drafts == ()
    assert dict(sent.answers) | {"people": "25", "phone": "02012345678"} == dict(sent.answers)
    assert filler.tap("提交", summary) == message("button_again", "zh")
    assert len(filler.sent()) == 1, "a second tap sends nothing"
    filler.say("/status")
    assert sent.number in filler.form.text and message("form.state_new", "zh") in filler.form.text
    filler.tap(sent.number)
    assert "数控、模具" in filler.form.text
    assert faults(filler.shown(), "zh") == []
    with sqlite3.connect(database) as sql:
        stored = repr(
            [sql.execute(f"SELECT * FROM {table}").fetchall() for table in ("applications", "outbox", "inbox")]
        )
    assert not [secret for secret in ("02012345678", CODE, "陈经理", str(filler.number)) if secret in stored]
    staff_find_it(filler, sent.number, f"sqlite:///{database}", tmp_path, capsys)


def staff_find_it(filler: Filler, number: str, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = settings_for(filler.api, url, **WITH_FORMS)
    table = tmp_path / "sent.xlsx"

    def told(**wanted: object) -> tuple[int, str]:
        capsys.readouterr()
        code = run_applications(ApplicationsRequest(**wanted), settings, Secrets())  # type: ignore[arg-type]
        said = capsys.readouterr()
        return code, said.out + said.err

    for find in (number, "HYPERLINK", "020-1234", CODE):
        code, said = told(find=find)
        assert code == 0 and number in said and "陈经理" in said
    assert told(find="没有这家公司")[0] == 1
    assert told(number=number, state="gone") == (
        2,
        "--state gone: unknown; new, handling, accepted, declined are known\n",
    )
    code, said = told(number=number, state="handling", xlsx=table, as_json=True)
    assert json.loads(said)["state"] == "handling" and json.loads(said)["answers"]["people"] == "25"
    sheet = openpyxl.load_workbook(table)["enterprise"]
    rows = list(sheet.iter_rows())
    column = [cell.value for cell in rows[0]].index("单位名称")
    cell = rows[1][column]
    assert str(cell.value).startswith("=HYPERLINK(1)") and cell.data_type == "s" and cell.quotePrefix
    assert table.stat().st_mode & 0o077 == 0
    filler.say("/status")
    assert message("form.state_handling", "zh") in filler.form.text


def test_bad_input_gets_a_next_step_and_loses_nothing(filler: Filler) -> None:
    filler.open("opening")
    filler.fill(OPENING[:2])
    form = messages("zh")
    acts = {
        "form.too_long": lambda: filler.say("数" * 4000),
        "form.no_words": lambda: filler.say("😀😀"),
        "form.empty": lambda: filler.say(" \u200b\u200b "),
        "form.text_only": lambda: filler.say("", voice={"file_id": "v", "file_unique_id": "u", "duration": 1}),
        "form.forwarded": lambda: filler.say("电工", forwarded=True),
    }
    for key, act in acts.items():
        act()
        beginning = form[key].split("{")[0]
        assert beginning in filler.form.text and "3 / 12" in filler.form.text, (key, filler.form.text)
        [only] = [line for line in filler.shown() if TITLES["opening"] in line.text and "/ 12" in line.text]
        assert only == filler.form, "the form stands in one message, at the end"
    asked = filler.api.say(filler.person, "数控操作工")
    filler.bot.settle(filler.api)
    filler.do(lambda: filler.api.edit(filler.person, asked, "电工"))
    assert form["form.edited"][:10] in filler.form.text and "4 / 12" in filler.form.text
    filler.fill(("3", "操作数控车床"))
    old = filler.form
    filler.say("只招35岁以下男性")
    assert form["form.unlawful_age"].partition("{quoted}")[2][:20] in filler.form.text
    assert "35岁以下男性" in filler.form.text
    filler.fill(("会看图纸",))
    filler.tap("狮岭")
    filler.say("/jobs")
    assert message("form.continue", "zh", title=TITLES["opening"]) in [label for label, _ in filler.form.buttons]
    filler.say("吃饭了没有")
    assert "吃饭了没有" in filler.form.text, "what is typed after a command is a question"
    filler.tap("继续填")
    assert "8 / 12" in filler.form.text
    assert filler.tap("取消填表", old) == form["form.old_button"]
    assert "8 / 12" in filler.form.text
    stranger = Filler(filler.api, filler.bot, next(numbers))
    stranger.say("hello")
    data = next(data for label, data in filler.form.buttons if "取消" in label)
    filler.do(lambda: filler.api.press(stranger.person, stranger.number, data))
    assert filler.api.transcript(stranger.number, "toast")[-1].text == form["button_foreign"]
    filler.fill(("跳过", "面议"))
    assert form["form.no_pay"] in filler.form.text
    filler.fill(OPENING[8:])
    filler.tap("提交")
    [sent] = filler.sent()
    answers = dict(sent.answers)
    assert [answers[name] for name in ("title", "headcount", "conditions", "address")] == [
        "数控操作工",
        "3",
        "会看图纸",
        "",
    ]


def test_who_is_too_young_or_declines_leaves_nothing_but_that(filler: Filler) -> None:
    filler.say("/join")
    filler.tap(TITLES["enquiry"])
    filler.tap("未满14岁")
    assert "12333" in filler.form.text and filler.kept().drafts == () and not filler.consents()
    filler.say("/join")
    filler.tap(TITLES["opening"])
    filler.tap("14至17岁")
    assert message("form.minor_refused", "zh", contacts="")[:20] in filler.form.text and filler.kept().drafts == ()
    filler.open("enquiry", "14至17岁")
    assert "1 / 3" in filler.form.text
    filler.fill((ENQUIRY[0], "要读几年"))
    assert "监护人" in filler.form.text
    filler.say("/cancel")
    assert message("form.cancelled", "zh", title=TITLES["enquiry"]) == filler.form.text and filler.kept().drafts == ()
    filler.say("怎么加入")
    filler.tap(TITLES["enterprise"])
    filler.tap("18岁以上")
    filler.tap("不同意")
    assert filler.kept().drafts == () and [row.agreed for row in filler.consents() if row.form == "enterprise"] == [
        False
    ]
    filler.say("怎么加入")
    assert not [label for label, _ in filler.form.buttons if TITLES["enterprise"] in label], "nobody is asked again"
    filler.say("怎样挂岗位")
    assert {TITLES["opening"], TITLES["enterprise"]} <= {label.partition("：")[2] for label, _ in filler.form.buttons}


def test_it_goes_on_after_a_restart_and_nothing_of_it_stays_after_deletion(own_api: FakeBotApi, tmp_path: Path) -> None:
    api = own_api
    url, number = f"sqlite:///{tmp_path}/bot.db", next(numbers)
    with bot_in_thread(api, url, limits=UNLIMITED, **WITH_FORMS) as running:
        filler = Filler(api, running, number, language="en")
        filler.say("/join")
        for label in ("An enquiry", "18 or older", "I agree"):
            filler.tap(label)
        filler.say("CNC 138 0013 8000")
        before = filler.form
        assert "2 / 5" in before.text
    api.say(filler.person, "Junior high school")
    with bot_in_thread(api, url, limits=UNLIMITED, **WITH_FORMS) as running:
        filler.bot = running
        running.settle(api)
        assert "3 / 5" in filler.form.text and filler.form.message_id == before.message_id
        assert filler.kept().drafts[0].answers["program"] == "CNC 138 0013 8000", "not masked"
        for text in ("How long is it?", "13800138000"):
            filler.say(text)
            if "4 / 5" in filler.form.text:
                filler.tap("Skip")
        filler.tap("Send")
        filler.open_again("An enquiry")
        filler.say("/my_data")
        assert message("my_data_forms", "en", drafts="1", sent="1") in filler.form.text
        filler.say("/privacy")
        assert message("privacy_forms", "en", days="180") in filler.form.text
        filler.say("/delete_my_data")
        filler.tap(message("delete_yes", "en"))
        assert message("deleted_forms", "en", drafts="1", sent="1") in filler.form.text
        assert filler.kept().drafts == () and not filler.sent() and not filler.consents()
        assert not [call for call in api.calls if call.status == 400]
