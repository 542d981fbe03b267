"""No log line at any level holds the token, a secret or personal data; each question has one line."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import traceback
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from bot.telegram.monitoring.redaction import Redactor
from knowledge.store.database import upgrade
from tests.fake_bot_api import FakeBotApi, Kind
from tests.telegram_bots import ROOT, SECRET, BotProcess, bot_in_thread, settings_for

IDENTITY, MOBILE, MAIL, CARD = "440106199001011234", "13800138000", "zhang.san@example.com", "6222020200112233445"


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi(flood_limits=False) as made:
        yield made


@pytest.mark.parametrize("mode", ["polling", "webhook"])
def test_nothing_secret_or_personal_is_logged_even_at_debug(api: FakeBotApi, tmp_path: Path, mode: str) -> None:
    url, path = f"sqlite:///{tmp_path}/bot.db", tmp_path / "log"
    upgrade(url)
    for kind, value in ((Kind.TOO_MANY, 1), (Kind.GATEWAY, 502), (Kind.STATUS, 400), (Kind.CUT_AFTER, 0)):
        api.faults.add(kind, value)
    for kind in (Kind.CUT_BEFORE, Kind.GATEWAY, Kind.STATUS):
        api.faults.add(kind, 500, method="getUpdates" if mode == "polling" else "setMyCommands")
    with path.open("w") as log:
        settings = settings_for(api, url, health=None, mode=mode)
        bot = BotProcess(settings, api.token, paced=False, log=log, level="DEBUG")
        person = api.person(5_551_234_567, "张三丰")
        for text in (f"我身份证{IDENTITY}，电话{MOBILE}，{MAIL}，卡{CARD}", "boom", f"boom {api.token}", "turns"):
            api.say(person, text)
        api.wait(lambda: len(api.heard(5_551_234_567)) >= 4, 40)
        assert bot.terminate() == 0
    written = path.read_text()
    assert (len(written) > 2000 and '"level": "debug"' in written) or "DEBUG" in written or "question" in written
    secret = api.token.partition(":")[2]
    for hidden in (secret, SECRET, IDENTITY, MOBILE, MAIL, CARD, "张三丰", "5551234567", "我身份证"):
        assert hidden not in written, hidden


def test_each_question_has_one_line_that_tells_how_it_went(api: FakeBotApi, tmp_path: Path) -> None:
    url, path = f"sqlite:///{tmp_path}/bot.db", tmp_path / "log"
    upgrade(url)
    with path.open("w") as log:
        bot = BotProcess(settings_for(api, url, health=None), api.token, paced=False, log=log)
        for chat in (1, 2):
            api.say(api.person(chat), "学徒制是什么")
            api.wait_heard(chat, seconds=20)
        bot.terminate()
    events = [json.loads(line) for line in path.read_text().splitlines()]
    lines = [event for event in events if event["event"] == "question"]
    assert len(lines) == 2
    for line in lines:
        assert {"reference", "conversation", "status", "waited_ms", "answer_ms", "timestamp", "level"} <= line.keys()
        assert line["status"] == "answered" and "学徒制" not in json.dumps(line, ensure_ascii=False)
    assert lines[0]["conversation"] != lines[1]["conversation"]


LIBRARIES = """
import logging, sys
from bot.telegram.monitoring.logs import set_up_logs
set_up_logs(("hush-hush",), logging.DEBUG)
for name in ("httpx", "some.library", "root"):
    log = logging.getLogger(name)
    log.setLevel(logging.DEBUG)
    log.debug("calling %s with %s", "https://api.telegram.org/bot7000001:AAF-not-a-real-token-0123/me", "hush-hush")
    log.info("phone %s", 13800138000)
    try:
        try:
            raise ValueError("id 440106199001011234 and hush-hush asked\\nby Zhang Sanfeng")
        except ValueError:
            raise KeyError("Zhang Sanfeng, 花都区") from None if name == "root" else sys.exc_info()[1]
    except KeyError:
        log.exception("failed")
try:
    open("/nowhere/at all")
except OSError:
    log.exception("missing")

def hook():
    raise RuntimeError("Zhang Sanfeng in a thread")

import asyncio, threading
thread = threading.Thread(target=hook)
thread.start(), thread.join()

async def task():
    asyncio.get_running_loop().create_task(fail())
    await asyncio.sleep(0)

async def fail():
    raise LookupError("Zhang (Sanfeng) in a task")

