"""Progress of a refresh on standard error: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from knowledge.editions.building.progress import Stage
from knowledge.text.characters import harmless

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class ProgressDisplay:
    """Shows progress on standard error: a bar on a terminal, plain lines elsewhere. A context manager."""

    def __init__(self) -> None:
        self._bar = _bar() if sys.stderr.isatty() else None
        self._tasks: dict[Stage, TaskID] = {}

    def __enter__(self) -> ProgressDisplay:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, stage: Stage, done: int, total: int, name: str) -> None:
        """Show that ``done`` of ``total`` steps of ``stage`` are over and that ``name`` comes next."""
        if self._bar is None:
            if done < total:
                count = f"{done + 1} of {total}" if total > 1 else ""
                print(harmless(" ".join(filter(None, (stage, count, name)))), file=sys.stderr, flush=True)
            return
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task(stage.capitalize(), total=total)
        description = harmless(f"{stage.capitalize()} {name}")
        self._bar.update(self._tasks[stage], completed=done, total=total, description=description)


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=Console(stderr=True, highlight=False), transient=True)
