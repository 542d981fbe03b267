"""Keys and seals: where keys come from, what rotation and a lost key do, that nothing is stored without a seal."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from sqlalchemy import Engine, select

from bot.answer import Turn
from bot.telegram.protection.preparation import prepare
from bot.telegram.protection.sealed_rows import COLUMNS, rows_by_key
from bot.telegram.queue import conversations, inbox, outbox, tables
from bot.telegram.queue.conversations import Button, Conversation
from bot.telegram.queue.inbox import ReceivedUpdate
from bot.telegram.queue.outgoing import delivered_answers
from bot.telegram.queue.outgoing.messages import AnsweredMessage, Delivery, MessageBatch, MessageContent
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.sealing.identities import IdentityHasher
from bot.telegram.sealing.keyring import Keyring, KeyringError, new_key, open_keyring
from bot.telegram.sealing.sealer import Sealer, UnreadableError, sealing
from knowledge import store
from tests.postgres import Server
from tests.sealed import TOKEN
from tests.telegram_bots import ROOT

BOT, CHAT, NOW = 1, 880_123_456_789, time.time()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of the bot, whose connections have no sealer yet."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/bot.db"
    else:
        server: Server = request.getfixturevalue("postgresql")
        url = server.database()
    store.upgrade(url)
    made = store.engine(url)
    yield made
    made.dispose()


def with_keys(database: Engine, keyring: Keyring) -> Engine:
    return sealing(database, Sealer(keyring, IdentityHasher(TOKEN)))


def fill(engine: Engine, number: int) -> None:
    """A question, an answer with its message, a conversation and a button."""
    with store.writing(engine) as sql:
        inbox.store(sql, BOT, [ReceivedUpdate(number, f'{{"n": {number}}}', CHAT, "p", f"talk {number}")], NOW + number)
        outbox.begin(sql, BOT)
        contents = (MessageContent(f"message {number}"),)
        answer = MessageBatch(CHAT, "p", contents, number, answered=AnsweredMessage(str(number), "q", Turn("q", "a")))
        outbox.enqueue(sql, BOT, delivered_answers.remember(sql, BOT, [answer], NOW), NOW + number)
        conversations.save(sql, [Conversation(f"talk {number}", "p").with_turn(Turn("q", "a"), NOW)], NOW)
        conversations.add_buttons(sql, [Button(f"token {number}", "p", "request")], NOW)


def claimed(engine: Engine) -> list[tuple[str, int]]:
    """The payload and turns of what is claimed; it is let go of as answered."""
    with store.writing(engine) as sql:
        found = inbox.claim(sql, BOT, "me", 9, NOW + 99)
        inbox.mark_done(sql, [claim.id for claim in found])
        inbox.release(sql, BOT, "me", [claim.chat for claim in found], NOW)
        return [(claim.payload, len(claim.conversation.history)) for claim in found]


def sent(engine: Engine) -> list[str]:
    with store.writing(engine) as sql:
        found = outbox.claim(sql, BOT, "me", 9, UNLIMITED, NOW + 99).messages
        outbox.settle(
            sql, BOT, "me", [Delivery(message, sent=True, number=message.id) for message in found], UNLIMITED, NOW
        )
        return [message.content.text for message in found]


def test_a_lost_key_costs_what_was_sealed_with_it_and_no_more_and_its_return_brings_it_back(database: Engine) -> None:
    old, new = new_key(), new_key()
    fill(with_keys(database, Keyring([old])), 1)
    without = with_keys(database, Keyring([new]))
    with store.writing(without) as sql:
        found = prepare(sql, BOT, NOW)
    assert found.missing_keys == (old.id,)
    assert found.unreadable == {"inbox": 1, "outbox": 1, "conversations": 1, "buttons": 1, "answers": 1}
    fill(without, 2)  # the same chat goes on
    assert claimed(without) == [('{"n": 2}', 1)] and claimed(without) == []
    assert sent(without) == ["message 2"] and sent(without) == []
    with store.writing(without) as sql:
        assert conversations.find_button(sql, "token 1") is None
        inbox.purge(sql, NOW + 47 * 3600)
    both = with_keys(database, Keyring([new, old]))
    with store.writing(both) as sql:
        again = prepare(sql, BOT, NOW)
        assert (again.back, again.missing_keys) == (2, ())
        assert conversations.find_button(sql, "token 1") is not None
    assert claimed(both) == [('{"n": 1}', 1)] and sent(both) == ["message 1"]


def test_what_turns_out_unreadable_when_it_is_claimed_is_set_aside_and_the_next_goes_on(database: Engine) -> None:
    good = with_keys(database, Keyring([new_key()]))
    for number in (1, 2):
        fill(good, number)
    with store.writing(good) as sql:  # each first row now carries a seal that was made for another column
        button = sql.execute(select(tables.buttons.c.request)).scalars().first()
        for table in (tables.inbox, tables.outbox):
            first = select(table.c.id).order_by(table.c.id).limit(1).scalar_subquery()
            sql.execute(table.update().where(table.c.id == first).values(payload=button))
    assert claimed(good) == [] and claimed(good) == [('{"n": 2}', 1)]
    assert sent(good) == [] and sent(good) == ["message 2"]
    with store.writing(good) as sql:
        assert [sql.execute(select(table.c.state)).scalars().first() for table in (tables.inbox, tables.outbox)] == [
            "sealed", "sealed",
        ]  # fmt: skip


def test_a_replica_without_the_key_of_one_that_runs_does_not_begin(database: Engine) -> None:
    key = new_key()
    fill(with_keys(database, Keyring([key])), 1)
    stranger = with_keys(database, Keyring([new_key()]))
    with store.writing(stranger) as sql:
        sql.execute(tables.leases.insert().values(name="poller 1", owner="else/1/0.00/a", until=NOW + 9))
        with pytest.raises(KeyringError, match=f"another replica seals with key {key.id}"):
            prepare(sql, BOT, NOW)


def test_nothing_is_stored_by_a_connection_without_a_sealer(database: Engine) -> None:
    with pytest.raises(LookupError, match="without a sealer"):
        fill(database, 1)


def test_every_text_of_people_is_sealed_with_a_nonce_of_its_own(database: Engine) -> None:
    engine = with_keys(database, Keyring([new_key()]))
    for number in (1, 2, 3):
        fill(engine, number)
    assert len(sent(engine)) == 1, "its id in Telegram is kept too"
    with store.writing(engine) as sql:
        inbox.mark_failed(sql, 1, "an error", dead_letter=False)
        texts = [value for one in COLUMNS for value in sql.execute(select(one.column)).scalars() if value]
    assert len(texts) == 16 == len(set(texts)) and all(value.startswith("v1.") for value in texts)


def keys(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """``python -m bot keys``."""
    line = [sys.executable, "-m", "bot", "keys", *arguments, "--config", str(folder / "config.yaml")]
    return subprocess.run(
        line, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120, umask=0
    )


def test_keys_are_rotated_and_retired_by_commands_while_others_work(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/data/bot.db"
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({"database": {"url": url}}))
    store.upgrade(url)
    database, file = store.engine(url), tmp_path / ".sealing-keys"
    running = with_keys(database, open_keyring(None, file))  # as a bot has it, which was started before
    first = open_keyring(None, file).newest
    fill(running, 1)
    done = keys(tmp_path, "rotate")
    second = open_keyring(None, file).newest
    assert done.returncode == 0 and f"{second.id} seals from now on; 5 texts" in done.stdout, done
    assert file.stat().st_mode & 0o777 == 0o600 and first.text not in done.stdout + done.stderr
    assert claimed(running) == [('{"n": 1}', 1)], "the key that was added is found without a new start"
    assert Keyring([first]).find(second.id) is None
    shown = keys(tmp_path, "show").stdout
    assert f"{second.id}  seals  answers 1, buttons 1, conversations 1, outbox 1" in shown
    assert f"{first.id}  opens  nothing needs it" in shown
    assert first.id in keys(tmp_path, "retire").stdout
    assert open_keyring(None, file).keys == (second,)
    with database.connect() as sql:
        assert set(rows_by_key(sql)) == {second.id} == set(sql.execute(select(tables.sealing_keys.c.id)).scalars())
    refused = keys(tmp_path, "rotate", SEALING_KEYS=first.text)
    assert refused.returncode == 2 and "keys new" in refused.stderr and "Traceback" not in refused.stderr
    database.dispose()


def test_two_that_start_at_once_take_the_same_new_key(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys; from bot.telegram.sealing.keyring import open_keyring;"
        "sys.stdin.readline(); print(open_keyring(None, pathlib.Path(sys.argv[1])).newest.id)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "keys")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    both = [subprocess.Popen(command, cwd=ROOT, text=True, umask=0, **pipes) for _ in range(2)]
    named = {process.communicate("\n", timeout=60)[0] for process in both}
    assert len(named) == 1 and named != {""}
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600


def test_keys_of_the_environment_are_read_newest_first_and_bad_ones_are_told(tmp_path: Path) -> None:
    one, two = new_key(), new_key()
    ring = open_keyring(f"{one.text},{two.text}", tmp_path / "keys")
    assert ring.keys == (one, two) and not list(tmp_path.iterdir())
    sealed = Sealer(Keyring([two]), IdentityHasher(TOKEN)).seal("半个 \ud83d", "a.b")
    assert Sealer(ring, IdentityHasher(TOKEN)).unseal(sealed, "a.b") == "半个 \ud83d"
    for wrong, purpose in ((sealed[:-3] + "AA=", "a.b"), (sealed, "a.c"), ("{}", "a.b"), ("v1.x", "a.b")):
        with pytest.raises(UnreadableError):
            Sealer(ring, IdentityHasher(TOKEN)).unseal(wrong, purpose)
    for bad, reason in ((f"{one.text} short", "SEALING_KEYS: key 2"), (",", "SEALING_KEYS: holds no key")):
        with pytest.raises(KeyringError, match=reason):
            open_keyring(bad, tmp_path / "keys")
    assert one.text not in repr(ring.keys)


def test_chats_are_named_by_keyed_hashes_that_keep_their_kind() -> None:
    names = IdentityHasher(TOKEN)
    found = {names.chat(sign * number) for number in range(1, 2000) for sign in (1, -1)}
    assert len(found) == 3998 and all(abs(name) < 2**62 for name in found)
    assert names.chat(0) == 0 and names.chat(5) > 0 > names.chat(-5)
    assert names.chat(5) != IdentityHasher(TOKEN + "x").chat(5)
