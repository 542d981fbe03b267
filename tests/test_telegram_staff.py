"""Staff in the chat: who may do what, applications from new to done, what was asked in vain, the service's state."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import structlog
from sqlalchemy import Engine, select, update

from bot.presentation.messages import message
from bot.settings import Secrets
from bot.staff_settings import StaffSettings
from bot.telegram.applications import telling
from bot.telegram.applications.applications import CONTENT_COLUMN, DAY, Application, ApplicationState, add
from bot.telegram.applications.tables import applications
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.queue.tables import handoffs, outbox
from bot.telegram.staff import audit
from bot.telegram.staff.audit_command import run_audit
from bot.telegram.staff_talk.answer_table import FILE, append_answer
from knowledge import store
from knowledge.readers import source_files
from knowledge.tables import read_table
from knowledge.tables.records import CuratedAnswer
from knowledge.validity import today
from tests.fake_bot_api import FakeBotApi, Line
from tests.form_filler import ENQUIRY, ENTERPRISE, WITH_FORMS, Filler
from tests.handoff_people import Refusing, groups
from tests.sealed import chat_of, sealer
from tests.telegram_bots import Running, bot_in_thread, settings_for

numbers = itertools.count(7_800_001)
VIEWER, EDITOR, OTHER, ADMIN = (next(numbers) for _ in range(4))
STAFF = StaffSettings.model_validate({
    "chat": -next(groups),
    "people": {
        VIEWER: "viewer",
        EDITOR: {"role": "editor", "name": "陈老师"},
        OTHER: {"role": "editor", "name": "李科员"},
        ADMIN: "admin",
    },
})  # fmt: skip


@pytest.fixture(scope="module")
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi(flood_limits=False) as made:
        made.group(STAFF.chat, "工作人员", administered=True, forum=True)
        yield made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("staff")


@pytest.fixture(scope="module")
def bot(api: FakeBotApi, folder: Path) -> Iterator[Running]:
    (folder / "documents").mkdir()
    options: dict[str, Any] = {**WITH_FORMS, "staff": STAFF, "documents": folder / "documents"}
    with bot_in_thread(api, f"sqlite:///{folder}/bot.db", Refusing(), limits=UNLIMITED, **options) as running:
        yield running


class Of:
    """The people of these tests."""

    def __init__(self, api: FakeBotApi, bot: Running) -> None:
        self._api, self._bot = api, bot

    def staff(self, number: int, language: str = "zh") -> Filler:
        return Filler(self._api, self._bot, number, language)

    def public(self, language: str = "zh") -> Filler:
        return Filler(self._api, self._bot, next(numbers), language)

    def applied(self) -> tuple[Filler, str]:
        """Somebody who has just sent an enterprise's form, and its number."""
        filler = self.public()
        filler.open("enterprise")
        filler.fill(ENTERPRISE)
        filler.tap("提交")
        return filler, filler.sent()[0].number

    def card(self, staff: Filler, number: str) -> Line:
        staff.say(f"/applications {number}")
        staff.tap("1")
        assert number in staff.form.text
        return staff.form

    def acts(self) -> list[tuple[str, bool, int | None, str]]:
        kept = self._bot.runtime.transactions.run_in_this_thread(lambda sql: list(audit.all_of(sql)))
        return [(one.act, one.allowed, one.by, one.about) for one in kept]

    def told(self, filler: Filler, number: str, state: str) -> list[Line]:
        """What the sender was told, once maintenance has come by; waited for."""
        words = message(f"form.state_{state}", "zh")
        self._api.wait(
            lambda: any(number in line.text and words in line.text for line in self._api.heard(filler.number)),
            what=f"{number} is told {state}",
        )
        return [line for line in self._api.heard(filler.number) if number in line.text and words in line.text]


@pytest.fixture
def people(api: FakeBotApi, bot: Running) -> Of:
    return Of(api, bot)


