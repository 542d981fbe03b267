"""Back-up, restore, and moving to another database. Covers everything in SQL; index folders are rebuilt from it.

Exit code 0 when it is done, 2 when nothing was changed because of an error.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from knowledge.private_files import keep_private
from knowledge.settings import ConfigError, KnowledgeSettings, load
from knowledge.store.backup import Counts, backup, keys_needed, move, restore
from knowledge.store.database import StoreError
from knowledge.text.characters import harmless_lines

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)
Config = Annotated[Path, typer.Option("--config", help="The configuration file.")]
DEFAULT = Path("config.yaml")
FAILED = 2


@app.command("backup")
def write_backup(
    file: Annotated[Path, typer.Argument(help="Where to write; an earlier back-up of this name is replaced.")],
    config: Config = DEFAULT,
) -> None:
    """Write everything to FILE, also while a bot is running."""
    _run(lambda: backup(_url(config), file), f"written to {file}")
    _tell_keys(file)


@app.command("restore")
def read_backup(
    file: Annotated[Path, typer.Argument(help="What backup wrote.")],
    config: Config = DEFAULT,
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite what the database holds.")] = False,
) -> None:
    """Put back what FILE holds; no bot may run."""
    _run(lambda: restore(file, _url(config), replace=replace), "restored; now run: python ingest.py")
    _tell_keys(file)


@app.command("move")
def move_to(
    url: Annotated[str, typer.Argument(help="The new database's address, as for database.url; it must be empty.")],
    config: Config = DEFAULT,
) -> None:
    """Copy everything to another database, from SQLite to PostgreSQL or back; no bot may run."""
    _run(lambda: move(_url(config), url), "copied; now write the new address into database.url")


def _tell_keys(file: Path) -> None:
    """Which keys the bot needs for what waits in a back-up."""
    keys = keys_needed(file)
    said = (
        f"its questions and conversations are sealed with key {', '.join(keys)}: keep a copy of .sealing-keys (or of"
        " SEALING_KEYS) elsewhere, without it they cannot be read"
        if keys
        else "no question or conversation in it is sealed yet; the bot does that when it starts"
    )
    print(harmless_lines(said))


def _url(config: Path) -> str:
    settings = load(config, KnowledgeSettings)
    keep_private(settings)
    return settings.database.url


def _run(task: Callable[[], Counts], done: str) -> None:
    try:
        counts = task()
    except (ConfigError, StoreError, OSError) as error:
        _fail(str(error))
    except SQLAlchemyError as error:
        _fail(f"the database cannot be used: {_without_password(str(error).splitlines()[0])}")
    else:
        print(harmless_lines(f"{sum(counts.values())} rows of {len(counts)} tables {done}"))


def _fail(reason: str) -> None:
    print(harmless_lines(str(reason)), file=sys.stderr)
    raise typer.Exit(FAILED)


def _without_password(text: str) -> str:
    return re.sub(r"://[^@/\s]*@", "://…@", text)


if __name__ == "__main__":
    app()
