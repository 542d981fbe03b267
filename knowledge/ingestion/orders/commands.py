"""The commands of ``ingest.py`` that take effect without a refresh, and the history."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from knowledge.editions.building.context import BuildContext
from knowledge.ingestion.command.command_line import By, Config, Json, Note, Spoken, print_result, settings_of
from knowledge.ingestion.command.help_text import StaffCommand
from knowledge.processes import user_description

orders = typer.Typer()
File = Annotated[
    str,
    typer.Argument(
        help="A file below the documents folder, or a document's title; with #ROW a row of a table: its number in the"
        " sheet (Sheet1!7 where there are several), or words of what it is called."
    ),
]
Section = Annotated[str, typer.Argument(help="A heading of it; several joined by › where one does not tell.")]


class Switch(StrEnum):
    """Whether the maintenance sentence is shown."""

    ON = "on"
    OFF = "off"


@orders.command(cls=StaffCommand)
def withdraw(
    ctx: typer.Context,
    file: File,
    section: Section = "",
    config: Config = None,
    as_json: Json = False,
    by: By = "",
    note: Note = "",
    language: Spoken = None,
) -> None:
    """Keep a file, a section or a row of a table from users at once, whatever is refreshed, until it is lifted."""
    from knowledge.ingestion.orders.report import withdrawn_lines
    from knowledge.ingestion.orders.withdrawal import withdraw as keep_back

    outcome = keep_back(BuildContext(settings_of(config or ctx.obj[0])), file, section, by or user_description(), note)
    print_result(as_json or ctx.obj[1], asdict(outcome), withdrawn_lines(outcome))


@orders.command(cls=StaffCommand)
def lift(
    ctx: typer.Context,
    file: File,
    section: Section = "",
    config: Config = None,
    as_json: Json = False,
    by: By = "",
    note: Note = "",
    language: Spoken = None,
) -> None:
    """Undo a withdrawal: users get the file, the section or the row again."""
    from knowledge.ingestion.orders.report import lifted_lines
    from knowledge.ingestion.orders.withdrawal import lift as give_again

    outcome = give_again(BuildContext(settings_of(config or ctx.obj[0])), file, section, by or user_description(), note)
    print_result(as_json or ctx.obj[1], asdict(outcome), lifted_lines(outcome))


@orders.command(cls=StaffCommand)
def maintenance(
    ctx: typer.Context,
    switch: Annotated[Switch, typer.Argument(help="on or off.")],
    zh: Annotated[str, typer.Option("--zh", metavar="TEXT", help="The sentence in Chinese.")] = "",
    en: Annotated[str, typer.Option("--en", metavar="TEXT", help="The sentence in English.")] = "",
    config: Config = None,
    as_json: Json = False,
    by: By = "",
    note: Note = "",
    language: Spoken = None,
) -> None:
    """Show a sentence above every answer, in both languages, or show none any more."""
    from knowledge.ingestion.orders.maintenance import switch_off, switch_on
    from knowledge.ingestion.orders.report import maintenance_lines, standing_values

    context, who = BuildContext(settings_of(config or ctx.obj[0])), by or user_description()
    sentence = switch_on(context, zh, en, who, note) if switch is Switch.ON else switch_off(context, who, note)
    print_result(
        as_json or ctx.obj[1],
        {"maintenance": standing_values((), sentence)["maintenance"]},
        maintenance_lines(sentence),
    )


@orders.command(cls=StaffCommand)
def history(
    ctx: typer.Context,
    config: Config = None,
    as_json: Json = False,
    last: Annotated[int, typer.Option("--last", metavar="NUMBER", help="How many lines.", min=1)] = 30,
    language: Spoken = None,
) -> None:
    """Show who published, rolled back, withdrew and switched what, when and why; the newest first."""
    from knowledge.ingestion.orders.history import history_lines, history_values, last_done

    entries = last_done(BuildContext(settings_of(config or ctx.obj[0])), last)
    print_result(as_json or ctx.obj[1], history_values(entries), history_lines(entries))
