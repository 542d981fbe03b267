"""``ingest.py check``: the live edition asked the check questions."""

from __future__ import annotations

import typer

from knowledge.ingestion.command.command_line import DEFAULT, Config, Json, Spoken, print_result, settings_of
from knowledge.ingestion.command.help_text import StaffCommand
from knowledge.ingestion.command.progress_display import ProgressDisplay

checks = typer.Typer()


@checks.command(cls=StaffCommand)
def check(ctx: typer.Context, config: Config = None, as_json: Json = False, language: Spoken = None) -> None:
    """Ask the live edition the check questions (documents/questions.csv)."""
    from knowledge.editions.building.context import BuildContext
    from knowledge.ingestion.consequences.daily import check_live
    from knowledge.ingestion.consequences.report import result_lines

    config = config or ctx.obj[0] or DEFAULT
    checking = ctx.obj[2](config)  # who answers is handed in by ingest.py: nothing here knows of the bot
    with ProgressDisplay() as progress:
        result = check_live(BuildContext(settings_of(config), progress), checking)
    print_result(as_json or ctx.obj[1], vars(result), result_lines(result))