def test_an_application_from_new_to_done_and_its_sender_is_told_each_state_once(people: Of) -> None:
    filler, number = people.applied()
    editor = people.staff(EDITOR)
    editor.say("/applications")
    assert number in editor.form.text and "示例企业甲" in editor.form.text
    assert message("staff.group_new", "zh") in editor.form.text
    people.card(editor, number)
    assert "02012345678" in editor.form.text and message("staff.nobody", "zh") in editor.form.text
    card = editor.form.message_id
    editor.tap("我来办")
    assert editor.form.message_id == card and "陈老师" in editor.form.text
    assert len(people.told(filler, number, "handling")) == 1
    editor.tap("交给")
    editor.tap("李科员")
    assert "李科员" in editor.form.text and "陈老师" not in editor.form.text
    editor.say("已电话联系，<b>下周</b>来访", reply_to=card)
    assert "已电话联系，<b>下周</b>来访" in editor.form.text and "陈老师" in editor.form.text
    other = people.staff(OTHER)
    other.say(f"/note {number} 材料齐了")
    assert "材料齐了" in other.form.text and "已电话联系" in other.form.text
    other.tap("通过…")
    assert message("form.state_handling", "zh") in other.form.text, "nothing is done before it is sure"
    other.tap("确定通过")
    assert message("form.state_accepted", "zh") in other.form.text
    people.told(filler, number, "accepted")
    other.tap("重新办理")
    assert message("form.state_handling", "zh") in other.form.text
    people.told(filler, number, "handling")
    heard = [line.text for line in people.told(filler, number, "accepted")]
    assert len(heard) == 1 and not [
        name for name in ("陈老师", "李科员", str(EDITOR), "备注") if name in "".join(heard)
    ]
    done = [(by, about) for act, allowed, by, about in people.acts() if act == "handle" and allowed]
    assert done[:6] == [(OTHER, number)] * 3 + [(EDITOR, number)] * 3


def test_nothing_of_what_a_sender_wrote_or_staff_noted_stands_in_clear(people: Of, folder: Path) -> None:
    _, number = people.applied()
    people.staff(EDITOR).say(f"/note {number} 只给同事看的话")
    stored = b"".join(path.read_bytes() for path in folder.glob("bot.db*"))
    secrets = ("只给同事看的话", "02012345678", "陈经理")
    assert not [secret for secret in secrets if secret.encode() in stored]


def test_each_role_does_what_is_its_own_and_every_refusal_is_noted(people: Of, bot: Running) -> None:
    _, number = people.applied()
    viewer, stranger = people.staff(VIEWER), people.public()
    viewer.say("/applications")
    assert number in viewer.form.text and "示例企业甲" not in viewer.form.text, "a viewer reads no content"
    with structlog.testing.capture_logs() as logs:
        viewer.tap("1")
        assert message("staff.role_editor", "zh") in viewer.form.text and "02012345678" not in viewer.form.text
        for typed in ("/export", f"/note {number} x", f"/applications {number}"):
            viewer.say(typed)
            assert "需要的身份" in viewer.form.text, typed
    assert {entry["act"] for entry in logs if entry["event"] == "staff act refused"} == {"read", "export", "handle"}
    assert not [entry for entry in logs if str(VIEWER) in repr(entry)], "no number of a person in the log"
    refused = [act for act, allowed, by, _ in people.acts() if by == VIEWER and not allowed]
    assert sorted(refused) == ["export", "handle", "read", "read"]
    for command in ("/applications", "/export", "/unanswered", "/note x y", "/audit"):
        stranger.say(command)
        assert message("unknown_command", "zh").split("{")[0][:6] in stranger.form.text, command
    people.staff(EDITOR).say("/export")
    assert message("staff.role_admin", "zh") in people.staff(EDITOR).form.text


