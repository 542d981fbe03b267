"""The numbers by which somebody at a terminal chooses: a row of a list by its own, all else by those that follow."""

from __future__ import annotations

from bot.answer import Answer, Choice, lines_of
from bot.presentation.messages import message


def numbered_choices(answer: Answer) -> dict[int, Choice]:
    """The choices by their numbers."""
    rows = _rows(answer)
    rest = (choice for choice in answer.choices if choice not in rows.values())
    return rows | dict(enumerate(rest, max(rows, default=0) + 1))


def choice_lines(answer: Answer) -> list[str]:
    """The choices for reading, neighbours side by side; rows, which are numbered already, in short."""
    rows = _rows(answer)
    numbers = {choice: number for number, choice in numbered_choices(answer).items()}
    lines = ["   ".join(f"[{numbers[one]}] {one.label}" for one in line) for line in _apart(answer, rows)]
    if rows:
        opened = message("lists.to_open", answer.language, first=str(min(rows)), last=str(max(rows)))
        lines.insert(0, opened)
    return lines


def _apart(answer: Answer, rows: dict[int, Choice]) -> tuple[tuple[Choice, ...], ...]:
    return lines_of([choice for choice in answer.choices if choice not in rows.values()])


def _rows(answer: Answer) -> dict[int, Choice]:
    """The choices that open rows, by the rows' numbers, which are their labels."""
    return {int(choice.label): choice for choice in answer.choices if choice.line and choice.label.isdecimal()}
