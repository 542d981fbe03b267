"""Replies to older lists and answers, asked of the shipped tables and documents by people of a group and in private."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.answer import Status
from bot.telegram.queue.rate_limits import UNLIMITED
from knowledge.tables.querying.record_queries import PAGE
from tests.fake_bot_api import FakeBotApi
from tests.shipped import shipped
from tests.speaker import Speaker, new_group
from tests.telegram_bots import Running, bot_in_thread

LIST, OTHER = "叉车司机哪里招", "失业金怎么领？"


@pytest.fixture(scope="module")
def bot(api: FakeBotApi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    url = f"sqlite:///{tmp_path_factory.mktemp('lists')}/bot.db"
    with bot_in_thread(api, url, shipped().assistant(), limits=UNLIMITED) as running:
        yield running


def greeted(api: FakeBotApi) -> Speaker:
    """Somebody who has received the notice, which otherwise stands in a message of its own above the first list."""
    user = Speaker(api)
    user.ask("/start")
    return user


def rows(question: str) -> list[str]:
    """The employers that a question's list shows, in order."""
    answer = shipped().assistant().answer(question)
    assert answer.status is Status.ANSWERED and len(answer.records) > 1
    return [str(record["employer"]).removesuffix("（SAMPLE）") for record in answer.records]


def test_a_number_more_another_place_and_the_row_mean_the_list_that_is_replied_to(
    api: FakeBotApi, bot: Running
) -> None:
    user, second = greeted(api), rows(LIST)[1]
    shown = user.ask(LIST)
    assert second in shown.text
    assert second not in user.ask(OTHER).text
    card = user.ask("第2个", reply_to=shown.message_id)
    assert second in card.text and rows(LIST)[0] not in card.text
    user.ask(OTHER)
    wages = user.ask("它的工资是多少", reply_to=card.message_id)
    assert second in wages.text and wages.text.startswith("薪资")
    user.ask(OTHER)
    elsewhere = user.ask("换成狮岭的", reply_to=shown.message_id)
    assert "狮岭" in elsewhere.text and "失业" not in elsewhere.text

    user = greeted(api)
    openings = user.ask("有哪些岗位")
    user.ask(OTHER)
    assert f"\n{PAGE + 1}. " in user.ask("还有别的吗", reply_to=openings.message_id).text


def test_in_a_group_everybody_may_reply_to_a_list_and_to_a_question(api: FakeBotApi, bot: Running) -> None:
    group = new_group(api)
    first, other = Speaker(api, group), Speaker(api, group)
    shown = first.ask(f"/ask {LIST}")
    first.ask(f"/ask {OTHER}")
    other.ask("/ask 学徒制是什么")
    card = other.ask("第2个", reply_to=shown.message_id)
    assert rows(LIST)[1] in card.text and "学徒" not in card.text
    asked = first.say("失业金怎么领")
    answer = other.ask("@huadu_test_bot 要什么材料", reply_to=asked["message_id"])
    assert "失业" in answer.text


def test_an_edited_question_shows_another_list_in_its_place(api: FakeBotApi, bot: Running) -> None:
    user = greeted(api)
    question = user.say("狮岭有哪些岗位")
    shown = api.wait_heard(user.chat, 2)[1]  # after the welcome
    api.edit(user.person, question, "花东有哪些岗位")
    edited = api.wait_heard(user.chat, 3)[2]
    assert edited.message_id == shown.message_id and "花东" in edited.text
    user.ask(OTHER)
    assert "花东" in user.ask("第1个在哪", reply_to=shown.message_id).text
