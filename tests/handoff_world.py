"""The bot's steps one by one, with no process around them: store, claim, handle, commit, send, note, and what breaks in
between. What Telegram would show is kept as each side sees it.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, select
from telegram import Bot

from bot.settings import Contact
from bot.staff_settings import StaffSettings
from bot.telegram.delivery.service_facts import ServiceFacts
from bot.telegram.delivery.settlement import settle_and_claim, topic_refused
from bot.telegram.handoffs.closing import close_overdue
from bot.telegram.handoffs.terms import HandoffTerms
from bot.telegram.queue import inbox, outbox
from bot.telegram.queue.outgoing.messages import Delivery, OutgoingMessage
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.queue.tables import inbox as inbox_rows
from bot.telegram.queue.tables import metadata
from bot.telegram.queue.tables import outbox as outbox_rows
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.queue.worker_identity import LEASE_SECONDS
from bot.telegram.runtime.commit import commit_results
from bot.telegram.updates.answering import HandlerResult, WorkerContext, answer_claim
from tests.fake_bot_api import FakeBotApi
from tests.handoff_people import CONTACTS, Refusing

HOUR = 3600.0
OWNER = "me"
NO_TOPIC = "message thread not found"  # as Telegram says it
contacts: tuple[Contact, ...] = CONTACTS


@dataclass(frozen=True)
class Seen:
    """A message of the bot in a chat; ``number``: Telegram's."""

    number: int
    text: str
    buttons: tuple[str, ...] = ()
    reply_to: int | None = None
    thread: int | None = None


