"""Answers as JSON objects, one question or a file of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.answer import Answer, Turn
from knowledge.text.characters import harmless


class BatchError(Exception):
    """The file of questions cannot be read; the message names it."""


@dataclass(frozen=True)
class BatchQuestion:
    """A question of a batch. ``history``: earlier questions, oldest first."""

    id: str
    question: str
    history: tuple[str, ...] = ()

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The earlier questions as turns."""
        return tuple(Turn(question) for question in self.history)


@dataclass(frozen=True)
class BadBatchLine:
    """A line that holds no question, and why."""

    line: int
    error: str


def read_batch(path: Path) -> Iterator[BatchQuestion | BadBatchLine]:
    """The questions of a file with one JSON object a line; empty lines are skipped. Raises ``BatchError``."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise BatchError(f"{path}: cannot be read ({error.strerror}); expected one JSON object a line") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _question(number, line)


def values_of(answer: Answer, identity: str | None, elapsed_ms: float) -> str:
    """The JSON object of an answer. ``identity``: the question's id, None without one."""
    values = {
        "id": identity,
        "status": answer.status.value,
        "text": answer.text,
        "language": answer.language,
        "citations": [asdict(citation) for citation in answer.citations],
        "records": [dict(record) for record in answer.records],
        "choices": [choice.label for choice in answer.choices],
        "edition": answer.edition,
        "elapsed_ms": round(elapsed_ms, 1),
    }
    return harmless(json.dumps(values, ensure_ascii=False, default=str))


def line_of(bad: BadBatchLine) -> str:
    """The JSON object of a line that could not be asked."""
    return harmless(json.dumps({"line": bad.line, "error": bad.error}, ensure_ascii=False))


def _question(number: int, line: bytes) -> BatchQuestion | BadBatchLine:
    try:
        values = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return BadBatchLine(number, "not UTF-8")
    except ValueError as error:
        return BadBatchLine(number, f"not a JSON object: {error}")
    if not isinstance(values, dict) or not isinstance(values.get("question"), str):
        return BadBatchLine(number, 'expected an object with a text "question"')
    history = values.get("history") or []
    if not isinstance(history, list) or not all(isinstance(question, str) for question in history):
        return BadBatchLine(
            number, f'"history": expected a list of texts, found {json.dumps(history, ensure_ascii=False)}'
        )
    identity = values.get("id")
    return BatchQuestion(str(number) if identity is None else str(identity), values["question"], tuple(history))
