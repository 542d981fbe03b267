"""The fake Bot API judges the bot, so it is judged itself: by Telegram's documented rules, over HTTP."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.fake_bot_api import FakeBotApi, Kind, MarkupError, parse_html, units

MANY = 64  # chats, and calls at once: more than may go in a second, however slow the machine is


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi(flood_limits=False) as made:
        made.say(made.person(1), "hello")
        yield made


def call(api: FakeBotApi, method: str, **params: Any) -> tuple[int, Any]:
    """Status and result, or the description of a refusal."""
    body = json.dumps(params).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{api.url}/bot{api.token}/{method}", data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, json.load(response)["result"]
    except urllib.error.HTTPError as error:
        shown = json.load(error)
        return error.code, shown.get("parameters") or shown["description"]


REFUSED = [
    ("<b>bold", "Can't find end tag"),
    ("</b>", "Unexpected end tag"),
    ("<b><i>x</b></i>", "Unmatched end tag"),
    ("<p>x</p>", "Unsupported start tag"),
    ("<br/>", "Unsupported start tag"),
    ("a < b", "Unsupported start tag"),
    ("<span>x</span>", "must have class"),
    ("<a href=", "Unclosed start tag"),
    ("<b", "Unclosed start tag"),
    ("<b>x</b", "Unclosed end tag"),
]
READ = [
    ("<b>x</b> &lt;y&gt; &amp; &quot;z&quot;", 'x <y> & "z"'),
    ("&#20013;&#x6587; &nbsp; &unknown;", "中文 &nbsp; &unknown;"),
    ("<a href='https://a.b/?c=1&amp;d=2'>l</a>", "l"),
    ("<blockquote expandable>q</blockquote><tg-spoiler>s</tg-spoiler>", "qs"),
    ('<pre><code class="language-python">p</code></pre>', "p"),
    ("a > b & c", "a > b & c"),
    ("<B>case</b>", "case"),
]


@pytest.mark.parametrize(("source", "reason"), REFUSED)
def test_markup_that_telegram_refuses_is_refused(api: FakeBotApi, source: str, reason: str) -> None:
    with pytest.raises(MarkupError, match=reason):
        parse_html(source)
    status, said = call(api, "sendMessage", chat_id=1, text=source, parse_mode="HTML")
    assert status == 400 and said.startswith("Bad Request: can't parse entities: ")


@pytest.mark.parametrize(("source", "text"), READ)
def test_markup_that_telegram_takes_is_read(api: FakeBotApi, source: str, text: str) -> None:
    assert parse_html(source).text == text
    assert call(api, "sendMessage", chat_id=1, text=source, parse_mode="HTML")[1]["text"] == text


def test_lengths_count_utf16_after_parsing(api: FakeBotApi) -> None:
    assert units("😀") == 2
    assert call(api, "sendMessage", chat_id=1, text="😀" * 2048)[0] == 200
    assert call(api, "sendMessage", chat_id=1, text="😀" * 2049) == (400, "Bad Request: message is too long")
    assert call(api, "sendMessage", chat_id=1, text="<b>" + "x" * 4096 + "</b>", parse_mode="HTML")[0] == 200
    assert call(api, "sendMessage", chat_id=1, text="<b> </b>", parse_mode="HTML")[0] == 400


def test_edits_drafts_and_queries(api: FakeBotApi) -> None:
    number = call(api, "sendMessage", chat_id=1, text="one")[1]["message_id"]
    assert call(api, "editMessageText", chat_id=1, message_id=number, text="two")[0] == 200
    assert "message is not modified" in call(api, "editMessageText", chat_id=1, message_id=number, text="two")[1]
    assert "can't be edited" in call(api, "editMessageText", chat_id=1, message_id=1, text="two")[1]
    assert call(api, "sendMessageDraft", chat_id=1, draft_id=1, text="…") == (200, True)
    query = api.press(api.person(1), 1, "data", number)
    assert call(api, "answerCallbackQuery", callback_query_id=query) == (200, True)
    assert "too old" in call(api, "answerCallbackQuery", callback_query_id=query)[1]
    assert [line.kind for line in api.transcript(1, "message", "edit", "draft", "toast")] == [
        "message",
        "message",
        "edit",
        "draft",
        "toast",
    ]


def test_who_cannot_be_written_to(api: FakeBotApi) -> None:
    api.person(2)
    assert call(api, "sendMessage", chat_id=99, text="x") == (400, "Bad Request: chat not found")
    assert call(api, "sendMessage", chat_id=2, text="x")[0] == 403, "the user has to begin"
    api.block(1)
    assert call(api, "sendMessage", chat_id=1, text="x") == (403, "Forbidden: bot was blocked by the user")
    api.group(-5)
    api.upgrade(-5, -1005)
    assert call(api, "sendMessage", chat_id=-5, text="x") == (400, {"migrate_to_chat_id": -1005})


def test_offsets_confirm_and_unconfirmed_updates_come_again(api: FakeBotApi) -> None:
    for number in range(3):
        api.say(api.person(1), str(number))
    first = [update["update_id"] for update in call(api, "getUpdates")[1]]
    assert len(first) == 4 and [one["update_id"] for one in call(api, "getUpdates")[1]] == first
    assert [one["update_id"] for one in call(api, "getUpdates", offset=first[2], limit=1)[1]] == [first[2]]
    assert [one["update_id"] for one in call(api, "getUpdates")[1]] == first[2:], "confirmed ones are gone"
    assert [one["update_id"] for one in call(api, "getUpdates", offset=-1)[1]] == first[3:]
    began = time.monotonic()
    assert call(api, "getUpdates", offset=first[3] + 1, timeout=1) == (200, [])
    assert 0.9 < time.monotonic() - began < 2
    assert call(api, "getUpdates", allowed_updates=["callback_query"]) == (200, [])
    api.say(api.person(1), "not asked for")
    assert call(api, "getUpdates") == (200, [])


def test_a_webhook_rules_polling_out_and_must_be_https(api: FakeBotApi) -> None:
    assert "HTTPS" in call(api, "setWebhook", url="http://example.com/x")[1]
    assert "unallowed" in call(api, "setWebhook", url="https://example.com", secret_token="a b")[1]
    assert call(api, "setWebhook", url="https://example.com/x", secret_token="abc") == (200, True)
    assert call(api, "getUpdates")[0] == 409 and call(api, "getWebhookInfo")[1]["pending_update_count"] == 1
    assert call(api, "deleteWebhook", drop_pending_updates=True) == (200, True)
    assert call(api, "getUpdates") == (200, [])


def test_flood_limits_refuse_and_a_wait_that_is_ignored_grows() -> None:
    with FakeBotApi() as api:
        for number in range(1, MANY):
            api.say(api.person(number), "hello")
        assert call(api, "sendMessage", chat_id=1, text="x")[0] == 200
        assert call(api, "sendMessage", chat_id=1, text="x") == (429, {"retry_after": 1})
        assert call(api, "sendMessage", chat_id=1, text="x") == (429, {"retry_after": 2})
        assert call(api, "sendChatAction", chat_id=1, action="typing") == (429, {"retry_after": 4})
        assert len(api.limits.violations) == 2
        assert call(api, "sendMessage", chat_id=2, text="x")[0] == 200, "the window was that of one chat"
        api.faults.add(Kind.TOO_MANY, 3)
        assert [call(api, "sendMessage", chat_id=chat, text="x")[0] for chat in (3, 4)] == [429, 429]
        assert len(api.limits.violations) == 2, "that it is the whole bot's is known when a second chat is refused"
        assert call(api, "sendMessage", chat_id=5, text="x") == (429, {"retry_after": 6})
        assert len(api.limits.violations) == 3
        time.sleep(6.1)
        with ThreadPoolExecutor(MANY) as threads:
            chats = range(1, MANY)
            answers = list(threads.map(lambda chat: call(api, "sendMessage", chat_id=chat, text="x")[0], chats))
        assert 429 in answers and answers.count(200) >= 30, "thirty a second in all"


def test_faults_come_on_demand(api: FakeBotApi) -> None:
    for kind, value in ((Kind.STATUS, 500), (Kind.TOO_MANY, 1), (Kind.CUT_AFTER, 0)):
        api.faults.add(kind, value)
    assert call(api, "sendMessage", chat_id=1, text="a")[0] == 500
    assert call(api, "sendMessage", chat_id=1, text="b") == (429, {"retry_after": 1})
    time.sleep(1.1)
    with pytest.raises(OSError):
        call(api, "sendMessage", chat_id=1, text="c")
    assert [line.text for line in api.heard(1)] == ["c"], "taken, although the caller does not know"


def test_privacy_mode_hides_what_is_not_meant_for_the_bot(api: FakeBotApi) -> None:
    call(api, "getUpdates", offset=-1)
    group = api.group(-7)
    said = ["hello", "/start", "/start@huadu_test_bot", "/start@other_bot", "@huadu_test_bot hi"]
    for text in said:
        api.say(api.person(1), text, group)
    seen = [update["message"]["text"] for update in call(api, "getUpdates")[1] if update["message"]["chat"]["id"] == -7]
    assert seen == ["/start", "/start@huadu_test_bot"]


def test_the_token_is_checked(api: FakeBotApi) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{api.url}/bot1:wrong/getMe", timeout=5)
    assert refused.value.code == 401
