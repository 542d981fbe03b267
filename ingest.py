"""Bring the knowledge base in line with the documents folder.

Exit codes: 0 all read, 1 some files failed or wait for staff and the rest is published, or staff could not be told
(--notify), 2 nothing was published because of an error, 130 stopped with Ctrl-C (what was read is kept, and the same
command goes on).
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.checking.wiring import checking_of
from knowledge.editions.building.context import BuildContext
from knowledge.editions.errors import RefreshRunningError
from knowledge.ingestion.command.command_line import (
    DEFAULT,
    By,
    Config,
    Json,
    Note,
    Spoken,
    config_folder,
    print_result,
    settings_of,
)
from knowledge.ingestion.command.endings import FAILED, failed, stopped
from knowledge.ingestion.command.help_text import StaffCommand, StaffGroup
from knowledge.ingestion.command.progress_display import ProgressDisplay
from knowledge.ingestion.consequences.commands import checks
from knowledge.ingestion.messages import language_of, speak
from knowledge.ingestion.notices.commands import notices
from knowledge.ingestion.orders.commands import orders
from knowledge.ingestion.templates.commands import templates
from knowledge.settings import KnowledgeSettings
from knowledge.text.characters import harmless

if TYPE_CHECKING:
    from knowledge.ingestion.consequences.checking import Checking
    from knowledge.ingestion.notices.watch import StaffWatch
    from knowledge.ingestion.outcome import RefreshOutcome

app = typer.Typer(
    cls=StaffGroup, help=__doc__, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
)
All = Annotated[bool, typer.Option("--all", help="Read every file again, changed or not.")]
IfChanged = Annotated[bool, typer.Option("--if-changed", help="Say no more than one line when nothing changed.")]
Accepted = Annotated[
    list[str],
    typer.Option(
        "--accept-warnings", metavar="CODE", help="The code of a file that preview warned of; may be repeated."
    ),
]
To = Annotated[
    int | None,
    typer.Option("--to", metavar="NUMBER", help="The number of an edition that is kept; else the one before."),
]
Notify = Annotated[
    bool, typer.Option("--notify", help="Tell staff of what needs them, as config.yaml says (staff); each thing once.")
]
AcceptWorse = Annotated[
    bool, typer.Option("--accept-worse", help="Publish although too many check questions turn worse.")
]
app.add_typer(orders)
app.add_typer(notices)
app.add_typer(templates)
app.add_typer(checks)
OK, SOME_FAILED = 0, 1


@app.callback(cls=StaffGroup, invoke_without_command=True)
def main(
    ctx: typer.Context,
    config: Config = None,
    as_json: Json = False,
    everything: All = False,
    if_changed: IfChanged = False,
    accepted: Accepted = [],  # noqa: B006  # typer makes a new list each time
    accept_worse: AcceptWorse = False,
    notify: Notify = False,
    by: By = "",
    note: Note = "",
    language: Spoken = None,
) -> None:
    """Staff's command for the knowledge base; without a command it refreshes."""
    ctx.obj = (config, as_json, checking_of)
    if ctx.invoked_subcommand is None:
        _refresh(config, as_json, if_changed, _Asked(everything, frozenset(accepted), accept_worse, by, note, notify))


@app.command(cls=StaffCommand)
def refresh(
    ctx: typer.Context,
    config: Config = None,
    as_json: Json = False,
    everything: All = False,
    if_changed: IfChanged = False,
    accepted: Accepted = [],  # noqa: B006  # typer makes a new list each time
    accept_worse: AcceptWorse = False,
    notify: Notify = False,
    by: By = "",
    note: Note = "",
    language: Spoken = None,
) -> None:
    """Bring the live edition in line with the documents folder."""
    asked = _Asked(everything, frozenset(accepted), accept_worse, by, note, notify)
    _refresh(config or ctx.obj[0], as_json or ctx.obj[1], if_changed, asked)


@app.command(cls=StaffCommand)
def preview(ctx: typer.Context, config: Config = None, as_json: Json = False, language: Spoken = None) -> None:
    """Show what a refresh would change, and which answers; change nothing."""
    from knowledge.ingestion.consequences.foresight import foresee
    from knowledge.ingestion.plan import preview as look_ahead
    from knowledge.ingestion.reports.refresh_report import plan_lines
    from knowledge.ingestion.reports.values import plan_values

    config = config or ctx.obj[0]
    with ProgressDisplay() as progress:
        context = BuildContext(settings_of(config), progress)
        prepared = look_ahead(context)
        answers = foresee(context, prepared, checking_of(config or DEFAULT))
    plan = prepared.plan
    print_result(as_json or ctx.obj[1], plan_values(plan, answers), plan_lines(plan, answers))


