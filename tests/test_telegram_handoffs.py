"""Questions that staff answer in the chat: both ways at the same time, by any route, in topics and without."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.presentation.messages import message
from bot.telegram.queue.rate_limits import UNLIMITED
from tests.fake_bot_api import Chat, FakeBotApi
from tests.handoff_people import Asker, Refusing, Staff, kept, staff_chat, with_staff
from tests.handoff_talks import FOLDER, TALKS, played
from tests.telegram_bots import Running, bot_in_thread

OPENED, CLOSED = message("handoff.opened", "zh", number="", when="")[:8], message("handoff.ended_staff", "zh")
PREVIEW = message("handoff.preview", "zh", typed="", when="", days="")[:12]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("handoffs") / "bot.db"


@pytest.fixture(scope="module")
def chat(api: FakeBotApi) -> Chat:
    return staff_chat(api)


@pytest.fixture(scope="module")
def bot(api: FakeBotApi, chat: Chat, database: Path) -> Iterator[Running]:
    url = f"sqlite:///{database}"
    with bot_in_thread(api, url, Refusing(), limits=UNLIMITED, **with_staff(chat)) as running:
        yield running


@pytest.fixture
def own_api() -> Iterator[FakeBotApi]:
    """For a bot beside the one that all share."""
    with FakeBotApi(flood_limits=False) as made:
        yield made


@pytest.fixture
def staff(api: FakeBotApi, bot: Running, chat: Chat) -> Staff:
    return Staff(api, bot, chat)


@pytest.fixture
def asker(api: FakeBotApi, bot: Running) -> Asker:
    return Asker(api, bot)


def test_a_question_goes_to_staff_and_their_words_come_back(asker: Asker, staff: Staff, database: Path) -> None:
    asker.say("学费多少")
    before = len(staff.api.heard(staff.chat.id))
    asker.say("/human 我想问 <b>学费</b> & 13800138000 😀")
    preview = asker.last
    assert (
        PREVIEW in preview.text and "<b>学费</b> & 13800138000 😀" in preview.text and "echo 学费多少" in preview.text
    )
    assert len(staff.api.heard(staff.chat.id)) == before, "nothing goes before they agree"
    asker.tap("同意")
    opened = asker.last
    assert opened.message_id == preview.message_id and OPENED in opened.text
    (card,) = staff.read("我想问")
    assert "13800138000" in card.text and "echo 学费多少" in card.text and card.thread in staff.chat.topics
    said = len(asker.heard)
    staff.say("您好，学费3000元", thread=card.thread)
    asker.say("那住宿呢？")
    staff.say("住宿600元", who=1, thread=card.thread)
    asker.say("谢谢 /help")
    assert asker.heard[said:] == ["👤 工作人员：\n您好，学费3000元", "👤 工作人员：\n住宿600元"]
    assert [line.thread for line in staff.read("那住宿呢？")] == [card.thread]
    told = " ".join((*asker.heard, *(str(line) for line in staff.api.transcript(asker.number))))
    assert not [one for person in staff.people for one in (person["first_name"], str(person["id"])) if one in told]
    staff.say("自己人看的 //", thread=card.thread)
    staff.say("// 这位上次也问过", thread=card.thread)
    assert "这位上次也问过" not in " ".join(asker.heard)
    staff.say("/close", thread=card.thread)
    assert asker.heard[-1] == CLOSED and asker.last.buttons
    asker.say("实习工资多少")
    assert "echo 实习工资多少" in asker.last.text
    row = kept(asker.bot)[-1]
    assert row.state == "closed" and row.ended_by == "staff" and row.opened < row.closed
    staff.say("再补一句", thread=card.thread)
    assert staff.read("没有发给对方") and "再补一句" not in " ".join(asker.heard)
    with sqlite3.connect(database) as sql:
        stored = repr([sql.execute(f"SELECT * FROM {name}").fetchall() for name in ("handoffs", "outbox", "inbox")])
    assert not [one for one in ("13800138000", "学费", str(asker.number), str(staff.chat.id)) if one in stored]


def test_both_write_at_the_same_time_and_nothing_is_lost_or_out_of_order(asker: Asker, staff: Staff) -> None:
    asker.hand_off("一起写")
    (card,) = staff.read("一起写")
    said = len(asker.heard)
    for number in range(8):
        staff.api.say(asker.person, f"用户{number}")
        staff.api.say(staff.people[number % 2], f"答复{number}", staff.chat, thread=card.thread)
    staff.bot.settle(staff.api)
    assert asker.heard[said:] == [f"👤 工作人员：\n答复{number}" for number in range(8)]
    assert [line.text.split("\n")[1] for line in staff.read("用户")][-8:] == [f"用户{number}" for number in range(8)]
    staff.close(card)
    assert asker.heard.count(CLOSED) == 1


def test_a_reply_a_number_and_a_file_find_their_way(asker: Asker, staff: Staff) -> None:
    asker.hand_off("别的路")
    (card,) = staff.read("别的路")
    number = kept(asker.bot)[-1].number
    staff.say("回复的", reply_to=card.message_id)
    staff.say(f"/reply {number} 按编号的")
    staff.say(f"/reply {number}", thread=card.thread)
    assert [text.partition("\n")[2] for text in asker.heard[-2:]] == ["回复的", "按编号的"]
    assert staff.read("没有发给对方：请写成")
    staff.say("", thread=card.thread, document={"file_id": "d", "file_unique_id": "d"}, caption="报名表")
    assert asker.last.text == "报名表"
    asker.say("", voice={"file_id": "v", "file_unique_id": "v", "duration": 2})
    asker.say("", photo=[{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}], caption="我的证书")
    shown = staff.api.heard(staff.chat.id)
    assert shown[-1].text == "我的证书" and {line.thread for line in shown[-2:]} == {card.thread}
    asker.say("转来的", forwarded=True)
    first = asker.say("打错了")
    staff.api.edit(asker.person, first, "打对了")
    staff.bot.settle(staff.api)
    assert staff.read("↪️") and staff.read("打对了")
    asker.say("长" * 10_000)
    assert "".join(line.text for line in staff.api.heard(staff.chat.id)).count("长") == 10_000
    asker.say("\u200b \u200b")
    assert staff.api.heard(staff.chat.id)[-1].text.startswith(f"👤 {number}")
    asker.say("/cancel")
    assert asker.heard[-1] == message("handoff.ended_user", "zh") and staff.read("对方结束了对话")


def test_the_words_for_it_a_button_and_three_refusals_offer_it(asker: Asker, staff: Staff) -> None:
    asker.say("转人工")
    assert PREVIEW in asker.last.text
    asker.tap("不转")
    assert asker.last.text == message("handoff.declined", "zh")
    for number in range(2):
        asker.say(f"unheld {number}")
        assert PREVIEW not in asker.last.text
    before = len(asker.heard)
    asker.say("unheld 2")
    said = asker.heard[before:]
    assert (
        len(said) == 2
        and "nothing on unheld 2" in said[0]
        and "unheld 0" in said[1]
        and "nothing is sent" in said[1].lower()
    )
    asker.say("unheld 3")
    assert "handoff agree" not in str(asker.last.buttons) and asker.last.text.startswith("nothing on unheld 3")
    asker.say("held")
    assert all(row.state == "closed" for row in kept(asker.bot) if row.opened), "nothing was sent"


def test_bad_taps_change_nothing_and_say_what_to_do(asker: Asker, staff: Staff, api: FakeBotApi, bot: Running) -> None:
    asker.say("/human 第一次")
    old = asker.last
    asker.say("/human 第二次")
    assert asker.tap("同意", old) == message("handoff.old_button", "zh")
    stranger = Asker(api, bot)
    stranger.say("hello")
    data = next(data for label, data in asker.last.buttons if "同意" in label)
    assert stranger.press(data) == message("button_foreign", "zh")
    assert stranger.press("handoff send nothing") == message("handoff.old_button", "zh")
    assert stranger.press("handoff") == message("handoff.old_button", "zh")
    help_button = next(data for label, data in stranger.last.buttons if data) if stranger.last.buttons else "help"
    asker.tap("同意")
    opened = asker.last
    assert not staff.read("第一次") and len(staff.read("第二次")) == 1
    said = len(asker.heard)
    assert asker.press(data) == message("handoff.old_button", "zh"), "a second tap sends nothing"
    for other in (help_button, "help", "forged"):
        assert asker.press(other) == message("handoff.busy", "zh")
    (card,) = staff.read("第二次")
    close = next(data for _, data in card.buttons)
    assert asker.press(close) == message("button_foreign", "zh")
    assert len(asker.heard) == said and len(staff.read("第二次")) == 1
    asker.tap("结束", opened)
    assert asker.heard[said:] == [message("handoff.ended_user", "zh")]
    staff.close(card)
    assert asker.heard[said:] == [message("handoff.ended_user", "zh")], "one closing message"
    toast = staff.api.transcript(staff.chat.id, "toast")[-1].text
    assert toast == message("handoff.old_button", "zh")


def test_a_topic_that_was_deleted_is_made_again_with_what_stood_in_it(asker: Asker, staff: Staff) -> None:
    asker.hand_off("话题没了")
    (card,) = staff.read("话题没了")
    staff.api.delete_topic(staff.chat, int(card.thread or 0))
    asker.say("还在吗")
    (line,) = staff.read("还在吗")
    again = staff.read("话题没了")[-1]
    assert line.thread == again.thread != card.thread and len(staff.read("话题没了")) == 2
    staff.say("在的", thread=line.thread)
    assert asker.heard[-1].endswith("在的")
    staff.close(again)


def test_staff_see_what_cannot_be_delivered(asker: Asker, staff: Staff) -> None:
    asker.hand_off("送不到")
    (card,) = staff.read("送不到")
    poll = {"id": "1", "question": "?", "options": []}
    staff.say("", thread=card.thread, poll=poll)
    assert staff.read("这条没有送到")
    asker.say("", poll=poll)
    assert staff.read("转不过来")
    staff.api.block(asker.number)
    sent = staff.say("有人吗", thread=card.thread)
    (told,) = staff.read("停用了机器人")
    assert told.reply_to == sent["message_id"] and told.thread == card.thread
    staff.api.block(asker.number, blocked=False)
    staff.close(card)
    assert asker.heard[-1] == CLOSED


def test_everything_of_it_goes_with_the_users_data(asker: Asker, staff: Staff) -> None:
    asker.hand_off("要删除的")
    (card,) = staff.read("要删除的")
    staff.say("好的", thread=card.thread)
    asker.say("/delete_my_data")
    assert message("handoff.ended_user", "zh") in asker.heard[-2:] and "确定吗" in asker.last.text
    asker.tap("全部删除")
    assert message("deleted_handoffs", "zh", count="1") in asker.last.text
    assert card.thread not in staff.chat.topics and "要删除的" not in " ".join(staff.api.showing(staff.chat.id))
    person = asker.bot.runtime.transactions.sealer.identities.of(asker.number)
    assert person not in [row.person for row in kept(asker.bot)]


def test_in_a_group_it_leads_to_the_private_chat(asker: Asker, staff: Staff, api: FakeBotApi) -> None:
    group = api.group(-1_000_700_000_001, administered=True)
    api.say(asker.person, "/human", group)
    asker.bot.settle(api)
    line = api.heard(group.id)[-1]
    assert "12333" in line.text and any(to.endswith("?start=human") for _, to in line.buttons)
    asker.say("/start human")
    assert PREVIEW in asker.last.text and message("handoff.no_question", "zh") in asker.last.text


@pytest.mark.parametrize("name", list(TALKS))
def test_a_talk_shows_what_its_transcript_says(name: str, tmp_path: Path) -> None:
    assert played(name, tmp_path) == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("forum", [False, True])
def test_without_topics_replies_find_their_way(
    forum: bool, own_api: FakeBotApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a group without topics, and in one where the bot may not make any and reads only replies to it."""
    chat = staff_chat(own_api, forum=forum, administered=False)
    with bot_in_thread(
        own_api, f"sqlite:///{tmp_path}/bot.db", Refusing(), limits=UNLIMITED, **with_staff(chat)
    ) as bot:
        first, second, staff = Asker(own_api, bot), Asker(own_api, bot), Staff(own_api, bot, chat)
        for asker in (first, second):
            asker.hand_off(f"私事{asker.number}。")
        cards = {asker.number: staff.read(f"私事{asker.number}。")[0] for asker in (first, second)}
        first.say("", photo=[{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}])
        picture = own_api.heard(chat.id)[-1]
        assert picture.reply_to == cards[first.number].message_id, "a picture says by its place whose it is"
        staff.say("给第二位", reply_to=cards[second.number].message_id)
        staff.say("给第一位", reply_to=picture.message_id)
        staff.say("没有回复谁")
        assert first.heard[-1].endswith("给第一位") and second.heard[-1].endswith("给第二位")
        for asker in (first, second):
            asker.say("/delete_my_data")
            asker.tap("全部删除")
        assert not [text for text in own_api.showing(chat.id) if "私事" in text]
        log = capsys.readouterr().out
        names = [*(str(one) for one in (first.number, second.number, chat.id)), "私事", "给第", "主任"]
        assert "hand-off opened" in log and not [name for name in names if name in log]


def test_when_nothing_arrives_in_the_staff_chat_users_are_told_to_call(own_api: FakeBotApi, tmp_path: Path) -> None:
    chat = staff_chat(own_api)
    with bot_in_thread(
        own_api, f"sqlite:///{tmp_path}/bot.db", Refusing(), limits=UNLIMITED, **with_staff(chat)
    ) as bot:
        asker = Asker(own_api, bot)
        asker.hand_off("有人吗")
        own_api.block(chat.id)
        asker.say("还在等")
        assert asker.heard[-1] == message("handoff.ended_unreachable", "zh", contacts="12333  服务热线")
        asker.say("那我问你")
        assert asker.heard[-1].endswith("echo 那我问你")
