"""Staff's command: bring the knowledge base in line with the documents folder.

Exit codes: 0 all read, 1 some files failed and the rest is published, 2 nothing was published because of an error.
"""

from __future__ import annotations

import json
import signal
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from knowledge.editions.building.context import BuildContext
from knowledge.editions.building.progress import Stage
from knowledge.editions.errors import RefreshRunningError, expected_errors
from knowledge.private_files import keep_private
from knowledge.settings import KnowledgeSettings, load

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from knowledge.ingestion.outcome import RefreshOutcome

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)
Config = Annotated[Path | None, typer.Option("--config", help="The configuration file (config.yaml).")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of lines.")]
All = Annotated[bool, typer.Option("--all", help="Read every file again, changed or not.")]
IfChanged = Annotated[bool, typer.Option("--if-changed", help="Say no more than one line when nothing changed.")]
OK, SOME_FAILED, FAILED, INTERRUPTED = 0, 1, 2, 130


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
                print(" ".join(filter(None, (stage, count, name))), file=sys.stderr, flush=True)
            return
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task(stage.capitalize(), total=total)
        self._bar.update(self._tasks[stage], completed=done, total=total, description=f"{stage.capitalize()} {name}")


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=Console(stderr=True, highlight=False), transient=True)


@app.callback(invoke_without_command=True)
def main(
    ctx: typer.Context,
    config: Config = None,
    as_json: Json = False,
    everything: All = False,
    if_changed: IfChanged = False,
) -> None:
    """Staff's command for the knowledge base; without a command it refreshes."""
    ctx.obj = (config, as_json)
    if ctx.invoked_subcommand is None:
        _refresh(config, as_json, everything, if_changed)


@app.command()
def refresh(
    ctx: typer.Context,
    config: Config = None,
    as_json: Json = False,
    everything: All = False,
    if_changed: IfChanged = False,
) -> None:
    """Bring the live edition in line with the documents folder."""
    _refresh(config or ctx.obj[0], as_json or ctx.obj[1], everything, if_changed)


@app.command()
def preview(ctx: typer.Context, config: Config = None, as_json: Json = False) -> None:
    """Show what a refresh would change; change nothing."""
    from knowledge.ingestion.plan import preview as look_ahead
    from knowledge.ingestion.report import plan_lines, plan_values

    with ProgressDisplay() as progress:
        plan = look_ahead(BuildContext(_settings(config or ctx.obj[0]), progress))
    _print(as_json or ctx.obj[1], plan_values(plan), plan_lines(plan))


@app.command()
def rollback(ctx: typer.Context, config: Config = None, as_json: Json = False) -> None:
    """Return to the edition before."""
    from knowledge.ingestion.refresh import rollback as go_back
    from knowledge.ingestion.report import rollback_lines, rollback_values

    with ProgressDisplay() as progress:
        live, left = go_back(BuildContext(_settings(config or ctx.obj[0]), progress))
    _print(as_json or ctx.obj[1], rollback_values(live, left), rollback_lines(live, left))


@app.command()
def status(ctx: typer.Context, config: Config = None, as_json: Json = False) -> None:
    """Show the live edition, its documents, and what could not be read and why."""
    from knowledge.ingestion.report import status_lines, status_values
    from knowledge.ingestion.status import status as status_of

    current = status_of(BuildContext(_settings(config or ctx.obj[0])))
    _print(as_json or ctx.obj[1], status_values(current), status_lines(current))


def _refresh(config: Path | None, as_json: bool, everything: bool, if_changed: bool) -> None:
    from knowledge.ingestion.report import outcome_lines, outcome_values

    try:
        outcome = _outcome(_settings(config), everything)
    except RefreshRunningError as error:
        if not if_changed:
            raise
        print(f"{error}; the assistant will take up its edition")
        return
    lines = list(outcome_lines(outcome))
    quiet = if_changed and not outcome.published and not outcome.healed
    _print(as_json, outcome_values(outcome), lines[:1] if quiet else lines)
    if outcome.unreadable and not if_changed:  # what follows --if-changed is the assistant: it shall start
        raise typer.Exit(SOME_FAILED)


def _outcome(settings: KnowledgeSettings, everything: bool) -> RefreshOutcome:
    """What the refresh did. Most change nothing, as a quick check finds before the modules that do the work load."""
    from knowledge.ingestion.quick_check import quick_check

    unchanged = None if everything else quick_check(BuildContext(settings))
    if unchanged is not None:
        return unchanged
    from knowledge.ingestion.refresh import refresh as bring_in_line

    with ProgressDisplay() as progress:
        return bring_in_line(BuildContext(settings, progress), again=everything)


def _settings(config: Path | None) -> KnowledgeSettings:
    settings = load(config or Path("config.yaml"), KnowledgeSettings)
    keep_private(settings)
    return settings


def _print(as_json: bool, values: dict[str, Any], lines: Iterable[str]) -> None:
    if as_json:
        print(json.dumps(values, ensure_ascii=False, default=str))
        return
    for line in lines:
        print(line)


def _stop(number: int, frame: object) -> None:
    print("stopped; the live edition is whole, and the next run begins anew", file=sys.stderr)
    raise SystemExit(INTERRUPTED)


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return FAILED


def run() -> int:
    """Run the command; returns its exit code. The one place where an unforeseen error is caught."""
    signal.signal(signal.SIGINT, _stop)
    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED
    except Exception as error:  # noqa: BLE001  # the edge of the process
        if isinstance(error, expected_errors()):
            return _fail(f"nothing was published: {getattr(error, 'orig', error)}")
        traceback.print_exc()
        return _fail("nothing was published: a fault of the program, see above")
    return OK


if __name__ == "__main__":
    sys.exit(run())
