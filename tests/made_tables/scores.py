"""How made questions are answered over a base of made tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.answer import ANSWERING, Answer
from bot.assistant import Assistant
from tests.made_tables.tables import MadeQuestion


@dataclass
class Scores:
    """``wrong``: questions, what was said, and of which kind they were; ``foreign``: answered from another table."""

    asked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[MadeQuestion, Answer]] = field(default_factory=list)
    foreign: list[tuple[MadeQuestion, Answer]] = field(default_factory=list)

    @property
    def share(self) -> float:
        """How many of all were right, 0 to 1."""
        return self.right.total() / max(1, self.asked.total())


def score(assistant: Assistant, questions: Iterable[MadeQuestion]) -> Scores:
    """Ask all ``questions``. One that nothing answers is right where nothing is answered."""
    scores = Scores()
    for question in questions:
        answer = assistant.answer(question.text)
        answering = answer.status in ANSWERING
        scores.asked[question.kind] += 1
        if is_right(question, answer):
            scores.right[question.kind] += 1
        else:
            scores.wrong.append((question, answer))
        cited = {citation.document for citation in answer.citations} if answering else set()
        if cited - {question.table.file}:
            scores.foreign.append((question, answer))
    return scores


def is_right(question: MadeQuestion, answer: Answer) -> bool:
    """Whether the answer begins with what the table says; or nothing is answered where it says nothing."""
    answering = answer.status in ANSWERING
    if not question.expected:
        return not answering
    first = answer.blocks[0].text if answer.blocks else ""
    cited = {citation.document for citation in answer.citations} == {question.table.file}
    begins = first.startswith(question.expected[0])
    return answering and cited and begins and all(text in first for text in question.expected)
