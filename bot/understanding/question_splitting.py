"""Several questions in one message are answered one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.understanding.question import width

if TYPE_CHECKING:
    from knowledge.editions.open_edition import OpenEdition

MOST = 4
# See ``width``. Each question of a message is read and searched by itself. Of 158 messages of several questions that
# strangers wrote the widest has 179; what is longer is a story.
WIDEST = 240


def questions_in(edition: OpenEdition, text: str) -> tuple[str, ...]:
    """The questions in ``text``, in order; the last takes in what more there are than ``MOST``."""
    if width(text) > WIDEST:
        return (text,)
    questions = edition.questions(text)
    return questions if len(questions) <= MOST else (*questions[: MOST - 1], " ".join(questions[MOST - 1 :]))