def test_in_the_group_no_personal_data_and_who_hides_behind_the_group_is_nobody(
    people: Of, api: FakeBotApi, bot: Running
) -> None:
    _, number = people.applied()
    chat = next(chat for chat in api.world.chats.values() if chat.id == STAFF.chat)
    for typed, by, said in (
        ("/applications", EDITOR, message("staff.in_private", "zh")),
        ("/export", ADMIN, message("staff.in_private", "zh")),
        ("/status", VIEWER, "服务状态"),
        ("/applications", next(numbers), message("staff.role_viewer", "zh")),
    ):
        before = len(api.heard(STAFF.chat))
        api.say(api.person(by), f"{typed}@{api.world.bot['username']}", chat)
        bot.settle(api)
        heard = api.heard(STAFF.chat)[before:]
        assert len(heard) == 1 and number not in heard[0].text, typed
        assert said in heard[0].text, (typed, heard[0].text)


def test_of_two_at_the_same_time_one_does_it_and_the_other_sees_how_it_stands(people: Of, api: FakeBotApi) -> None:
    filler, number = people.applied()
    first, second = people.staff(EDITOR), people.staff(OTHER)
    cards = {one.number: people.card(one, number) for one in (first, second)}
    for one in (first, second):
        data = next(data for label, data in cards[one.number].buttons if "我来办" in label)
        api.press(one.person, one.number, data, cards[one.number].message_id)
    first.bot.settle(api)
    seen = [one.form.text for one in (first, second)]
    late = [text for text in seen if "刚才别人已经动过" in text]
    assert len(late) == 1 and len([text for text in seen if "⚠️" not in text]) == 1
    assert len(people.told(filler, number, "handling")) == 1


def test_many_at_once_leave_one_state_and_one_message(people: Of, api: FakeBotApi, bot: Running) -> None:
    filler, number = people.applied()
    staff = [people.staff(each) for each in (EDITOR, OTHER)]
    for round_ in range(5):
        cards = [(one, people.card(one, number)) for one in staff]
        label = "我来办" if round_ % 2 == 0 else "交给"
        taps = [
            threading.Thread(
                target=api.press, args=(one.person, one.number, data, card.message_id)
            )
            for one, card in cards
            for text, data in card.buttons
            if label in text
        ]  # fmt: skip
        for tap in taps:
            tap.start()
        for tap in taps:
            tap.join()
        bot.settle(api)
    assert len(people.told(filler, number, "handling")) == 1


def test_an_application_that_its_sender_deleted_is_gone_for_staff_too(people: Of) -> None:
    filler, number = people.applied()
    editor = people.staff(EDITOR)
    people.card(editor, number)
    filler.say("/delete_my_data")
    filler.tap(message("delete_yes", "zh"))
    editor.tap("我来办")
    assert number in editor.form.text and "没有编号" in editor.form.text
    assert not filler.sent()


def test_one_that_was_sent_before_chats_were_kept_says_that_nobody_is_told(people: Of, bot: Running) -> None:
    _, number = people.applied()
    from bot.telegram import json_codec
    from bot.telegram.sealing.sealer import sealer_of

    def as_before(sql: Any) -> None:
        row = sql.execute(select(applications.c.content).where(applications.c.number == number)).scalar_one()
        content = json_codec.loads(sealer_of(sql).unseal(row, CONTENT_COLUMN))
        old = {name: content[name] for name in ("answers", "labels", "age", "language", "consent")}
        sealed = sealer_of(sql).seal(json_codec.dumps(old), CONTENT_COLUMN)
        sql.execute(update(applications).where(applications.c.number == number).values(content=sealed))

    bot.runtime.transactions.run_in_this_thread(as_before)
    editor = people.staff(EDITOR)
    people.card(editor, number)
    assert message("staff.cannot_be_told", "zh") in editor.form.text
    editor.tap("我来办")
    assert message("form.state_handling", "zh") in editor.form.text


