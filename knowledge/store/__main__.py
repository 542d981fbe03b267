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

from knowledge.settings import ConfigError, KnowledgeSettings, load
from knowledge.store.backup import Counts, backup, move, restore
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


@app.command("restore")
def read_backup(
    file: Annotated[Path, typer.Argument(help="What backup wrote.")],
    config: Config = DEFAULT,
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite what the database holds.")] = False,
) -> None:
    """Put back what FILE holds; no bot may run."""
    _run(lambda: restore(file, _url(config), replace=replace), "restored; now run: python ingest.py")


@app.command("move")
def move_to(
    url: Annotated[str, typer.Argument(help="The new database's address, as for database.url; it must be empty.")],
    config: Config = DEFAULT,
) -> None:
    """Copy everything to another database, from SQLite to PostgreSQL or back; no bot may run."""
    _run(lambda: move(_url(config), url), "copied; now write the new address into database.url")


def _url(config: Path) -> str:
    return load(config, KnowledgeSettings).database.url


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
