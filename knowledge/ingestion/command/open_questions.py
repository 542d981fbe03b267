"""What a new edition answers of the questions that were left open, as the assistant's own command counts it.

That command is another program: it has the keys to what people asked, and answers as they are answered.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import column, func, or_, select, table

from knowledge.ingestion.command.command_line import DEFAULT
from knowledge.ingestion.messages import say
from knowledge.settings import KnowledgeSettings
from knowledge.store.database import engine

PROGRAM = Path(__file__).parents[3]
LONGEST_SECONDS = 600.0
OPEN_QUESTIONS = table("open_questions", column("state"), column("edition"))  # the assistant's


@dataclass(frozen=True)
class AnsweredCount:
    """``answered`` of ``open`` questions; ``problem``: why nobody could count, None: somebody did."""

    open: int = 0
    answered: int = 0
    problem: str | None = None

    @property
    def line(self) -> str:
        """What staff read."""
        if self.problem is not None:
            return say("Open questions could not be asked of it: {problem}", problem=self.problem)
        counts = {"answered": self.answered, "open": self.open}
        return say("It now answers {answered} of {open} open questions: python -m bot unanswered", **counts)


def answered_by(settings: KnowledgeSettings, config: Path | None, edition: int) -> AnsweredCount | None:
    """What ``edition``, which is live now, answers of the open questions; None where there are none."""
    if not _are_open(settings, edition):
        return None
    path = str((config or DEFAULT).resolve())
    command = [sys.executable, "-m", "bot", "unanswered", "--count", "--config", path]
    try:
        ended = subprocess.run(  # noqa: S603  # our own program, no shell
            command, cwd=PROGRAM, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return AnsweredCount(problem=type(error).__name__)
    if ended.returncode:
        return AnsweredCount(problem=(ended.stderr.strip().splitlines() or ["?"])[-1])
    counted = json.loads(ended.stdout)
    return AnsweredCount(counted["open"], counted["answered"])


def _are_open(settings: KnowledgeSettings, edition: int) -> bool:
    """Whether any question is open, or was until the assistant closed it by ``edition`` a moment ago."""
    kept = or_(OPEN_QUESTIONS.c.state == "open", OPEN_QUESTIONS.c.edition == edition)
    database = engine(settings.database.url)
    try:
        with database.connect() as connection:
            return bool(connection.execute(select(func.count()).select_from(OPEN_QUESTIONS).where(kept)).scalar_one())
    finally:
        database.dispose()
