"""A tap on a vote button: what it changes, what is shown at once, and how the buttons look then."""

from __future__ import annotations

from bot.presentation.messages import message
from bot.telegram.delivery.reply import IncomingQuestion, Reply, TapResult, button_rows
from bot.telegram.feedback import votes
from bot.telegram.feedback.vote_buttons import Tap, after_tap, reason_choices, tap_of
from bot.telegram.feedback.votes import Opinion, StandingVote, Vote
from bot.telegram.queue.conversations import Button
from bot.telegram.queue.outgoing.messages import MessageContent
from bot.telegram.queue.transactions import TransactionRunner


def voted(incoming: IncomingQuestion, button: Button, transactions: TransactionRunner) -> TapResult | None:
    """What a vote button does; None for any other. It may be pressed again and again: that changes the vote."""
    tap, person = tap_of(button.request), incoming.conversation.person
    if tap is None:
        return None
    found = transactions.run_in_this_thread(lambda sql: votes.standing(sql, tap.token, person))
    return _counted(incoming, button.token, tap, found)


def _counted(incoming: IncomingQuestion, pressed: str, tap: Tap, standing: StandingVote | None) -> TapResult:
    """What a tap on the button ``pressed`` (its token) does to a vote as it stands; None: the answer is too old."""
    if standing is None:
        return TapResult(message("feedback.too_late", incoming.language))
    thanks = "feedback.up_thanks" if tap.vote is Vote.UP else "feedback.down_why"
    toast = message("feedback.reason_thanks" if tap.reason else thanks, standing.language)
    opinion = Opinion(tap.token, incoming.conversation.person, tap.vote, tap.reason)
    below = incoming.update.message
    if below is None or not below.keyboard:  # Telegram no longer shows the bot what it wrote
        return TapResult(toast, Reply(opinion=opinion, status="vote"))
    reasons, buttons = button_rows(incoming, reason_choices(tap.token, standing.language))
    keyboard = after_tap(below.keyboard, pressed, tap.vote, reasons)
    shown = {token for row in keyboard for _, token in row}
    edit = MessageContent("", markup_of=below.id, keyboard=keyboard)
    return TapResult(
        toast,
        Reply(
            (edit,) if keyboard != below.keyboard else (),
            buttons=tuple(button for button in buttons if button.token in shown),
            opinion=opinion,
            status="vote",
        ),
    )