@dataclass
class HandoffWorld:
    """One user, one staff chat, one bot. ``views``: what the bot wrote in each; ``held``: handled, not committed;
    ``unsure``: rows of the outbox that were sent, and that the bot does not know of.
    """

    bot: Bot
    transactions: TransactionRunner
    user: int
    staff: int
    forum: bool
    now: float
    views: dict[int, list[Seen]] = field(default_factory=dict)
    held: list[HandlerResult] = field(default_factory=list)
    unsure: set[int] = field(default_factory=set)
    topics: set[int] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.views = {self.user: [], self.staff: []}
        facts = ServiceFacts(staff=StaffSettings(chat=self.staff), handoffs=HandoffTerms(self.staff))
        self.context = WorkerContext(self.bot, self.bot.id, OWNER, Refusing(), 4, 60, contacts=contacts, facts=facts)
        self.handlers = self.context.of_handlers(self.transactions, lambda *_: None)
        self.run = self.transactions.run_in_this_thread

        def empty(sql: Any) -> None:
            for table in metadata.sorted_tables:
                sql.execute(delete(table))
            outbox.begin(sql, self.bot.id)

        self.run(empty)

    # What people do.

    def write(self, chat: int, text: str, **more: Any) -> int:
        """A message of the user, or of one of the staff, reaches the inbox; its number."""
        number = next(self.numbers)
        kind = "private" if chat > 0 else "supergroup"
        sender = {
            "id": self.user if chat > 0 else self.user + 1,
            "is_bot": False,
            "first_name": "x",
            "language_code": "zh",
        }
        message = {"message_id": number, "date": int(self.now), "chat": {"id": chat, "type": kind}, "from": sender}
        self._store({"message": message | {"text": text} | more})
        return number

    def press(self, chat: int, data: str, below: int) -> None:
        """A tap."""
        kind = "private" if chat > 0 else "supergroup"
        shown = {"message_id": below, "date": 1, "chat": {"id": chat, "type": kind}, "text": "x"}
        sender = {
            "id": self.user if chat > 0 else self.user + 1,
            "is_bot": False,
            "first_name": "x",
            "language_code": "zh",
        }
        query = {"id": str(next(self.numbers)), "from": sender, "data": data, "message": shown}
        self._store({"callback_query": query})

    def _sender(self, chat: int) -> dict[str, Any]:
        """The user in their chat, one of the staff in the other."""
        return {
            "id": self.user if chat > 0 else self.user + 1,
            "is_bot": False,
            "first_name": "x",
            "language_code": "zh",
        }

    def _store(self, content: dict[str, Any]) -> None:
        update = {"update_id": next(self.numbers), **content}
        received = inbox.received_update(update, self.transactions.sealer.identities)
        self.run(lambda sql: inbox.store(sql, self.bot.id, [received], self.now))

    # What the bot does.

    def handle(self) -> None:
        """Claim what is due, and make replies that wait to be committed."""
        busy = {result.claim.chat for result in self.held}
        claims = self.run(lambda sql: inbox.claim(sql, self.bot.id, OWNER, 4, self.now + HOUR, busy))
        self.held += [answer_claim(claim, self.handlers) for claim in claims]

    def commit(self, results: Sequence[HandlerResult]) -> None:
        self.run(lambda sql: commit_results(sql, self.context, results, self.now))
        self.held = [result for result in self.held if result not in results]

    def send(self, *, crash: bool = False) -> None:
        """Send what is due; in a ``crash`` Telegram has it, and the bot does not know."""
        due = self.run(lambda sql: self._settle(sql, [], 9))
        ended = [self._sent(message) for message in due.messages]
        if crash:
            self.unsure |= {delivery.message.id for delivery in ended if delivery.sent}
            self.forget_leases()
        else:
            self.run(lambda sql: self._settle(sql, ended, 0))

    def _settle(self, sql: Any, ended: Sequence[Delivery], most: int) -> Any:
        return settle_and_claim(sql, self.bot.id, OWNER, UNLIMITED, ended, most, (), self.now)

    def _sent(self, message: OutgoingMessage) -> Delivery:
        content, view = message.content, self.views[message.chat_id]
        if content.topic is not None:
            topic = next(self.numbers) if self.forum else 0
            self.topics |= {topic} - {0}
            return Delivery(message, topic=topic)
        if content.deletes_topic is not None:
            self.topics.discard(content.deletes_topic)
            return Delivery(message, sent=True)
        thread = content.thread if content.thread in self.topics else None
        if content.thread is not None and thread is None and (gone := topic_refused(message, NO_TOPIC)):
            return gone  # what is of no hand-off arrives without its topic, as the sender tries again
        number = content.edits or next(self.numbers)
        buttons = tuple(data for row in content.keyboard for _, data in row)
        if message.id not in self.unsure:  # what a crash repeats is looked at once
            view.append(Seen(number, content.text, buttons, content.reply_to, thread))
        self.unsure.discard(message.id)
        return Delivery(message, sent=True, number=number)

    def crash(self) -> None:
        """The process is killed: what was not committed never was."""
        self.held = []
        self.forget_leases()

    def forget_leases(self) -> None:
        self.now += LEASE_SECONDS + 1

    def pass_time(self, hours: float) -> None:
        self.now += hours * HOUR
        self.run(lambda sql: close_overdue(sql, self.bot.id, self.now))

    def drain(self) -> None:
        """Until nothing waits."""
        for _ in range(400):
            self.handle()
            self.commit(list(self.held))
            self.send()
            if not self._waiting():
                return
        raise AssertionError("something waits for ever")

    def _waiting(self) -> int:
        questions = select(func.count()).select_from(inbox_rows).where(inbox_rows.c.state == "waiting")
        messages = select(func.count()).select_from(outbox_rows).where(outbox_rows.c.state == "waiting")
        return self.run(lambda sql: sql.execute(questions).scalar_one() + sql.execute(messages).scalar_one())

    def button(self, chat: int, verb: str) -> tuple[str, int] | None:
        """The newest button of a hand-off that does ``verb``, with its message."""
        with suppress(StopIteration):
            return next(
                (data, one.number)
                for one in reversed(self.views[chat])
                for data in one.buttons
                if data.startswith(f"handoff {verb} ")
            )
        return None


def started(api: FakeBotApi) -> Bot:
    """A real bot that knows who it is."""
    bot = Bot(api.token, base_url=f"{api.url}/bot")

    async def know() -> None:
        async with bot:
            pass

    asyncio.run(know())
    return bot