asyncio.run(task())
raise TypeError("Zhang Sanfeng at the end")
"""


def test_records_of_any_library_are_cleaned_with_their_arguments_and_tracebacks() -> None:
    written = subprocess.run([sys.executable, "-c", LIBRARIES], cwd=ROOT, capture_output=True, text=True).stderr
    assert written.count("calling") == 3 and written.count("Traceback") == 9
    for hidden in ("hush-hush", "AAF-not", "13800138000", "440106199001011234", "Zhang", "Sanfeng", "花都区", "by "):
        assert hidden not in written, hidden
    kinds = (
        "ValueError",
        "KeyError",
        "RuntimeError",
        "LookupError",
        "TypeError",
        "/nowhere/at all",
        "in fail",
        "in hook",
    )
    for said in kinds:  # where it arose, of which type, and what the system lacks
        assert said in written, said


TOKEN = "7000001:AAF-not_a-real/token+0123~é"


def encodings(secret: str) -> dict[str, str]:
    data = secret.encode()
    return {
        "plain": secret,
        "url": quote(secret, safe=""),
        "url in small letters": quote(secret, safe="").lower() if secret.islower() else quote(secret, safe=""),
        "form": quote_plus(secret),
        "url twice": quote(quote(secret, safe=""), safe=""),
        "every byte": "".join(f"%{byte:02x}" for byte in data),
        "hexadecimal": data.hex(),
        "escaped": json.dumps(secret)[1:-1],
        "of Python": ascii(secret),
        **{
            f"base64 behind {before}": base64.b64encode(before.encode() + data).decode() for before in ("", "u:", "ab:")
        },
        **{
            f"base64 before {behind}": base64.urlsafe_b64encode(data + behind.encode()).decode()
            for behind in ("x", "xy")
        },
    }


@pytest.mark.parametrize("name", encodings(TOKEN))
@pytest.mark.parametrize("secret", [TOKEN, TOKEN.partition(":")[2], "hush-hush"])
def test_a_secret_is_hidden_in_every_encoding(secret: str, name: str) -> None:
    redactor = Redactor((TOKEN, "hush-hush"))
    written = redactor.text(f"https://host/{encodings(secret)[name]}/me")
    assert "[secret]" in written
    known = encodings(secret)[name]
    middle = known[len(known) // 2 - 4 : len(known) // 2 + 4]
    assert middle not in written and written.startswith("https://host/") and written.endswith("/me")


def test_another_bots_token_is_hidden_too() -> None:
    for colon in (":", "%3A", "%3a", "%253A", "&#58;"):
        assert "AAHdq" not in Redactor(()).text(f"bot123456{colon}AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/getMe")


def test_words_of_users_in_tracebacks_and_reasons_are_hidden() -> None:
    redactor = Redactor(())
    try:
        raise ExceptionGroup("of 张三", [ValueError("张三丰 asks\nTraceback of 李四"), KeyError("wang")])
    except ExceptionGroup:
        trace = traceback.format_exc()
    shown = redactor(None, "error", {"event": "handler failed", "traceback": trace, "reason": 'unsupported tag "张三"'})
    written = json.dumps(dict(shown), ensure_ascii=False)
    assert "test_telegram_logs.py" in written and "ValueError" in written and "KeyError" in written
    for hidden in ("张三", "李四", "wang"):
        assert hidden not in written.replace(Path(__file__).read_text(encoding="utf-8"), ""), hidden


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("sqlite3.OperationalError: database or disk is full", "database or disk is full"),
        ("PermissionError: [Errno 13] Permission denied: '/data/bot.db'", "/data/bot.db"),
        ('telegram.error.BadRequest: Can\'t parse entities: unsupported start tag "张" at byte 5', "at byte 5"),
        ("knowledge.editions.live_edition.NoEdition: no edition; run: python ingest.py", "run: python ingest.py"),
    ],
)
def test_what_the_system_and_the_program_say_is_kept(line: str, kept: str) -> None:
    trace = f'Traceback (most recent call last):\n  File "/bot/a.py", line 3, in f\n    go()\n{line}'
    assert kept in Redactor(()).text(trace) and "张" not in Redactor(()).text(trace)


@pytest.mark.parametrize("given", [None, "", "wrong", SECRET + "x", SECRET[:-1], "密"])
def test_a_webhook_call_without_the_secret_is_refused(api: FakeBotApi, tmp_path: Path, given: str | None) -> None:
    with bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", mode="webhook") as bot:
        api.wait(lambda: bool(api.updates.url))
        update = json.dumps(
            {"update_id": 5, "message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}}
        )
        headers = {} if given is None else {"X-Telegram-Bot-Api-Secret-Token": given.encode().decode("latin-1")}
        request = urllib.request.Request(api.updates.url, data=update.encode(), headers=headers, method="POST")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=5)
        assert refused.value.code == 403
        assert bot.runtime.metrics.registry.get_sample_value("huadu_updates_received_total") == 0


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"update_id": "x"}', b"\xff\xfe", b"[" * 100_000, b"x" * 1_100_000]
)
def test_a_webhook_call_that_is_no_update_is_refused_and_harmless(api: FakeBotApi, tmp_path: Path, body: bytes) -> None:
    with bot_in_thread(api, f"sqlite:///{tmp_path}/bot.db", mode="webhook") as bot:
        api.wait(lambda: bool(api.updates.url))
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        request = urllib.request.Request(api.updates.url, data=body, headers=headers, method="POST")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=5)
        assert refused.value.code == 400
        api.wait(lambda: bot.health()[0] == 200)