def test_the_table_of_all_applications_comes_as_a_file_and_reckons_nothing(people: Of, api: FakeBotApi) -> None:
    filler = people.public()
    filler.open("enquiry")
    filler.fill((ENQUIRY[0], ENQUIRY[1], '=HYPERLINK("http://x")', *ENQUIRY[3:]))
    filler.tap("提交")
    number = filler.sent()[0].number
    admin = people.staff(ADMIN)
    admin.say("/export")
    sent = [
        message for message in api.world.messages.values() if message["chat"]["id"] == ADMIN and "document" in message
    ]
    content = api.world.files[sent[-1]["document"]["file_id"]]
    assert "个人信息" in sent[-1]["caption"]
    sheet = openpyxl.load_workbook(BytesIO(content))["enquiry"]
    [row] = [row for row in sheet.iter_rows() if row[0].value == number]
    [cell] = [cell for cell in row if str(cell.value).startswith("=HYPERLINK")]
    assert cell.data_type == "s" and cell.quotePrefix
    assert people.acts()[0][:3] == ("export", True, ADMIN)


def test_the_monthly_report_comes_as_text_picture_and_table_to_the_group_too(
    people: Of, api: FakeBotApi, bot: Running
) -> None:
    people.public().say("学费多少")
    viewer = people.staff(VIEWER)
    viewer.say("/report 2026-13")
    assert message("staff.report_month", "zh") in viewer.form.text
    month = f"{today():%Y-%m}"
    viewer.say(f"/report {month}")
    sent = [each for each in api.world.messages.values() if each["chat"]["id"] == VIEWER]
    [picture], [table] = ([each for each in sent if kind in each] for kind in ("photo", "document"))
    content = api.world.files[table["document"]["file_id"]]
    assert api.world.files[picture["photo"][0]["file_id"]].startswith(b"\x89PNG")
    assert len(openpyxl.load_workbook(BytesIO(content)).worksheets) > 2
    assert str(today().year) in viewer.form.text and viewer.form.buttons
    before = len(api.heard(STAFF.chat or 0))
    api.say(api.person(VIEWER), "/report", api.world.chats[STAFF.chat or 0])
    bot.settle(api)
    assert len(api.heard(STAFF.chat or 0)) == before + 3


def test_staff_answer_what_was_asked_in_vain_and_the_table_reads_as_one_of_answers(people: Of, folder: Path) -> None:
    asker, editor = people.public(), people.staff(EDITOR)
    for asked in ("unheld 周末办事窗口开门吗", "unheld 周末办事窗口开门吗", "unheld 有没有外语导览"):
        asker.say(asked)
    editor.say("/unanswered")
    assert "周末办事窗口开门吗" in editor.form.text
    editor.tap("1")
    page = editor.form
    assert "周末办事窗口开门吗" in page.text and "2 次" in page.text
    table = folder / "documents" / FILE
    for said, key in (
        ("周六上午开门。", "staff.answer_incomplete"),
        ("来源：示例通知\n有效期至：2099-06-30", "staff.answer_incomplete"),
        ("周六上午开门。\n来源：示例通知\n有效期至：2001-06-30", "staff.answer_day"),
        ("周六上午开门。\n来源：示例通知\n有效期至：明年", "staff.answer_day"),
        (f"{'长' * 1600}\n来源：示例通知\n有效期至：2099-06-30", "staff.answer_long"),
    ):
        editor.say(said, reply_to=page.message_id)
        assert message(key, "zh") in editor.form.text, said
    answer = "=周六上午开门。 带身份证。"
    editor.say("=周六上午开门。\n带身份证。\n来源：示例通知\n有效期至：2099年6月30日", reply_to=page.message_id)
    assert not table.exists() and "2099年6月30日" in editor.form.text
    preview = editor.form
    editor.tap("写入答复表")
    assert FILE in editor.form.text
    editor.tap("写入答复表", preview)
    people.staff(VIEWER).say("x", reply_to=page.message_id)
    [file], _ = source_files(folder / "documents")
    reading = read_table(file)
    assert not reading.problems
    [row] = [one.record for one in reading.rows]
    assert isinstance(row, CuratedAnswer)
    assert (row.question, row.answer, row.source) == ("unheld 周末办事窗口开门吗", answer, "示例通知")
    assert row.valid_to.isoformat() == "2099-06-30" and row.as_of is not None
    assert people.acts()[0][0] == "answer"


