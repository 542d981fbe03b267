"""Several questions in one message are answered one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.understanding.question import width

if TYPE_CHECKING:
    from knowledge.editions.open_edition import OpenEdition

MOST = 4
WIDEST = 400  # see ``width``; each question of a message is read and searched by itself, and what is longer is a story


def questions_in(edition: OpenEdition, text: str) -> tuple[str, ...]:
    """The questions in ``text``, in order; the last takes in what more there are than ``MOST``."""
    if width(text) > WIDEST:
        return (text,)
    questions = edition.questions(text)
    return questions if len(questions) <= MOST else (*questions[: MOST - 1], " ".join(questions[MOST - 1 :]))
