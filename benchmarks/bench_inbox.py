"""A queue of 200,000 rows, 20,000 of them waiting: a new user's wait, and the cost of a round, beside an empty one.

Beside an empty queue stands a busy one too: the same users keep the workers and Telegram's pace as busy, in tables that
hold little. What a full queue costs beyond that one is what its rows cost.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from statistics import median

from sqlalchemy import Connection, Engine

from bot.telegram.protection.guard import DataGuard
from bot.telegram.protection.preparation import prepare
from bot.telegram.protection.set_aside import count_set_aside
from bot.telegram.queue import inbox, outbox
from bot.telegram.queue.timing import stored_times
from bot.telegram.queue.timing.backlog import waiting_answers, waiting_questions
from bot.telegram.queue.transactions import TransactionRunner
from bot.telegram.sealing.identities import IdentityHasher
from bot.telegram.sealing.keyring import open_keyring
from bot.telegram.sealing.sealer import Sealer, sealing
from knowledge import store
from tests.fake_bot_api import FakeBotApi
from tests.full_queue import answer_some, fill_done, fill_waiting
from tests.telegram_bots import BotProcess, free_port, health_at, settings_for

DONE, WAITING = 180_000, 20_000
CROWD = 20  # users who have asked all that waits
BUSY = 4_000  # of them that wait in the busy queue: enough for as long as it is looked at
ANSWER_SECONDS = 0.05  # in which nobody else has the worker
NEW_USERS, ROUNDS = 40, 15
PATIENCE = 120.0  # seconds
QUEUES = {"empty": (0, 0), "busy": (0, BUSY), "full": (DONE, WAITING)}
Row = dict[str, object]


def run() -> Iterator[Row]:
    """Waits of new users, with the whole bot and Telegram's pace; then milliseconds of single transactions."""
    for name, (done, waiting) in QUEUES.items():
        first, green, waits = _new_users_wait(done, waiting)
        yield {
            "what": "who asked before the start, ms from it",
            "queue": name,
            "answer": _ms(first),
            "green": _ms(green),
        }
        figures = {
            "p50": _ms(median(waits)),
            "p95": _ms(sorted(waits)[int(0.95 * len(waits))]),
            "worst": _ms(max(waits)),
        }
        yield {"what": "a new user's wait, ms", "queue": name, **figures}
    costs = {chats: _costs(chats) for chats in (CROWD, WAITING)}
    for chats, (empty, full) in costs.items():
        for what, seconds in full.items():
            yield {"what": what, "users who wait": chats, "empty ms": _ms(empty[what]), "full ms": _ms(seconds)}


def _new_users_wait(done: int, waiting: int) -> tuple[float, float, list[float]]:
    """Seconds from the start until a user reads an answer who asked before it, and until the bot is green; then until
    each of several new users, one after the other, reads an answer.
    """
    with tempfile.TemporaryDirectory() as name, FakeBotApi() as api:
        port = free_port()
        settings = settings_for(api, f"sqlite:///{name}/bot.db", health=port, oldest=10**6, oldest_answer=10**6)
        store.upgrade(settings.database.url)
        keyring = open_keyring(None, settings.sealing.key_file)
        engine = sealing(store.engine(settings.database.url), Sealer(keyring, IdentityHasher(api.token)))
        if waiting:
            _fill(engine, int(api.token.partition(":")[0]), done, waiting, CROWD)
        engine.dispose()
        api.say(api.person(NEW_USERS + 1), "hello")
        began = time.monotonic()
        bot = BotProcess(settings, api.token, answer_seconds=ANSWER_SECONDS)
        try:
            _until(lambda: bool(api.heard(NEW_USERS + 1)))
            first = time.monotonic() - began
            _until(lambda: health_at(port)[0] == 200)
            green, seconds = time.monotonic() - began, []
            for user in range(1, NEW_USERS + 1):
                asked = time.monotonic()
                api.say(api.person(user), "hello")
                _until(lambda user=user: bool(api.heard(user)))  # type: ignore[misc]
                seconds.append(time.monotonic() - asked)
            return first, green, seconds
        finally:
            bot.kill()


def _fill(engine: Engine, bot: int, done: int, waiting: int, chats: int) -> None:
    now = time.time()
    with store.writing(engine) as sql:
        prepare(sql, bot, now)  # as the bot did that stored these
        fill_done(sql, bot, done, now)
        fill_waiting(sql, bot, waiting, chats=chats, first=done + 1, now=now)


def _costs(chats: int) -> tuple[dict[str, float], dict[str, float]]:
    """Seconds of each transaction on an inbox of a few updates, and on a full one."""
    with tempfile.TemporaryDirectory() as name, FakeBotApi() as api:
        settings = settings_for(api, f"sqlite:///{name}/bot.db")
        store.upgrade(settings.database.url)
        sealer = Sealer(open_keyring(None, settings.sealing.key_file), IdentityHasher(api.token))
        engine = sealing(store.engine(settings.database.url), sealer)
        runner = TransactionRunner(engine, sealer)
        guard = DataGuard(1, runner)
        with store.writing(engine) as sql:
            outbox.begin(sql, 1)
            fill_waiting(sql, 1, 2 * ROUNDS * CROWD, chats=CROWD, first=10**6, now=time.time())
        empty = _measured(engine, guard)
        _fill(engine, 1, DONE, WAITING, chats)
        return empty, _measured(engine, guard)


def _measured(engine: Engine, guard: DataGuard) -> dict[str, float]:
    def look(sql: Connection) -> None:
        stored_times.pull_in(sql, time.time())
        guard.tidy(sql, time.time())
        waiting_questions(sql, 1), waiting_answers(sql, 1), count_set_aside(sql, 1)

    def clean(sql: Connection) -> None:
        stored_times.purge(sql, time.time())
        inbox.purge(sql, time.time())
        guard.purged(sql, time.time())

    works = {
        "a worker's round of eight chats": lambda sql: answer_some(sql, 1),
        "a round of maintenance, every 2.5 s": look,
        "throwing away what is old, every hour": clean,
        "looking over all rows, at the start": lambda sql: prepare(sql, 1, time.time()),
    }
    taken: dict[str, list[float]] = {what: [] for what in works}
    for _ in range(ROUNDS):
        for what, work in works.items():
            began = time.perf_counter()
            with store.writing(engine) as sql:
                work(sql)
            taken[what].append(time.perf_counter() - began)
    return {what: median(seconds) for what, seconds in taken.items()}


def _until(condition: object) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():  # type: ignore[operator]
        if time.monotonic() > end:
            raise TimeoutError(f"not within {PATIENCE:.0f} s")
        time.sleep(0.005)


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)
