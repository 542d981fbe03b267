"""Which row of a table staff mean: by its number in the sheet, or by what it is called."""

from __future__ import annotations

import re

from sqlalchemy import Connection

from knowledge.editions.building.context import BuildContext
from knowledge.editions.errors import OrderError
from knowledge.ingestion.received.attachments import with_attachments
from knowledge.readers import source_files
from knowledge.store.edition_rows import FileRow
from knowledge.store.staff_orders import Withdrawal
from knowledge.tables import RecordPlan, read_table
from knowledge.tables.querying.published_rows import PublishedRow, PublishedRows, stand_in
from knowledge.tables.storage.schema import key_of
from knowledge.text.language import fold

ROW = "#"  # between a table and a row of it
NUMBER = re.compile(r"(?:(?P<sheet>[^!]{1,100})!)?(?P<number>\d{1,7})")
LISTED = 20  # rows offered where more than one is meant


def split_row(file: str) -> tuple[str, str]:
    """A table and the row of it that follows the last #; no row where there is none."""
    table, mark, row = file.rpartition(ROW)
    return (table, row.strip()) if mark and table else (file, "")


def rows_meant(
    context: BuildContext, connection: Connection, edition: int, file: FileRow, wanted: str
) -> tuple[PublishedRow, ...]:
    """The rows of ``file`` that ``wanted`` means, all called the same. Raises ``OrderError`` when it means others."""
    rows = list(PublishedRows(connection, edition).all_of(file.source))
    number = NUMBER.fullmatch(wanted)
    found = _numbered(context, file, rows, number) if number else []
    found = found or [row for row in rows if stand_in(wanted, (row.label, *row.names))]
    if not found:
        raise OrderError(f"{file.source}{ROW}{wanted}: no such row; give its number in the sheet, or words of it")
    if len({row.key for row in found}) > 1:
        listed = "; ".join(dict.fromkeys(row.label for row in found[:LISTED])) + ("; …" if len(found) > LISTED else "")
        raise OrderError(f"{file.source}{ROW}{wanted}: fits {len(found)} rows, say which one: {listed}")
    return tuple(row for row in rows if row.key == found[0].key)


def _numbered(
    context: BuildContext, file: FileRow, rows: list[PublishedRow], number: re.Match[str]
) -> list[PublishedRow]:
    """The row at a number of the sheet: only the file itself knows, and only as long as it is the one published."""
    files, _ = with_attachments(source_files(context.settings.documents)[0], context.received / "attachments")
    there = next((one for one in files if one.source == file.source and one.digest == file.digest), None)
    if there is None:
        return []
    at = {
        row.digest
        for row in read_table(there).rows
        if row.number == int(number["number"]) and number["sheet"] in (None, row.sheet)
    }
    return [row for row in rows if row.digest in at]


def rows_after(withdrawal: Withdrawal, before: frozenset[int], changes: RecordPlan) -> bool:
    """Whether the row of ``withdrawal``, which is ``before`` among those published, is there after ``changes``."""
    key = tuple(map(fold, withdrawal.row))
    sources = {withdrawal.source} & changes.sources or changes.sources
    staying = before - {id for _, _, id in changes.gone}
    return bool(staying) or any(
        row.digest in withdrawal.texts or (source in sources and key_of(row.record) == key)
        for row, source in zip(changes.rows, changes.source_of, strict=True)
    )
