"""What people wrote stands in clear in no file: not while it waits, not when it was deleted, not after a stop."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from sqlalchemy import text

from bot.presentation.messages import message
from bot.telegram.protection.preparation import prepare
from bot.telegram.protection.sqlite_files import empty_log, rewrite_once
from bot.telegram.queue import inbox, outbox
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.sealing.identities import IdentityHasher
from knowledge import store
from tests.fake_bot_api import FakeBotApi
from tests.sealed import TOKEN, sealed_engine
from tests.telegram_bots import ROOT, BotProcess, Echo, bot_in_thread, settings_for
from tests.test_store_copying import REVISIONS, at_revision

PERSON, GROUP = 880_123_456_789, -100_220_330_440_550
WORDS = {
    "ID number": "440106199001011237",
    "mobile": "13826417779",
    "card": "6222021602003456788",
    "mail": "zhangjianguo@example.org",
    "name": "张建国的补贴",
    "question under way": "蓝色大象怎么报名",
    "poison": "绿色鲸鱼",
    "button": "the same again",
}
QUESTION = "我是{name}，身份证{ID number}，手机{mobile}，卡号{card}，邮箱{mail}".format(**WORDS)


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi() as made:
        yield made


def in_clear(folder: Path, *more: str) -> list[str]:
    """Which planted words or ids stand in the bytes of which files."""
    planted = {word: word.encode() for word in (*WORDS.values(), *more)}
    for id in (PERSON, GROUP):
        planted[str(id)] = str(id).encode()
        planted[f"{id} as SQLite keeps it"] = id.to_bytes(6, "big", signed=True)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [f"{path.name}: {name}" for path in files for name, value in planted.items() if value in path.read_bytes()]


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(database) as sql:
        return sql.execute(query).fetchall()


def test_no_file_holds_in_clear_what_people_wrote(api: FakeBotApi, tmp_path: Path) -> None:
    data, config = tmp_path / "data", tmp_path / "config.yaml"
    database = data / "bot.db"
    url = f"sqlite:///{database}"
    config.write_text(yaml.safe_dump({"database": {"url": url}}))
    store.upgrade(url)
    person, log = api.person(PERSON), tmp_path / "bot.log"
    name = person["first_name"]
    with log.open("w") as written:
        bot = BotProcess(settings_for(api, url), api.token, log=written)
    try:
        for count, question in enumerate((QUESTION, "buttons", f"boom {WORDS['poison']}"), start=1):
            api.say(person, question)
            api.wait_heard(PERSON, count, 30)
        assert WORDS["ID number"] in api.heard(PERSON)[0].text, "the words were really there"
        api.say(person, f"sleep 12 {WORDS['question under way']}")  # longer than a back-up takes
        api.wait(lambda: rows(database, "SELECT 1 FROM inbox WHERE state = 'waiting'"), 10)
        backup = [sys.executable, "-m", "knowledge.store", "backup", str(tmp_path / "copy.db"), "--config", str(config)]
        made = subprocess.run(backup, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert made.returncode == 0 and "sealed with key " in made.stdout, made
        assert rows(tmp_path / "copy.db", "SELECT 1 FROM inbox WHERE state = 'waiting'"), "the question waits in it"
        assert in_clear(tmp_path, name) == []

        api.wait_heard(PERSON, 4, 30)
        api.say(person, "/delete_my_data")
        confirm = api.wait_heard(PERSON, 5)[4]
        yes = next(data for label, data in confirm.buttons if label == message("delete_yes", "zh"))
        api.press(person, PERSON, yes, confirm.message_id)
        assert api.wait_heard(PERSON, 6)[5].text.startswith("已删除")
        tables = ("inbox_chats", "outbox_chats", "outbox", "conversations", "buttons")
        left = " UNION ALL ".join(f"SELECT '{table}' FROM {table}" for table in tables)
        api.wait(lambda: not rows(database, left), 15)
        hashes = IdentityHasher(api.token)
        theirs = (hashes.of(PERSON), hashes.of(PERSON, PERSON))
        api.wait(lambda: in_clear(data, name, *theirs) == [], 20)
        assert bot.terminate() == 0
        wal = data / "bot.db-wal"
        assert not wal.exists() or wal.stat().st_size == 0
        assert in_clear(tmp_path, name) == []
    finally:
        bot.kill()


def earlier_release(url: str, revision: str, token: str) -> None:
    """A database as a release of before left it: in clear, with rows that wait and traces of what it deleted."""
    at_revision(url, revision)
    hashes, now = IdentityHasher(token), time.time()
    person, talk = hashes.of(PERSON), hashes.of(PERSON, PERSON)
    update = {
        "message_id": 5, "date": int(now), "text": "turns", "from": {"id": PERSON, "is_bot": False, "first_name": "王"},
        "chat": {"id": PERSON, "type": "private"},
    }  # fmt: skip
    asked = {**update, "text": "/ask 蓝色大象怎么报名", "chat": {"id": GROUP, "type": "supergroup", "title": "群"}}
    turn = {"at": now - 60, "turn": {"question": WORDS["name"], "answer": "…", "context": None}}
    content = {"text": "绿色鲸鱼", "html": True, "thread": None, "reply_to": None, "keyboard": [[["again", "token"]]]}
    made = store.engine(url)
    with store.writing(made) as sql:

        def insert(table: str, **values: object) -> None:
            names = ", ".join(values)
            marks = ", ".join(f":{name}" for name in values)
            sql.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)

        queue = {"bot": int(token.partition(":")[0]), "person": person, "tries": 0}
        line = {"received": now - 5, "state": "waiting", "claims": 0, "conversation": talk, **queue}
        insert(
            "inbox",
            update_id=9000001,
            chat=PERSON,
            payload=json.dumps({"update_id": 9000001, "message": update}),
            **line,
        )
        insert(
            "inbox", update_id=9000002, chat=GROUP, payload=json.dumps({"update_id": 9000002, "message": asked}), **line
        )
        failed = {**line, "state": "dead_letter" if revision > "0004" else "aside", "tries": 3}
        insert("inbox", update_id=9000003, chat=PERSON, payload='{"x": "绿色鲸鱼"}', error="13826417779", **failed)
        for chat in (PERSON, GROUP):
            insert("inbox_chats", bot=queue["bot"], chat=chat, ready=now - 5, owner="dead/1/0.00/a", lease=now - 1)
        insert(
            "outbox", chat=PERSON, payload=json.dumps(content, ensure_ascii=False), made=now, state="waiting", **queue
        )
        insert("outbox", chat=GROUP, payload="", made=now, state="given_up", error="6222021602003456788", **queue)
        insert("outbox_chats", bot=queue["bot"], chat=PERSON, due=now - 5, free=now - 5, sent=f"[{now - 9}]")
        insert("outbox_chats", bot=queue["bot"], chat=GROUP, free=now - 90, sent="[]")
        turns = json.dumps([turn], ensure_ascii=False)
        insert("conversations", key=talk, person=person, greeted=True, turns=turns, changed=now - 60)
        insert("buttons", token="token", person=person, request='{"ask": "the same again"}', made=now)
    made.dispose()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_the_data_of_the_last_unsealed_release_goes_on_working_and_is_sealed(
    api: FakeBotApi, tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    on_sqlite = database == "sqlite"
    url = f"sqlite:///{folder}/bot.db" if on_sqlite else str(request.getfixturevalue("postgresql").database())
    earlier_release(url, "0006", api.token)
    if on_sqlite:  # as that release deleted: the row is gone, its bytes stay
        with sqlite3.connect(folder / "bot.db") as sql:
            sql.execute("PRAGMA secure_delete = OFF")
            sql.execute("INSERT INTO leases VALUES ('x', ?, 0)", (WORDS["ID number"] * 300,))
            sql.commit()
            sql.execute("DELETE FROM leases")
        assert len(in_clear(folder)) > 8, "it was in clear before"
    api.person(PERSON)
    api.group(GROUP)
    api.world.chats[PERSON].started = True
    with bot_in_thread(api, url, Echo()):
        told = [line.text for line in api.wait_heard(PERSON, 2, 20)]
        assert told[0] == "绿色鲸鱼" and told[1].endswith(f"before: {WORDS['name']}")
        assert api.wait_heard(GROUP, 1, 20)[0].text == "echo 蓝色大象怎么报名"
        api.press(api.person(PERSON), PERSON, "token", api.heard(PERSON)[0].message_id)
        assert "the same again" in api.wait_heard(PERSON, 3, 20)[2].text
    if on_sqlite:
        assert in_clear(folder) == []


@pytest.mark.parametrize("revision", [revision for revision in REVISIONS if "0003" <= revision < "0007"])
def test_rows_of_every_unsealed_release_are_found_again(tmp_path: Path, revision: str) -> None:
    url, bot = f"sqlite:///{tmp_path}/bot.db", int(TOKEN.partition(":")[0])
    earlier_release(url, revision, TOKEN)
    now = time.time()
    made = sealed_engine(url)
    with store.writing(made) as sql:
        assert prepare(sql, bot, now).sealed == 8
        assert prepare(sql, bot, now).sealed == 0
        outbox.begin(sql, bot)
        claims = {claim.chat_id: claim for claim in inbox.claim(sql, bot, "me", 9, now)}
        assert set(claims) == {PERSON, GROUP} and '"turns"' in claims[PERSON].payload
        assert [turn.question for turn in claims[PERSON].conversation.recent_turns(now)] == [WORDS["name"]]
        (sent,) = outbox.claim(sql, bot, "me", 9, UNLIMITED, now).messages
        assert (sent.chat_id, sent.content.text) == (PERSON, "绿色鲸鱼")
        found = sql.exec_driver_sql("SELECT chat FROM inbox UNION SELECT chat FROM inbox_chats").scalars().all()
    assert not {PERSON, GROUP} & set(found)
    made.dispose()


def test_the_log_is_emptied_as_soon_as_nobody_reads_and_the_file_is_rewritten_once(tmp_path: Path) -> None:
    file = tmp_path / "bot.db"
    made = sealed_engine(f"sqlite:///{file}")
    with store.writing(made) as sql:
        outbox.begin(sql, 1)
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM inbox").fetchall()
    with store.writing(made) as sql:
        sql.exec_driver_sql("INSERT INTO leases VALUES ('blue elephants', '', 0)")
    assert not empty_log(made) and not rewrite_once(made, again=True)
    reader.close()
    assert empty_log(made) and file.with_name("bot.db-wal").stat().st_size == 0
    with sqlite3.connect(file) as sql:
        sql.execute("PRAGMA secure_delete = OFF")
        sql.execute("DELETE FROM leases")
    assert b"blue elephants" in file.read_bytes()
    assert rewrite_once(made, again=False) and b"blue elephants" not in file.read_bytes()
    with made.connect() as sql:
        assert sql.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000
    made.dispose()
