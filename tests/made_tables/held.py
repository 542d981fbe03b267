"""Made tables read and made ready for questions without an edition: what is tried out takes seconds, not minutes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bot.answering.tables.held_table import HeldTable
from knowledge.readers.document_reader import read
from knowledge.tables.free import sheet_document, tables_of
from knowledge.tables.reading import table_reader
from knowledge.tables.reading.digests import Digests
from tests.made_tables.files import write_table
from tests.made_tables.tables import MadeTable


def held_tables(tables: Iterable[MadeTable], folder: Path) -> list[HeldTable]:
    """The tables as files in ``folder``, read as a refresh reads them."""
    return [held for table in tables for held in held_in(write_table(table, folder))]


def held_in(path: Path) -> list[HeldTable]:
    """The free tables of one file."""
    if path.suffix in (".xlsx", ".csv"):
        free = table_reader.read(path, path.name, "digest", Digests()).free
        document = sheet_document(path.name, "digest", free, path.stem)
    else:
        document = read(path, source=path.name, digest="digest")
        free = tables_of(document)
    return [HeldTable(table, document.metadata) for table in free]
