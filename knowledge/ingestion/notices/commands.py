"""The command of ``ingest.py`` with which staff see that they can be told."""

from __future__ import annotations

import typer

from knowledge.editions.errors import OrderError
from knowledge.ingestion.command.command_line import Config, Spoken, config_folder, settings_of
from knowledge.ingestion.command.help_text import StaffCommand
from knowledge.ingestion.messages import foreign, say
from knowledge.text.characters import harmless

notices = typer.Typer()
NOT_ALL = 1  # exit code: some way to staff is shut


@notices.command(cls=StaffCommand)
def test_notice(ctx: typer.Context, config: Config = None, language: Spoken = None) -> None:
    """Send staff a test message, wherever config.yaml says that they are told (staff)."""
    from knowledge.ingestion.notices.telling import NOWHERE, channels, title

    config = config or ctx.obj[0]
    settings = settings_of(config)
    ways = channels(settings, config_folder(config))
    if not ways:
        raise OrderError(NOWHERE)
    heading = title(settings)
    taken, problems = ways.tell(
        heading, f"{heading}\n\n测试消息，无需处理。\nA test message; nothing needs to be done."
    )
    print(harmless(say("sent: {taken} of {total}", taken=taken, total=taken + len(problems))))
    for problem in problems:
        print(harmless(foreign(str(problem))))
    if problems:
        raise typer.Exit(NOT_ALL)
