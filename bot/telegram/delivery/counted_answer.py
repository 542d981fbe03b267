"""As what a question counts in staff's monthly report: by what the answer knows of itself, never by words."""

from __future__ import annotations

from dataclasses import replace

from bot.answer import Answer, AnswerKind
from bot.telegram.daily_counts.day_counts import FAILED, LIST, CountedQuestion
from bot.telegram.delivery.reply import IncomingQuestion, Reply


def counted_answer(incoming: IncomingQuestion, answer: Answer, *, asked: bool, leafed: bool) -> CountedQuestion | None:
    """How ``answer`` counts: ``asked`` in words, else opened by a command or a tap. None for a list that only turns its
    page (``leafed``), and for a message that was changed: it counted when it was answered first.
    """
    if incoming.again or leafed:
        return None
    kind = answer.kind if asked or answer.kind is AnswerKind.SERVICE else LIST
    return CountedQuestion(str(kind), answer.language, str(answer.status))


def as_asked(incoming: IncomingQuestion, answer: Answer, reply: Reply) -> Reply:
    """``reply``, by which a command fulfils the wish that ``answer`` has read in a question, as one of the user's."""
    counted = counted_answer(incoming, answer, asked=True, leafed=False)
    return replace(reply, questions=1, counted=counted)


def counted_failure(incoming: IncomingQuestion) -> CountedQuestion | None:
    """The same of a question that nothing was said to because the program failed; None where it was none."""
    if incoming.again or not incoming.text or incoming.text.startswith("/"):
        return None
    return CountedQuestion(str(AnswerKind.NONE), incoming.language, FAILED)
