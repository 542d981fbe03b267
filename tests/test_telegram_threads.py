"""What a message points at: replies, edited questions, albums. The real runtime against the strict fake Bot API."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.answer import Answer, Block, BlockKind, Status
from bot.presentation.messages import message
from bot.telegram.delivery.privacy_notice import notice_text
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.queue.tables import answers
from bot.telegram.sealing.identities import IdentityHasher
from tests.fake_bot_api import Chat, FakeBotApi, Kind, Line
from tests.speaker import Speaker, new_group
from tests.telegram_bots import BotProcess, Echo, Running, bot_in_thread, settings_for

INTRODUCTION = notice_text("en")


class Parts(Echo):
    """Echoes; "parts 3 …" in so many messages."""

    def answer(self, question: str, *rest: Any, **more: Any) -> Answer:
        word, _, text = question.partition(" ")
        if word != "parts":
            return super().answer(question, *rest, **more)
        count = int(text.split()[0])
        blocks = tuple(Block(BlockKind.SAY, f"{text}: {number} " + "一" * 4000) for number in range(1, count + 1))
        return Answer(Status.ANSWERED, "zh", blocks)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("threads") / "bot.db"


@pytest.fixture(scope="module")
def bot(api: FakeBotApi, database: Path) -> Iterator[Running]:
    with bot_in_thread(api, f"sqlite:///{database}", Parts(), limits=UNLIMITED) as running:
        yield running


@pytest.fixture
def user(api: FakeBotApi, bot: Running) -> Speaker:
    return Speaker(api)


@pytest.fixture
def group(api: FakeBotApi, bot: Running) -> Chat:
    return new_group(api)


def before(line: Line) -> str:
    return line.text.rpartition("before:")[2].strip()


def test_a_reply_leans_on_the_answer_that_it_points_at(user: Speaker) -> None:
    first = user.ask("one")
    user.ask("two")
    assert before(user.ask("turns", reply_to=first.message_id)) == "one"
    assert before(user.ask("turns")) == "one, two, turns"


def test_a_reply_to_the_own_question_means_its_answer(user: Speaker, api: FakeBotApi) -> None:
    question = user.say("one")
    api.wait_heard(user.chat)
    user.ask("two")
    assert before(user.ask("turns", reply_to=question["message_id"])) == "one"


def test_a_reply_to_a_notice_means_the_bot_and_nothing_in_particular(user: Speaker) -> None:
    notice = user.ask("/help")
    user.ask("one")
    assert before(user.ask("turns", reply_to=notice.message_id)) == "one"


def test_a_reply_to_what_is_older_than_a_day_stands_alone(user: Speaker, api: FakeBotApi, bot: Running) -> None:
    first = user.ask("one")
    user.ask("two")
    bot.runtime.transactions.run_in_this_thread(
        lambda sql: sql.execute(update(answers).values(made=answers.c.made - 25 * 3600))
    )
    api.world.messages[user.chat, first.message_id]["date"] -= 25 * 3600
    assert before(user.ask("turns", reply_to=first.message_id)) == ""


def test_a_reply_to_an_answer_to_somebody_else_takes_that_and_no_more_of_theirs(group: Chat, api: FakeBotApi) -> None:
    first, second = Speaker(api, group), Speaker(api, group)
    first.ask("/ask secret")
    shown = first.ask("/ask one")
    second.ask("/ask mine")
    assert before(second.ask("turns", reply_to=shown.message_id)) == "one"
    assert before(second.ask("/ask turns")) == "mine, turns", "the others' question is not theirs now"


def test_a_question_of_somebody_else_is_what_is_asked_about(group: Chat, api: FakeBotApi) -> None:
    first, second = Speaker(api, group), Speaker(api, group)
    asked = first.say("学徒制补贴，我的电话13800138000")
    answer = second.ask("@huadu_test_bot turns", reply_to=asked["message_id"])
    assert before(answer) == "学徒制补贴，我的电话***"
    assert before(second.ask("/ask turns")) == "turns", "of the other's words nothing is kept"
    bare = second.ask("@huadu_test_bot", reply_to=asked["message_id"])
    assert bare.text == "echo 学徒制补贴，我的电话13800138000", "the replied message is the question"
    assert message("ask_empty", "zh").strip() == second.ask("@huadu_test_bot").text


def test_every_message_of_a_topic_replies_to_its_beginning_and_that_means_nothing(group: Chat, api: FakeBotApi) -> None:
    speaker = Speaker(api, group)
    root = api.world.message(group, api.world.bot, forum_topic_created={"name": "x", "icon_color": 0})
    speaker.say("大家好", thread=7, reply_to=root["message_id"])
    answer = speaker.ask("/ask turns", thread=7, reply_to=root["message_id"])
    assert (before(answer), answer.thread) == ("", 7)


def test_an_edited_question_is_answered_anew_in_place(user: Speaker, api: FakeBotApi) -> None:
    user.ask("zero")
    question = user.say("one")
    answer = api.wait_heard(user.chat, 2)[1]
    user.ask("two")
    api.edit(user.person, question, "turns")
    edited = api.wait_heard(user.chat, 4)[3]
    assert (edited.kind, edited.message_id) == ("edit", answer.message_id)
    assert before(edited) == "zero", "what came before it, not after it"
    assert before(user.ask("turns")) == "zero, turns, two", "the turn is replaced"


def test_an_edit_that_changes_no_word_is_none(user: Speaker, api: FakeBotApi) -> None:
    question = user.say("see https://example.org")
    api.wait_heard(user.chat)
    api.preview(question)
    api.edit(user.person, question, "see https://example.org")
    assert user.end() == 1


def test_an_edit_after_ten_minutes_is_told_in_private_once_and_ignored_in_a_group(
    user: Speaker, group: Chat, api: FakeBotApi
) -> None:
    question = user.say("one")
    api.wait_heard(user.chat)
    for _ in range(2):
        api.edit(user.person, question, "changed", after=601)
    assert api.wait_heard(user.chat, 2)[1].text == message("edited", "zh")
    assert before(user.ask("turns")) == "one" and user.end() == 3
    member = Speaker(api, group)
    asked = member.say("/ask one")
    api.wait_heard(group.id)
    api.edit(member.person, asked, "/ask changed", after=601)
    assert member.end() == 1


def test_in_a_group_an_edit_answers_in_place_and_one_that_names_the_bot_at_last_is_answered(
    group: Chat, api: FakeBotApi
) -> None:
    member = Speaker(api, group)
    asked = member.say("/ask one")
    answer = api.wait_heard(group.id)[0]
    api.edit(member.person, asked, "/ask two")
    edited = api.wait_heard(group.id, 2)[1]
    assert (edited.kind, edited.message_id, edited.text) == ("edit", answer.message_id, "echo two")
    unnamed = member.say("three")
    api.edit(member.person, unnamed, "@huadu_test_bot three")
    assert api.wait_heard(group.id, 3)[2].text == "echo three"


@pytest.mark.parametrize(("old", "new"), [(1, 3), (3, 1), (2, 2)])
def test_answers_of_several_messages_take_each_others_place(user: Speaker, api: FakeBotApi, old: int, new: int) -> None:
    user.ask("hello")
    question = user.say(f"parts {old} first")
    api.wait(lambda: len(api.showing(user.chat)) == 1 + old)
    api.edit(user.person, question, f"parts {new} second")
    expected = [f"{new} second: {number}" for number in range(1, new + 1)]
    api.wait(lambda: [text.partition(" 一")[0] for text in api.showing(user.chat)[1:]] == expected)
    api.edit(user.person, question, "third")
    api.wait(lambda: api.showing(user.chat)[1:] == ["echo third"])


def test_who_answers_stays_said_when_the_first_question_is_edited(user: Speaker, api: FakeBotApi) -> None:
    question = user.say("one")
    assert api.wait_heard(user.chat)[0].text.startswith(INTRODUCTION)
    api.edit(user.person, question, "two")
    assert api.wait_heard(user.chat, 2)[1].text == f"{INTRODUCTION}\n\necho two"
    assert user.ask("three").text == "echo three"


def test_an_answer_whose_message_is_gone_is_sent_anew(user: Speaker, api: FakeBotApi) -> None:
    question = user.say("one")
    answer = api.wait_heard(user.chat)[0]
    del api.world.messages[user.chat, answer.message_id]
    api.edit(user.person, question, "two")
    assert api.wait_heard(user.chat, 2)[1].kind == "message"
    assert api.showing(user.chat)[0].endswith("echo two")


def test_the_same_answer_once_more_counts_as_delivered(user: Speaker, api: FakeBotApi, database: Path) -> None:
    user.ask("hello")
    question = user.say("parts 1 x")
    api.wait_heard(user.chat, 2)
    api.edit(user.person, question, "parts 1 x ")
    assert user.end() == 2
    with sqlite3.connect(database) as sql:
        assert sql.execute("SELECT count(*) FROM outbox WHERE state != 'waiting'").fetchone() == (0,)


@pytest.mark.parametrize("pause", [0.0, 0.3, 0.7])
def test_a_question_edited_before_its_answer_arrived_has_one_answer(
    user: Speaker, api: FakeBotApi, pause: float
) -> None:
    """While it is worked on, while it is sent, and when it was sent."""
    user.ask("hello")
    api.faults.add(Kind.SLOW, 0.4, chat=user.chat)
    question = user.say("sleep 0.1 old")
    time.sleep(pause)
    api.edit(user.person, question, "new")
    user.end()
    api.wait(lambda: len(api.showing(user.chat)) == 3 and "echo new" in api.showing(user.chat))


@pytest.mark.parametrize("captions", [["学徒制是什么", "", ""], ["", "学徒制是什么", ""], ["", "", "学徒制是什么"]])
def test_an_album_is_one_question_wherever_its_caption_stands(
    user: Speaker, api: FakeBotApi, captions: list[str]
) -> None:
    user.ask("hello")
    parts = api.album(user.person, captions)
    answer = f"echo 学徒制是什么\n\n{message('caption_only', 'zh')}"
    api.wait(lambda: answer in api.showing(user.chat))
    assert before(user.ask("turns")) == "hello, 学徒制是什么"
    assert user.end() == 3, "one answer"
    api.edit(user.person, parts[captions.index("学徒制是什么")], "学制几年")
    api.wait(lambda: any(text.startswith("echo 学制几年") for text in api.showing(user.chat)))
    assert user.end() == 4


def test_an_album_without_words_gets_one_notice(user: Speaker, api: FakeBotApi) -> None:
    user.ask("hello")
    api.album(user.person, ["", "", "", ""])
    assert user.end() == 2 and api.showing(user.chat)[1] == message("media_file", "zh")


def test_nothing_of_it_stands_in_clear_and_it_goes_with_the_users_data(
    user: Speaker, api: FakeBotApi, bot: Running, database: Path
) -> None:
    answer = user.ask("blue elephants")
    hashes = IdentityHasher(api.token)
    name = hashes.message(user.chat, str(answer.message_id))

    def rows() -> list[str]:
        with sqlite3.connect(database) as sql:
            both = [row for table in ("answers", "answer_messages") for row in sql.execute(f"SELECT * FROM {table}")]
        return [repr(row) for row in both]

    api.wait(lambda: any(name in row for row in rows()))
    assert not any("elephants" in row or str(user.chat) in row for row in rows())
    mine = [row for row in rows() if name in row or hashes.of(user.chat) in row]
    assert len(mine) == 2 and all("v1." in row for row in mine)
    confirm = user.ask("/delete_my_data")
    yes = next(data for label, data in confirm.buttons if label == message("delete_yes", "zh"))
    api.press(user.person, user.chat, yes, confirm.message_id)
    api.wait(lambda: not any(hashes.of(user.chat) in row or name in row for row in rows()))
    api.wait_heard(user.chat, 3)
    assert before(user.ask("turns", reply_to=answer.message_id)) == ""


def test_a_message_that_is_deleted_while_it_is_sent_takes_no_other_along(user: Speaker, api: FakeBotApi) -> None:
    """The row of the confirmation gets the number that the row of the message had."""
    confirm = user.ask("/delete_my_data")
    yes = next(data for label, data in confirm.buttons if label == message("delete_yes", "zh"))
    api.faults.add(Kind.SLOW, 1, chat=user.chat)
    user.say("one")
    api.wait(lambda: any(fault.chat == user.chat for fault in api.faults.hit))
    api.press(user.person, user.chat, yes, confirm.message_id)
    assert api.wait_heard(user.chat, 3)[2].text.startswith("已删除")


def test_killed_between_delivery_and_its_note_nothing_is_lost(tmp_path: Path) -> None:
    """The message was taken, the connection cut: it is sent once more, as ever, and the later one is the answer's."""
    with FakeBotApi(flood_limits=False) as api:
        url = f"sqlite:///{tmp_path}/bot.db"
        speaker = Speaker(api)
        settings = settings_for(api, url)
        api.faults.add(Kind.SLOW, 2, chat=speaker.chat)
        with bot_in_thread(api, url):
            pass  # makes the tables
        process = BotProcess(settings, api.token, paced=False)
        try:
            question = speaker.say("one")
            api.wait(lambda: bool(api.faults.hit), 60)
            process.kill()
            process = BotProcess(settings, api.token, paced=False)
            api.wait(lambda: len(api.showing(speaker.chat)) == 2, 60)
            api.edit(speaker.person, question, "two")
            api.wait(lambda: any("echo two" in text for text in api.showing(speaker.chat)), 60)
            assert sum("echo two" in text for text in api.showing(speaker.chat)) == 1
        finally:
            process.kill()
