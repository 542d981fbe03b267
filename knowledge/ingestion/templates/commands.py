"""``ingest.py templates``: empty tables to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from knowledge.ingestion.command.command_line import Config, Json, Spoken, print_result, settings_of
from knowledge.ingestion.command.help_text import StaffCommand
from knowledge.ingestion.messages import say, spoken

if TYPE_CHECKING:
    from knowledge.settings import KnowledgeSettings

templates = typer.Typer()
Folder = Annotated[Path, typer.Argument(help="Where to write them; not the documents folder.")]


@templates.command("templates", cls=StaffCommand)
def write_templates(
    ctx: typer.Context,
    folder: Folder = Path("templates"),
    config: Config = None,
    as_json: Json = False,
    language: Spoken = None,
) -> None:
    """Write empty tables to fill in: partners, programs, openings, procedures, answers, and any other table."""
    written = _write(settings_of(config or ctx.obj[0]), folder)
    lines = [say("Written: {file}", file=path) for path in written]
    next_step = say("Fill them in, put them into the documents folder, and look: python ingest.py preview")
    print_result(as_json or ctx.obj[1], {"written": [str(path) for path in written]}, [*lines, next_step])


def _write(settings: KnowledgeSettings, folder: Path) -> list[Path]:
    """Write all templates into ``folder``. Raises ``OrderError`` rather than replace a file, or have one read."""
    from knowledge.editions.errors import OrderError
    from knowledge.ingestion.templates.columns import templates_in
    from knowledge.ingestion.templates.workbook import write_template
    from knowledge.towns import read_towns

    if folder.resolve().is_relative_to(settings.documents.resolve()):
        raise OrderError(f"{folder}: is in the documents folder, where empty tables would be read; name another folder")
    paths = {template: folder / f"{template.name}.xlsx" for template in templates_in(spoken())}
    there = [path for path in paths.values() if path.exists()]
    if there:
        raise OrderError(f"{there[0]}: is there already; move it away, or name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    towns = read_towns(settings.towns) if settings.towns else ()
    for template, path in paths.items():
        write_template(template, path, spoken(), towns)
    return list(paths.values())
