"""What is live, what could not be read, what is kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from knowledge.editions.building.context import BuildContext
from knowledge.editions.building.rebuild import trouble
from knowledge.ingestion.collect import AGAIN, TO_BE_READ
from knowledge.ingestion.lock import running
from knowledge.ingestion.orders.withdrawal import HeldWithdrawal, held_withdrawals
from knowledge.ingestion.plan import Concerns, concerns
from knowledge.models import Unreadable
from knowledge.store.edition_rows import Edition, FileKind, FileRow, HeldFile
from knowledge.store.editions import chunks_of, files_of, find_edition, kept_numbers, live_edition
from knowledge.store.held_files import files_held
from knowledge.store.staff_orders import MaintenanceSentence, staff_orders
from knowledge.tables.querying.published_rows import PublishedRows
from knowledge.validity import today


@dataclass(frozen=True)
class ListedDocument:
    """A document of the live edition."""

    source: str
    title: str
    language: str


@dataclass(frozen=True)
class TableState:
    """A table of the live edition and what its rows lack."""

    source: str
    problems: tuple[str, ...]


@dataclass(frozen=True)
class IngestionStatus:
    """The state of the knowledge base. ``edition`` is None before the first refresh."""

    edition: Edition | None
    documents: tuple[ListedDocument, ...] = ()
    tables: tuple[TableState, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    kept: tuple[Edition, ...] = ()
    trouble: str | None = None  # what is wrong with the index; a refresh mends it
    running: str | None = None  # who refreshes at this moment
    concerns: Concerns = field(default_factory=Concerns)
    withdrawals: tuple[HeldWithdrawal, ...] = ()
    maintenance: MaintenanceSentence | None = None
    held: tuple[HeldFile, ...] = ()  # files whose new version waits for staff


def status(context: BuildContext) -> IngestionStatus:
    """The state of the live edition, every file of its index checked by SHA-256. Changes nothing."""
    busy = running(context.engine, context.root)
    with context.engine.connect() as connection:
        live = live_edition(connection)
        orders = staff_orders(connection)
        if live is None:
            return IngestionStatus(None, running=busy, maintenance=orders.maintenance)
        files = files_of(connection, live.number)
        published = PublishedRows(connection, live.number)
        held = held_withdrawals(orders.withdrawals, files, chunks_of(connection, live.number), published)
        waiting = [
            one
            for one in files_held(connection).values()
            if (row := files.get(one.source)) and row.digest == one.digest
        ]
        rows = tuple(files.values())
        numbers = kept_numbers(connection)
        kept = tuple(edition for number in numbers if (edition := find_edition(connection, number)))
    documents = {row.source: row.metadata for row in rows if row.kind is FileKind.DOCUMENT}
    return IngestionStatus(
        edition=live,
        documents=tuple(
            ListedDocument(source, metadata.title, metadata.language) for source, metadata in documents.items()
        ),
        tables=tuple(_table(row) for row in rows if row.kind is FileKind.TABLE),
        unreadable=tuple(_unread(row) for row in rows if row.kind is FileKind.UNREADABLE or _is_late(row)),
        kept=kept,
        trouble=trouble(context, live),
        running=busy,
        concerns=concerns(documents, today()),
        withdrawals=held,
        maintenance=orders.maintenance,
        held=tuple(waiting),
    )


def _is_late(row: FileRow) -> bool:
    """Whether an earlier version is published because the one of the last refresh could not be read in time."""
    return row.digest == TO_BE_READ and row.kind in (FileKind.DOCUMENT, FileKind.TABLE)


def _unread(row: FileRow) -> Unreadable:
    late = _is_late(row)
    return Unreadable(row.source, AGAIN.format("reading it took too long") if late else row.details, late)


def _table(row: FileRow) -> TableState:
    return TableState(row.source, row.problems)
