"""The programme and district of the shipped configuration, and whom the shipped tables and documents name."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from bot.answering.rows import RowAnswerer
from knowledge.entities.directory import Directory
from knowledge.entities.home import Home
from knowledge.models import Chunk
from knowledge.settings import KnowledgeSettings, load
from knowledge.tables import Records
from tests.sheets import DOCUMENTS, published

HOME = Home.of(load(Path(__file__).parents[1] / "config.yaml", KnowledgeSettings))


@cache
def texts() -> tuple[Chunk, ...]:
    """The shipped documents, a chunk each."""
    paths = sorted((DOCUMENTS / "policies").glob("*.md"))
    return tuple(
        Chunk(path.name, path.name, 0, (), path.read_text(encoding="utf-8"), "en" if ".en." in path.name else "zh")
        for path in paths
    )


def names_of(records: Records) -> Directory:
    """Whom ``records`` and the shipped documents name."""
    return Directory(records, HOME, texts())


@cache
def shipped_names() -> Directory:
    """Whom the shipped tables and documents name."""
    folder = Path(tempfile.mkdtemp(prefix="names-"))
    return names_of(published(folder, sorted(DOCUMENTS.glob("*.csv"))))


def desk_of(records: Records) -> RowAnswerer:
    """A desk over ``records``."""
    return RowAnswerer(records, names_of(records))


def shipped_desk(folder: Path) -> RowAnswerer:
    """A desk over the tables of the documents folder."""
    return desk_of(published(folder, sorted(DOCUMENTS.glob("*.csv"))))
