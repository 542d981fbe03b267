"""The button "tell me when it is answered": below a refusal, and as it looks after a tap."""

from __future__ import annotations

from bot.answer import Choice
from bot.presentation.messages import message
from bot.telegram.feedback.vote_buttons import CHOSEN, Keyboard

TELL = "!tell"  # begins the request of this button


def tell_choice(token: str, language: str) -> Choice:
    """The button below the answer ``token``."""
    return Choice(message("open.tell", language), f"{TELL} {token}")


def token_of(request: str) -> str | None:
    """Of which answer a button's request speaks; None when it is another button."""
    verb, _, token = request.partition(" ")
    return token if verb == TELL else None


def after_tap(shown: Keyboard, pressed: str, *, wants: bool) -> Keyboard:
    """The keyboard ``shown`` after the button ``pressed`` (its token)."""
    return tuple(
        tuple(
            (f"{label.removesuffix(CHOSEN)}{CHOSEN if wants else ''}" if token == pressed else label, token)
            for label, token in row
        )
        for row in shown
    )
