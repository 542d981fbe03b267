"""A tap on a vote button, or on the one to be told of an answer: what it changes, and how the buttons look then."""

from __future__ import annotations

from bot.presentation.messages import message
from bot.telegram.delivery.reply import IncomingQuestion, Reply, TapResult, button_rows
from bot.telegram.feedback import votes
from bot.telegram.feedback.vote_buttons import Tap, after_tap, reason_choices, tap_of
from bot.telegram.feedback.votes import Opinion, StandingVote, Vote
from bot.telegram.open_questions import open_questions, tell_button
from bot.telegram.open_questions.open_questions import Agreement
from bot.telegram.queue.conversations import Button
from bot.telegram.queue.outgoing.messages import MessageContent
from bot.telegram.queue.transactions import TransactionRunner


def tapped(incoming: IncomingQuestion, button: Button, transactions: TransactionRunner) -> TapResult | None:
    """What one of these buttons does; None for any other. It may be pressed again and again: that changes the vote, or
    takes the wish back.
    """
    person = incoming.conversation.person
    if tap := tap_of(button.request):
        found = transactions.run_in_this_thread(lambda sql: votes.standing(sql, tap.token, person))
        return _counted(incoming, button.token, tap, found)
    token = tell_button.token_of(button.request)
    if token is None:
        return None
    before = transactions.run_in_this_thread(lambda sql: open_questions.agreed(sql, token, person))
    return agreed(incoming, button.token, token, before)


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


def agreed(incoming: IncomingQuestion, pressed: str, token: str, before: bool | None) -> TapResult:
    """What a tap on the button ``pressed`` (its token) does to the wish to be told of an answer; ``before``: whether
    it was there, None: the question waits no more. In a group nobody is told.
    """
    if before is None or not incoming.private:
        return TapResult(message("open.too_late", incoming.language))
    wants = not before
    toast = message("open.agreed" if wants else "open.undone", incoming.language)
    below, agreement = incoming.update.message, Agreement(token, wants)
    if below is None or not below.keyboard:  # Telegram no longer shows the bot what it wrote
        return TapResult(toast, Reply(agreement=agreement, status="tell"))
    keyboard = tell_button.after_tap(below.keyboard, pressed, wants=wants)
    edit = MessageContent("", markup_of=below.id, keyboard=keyboard)
    return TapResult(toast, Reply((edit,), agreement=agreement, status="tell"))
