"""Staff's command: bring the knowledge base in line with the documents folder.

Exit codes: 0 all read, 1 some files failed or wait for staff and the rest is published, or staff could not be told
(--notify), 2 nothing was published because of an error.
"""

from __future__ import annotations

import signal
import sys
import traceback
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from knowledge.editions.building.context import BuildContext
from knowledge.editions.errors import IngestionError, OrderError, RefreshRunningError, expected_errors
from knowledge.ingestion.command_line import By, Config, Json, Note, config_folder, print_result, settings_of
from knowledge.ingestion.notices.commands import notices
from knowledge.ingestion.orders.commands import orders
from knowledge.ingestion.progress_display import ProgressDisplay
from knowledge.settings import KnowledgeSettings
from knowledge.text.characters import harmless, harmless_lines

if TYPE_CHECKING:
    from knowledge.ingestion.notices.watch import StaffWatch
    from knowledge.ingestion.outcome import RefreshOutcome

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)
All = Annotated[bool, typer.Option("--all", help="Read every file again, changed or not.")]
IfChanged = Annotated[bool, typer.Option("--if-changed", help="Say no more than one line when nothing changed.")]
Accepted = Annotated[
    list[str], typer.Option("--accept-warnings", help="The code of a file that preview warned of; may be repeated.")
]
Notify = Annotated[
    bool, typer.Option("--notify", help="Tell staff of what needs them, as config.yaml says (staff); each thing once.")
]
app.add_typer(orders)
app.add_typer(notices)
OK, SOME_FAILED, FAILED, INTERRUPTED = 0, 1, 2, 130


@app.callback(invoke_without_command=True)
def main(
    ctx: typer.Context,
    config: Config = None,
    as_json: Json = False,
    everything: All = False,
    if_changed: IfChanged = False,
    accepted: Accepted = [],  # noqa: B006  # typer makes a new list each time
    notify: Notify = False,
) -> None:
    """Staff's command for the knowledge base; without a command it refreshes."""
    ctx.obj = (config, as_json)
    if ctx.invoked_subcommand is None:
        _refresh(config, as_json, everything, if_changed, accepted, notify)


@app.command()
def refresh(
    ctx: typer.Context,
    config: Config = None,
    as_json: Json = False,
    everything: All = False,
    if_changed: IfChanged = False,
    accepted: Accepted = [],  # noqa: B006  # typer makes a new list each time
    notify: Notify = False,
) -> None:
    """Bring the live edition in line with the documents folder."""
    _refresh(config or ctx.obj[0], as_json or ctx.obj[1], everything, if_changed, accepted, notify)


@app.command()
def preview(ctx: typer.Context, config: Config = None, as_json: Json = False) -> None:
    """Show what a refresh would change; change nothing."""
    from knowledge.ingestion.plan import preview as look_ahead
    from knowledge.ingestion.report import plan_lines, plan_values

    with ProgressDisplay() as progress:
        plan = look_ahead(BuildContext(settings_of(config or ctx.obj[0]), progress))
    print_result(as_json or ctx.obj[1], plan_values(plan), plan_lines(plan))


@app.command()
def rollback(ctx: typer.Context, config: Config = None, as_json: Json = False, by: By = "", note: Note = "") -> None:
    """Return to the edition before."""
    from knowledge.ingestion.refresh import rollback as go_back
    from knowledge.ingestion.report import rollback_lines, rollback_values

    with ProgressDisplay() as progress:
        live, left = go_back(BuildContext(settings_of(config or ctx.obj[0]), progress), by, note)
    print_result(as_json or ctx.obj[1], rollback_values(live, left), rollback_lines(live, left))


@app.command()
def status(ctx: typer.Context, config: Config = None, as_json: Json = False) -> None:
    """Show the live edition, its documents, and what could not be read and why."""
    from knowledge.ingestion.report import status_lines, status_values
    from knowledge.ingestion.status import status as status_of

    current = status_of(BuildContext(settings_of(config or ctx.obj[0])))
    print_result(as_json or ctx.obj[1], status_values(current), status_lines(current))


def _refresh(
    config: Path | None, as_json: bool, everything: bool, if_changed: bool, accepted: list[str], notify: bool
) -> None:
    from knowledge.ingestion.report import outcome_lines, outcome_values

    settings = settings_of(config)
    watch = _watch(settings, config) if notify else None
    try:
        with watch or nullcontext():
            outcome = _outcome(settings, everything, frozenset(accepted))
            if watch:
                watch.ended(outcome.unreadable, outcome.held)
    except RefreshRunningError as error:
        if not if_changed:
            raise
        print(harmless(f"{error}; the assistant will take up its edition"))
        return
    lines = list(outcome_lines(outcome))
    quiet = if_changed and not outcome.published and not outcome.healed
    print_result(as_json, outcome_values(outcome), lines[:1] if quiet else lines)
    # What follows --if-changed is the assistant: it shall start.
    if ((outcome.unreadable or outcome.held) and not if_changed) or (watch and not watch.well):
        raise typer.Exit(SOME_FAILED)


def _watch(settings: KnowledgeSettings, config: Path | None) -> StaffWatch:
    from knowledge.ingestion.notices.watch import StaffWatch

    return StaffWatch(settings, config_folder(config))


def _outcome(settings: KnowledgeSettings, everything: bool, accepted: frozenset[str]) -> RefreshOutcome:
    """What the refresh did. Most change nothing, as a quick check finds before the modules that do the work load."""
    from knowledge.ingestion.quick_check import quick_check

    unchanged = None if everything or accepted else quick_check(BuildContext(settings))
    if unchanged is not None:
        return unchanged
    from knowledge.ingestion.refresh import refresh as bring_in_line

    with ProgressDisplay() as progress:
        return bring_in_line(BuildContext(settings, progress), again=everything, accepting=accepted)


def _stop(number: int, frame: object) -> None:
    print("stopped; the live edition is whole, and the next run begins anew", file=sys.stderr)
    raise SystemExit(INTERRUPTED)


def _fail(message: str) -> int:
    print(harmless_lines(message), file=sys.stderr)
    return FAILED


def run() -> int:
    """Run the command; returns its exit code. The one place where an unforeseen error is caught."""
    signal.signal(signal.SIGINT, _stop)
    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED
    except Exception as error:  # noqa: BLE001  # the edge of the process
        if isinstance(error, IngestionError):  # may name files, and their names may hold line breaks
            done = "done" if isinstance(error, OrderError) else "published"
            return _fail(harmless(f"nothing was {done}: {error}"))
        if isinstance(error, expected_errors()):
            return _fail(f"nothing was published: {getattr(error, 'orig', error)}")
        return _fail(f"{traceback.format_exc()}nothing was published: a fault of the program, see above")
    return OK


if __name__ == "__main__":
    sys.exit(run())