def test_a_damaged_table_of_answers_is_left_as_it_is_and_said(people: Of, folder: Path) -> None:
    people.public().say("unheld 停车场收费吗")
    editor, table = people.staff(EDITOR), folder / "documents" / FILE
    editor.say("/unanswered")
    place = next(line for line in editor.form.text.splitlines() if "停车场收费吗" in line)[0]
    editor.tap(place)
    before = table.read_bytes() if table.exists() else None
    table.write_bytes(b"no table")
    editor.say("不收费。\n来源：示例通知\n有效期至：2099-06-30", reply_to=editor.form.message_id)
    editor.tap("写入答复表")
    assert "没有写入" in editor.form.text and "Traceback" not in editor.form.text
    assert table.read_bytes() == b"no table"
    table.unlink() if before is None else table.write_bytes(before)


def test_nobody_is_told_of_a_form_while_staff_answer_in_their_chat(people: Of, bot: Running) -> None:
    filler, number = people.applied()
    filler.say("/human 我想问一件事")
    filler.tap(message("handoff.agree", "zh"))
    editor, run = people.staff(EDITOR), bot.runtime.transactions.run_in_this_thread
    people.card(editor, number)
    editor.tap("我来办")
    untold = select(applications.c.untold).where(applications.c.number == number)
    for _ in range(2):
        assert run(lambda sql: telling.tell_senders(sql, bot.runtime.bot_id, 0.0)) == 0
    assert run(lambda sql: sql.execute(untold).scalar_one()) is True
    filler.tap(message("handoff.end", "zh"), filler.shown()[-1])
    assert len(people.told(filler, number, "handling")) == 1


def test_the_state_of_the_service_says_what_waits_in_the_language_of_who_asks(people: Of) -> None:
    for number, language, words in (
        (VIEWER, "zh", ("服务状态", "还没有发布")),
        (ADMIN, "en", ("State of the", "Nothing is")),
    ):
        staff = people.staff(number, language)
        staff.say("/status")
        assert all(word in staff.form.text for word in words), staff.form.text


def test_help_lists_the_commands_of_staff_to_staff_alone(people: Of) -> None:
    editor, stranger = people.staff(EDITOR), people.public()
    for who, listed in ((editor, True), (stranger, False)):
        who.say("/help")
        assert ("/applications" in who.form.text) is listed and ("/export" in who.form.text) is listed


def test_what_staff_did_goes_in_time_and_a_command_shows_it(
    people: Of, bot: Running, api: FakeBotApi, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people.staff(VIEWER).say("/status")
    settings = settings_for(api, f"sqlite:///{folder}/bot.db", staff=STAFF)
    assert run_audit(settings, Secrets(), as_json=False) == 0
    shown = capsys.readouterr().out
    assert "陈老师" in shown and "REFUSED" in shown and "status" in shown
    transactions = bot.runtime.transactions
    kept = transactions.run_in_this_thread(lambda sql: len(list(audit.all_of(sql))))
    now = transactions.run_in_this_thread(transactions.now)
    transactions.run_in_this_thread(lambda sql: audit.purge(sql, now + 364 * 86400))
    assert transactions.run_in_this_thread(lambda sql: len(list(audit.all_of(sql)))) == kept > 0
    transactions.run_in_this_thread(lambda sql: audit.purge(sql, now + 366 * 86400))
    assert transactions.run_in_this_thread(lambda sql: list(audit.all_of(sql))) == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([5], {5: ("viewer", "…0005")}),
        ({5: "admin"}, {5: ("admin", "…0005")}),
        ({"5": {"role": "editor", "name": "王"}}, {5: ("editor", "王")}),
    ],
)
def test_people_are_a_list_of_viewers_or_have_roles(given: Any, expected: dict[int, tuple[str, str]]) -> None:
    staff = StaffSettings.model_validate({"people": given})
    assert {number: (str(staff.role_of(number)), staff.name_of(number)) for number in staff.people} == expected
    assert staff.role_of(None) is None and staff.role_of(6) is None
    assert hash(staff) == hash(StaffSettings.model_validate(staff.model_dump())), "settings are keys of what is kept"


