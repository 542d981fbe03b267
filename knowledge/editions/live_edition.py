"""The live edition of a running process: follows the pointer in SQL, opens a new edition beside the old one, swaps."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from knowledge import store
from knowledge.editions import edition_files
from knowledge.editions.building.context import BuildContext
from knowledge.editions.building.rebuild import rebuild_local
from knowledge.editions.errors import IngestionError
from knowledge.editions.open_edition import OpenEdition, open_edition
from knowledge.editions.withdrawn import withdrawn_of
from knowledge.embedding.chroma_store import ChromaStoreError
from knowledge.embedding.embedder import Embedder
from knowledge.embedding.packaged_models import ModelError
from knowledge.embedding.reader_copy import clear_abandoned_copies
from knowledge.learned_arrays import LearnedError
from knowledge.processes import give_back_memory
from knowledge.settings import KnowledgeSettings
from knowledge.store.edition_rows import Edition
from knowledge.store.editions import chunks_of, documents_of, files_of, live_edition
from knowledge.store.staff_orders import MaintenanceSentence, StaffOrders, Withdrawal, staff_orders
from knowledge.tables.querying.published_rows import PublishedRows
from knowledge.validity import today

POLL_SECONDS, RETRY_SECONDS = 1.0, 10.0  # the second before an edition that could not be opened is tried again
MEND = "run: python ingest.py"
log = structlog.get_logger()


class NoEdition(Exception):  # noqa: N818  # not a failure of the program: there is nothing to ask
    """There is no edition to ask; the message says what is wrong and the command that mends it."""


@dataclass(frozen=True)
class EditionHealth:
    """``number``: the edition that answers, None when none does. ``problem``: what is wrong, None when nothing is."""

    number: int | None
    problem: str | None


class _LentEdition:
    """An open edition and how many are reading it. The last one to leave closes it, once it has been replaced.

    ``withdrawals``: those that ``edition`` heeds; when others hold, another view of the same edition is lent.
    """

    def __init__(self, edition: OpenEdition, identity: object) -> None:
        self.edition, self.identity = edition, identity
        self.withdrawals: tuple[Withdrawal, ...] = ()
        self.readers = 0
        self.replaced = False
        self.closed = False


class LiveEdition:
    """Lends the live edition to readers and keeps it up to date in a thread. Thread-safe; one for a process.

    ``embedder``: a model that is loaded already, else the configured one is loaded when an edition is opened.
    """

    def __init__(self, settings: KnowledgeSettings, embedder: Embedder | None = None) -> None:
        self._context = BuildContext(settings, embedder=embedder)
        self._lock = threading.Lock()
        self._current: _LentEdition | None = None
        self._problem: str | None = "the knowledge base is not opened yet"
        self._refused: object = None  # the identity of what could not be opened
        self._retry_at = 0.0  # monotonic seconds; it is not tried before
        self._orders = StaffOrders()
        self._stop = threading.Event()
        self._threads: tuple[threading.Thread, ...] = ()

    def start(self) -> None:
        """Open the live edition if there is one, and follow the pointer from now on."""
        clear_abandoned_copies(self._context.root)
        self._follow()
        self._follow_orders()
        # Orders are followed apart: opening an edition may take long, and a withdrawal must not wait for it.
        self._threads = tuple(
            threading.Thread(target=self._run, args=(follow,), name=name, daemon=True)
            for name, follow in (("live-edition", self._follow), ("staff-orders", self._follow_orders))
        )
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop following and close the edition when its last reader has left."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._swap(None)

    def maintenance(self) -> MaintenanceSentence | None:
        """What staff want to stand above every answer now; None when nothing."""
        return self._orders.maintenance

    @contextmanager
    def edition(self) -> Iterator[OpenEdition]:
        """The live edition, which stays open and unchanged within the block. Raises ``NoEdition``."""
        with self._lock:
            lent = self._current
            if lent is None:
                raise NoEdition(self._problem or f"there is no edition; {MEND}")
            lent.readers += 1
            edition = lent.edition
        try:
            yield edition
        finally:
            with self._lock:
                lent.readers -= 1
            self._close_when_left(lent)

    @property
    def health(self) -> EditionHealth:
        """Which edition answers, and what is wrong."""
        with self._lock:
            current, problem = self._current, self._problem
        ended = [thread.name for thread in self._threads if not thread.is_alive()]
        if ended and not self._stop.is_set():
            problem = f"the thread {ended[0]}, which follows what staff do, has ended; restart the assistant"
        number = current.edition.number if current else None
        return EditionHealth(number, problem or (current.edition.trouble if current else None))

    def _run(self, follow: Callable[[], None]) -> None:
        while not self._stop.wait(POLL_SECONDS):
            follow()

    def _follow_orders(self) -> None:
        """Heed what staff order now. While the database cannot be asked, the last orders hold."""
        with suppress(SQLAlchemyError, store.StoreError, OSError):
            before, self._orders = self._orders, self._orders_now()
            self._heed_withdrawals(self._current)
            if self._orders != before:
                log.info("staff orders heeded", withdrawals=len(self._orders.withdrawals))

    def _orders_now(self) -> StaffOrders:
        with self._context.engine.connect() as connection:
            return staff_orders(connection)

    def _heed_withdrawals(self, lent: _LentEdition | None) -> None:
        """From now on lend a view of the edition without what is withdrawn."""
        wanted = self._orders.withdrawals
        if lent is None or lent.withdrawals == wanted:
            return
        with self._context.engine.connect() as connection:
            files, rows = files_of(connection, lent.edition.number), PublishedRows(connection, lent.edition.number)
            withdrawn = withdrawn_of(wanted, files, lent.edition.chunks, rows)
        view = lent.edition.withholding(withdrawn)
        view.records.warm(today())
        with self._lock:
            lent.edition, lent.withdrawals = view, wanted

    def _follow(self) -> None:
        """Read the pointer once. What goes wrong is kept in ``health`` and tried again; the open edition goes on."""
        before = self._current
        try:
            problem = self._catch_up()
        except SQLAlchemyError as error:
            problem = f"the database cannot be reached ({type(error).__name__})"
        except ModelError as error:
            problem = str(error)
        except (store.StoreError, ChromaStoreError, IngestionError, LearnedError, OSError, ValueError) as error:
            problem = f"{error}; {MEND}"
        if problem and problem != self._problem:
            log.warning("edition trouble", problem=problem)
        with self._lock:
            self._problem = problem
        if self._current is not before:
            give_back_memory()

    def _catch_up(self) -> str | None:
        """Open what the pointer names unless it is open. Returns what is wrong."""
        with self._context.engine.connect() as connection:
            live = live_edition(connection)
        if live is None:
            return f"nothing is published yet; {MEND}"
        identity = self._identity(live)
        if self._current and self._current.identity == identity:
            if self._current.edition.trouble:
                self._current.edition.check()
            return None
        if self._refused == identity and time.monotonic() < self._retry_at:
            return self._problem
        return self._replace(live, identity)

    def _replace(self, live: Edition, identity: object) -> str | None:
        try:
            source = self._source(live)
            if source.broken and self._current and self._current.edition.number == live.number:
                raise IngestionError(f"edition {live.number}: {', '.join(source.broken[:3])} missing or damaged")
            opened = open_edition(source, self._context.settings, self._context.engine, self._context.embedder)
            opened.search(source.chunks[0].text[:100] if source.chunks else "?", day=today())
            opened.records.warm(today())
        except (SQLAlchemyError, ModelError, ChromaStoreError, IngestionError, LearnedError, OSError, ValueError):
            self._refused, self._retry_at = identity, time.monotonic() + RETRY_SECONDS
            raise
        # With a server, opening may have made this machine's part of the edition: then its files are others now.
        lent = _LentEdition(opened, self._identity(live) if self._context.url else identity)
        self._orders = self._orders_now()
        self._heed_withdrawals(lent)
        self._swap(lent)
        log.info("edition opened", edition=live.number)
        return None

    def _source(self, live: Edition) -> edition_files.EditionSource:
        """What to open, checked file by file. With a Chroma server the local part is made here when it is missing."""
        context = self._context
        if live.model != context.fingerprint.model:
            raise IngestionError(f"edition {live.number} was made with the embedding model {live.model}")
        if context.url and edition_files.folder_trouble(context.root, live, context.fingerprint.format):
            rebuild_local(context, live)
        folder = edition_files.edition_folder(context.root, live.number)
        broken = edition_files.damage(folder)
        if any(not name.startswith(f"{edition_files.CHROMA}/") for name in broken):
            raise IngestionError(f"edition {live.number}: {', '.join(broken[:3])} missing or damaged")
        manifest = edition_files.read_manifest(folder)
        if manifest is None or manifest.format != context.fingerprint.format:
            raise IngestionError(f"edition {live.number} was built by another version of the program")
        with context.engine.connect() as connection:
            documents, chunks = documents_of(connection, live.number), chunks_of(connection, live.number)
        return edition_files.EditionSource(live.number, folder, documents, chunks, live.collection, broken)

    def _swap(self, lent: _LentEdition | None) -> None:
        with self._lock:  # at once: an edition that opened never stands beside the trouble of one that did not
            old, self._current, self._problem = self._current, lent, None if lent else self._problem
            if old:
                old.replaced = True
        if old:
            self._close_when_left(old)

    def _close_when_left(self, lent: _LentEdition) -> None:
        with self._lock:
            leave = lent.replaced and lent.readers == 0 and not lent.closed
            lent.closed = lent.closed or leave
        if leave:
            lent.edition.close()

    def _identity(self, live: Edition) -> object:
        """A value that changes when another edition is live, and when files of the same one change."""
        folder = edition_files.edition_folder(self._context.root, live.number)
        return live.number, live.collection, *edition_files.file_states(folder)
