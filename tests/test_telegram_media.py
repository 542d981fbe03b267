"""What people send that is no text, and what Telegram tells of a chat: all fields of messages, all kinds of updates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from telegram import Message, Update

from bot.presentation.messages import message
from bot.telegram.queue.rate_limits import UNLIMITED
from bot.telegram.updates.polling import ALLOWED
from tests.fake_bot_api import FakeBotApi
from tests.speaker import Speaker, new_group
from tests.telegram_bots import Running, bot_in_thread


def names(text: str) -> list[str]:
    return text.split()


FILE = {"file_id": "f", "file_unique_id": "f", "file_size": 9}
PHOTO = [FILE | {"width": 90, "height": 60}]
CONTENT: dict[str, tuple[str, Any]] = {  # the text that answers it, and a value
    "photo": ("media_file", PHOTO),
    "live_photo": ("media_file", FILE | {"photo": PHOTO}),
    "video": ("media_file", FILE | {"width": 9, "height": 9, "duration": 1}),
    "animation": ("media_file", FILE | {"width": 9, "height": 9, "duration": 1}),
    "document": ("media_file", FILE),
    "audio": ("media_file", FILE | {"duration": 1}),
    "paid_media": ("media_file", {"star_count": 1, "paid_media": []}),
    "voice": ("media_speech", FILE | {"duration": 1}),
    "video_note": ("media_speech", FILE | {"length": 9, "duration": 1}),
    "sticker": ("media_sticker", FILE | {"type": "regular", "width": 9, "height": 9}),
    "dice": ("media_sticker", {"emoji": "🎲", "value": 3}),
    "location": ("media_place", {"longitude": 113.2, "latitude": 23.4}),
    "venue": ("media_place", {"location": {"longitude": 113.2, "latitude": 23.4}, "title": "x", "address": "y"}),
    "contact": ("media_contact", {"phone_number": "+8613800138000", "first_name": "王"}),
    "poll": ("media_poll", {"id": "1", "question": "学徒制是什么", "options": []}),
    "checklist": ("text_only", {"title": "x", "tasks": []}),
    "story": ("text_only", {"chat": {"id": 1, "type": "private"}, "id": 1}),
    "game": ("text_only", {"title": "x", "description": "y", "photo": PHOTO}),
    "invoice": ("text_only", {"title": "x", "description": "y", "currency": "CNY", "total_amount": 1}),
}
SERVICE = names("""
    new_chat_members left_chat_member new_chat_title new_chat_photo delete_chat_photo group_chat_created
    supergroup_chat_created channel_chat_created message_auto_delete_timer_changed migrate_to_chat_id
    migrate_from_chat_id pinned_message successful_payment refunded_payment users_shared chat_shared gift unique_gift
    gift_upgrade_sent connected_website write_access_allowed passport_data proximity_alert_triggered boost_added
    chat_background_set checklist_tasks_done checklist_tasks_added direct_message_price_changed forum_topic_created
    forum_topic_edited forum_topic_closed forum_topic_reopened general_forum_topic_hidden general_forum_topic_unhidden
    giveaway_created giveaway giveaway_winners giveaway_completed paid_message_price_changed suggested_post_approved
    suggested_post_approval_failed suggested_post_declined suggested_post_paid suggested_post_refunded
    video_chat_scheduled video_chat_started video_chat_ended video_chat_participants_invited web_app_data
    chat_owner_left chat_owner_changed poll_option_added poll_option_deleted managed_bot_created
""")
BESIDE = names("""
    text caption entities caption_entities from_user sender_chat sender_boost_count sender_business_bot sender_tag
    business_connection_id forward_origin is_topic_message is_automatic_forward message_thread_id direct_messages_topic
    reply_to_message external_reply quote reply_to_story reply_to_checklist_task_id reply_to_poll_option_id via_bot
    edit_date has_protected_content is_from_offline is_paid_post media_group_id author_signature paid_star_count
    link_preview_options suggested_post_info effect_id show_caption_above_media has_media_spoiler reply_markup
    guest_query_id guest_bot_caller_user guest_bot_caller_chat
