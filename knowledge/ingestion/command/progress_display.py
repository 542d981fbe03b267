"""Progress of a refresh on standard error: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from knowledge.editions.building.progress import Stage
from knowledge.ingestion.command.time_left import TimeLeft
from knowledge.ingestion.messages import in_words, say
from knowledge.text.characters import harmless

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class ProgressDisplay:
    """Shows progress on standard error: a bar on a terminal, plain lines elsewhere. A context manager."""

    def __init__(self) -> None:
        self._bar = _bar() if sys.stderr.isatty() else None
        self._tasks: dict[Stage, TaskID] = {}
        self._time = TimeLeft()

    def __enter__(self) -> ProgressDisplay:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, stage: Stage, done: int, total: int, name: str) -> None:
        """Show that ``done`` of ``total`` steps of ``stage`` are over and that ``name`` comes next."""
        left = self._time.after(stage, done, total)
        if self._bar is None:
            if done < total:
                count = say("{done} of {total}", done=done + 1, total=total) if total > 1 else ""
                said = " ".join(filter(None, (in_words(stage), count, in_words(name))))
                print(
                    harmless(say("{words}, {left}", words=said, left=left) if left else said),
                    file=sys.stderr,
                    flush=True,
                )
            return
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task("", total=total, left="")
        description = harmless(f"{in_words(stage).capitalize()} {in_words(name)}")
        self._bar.update(self._tasks[stage], completed=done, total=total, description=description, left=left)


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    left = TextColumn("{task.fields[left]}", markup=False)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), left)
    return Progress(*columns, console=Console(stderr=True, highlight=False), transient=True)