def test_an_unknown_role_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"people\.5\.role"):
        StaffSettings.model_validate({"people": {5: "boss"}})


def test_conversations_are_as_ever(people: Of) -> None:
    """A person of staff asks questions like everybody."""
    editor = people.staff(EDITOR)
    editor.say("学费多少")
    assert "echo 学费多少" in editor.form.text


def sealed_by_another(text: str) -> str:
    """As if its key were not here."""
    return sealer().seal(text, CONTENT_COLUMN)


def test_one_whose_key_is_not_here_is_shown_so_and_changed_by_nobody(people: Of, bot: Running) -> None:
    _, number = people.applied()
    editor, run = people.staff(EDITOR), bot.runtime.transactions.run_in_this_thread
    people.card(editor, number)
    this = update(applications).where(applications.c.number == number)
    run(lambda sql: sql.execute(this.values(content=sealed_by_another("{}"))))
    editor.tap("我来办")
    assert message("staff.unreadable", "zh") in editor.form.text
    state = select(applications.c.state).where(applications.c.number == number)
    assert run(lambda sql: sql.execute(state).scalar_one()) == "new"


def test_who_waits_behind_many_that_cannot_be_told_yet_is_told(engine: Engine) -> None:
    """More than are looked at together have staff in their chat; the key of one is not here."""
    now, many = 1_000.0, telling.AT_ONCE + 5
    with store.writing(engine) as sql:
        for place in range(many + 2):
            sent = Application(f"261201-{place:05}", "enquiry", now, now + place, now + DAY, chat_id=100 + place)
            add(sql, replace(sent, state=ApplicationState.HANDLING), f"p{place}")
        sql.execute(update(applications).values(untold=True))
        lost = update(applications).where(applications.c.number == f"261201-{many:05}")
        sql.execute(lost.values(content=sealed_by_another("{}")))
        sql.execute(
            handoffs.insert(),
            [
                {
                    "id": f"h{place}", "bot": 1, "number": f"n{place}", "person": f"p{place}", "state": "open",
                    "conversation": f"c{place}", "chat": chat_of(sql, 100 + place), "content": "", "made": now,
                    "awaits_staff": True, "until": now,
                }
                for place in range(many)
            ],
        )  # fmt: skip
    with store.writing(engine) as sql:
        assert telling.tell_senders(sql, 1, now) == 1 and telling.tell_senders(sql, 1, now) == 0
        assert [row.person for row in sql.execute(select(outbox)).all()] == [f"p{many + 1}"]
        sql.execute(update(handoffs).values(state="closed"))
        told = [telling.tell_senders(sql, 1, now) for _ in range(3)]
        assert told == [telling.AT_ONCE, 5, 0]
        untold = select(applications.c.number).where(applications.c.untold)
        assert list(sql.scalars(untold)) == [f"261201-{many:05}"], "it is told when its key is here again"


def test_the_table_of_answers_is_as_open_as_its_folder_and_stays_as_staff_set_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    os.umask(0o077)  # the running bot's
    table = tmp_path / FILE
    assert append_answer(table, ("q", "a", "s", "2026-12-01", "2099-01-01"), "zh")
    assert table.stat().st_mode & 0o777 == 0o644
    table.chmod(0o640)
    assert append_answer(table, ("q2", "a", "s", "2026-12-01", "2099-01-01"), "zh")
    assert not append_answer(table, ("q2", "a", "s", "2026-12-01", "2099-01-01"), "en")
    assert table.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
