"""A tap on a vote button: what it changes, what is shown at once, and how the buttons look then."""

from __future__ import annotations

from dataclasses import dataclass

from bot.presentation.messages import message
from bot.telegram.delivery.reply import NO_REPLY, IncomingQuestion, Reply, button_rows
from bot.telegram.feedback.vote_buttons import Tap, after_tap, reason_choices
from bot.telegram.feedback.votes import Opinion, StandingVote, Vote
from bot.telegram.queue.outgoing.messages import MessageContent


@dataclass(frozen=True)
class CountedTap:
    """``toast``: what is shown on top of the chat at once."""

    toast: str
    reply: Reply = NO_REPLY


def counted(incoming: IncomingQuestion, pressed: str, tap: Tap, standing: StandingVote | None) -> CountedTap:
    """What a tap on the button ``pressed`` (its token) does to a vote as it stands; None: the answer is too old."""
    if standing is None:
        return CountedTap(message("feedback.too_late", incoming.language))
    thanks = "feedback.up_thanks" if tap.vote is Vote.UP else "feedback.down_why"
    toast = message("feedback.reason_thanks" if tap.reason else thanks, standing.language)
    opinion = Opinion(tap.token, incoming.conversation.person, tap.vote, tap.reason)
    below = incoming.update.message
    if below is None or not below.keyboard:  # Telegram no longer shows the bot what it wrote
        return CountedTap(toast, Reply(opinion=opinion, status="vote"))
    reasons, buttons = button_rows(incoming, reason_choices(tap.token, standing.language))
    keyboard = after_tap(below.keyboard, pressed, tap.vote, reasons)
    shown = {token for row in keyboard for _, token in row}
    edit = MessageContent("", markup_of=below.id, keyboard=keyboard)
    return CountedTap(
        toast,
        Reply(
            (edit,) if keyboard != below.keyboard else (),
            buttons=tuple(button for button in buttons if button.token in shown),
            opinion=opinion,
            status="vote",
        ),
    )
