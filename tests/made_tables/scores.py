"""How made questions are answered over a base of made tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.answer import ANSWERING, Answer
from bot.answering.rows import RecordAnswer
from tests.made_tables.tables import MadeQuestion


@dataclass
class Scores:
    """``wrong``: questions, what was said, and of which kind they were; ``foreign``: answered from another table."""

    asked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[MadeQuestion, Answer | RecordAnswer | None]] = field(default_factory=list)
    foreign: list[tuple[MadeQuestion, Answer | RecordAnswer | None]] = field(default_factory=list)

    @property
    def share(self) -> float:
        """How many of all were right, 0 to 1."""
        return self.right.total() / max(1, self.asked.total())


def score(answer: Callable[[str], Answer | RecordAnswer | None], questions: Iterable[MadeQuestion]) -> Scores:
    """Ask all ``questions``. One that nothing answers is right where nothing is answered."""
    scores = Scores()
    for question in questions:
        said = answer(question.text)
        scores.asked[question.kind] += 1
        if is_right(question, said):
            scores.right[question.kind] += 1
        else:
            scores.wrong.append((question, said))
        if _cited(said) - {question.table.file}:
            scores.foreign.append((question, said))
    return scores


def is_right(question: MadeQuestion, said: Answer | RecordAnswer | None) -> bool:
    """Whether the answer begins with what the table says; or nothing is answered where it says nothing."""
    cited = _cited(said)
    if said is None or not question.expected or not said.blocks:
        return not question.expected and not cited
    first = said.blocks[0].text
    begins = first.startswith(question.expected[0])
    return cited == {question.table.file} and begins and all(text in first for text in question.expected)


def _cited(said: Answer | RecordAnswer | None) -> set[str]:
    """The files from which was answered."""
    return {citation.document for citation in said.citations} if said and said.status in ANSWERING else set()
