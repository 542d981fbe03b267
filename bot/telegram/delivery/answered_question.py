"""What somebody is told who waited for an answer: when they asked what, and the answer with its sources."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import datetime

from bot.answer import Answer, lines_of
from bot.presentation.days import day_in_words
from bot.presentation.messages import message
from bot.presentation.rendering import telegram_parts
from bot.telegram.delivery.answer_reply import joined_texts
from bot.telegram.delivery.reply import buttons_for
from bot.telegram.open_questions.open_questions import OpenQuestion
from bot.telegram.queue.conversations import Button
from bot.telegram.queue.outgoing.messages import MessageContent
from knowledge.validity import BEIJING


def answered_messages(one: OpenQuestion, answer: Answer) -> tuple[tuple[MessageContent, ...], tuple[Button, ...]]:
    """The messages, with what leads on from the answer below the last, and their buttons."""
    day = day_in_words(datetime.fromtimestamp(one.asked, BEIJING).date(), answer.language)
    head = html.escape(message("open.answered", answer.language, day=day, question=one.question), quote=False)
    keyboard, buttons = buttons_for(one.person, lines_of(answer.choices))
    *others, last = (MessageContent(text) for text in joined_texts([head, *telegram_parts(answer)]))
    return (*others, replace(last, keyboard=keyboard)), buttons