""")
NOT_OURS = sorted({str(kind.value) for kind in Update.ALL_TYPES} - set(ALLOWED))


@pytest.fixture(scope="module")
def bot(api: FakeBotApi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with bot_in_thread(api, f"sqlite:///{tmp_path_factory.mktemp('media')}/bot.db", limits=UNLIMITED) as running:
        yield running


@pytest.fixture
def user(api: FakeBotApi, bot: Running) -> Speaker:
    return Speaker(api)


def test_the_tables_name_every_field_of_a_message() -> None:
    named = [*CONTENT, *SERVICE, *BESIDE]
    assert len(named) == len(set(named))
    assert set(named) == {name for name in Message.__slots__ if not name.startswith("_")}


def test_what_is_no_text_gets_the_sentence_that_fits_in_the_users_language(api: FakeBotApi, bot: Running) -> None:
    speakers = {"zh": Speaker(api), "zh-hant": Speaker(api, language="zh-HK"), "en": Speaker(api, language="en-GB")}
    for field, (_, value) in CONTENT.items():
        for speaker in speakers.values():
            speaker.say("", **{field: value})
    for language, speaker in speakers.items():
        heard = [line.text for line in api.wait_heard(speaker.chat, len(CONTENT), 30)]
        assert heard == [message(key, language).strip() for key, _ in CONTENT.values()]
    assert len({key for key, _ in CONTENT.values()}) == 7


def test_what_only_tells_of_the_chat_gets_no_reply(user: Speaker, api: FakeBotApi) -> None:
    group = new_group(api)
    member = user.in_group(group)
    notice = member.ask("/help")
    for field in SERVICE:
        told = -1_000_000_009_999 if field.endswith("chat_id") else {"data": "学徒制是什么", "button_text": "x"}
        user.say("", **{field: told})
        member.say("", reply_to=notice.message_id, **{field: told if field.endswith("chat_id") else True})
    user.say("", kind_of_a_later_release={"text": "x"})
    assert (user.end(), member.end()) == (0, 1)


def test_updates_that_are_no_question_get_no_reply(user: Speaker, api: FakeBotApi) -> None:
    content = user.say("hello")
    api.wait_heard(user.chat)
    with api.world.lock:
        for kind in NOT_OURS:  # as Telegram still hands out what came before it was told what the bot takes
            api.updates.held[api.updates.next_id] = {"update_id": api.updates.next_id, kind: {**content, "id": "1"}}
            api.updates.next_id += 1
    api.updates.wake()
    assert user.end() == 1 and len(NOT_OURS) > 15


@pytest.mark.parametrize("field", ["photo", "document", "video", "animation", "audio", "voice"])
def test_a_caption_is_a_question_and_its_answer_says_what_was_not_looked_at(user: Speaker, field: str) -> None:
    user.ask("你好")
    answer = user.ask("", caption="学徒制是什么", **{field: CONTENT[field][1]})
    assert answer.text == f"echo 学徒制是什么\n\n{message('caption_only', 'zh')}"
    english = user.ask("", caption="what is it", **{field: CONTENT[field][1]})
    assert english.text == f"echo what is it\n\n{message('caption_only', 'en')}"
    assert user.ask("turns").text.endswith("before: 你好, 学徒制是什么, what is it")


def test_in_a_group_a_caption_counts_that_names_the_bot(user: Speaker, api: FakeBotApi) -> None:
    member = user.in_group(new_group(api))
    member.say("", caption="学徒制是什么", photo=PHOTO)
    member.say("", photo=PHOTO)
    answer = member.ask("", caption="@huadu_test_bot 学徒制是什么", photo=PHOTO)
    assert answer.text.startswith("echo 学徒制是什么") and member.end() == 1
    voice = member.ask("", voice=CONTENT["voice"][1], reply_to=answer.message_id)
    assert voice.text == message("media_speech", "zh")


def test_an_edited_caption_is_answered_in_place_and_words_that_come_late_replace_the_notice(
    user: Speaker, api: FakeBotApi
) -> None:
    user.ask("你好")
    bare = user.say("", document=FILE)
    assert api.wait_heard(user.chat, 2)[1].text == message("media_file", "zh")
    for number, caption in enumerate(("学徒制是什么", "学制几年")):
        api.edit(user.person, bare, caption)
        edited = api.wait_heard(user.chat, 3 + number)[2 + number]
        assert edited.kind == "edit" and edited.text.startswith(f"echo {caption}")
    assert user.ask("turns").text.endswith("before: 你好, 学制几年") and user.end() == 3
