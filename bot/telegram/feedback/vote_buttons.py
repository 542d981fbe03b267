"""The buttons of votes: below an answer, and as they look after a tap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.answer import Choice
from bot.presentation.messages import message
from bot.telegram.feedback.votes import Reason, Vote

Keyboard = tuple[tuple[tuple[str, str], ...], ...]  # rows of (label, token)
VOTE, WHY = "!vote", "!why"  # begin the requests of these buttons
LABELS: Mapping[Vote, str] = {Vote.UP: "👍", Vote.DOWN: "👎"}
CHOSEN = " ✓"


@dataclass(frozen=True)
class Tap:
    """What a vote button means: a ``vote`` on the answer ``token``, or the ``reason`` of one that is down."""

    token: str
    vote: Vote
    reason: Reason | None = None


def vote_choices(token: str) -> tuple[Choice, ...]:
    """One row: good or not."""
    return tuple(Choice(LABELS[vote], f"{VOTE} {vote} {token}") for vote in Vote)


def reason_choices(token: str, language: str) -> tuple[tuple[Choice, ...], ...]:
    """Two rows: why not."""
    choices = [Choice(_said(reason, language), f"{WHY} {reason} {token}") for reason in Reason]
    return tuple(choices[:2]), tuple(choices[2:])


def tap_of(request: str) -> Tap | None:
    """The tap that a button's request means; None when it is no vote button."""
    verb, _, rest = request.partition(" ")
    what, _, token = rest.partition(" ")
    if verb == VOTE:
        return Tap(token, Vote(what))
    return Tap(token, Vote.DOWN, Reason(what)) if verb == WHY else None


def after_tap(shown: Keyboard, pressed: str, vote: Vote, reasons: Keyboard) -> Keyboard:
    """The keyboard ``shown`` after the button ``pressed`` (its token): what is chosen is marked, and ``reasons`` are
    asked for below a vote that is down, where they are not shown yet.
    """
    rows: list[tuple[tuple[str, str], ...]] = []
    for row in shown:
        if _is_of(row, LABELS.values()):
            rows.append(_marked(row, LABELS[vote]))
            if vote is Vote.DOWN and not any(_is_of(each, _reasons()) for each in shown):
                rows.extend(reasons)
        elif not _is_of(row, _reasons()):
            rows.append(row)
        elif vote is Vote.DOWN:
            chosen = next((_bare(label) for each in shown for label, token in each if token == pressed), "")
            rows.append(_marked(row, chosen) if chosen in _reasons() else row)
    return tuple(rows)


def _marked(row: tuple[tuple[str, str], ...], chosen: str) -> tuple[tuple[str, str], ...]:
    return tuple((f"{_bare(label)}{CHOSEN}" if _bare(label) == chosen else _bare(label), token) for label, token in row)


def _is_of(row: Sequence[tuple[str, str]], labels: object) -> bool:
    return any(_bare(label) in labels for label, _ in row)  # type: ignore[operator]


def _reasons() -> frozenset[str]:
    return frozenset(_said(reason, language) for reason in Reason for language in ("zh", "zh-hant", "en"))


def _bare(label: str) -> str:
    return label.removesuffix(CHOSEN)


def _said(reason: Reason, language: str) -> str:
    return message(f"feedback.{reason}", language)