@app.command(cls=StaffCommand)
def rollback(
    ctx: typer.Context,
    config: Config = None,
    as_json: Json = False,
    to: To = None,
    by: By = "",
    note: Note = "",
    language: Spoken = None,
) -> None:
    """Return to the edition before, or to another that is kept."""
    from knowledge.ingestion.refresh import rollback as go_back
    from knowledge.ingestion.reports.refresh_report import rollback_lines
    from knowledge.ingestion.reports.values import rollback_values

    with ProgressDisplay() as progress:
        live, left = go_back(BuildContext(settings_of(config or ctx.obj[0]), progress), by, note, to)
    print_result(as_json or ctx.obj[1], rollback_values(live, left), rollback_lines(live, left))


@app.command(cls=StaffCommand)
def status(ctx: typer.Context, config: Config = None, as_json: Json = False, language: Spoken = None) -> None:
    """Show the live edition, its documents, and what could not be read and why."""
    from knowledge.ingestion.reports.status_report import status_lines
    from knowledge.ingestion.reports.values import status_values
    from knowledge.ingestion.status import status as status_of

    current = status_of(BuildContext(settings_of(config or ctx.obj[0])))
    print_result(as_json or ctx.obj[1], status_values(current), status_lines(current))


@dataclass(frozen=True)
class _Asked:
    """What staff want of a refresh: every file again, warnings accepted by their codes, worse answers accepted; who
    wants it and why; whether staff are told of what needs them.
    """

    everything: bool
    accepted: frozenset[str]
    accept_worse: bool
    by: str
    note: str
    notify: bool


def _refresh(config: Path | None, as_json: bool, if_changed: bool, asked: _Asked) -> None:
    from knowledge.ingestion.reports.refresh_report import outcome_lines, running_line
    from knowledge.ingestion.reports.values import outcome_values

    settings = settings_of(config)
    watch = _watch(settings, config) if asked.notify else None
    try:
        with watch or nullcontext():
            checking = checking_of(config or DEFAULT, accept_worse=asked.accept_worse)
            outcome = _outcome(settings, asked, checking)
            if watch:
                watch.ended(outcome.unreadable, outcome.held, checking)
    except RefreshRunningError as error:
        if not if_changed:
            raise
        print(harmless(running_line(str(error))))
        return
    lines, values = list(outcome_lines(outcome)), outcome_values(outcome)
    if outcome.published:
        from knowledge.ingestion.command.open_questions import answered_by  # loads SQLAlchemy

        if counted := answered_by(settings, config, outcome.edition):
            lines.append(counted.line)
            values["open_questions"] = asdict(counted)
    quiet = if_changed and not outcome.published and not outcome.healed
    print_result(as_json, values, lines[:1] if quiet else lines)
    # What follows --if-changed is the assistant: it shall start.
    if ((outcome.unreadable or outcome.held) and not if_changed) or (watch and not watch.well):
        raise typer.Exit(SOME_FAILED)


def _watch(settings: KnowledgeSettings, config: Path | None) -> StaffWatch:
    from knowledge.ingestion.notices.watch import StaffWatch

    return StaffWatch(settings, config_folder(config))


def _outcome(settings: KnowledgeSettings, asked: _Asked, checking: Checking) -> RefreshOutcome:
    """What the refresh did. Most change nothing, as a quick check finds before the modules that do the work load."""
    from knowledge.ingestion.quick_check import quick_check

    unchanged = None if asked.everything or asked.accepted else quick_check(BuildContext(settings))
    if unchanged is not None:
        return unchanged
    from knowledge.ingestion.refresh import refresh as bring_in_line

    with ProgressDisplay() as progress:
        context = BuildContext(settings, progress)
        return bring_in_line(
            context, again=asked.everything, accepting=asked.accepted, by=asked.by, note=asked.note, checking=checking
        )


def run() -> int:
    """Run the command; returns its exit code. The one place where an unforeseen error is caught."""
    signal.signal(signal.SIGINT, stopped)
    speak(language_of(sys.argv[1:], os.environ))
    try:
        code = app(standalone_mode=False)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAILED
    except Exception as error:  # noqa: BLE001  # the edge of the process
        return failed(error, traceback.format_exc())
    return code if isinstance(code, int) else OK


if __name__ == "__main__":
    sys.exit(run())
