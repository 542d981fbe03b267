"""The reply to a question: the answer in as many messages as it needs, its buttons and votes, notes above and below."""

from __future__ import annotations

import hashlib
import html
import secrets
from collections.abc import Sequence
from dataclasses import replace

from bot.answer import Answer, BlockKind, Choice, Status, Turn, lines_of
from bot.answering.next_steps import steps_of_commands, steps_of_text, wanted_by
from bot.presentation.messages import message
from bot.presentation.rendering import MOST_UNITS, telegram_parts
from bot.telegram.delivery import privacy_notice
from bot.telegram.delivery.counted_answer import counted_answer
from bot.telegram.delivery.reply import (
    IncomingQuestion,
    Reply,
    addressed,
    button_rows,
    remembered_answer,
)
from bot.telegram.feedback.vote_buttons import reason_choices, vote_choices
from bot.telegram.feedback.votes import Opinion, RatedAnswer, Vote
from bot.telegram.open_questions.open_questions import WHYS
from bot.telegram.open_questions.tell_button import tell_choice
from bot.telegram.queue.conversations import Conversation
from bot.telegram.update import ContentKind
from knowledge.text.characters import units
from knowledge.text.pii import masked

RATED = frozenset({Status.ANSWERED, Status.PARTLY, Status.NOT_COVERED})


def answer_reply(incoming: IncomingQuestion, answer: Answer, question: str, edits: int | None = None) -> Reply:
    """An answer in as many messages as it needs, its choices as buttons below the last, votes above them.

    ``edits``: the id of the message whose place the first of them takes.
    """
    above = _notes_above(incoming, answer.language) if edits is None else []
    below = _notes_below(incoming, answer.language)
    rated, opinion = _rated(incoming, answer, question), _opinion(incoming, answer)
    if opinion:
        below.append(message("feedback_down", answer.language))
    texts = [*map(_plain, above), *telegram_parts(answer), *map(_plain, below)]
    shown = rated if answer.from_documents else None  # below rows stands what leads on in them; words count there too
    choices = (*answer.choices, *steps_of_commands(answer))
    lines = (*_vote_rows(shown, opinion, answer.language), *lines_of(choices), *_tell_row(incoming, answer, rated))
    keyboard, buttons = button_rows(incoming, lines)
    listed = any(block.kind is BlockKind.ROW for block in answer.blocks)  # a list has no room for more
    messages = [addressed(incoming, text) for text in (texts if listed else joined_texts(texts))]
    messages[-1] = replace(messages[-1], keyboard=keyboard)
    if listed and above:  # the notice stands apart, and leads on as every message does
        steps, more = button_rows(incoming, [steps_of_text("notice", answer.language)])
        messages[0], buttons = replace(messages[0], keyboard=steps), (*buttons, *more)
    messages[0] = replace(messages[0], edits=edits)
    turn = Turn(masked(question)[0], answer.text[:2000], answer.context)
    return Reply(
        tuple(messages),
        _talk_after(incoming, turn, rated, leafed=edits is not None),
        buttons,
        status=str(answer.status),
        edition=answer.edition,
        questions=1,
        notice=privacy_notice.VERSION if incoming.lacks_notice and edits is None else None,
        answered=remembered_answer(incoming, turn),
        rated=rated,
        opinion=opinion,
        counted=counted_answer(incoming, answer, asked=bool(question), leafed=edits is not None),
    )


def _talk_after(incoming: IncomingQuestion, turn: Turn, rated: RatedAnswer | None, *, leafed: bool) -> Conversation:
    """The conversation after ``turn``, which is a page of the list before where somebody ``leafed``."""
    talk, key = incoming.conversation, incoming.message.key if incoming.message else None
    if leafed:
        return talk.with_page(turn, incoming.now)
    refused = rated is not None and rated.status == Status.NOT_COVERED
    return talk.with_turn(turn, incoming.now, key, rated.token if rated else "", refused=refused)


def _rated(incoming: IncomingQuestion, answer: Answer, question: str) -> RatedAnswer | None:
    """An answer or a refusal as it can be voted on; None for what the bot says of itself and asks back."""
    if answer.wish or not question or answer.status not in RATED:
        return None
    cited = dict.fromkeys((one.document or one.source, one.section) for one in answer.citations)
    return RatedAnswer(
        secrets.token_urlsafe(12),
        incoming.conversation.person,
        masked(question)[0],
        str(answer.status),
        answer.language,
        answer.edition,
        tuple(cited),
        _alone(answer, question),
        digest_of(answer),
    )


def _alone(answer: Answer, question: str) -> str:
    """``question`` with what it left to the talk before it; as it is where it stands alone, or nothing is known."""
    held = "" if answer.context.shown else answer.context.question
    return masked(held if held and held not in question else question)[0]


def digest_of(answer: Answer) -> str:
    """What tells whether two answers say the same: a digest of what they quote; of what a chat model has worded, which
    is never the same twice, of the sections that it cites.
    """
    quoted = [block.text for block in answer.blocks if block.kind in (BlockKind.QUOTE, BlockKind.ROW)]
    cited = [f"{one.document or one.source} {one.section}" for one in answer.citations]
    said = "\n".join(quoted or cited)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _tell_row(incoming: IncomingQuestion, answer: Answer, rated: RatedAnswer | None) -> tuple[tuple[Choice, ...], ...]:
    """The offer to be told once there is an answer; in a group everybody would read it."""
    if rated is None or answer.status not in WHYS or not incoming.private:
        return ()
    return ((tell_choice(rated.token, answer.language),),)


def _opinion(incoming: IncomingQuestion, answer: Answer) -> Opinion | None:
    """What somebody thinks of the last answer who says that it is wrong or of no use; None where there is none."""
    token = incoming.conversation.last_rated(incoming.now) if answer.wish == "wrong_answer" else ""
    return Opinion(token, incoming.conversation.person, Vote.DOWN) if token else None


def _vote_rows(rated: RatedAnswer | None, opinion: Opinion | None, language: str) -> tuple[tuple[Choice, ...], ...]:
    if rated:
        return (vote_choices(rated.token),)
    return reason_choices(opinion.token, language) if opinion else ()


def _plain(text: str) -> str:
    return html.escape(text, quote=False)


def _notes_above(incoming: IncomingQuestion, language: str) -> list[str]:
    """What stands above an answer: who speaks, the first time; that it comes late, when it does."""
    notes = [privacy_notice.notice_text(language)] if incoming.lacks_notice else []
    if incoming.late:
        notes.append(message("late", language))
    return notes


def _notes_below(incoming: IncomingQuestion, language: str) -> list[str]:
    """What stands below it: that of what was sent only the words were looked at, when there was more."""
    question = incoming.message
    return [message("caption_only", language)] if question and question.kind is not ContentKind.TEXT else []


def joined_texts(texts: Sequence[str]) -> list[str]:
    """Texts put together as long as they fit into one message (markup counted too, to be on the safe side)."""
    joined: list[str] = []
    for text in texts:
        if joined and units(joined[-1]) + 2 + units(text) <= MOST_UNITS:
            joined[-1] += "\n\n" + text
        else:
            joined.append(text)
    return joined


def asked_by(request: str) -> str:
    """The question in a choice's request, if it is one, for the conversation's memory."""
    return str(wanted_by(request).get("ask", ""))
