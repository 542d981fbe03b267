"""Groups that the bot is added to and removed from: greeted once, and nothing goes on waiting for one that is left."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.answer import Turn
from bot.presentation.messages import message
from bot.telegram.queue import conversations, inbox, outbox, tables
from bot.telegram.queue.audience import group_chats
from bot.telegram.queue.audience.group_chats import GroupChange, GroupEvent
from bot.telegram.queue.audience.personal_data import kept_of
from bot.telegram.queue.conversations import Conversation
from bot.telegram.queue.inbox import received_update
from bot.telegram.queue.outgoing.messages import Delivery, MessageBatch, MessageContent
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.sealing.sealer import sealer_of
from knowledge import store
from knowledge.entities.home import wording
from knowledge.settings import NO_PROGRAMME
from tests.fake_bot_api import FakeBotApi
from tests.sealed import chat_of
from tests.telegram_bots import bot_in_thread

GROUP, BOT, PERSON = -1_000_000_003_001, 1, 70_001
GREETING = message("group_greeting", "zh", **wording(NO_PROGRAMME, "zh")).strip()


def test_a_group_is_greeted_once_and_what_waits_for_it_goes_when_the_bot_is_removed(tmp_path: Path) -> None:
    database = tmp_path / "bot.db"
    url = f"sqlite:///{database}"
    with FakeBotApi(flood_limits=False) as api, bot_in_thread(api, url, limits=UNLIMITED):
        ann, group = api.person(1, "Ann"), api.group(GROUP)
        api.add_bot(ann, group, "welcome")  # by a ?startgroup= link: Telegram tells both, and one greeting is enough
        api.say(ann, "/ask 在吗", group)
        lines = api.wait_heard(GROUP, 2)
        assert [line.text for line in lines] == [GREETING, "echo 在吗"]
        assert lines[0].buttons == ((message("open_private", "zh"), "https://t.me/huadu_test_bot?start=welcome"),)
        api.say(ann, "/start@huadu_test_bot jobs", group)
        assert api.wait_heard(GROUP, 3)[-1].text == "echo opened jobs", "a link may open a list there"
        api._membership(ann, group, "member", "administrator")

        api.say(ann, "/ask sleep 1", group)
        api.say(ann, "/ask never", group)
        api.remove_bot(ann, group)
        api.wait(lambda: not rows(database, "SELECT 1 FROM group_chats"))
        api.wait(lambda: not rows(database, "SELECT 1 FROM outbox WHERE chat <> 0"))
        assert not rows(database, "SELECT 1 FROM inbox WHERE state = 'waiting'")
        api.add_bot(ann, group)
        assert api.wait_heard(GROUP, 4)[-1].text == GREETING


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(database) as sql:
        return sql.execute(query).fetchall()


def test_the_books_of_groups_and_what_leaves_with_one(engine: Engine) -> None:
    now = time.time()
    joined, started, left = (
        GroupEvent(change) for change in (GroupChange.JOINED, GroupChange.STARTED, GroupChange.LEFT)
    )
    with store.writing(engine) as sql:
        hashes = sealer_of(sql).identities

        def note(chat: int, event: GroupEvent, at: float) -> bool:
            return group_chats.note(sql, BOT, chat, event, at)

        assert note(GROUP, joined, now) and not note(GROUP, joined, now + 900) and not note(GROUP, started, now + 5)
        assert note(GROUP, started, now + 100), "who asks later is told again"
        assert not note(GROUP, GroupEvent(GroupChange.MOVED, GROUP - 1), now)
        assert not note(GROUP - 1, joined, now), "it is the same group"
        for chat in (GROUP - 1, GROUP - 2):
            asked = {"chat": {"id": chat}, "from": {"id": PERSON}, "date": 1, "message_id": 1, "text": "secret"}
            inbox.store(sql, BOT, [received_update({"update_id": -chat, "message": asked}, hashes)], now)
            outbox.enqueue(sql, BOT, [MessageBatch(chat, "p", (MessageContent("secret"),))], now)
        note(GROUP - 1, left, now)
        for table in (tables.inbox, tables.outbox):
            waiting = sql.scalars(select(table.c.chat).where(table.c.state == "waiting")).all()
            assert waiting == [chat_of(sql, GROUP - 2)], "another group's stay"
        assert note(GROUP - 1, joined, now)


def test_a_notice_counts_by_its_delivery_and_is_shown_among_what_is_kept(engine: Engine) -> None:
    now = time.time()
    with store.writing(engine) as sql:
        hashes = sealer_of(sql).identities
        key, person = hashes.of(PERSON, PERSON), hashes.of(PERSON)
        outbox.begin(sql, BOT)
        batch = MessageBatch(PERSON, person, (MessageContent("a"), MessageContent("b")), 1, "answered", notice=3)
        outbox.enqueue(sql, BOT, [batch], now)
        talk = Conversation(key, person, "en").with_turn(Turn("question", "answer"), now)
        conversations.save(sql, [talk], now)
        asked = {"chat": {"id": PERSON}, "from": {"id": PERSON}, "date": 1, "message_id": 1, "text": "hi"}
        inbox.store(sql, BOT, [received_update({"update_id": 5, "message": asked}, hashes)], now)
        [claim] = inbox.claim(sql, BOT, "me", 9, now)
        assert claim.conversation.notice == 3, "it is on its way"
        assert kept_of(sql, person, now).notice is None, "but has not arrived"
        (first,) = outbox.claim(sql, BOT, "me", 9, UNLIMITED, now).messages
        outbox.settle(sql, BOT, "me", [Delivery(first, sent=True)], UNLIMITED, now)
        conversations.save(sql, [talk], now)  # a worker that had read it before
        kept = kept_of(sql, person, now)
        assert (kept.notice, kept.languages, kept.waiting) == (3, ("en",), 2)
        assert [timed.turn.question for timed in kept.turns] == ["question"]
        (second,) = outbox.claim(sql, BOT, "me", 9, UNLIMITED, now + 2).messages
        assert second.notice is None
        conversations.forget(sql, person)
        outbox.settle(sql, BOT, "me", [Delivery(first, sent=True)], UNLIMITED, now + 3)
        assert not sql.execute(select(tables.conversations)).all(), "who deleted everything is not noted again"


@pytest.mark.long
def test_a_group_under_load_gets_no_more_than_telegram_lets_it(tmp_path: Path) -> None:
    """Thirty questions at once are answered, twenty within any minute: none is refused, and none is lost."""
    with FakeBotApi() as api, bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db"):
        group = api.group(GROUP - 1)
        for number in range(30):
            api.say(api.person(PERSON + number), f"/ask number {number}", group)
        heard = api.wait_heard(group.id, 30, 90)
        times = [line.at for line in heard]
        assert min(last - first for first, last in zip(times, times[20:], strict=False)) > 59.9
        assert {line.text.rsplit(" ", 1)[1] for line in heard} == {str(number) for number in range(30)}
        assert not api.limits.violations and not [call for call in api.calls if call.status == 429]
