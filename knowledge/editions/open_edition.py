"""One edition, opened for questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING

from knowledge.editions.curated_answers import CuratedAnswers
from knowledge.editions.edition_files import CHROMA, EMBEDDINGS, SEARCH, EditionSource
from knowledge.editions.nearest_chunks import NearestChunks
from knowledge.editions.withdrawn import NOTHING_WITHDRAWN, Withdrawn, not_withdrawn
from knowledge.embedding.chroma_store import ChromaStore, ChromaStoreError
from knowledge.embedding.reader_copy import ReaderCopy
from knowledge.entities.directory import Directory
from knowledge.entities.home import Home
from knowledge.entities.occupations import fields_of_work, occupation_names
from knowledge.index.section_lookup import SectionLookup
from knowledge.intents.borders import border_reader
from knowledge.intents.message_reader import Intents, message_reader
from knowledge.intents.route import for_rows
from knowledge.models import Chunk, Findings, FreeTable, Metadata, Passage
from knowledge.settings import KnowledgeSettings
from knowledge.store.free_tables import free_tables_of
from knowledge.tables import Query, Records, StoredRecord
from knowledge.tables.records import RecordKind
from knowledge.text.language import fold, simplified
from knowledge.validity import today

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from knowledge.embedding.embedder import Embedder
    from knowledge.index import Index

MESSAGES = 32  # whose intents are kept: several steps of an answer ask for them


@dataclass(frozen=True)
class EditionParts:
    """What an open edition is made of; shared by those that differ only in what they withhold."""

    number: int
    index: Index
    nearest: NearestChunks
    engine: Engine
    embedder: Embedder
    home: Home

    @cached_property
    def records(self) -> Records:
        """All rows, with what is kept of them."""
        return Records(self.engine, self.number)


class OpenEdition:
    """An edition that answers. Several threads may ask at once; it never changes while it is open.

    ``names``: whom it knows; ``reader`` tells what messages want; ``withdrawn``: what it does not give.
    """

    def __init__(self, parts: EditionParts, withdrawn: Withdrawn = NOTHING_WITHDRAWN) -> None:
        self._parts, self.number, self._nearest = parts, parts.number, parts.nearest
        self._withdrawn = withdrawn
        corpus = parts.index.corpus
        self.records = parts.records
        if withdrawn.files or withdrawn.rows:
            self.records = Records(parts.engine, parts.number, withdrawn.files, withdrawn.rows)
        self.names = Directory(
            self.records, parts.home, [one for one in corpus.chunks if one.id not in withdrawn.chunks]
        )
        self._index = parts.index.withholding(withdrawn.chunks) if withdrawn.chunks else parts.index
        self._reader, self._borders = message_reader(), border_reader()
        occupation_names(), fields_of_work()  # read before anybody waits for them
        self._intents = lru_cache(maxsize=MESSAGES)(self._read_intents)
        self._curated = lru_cache(maxsize=2)(self._curated_on)
        self._sections = SectionLookup(corpus.chunks, corpus.documents, withdrawn.chunks)

    @property
    def chunks(self) -> tuple[Chunk, ...]:
        """All chunks that were published, the withdrawn ones too."""
        return self._parts.index.corpus.chunks

    @property
    def documents(self) -> Mapping[str, Metadata]:
        """What each file whose text is searched says of itself, by source."""
        return self._index.corpus.documents

    @property
    def free_tables(self) -> tuple[FreeTable, ...]:
        """The free tables, but for those of which something is withdrawn; read anew whenever they are asked for."""
        with self._parts.engine.connect() as connection:
            return not_withdrawn(free_tables_of(connection, self.number), self.chunks, self._withdrawn)

    @property
    def embedder(self) -> Embedder:
        """The embedding model that it is searched with."""
        return self._parts.embedder

    def withholding(self, withdrawn: Withdrawn) -> OpenEdition:
        """The same edition, which does not give what is ``withdrawn``. Closing one of the two closes both."""
        return OpenEdition(self._parts, withdrawn)

    @property
    def trouble(self) -> str | None:
        """What does not work as it should although the edition answers; None when all does."""
        return self._nearest.trouble

    def search(
        self, question: str, *, day: date, limit: int | None = None, without: frozenset[str] = frozenset()
    ) -> Findings:
        """The passages for ``question``, best first, and the probability that they answer it.

        ``day``: decides what is in force; ``limit``: at most so many passages, else as configured; ``without``: sources
        of documents that are left out.
        """
        return self._index.search(question, day=day, limit=limit, without=without)

    def curated(self, question: str, *, day: date) -> StoredRecord | None:
        """What staff answer to ``question`` themselves and holds on ``day``; None where they answer none like it."""
        return self._curated(day).find(self._index.read(simplified(question)), day)

    def _curated_on(self, day: date) -> CuratedAnswers:
        rows = self.records.find(Query(RecordKind.ANSWER), day, limit=None).rows
        return CuratedAnswers(rows, self._parts.embedder, self._parts.home.is_place)

    def relevance(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text fits the question, 0 to about 1; for sentences of passages that were found."""
        return self._index.relevance(question, texts)

    def intents(self, question: str) -> Intents:
        """What the question wants: rows, documents, or something of the service."""
        return self._intents(question)

    def for_rows(self, question: str, *, day: date) -> float:
        """The probability that the question is for openings or programs."""
        found = self.search(question, day=day).probability
        return for_rows(self.intents(question).probabilities, found, self.names.titles.names_any(fold(question)))

    def _read_intents(self, question: str) -> Intents:
        read = self._index.read(question)
        return self._reader(read.bundled, read.states)

    def questions(self, message: str) -> tuple[str, ...]:
        """The questions in ``message``, in order; the message as it is when it is one."""
        read = self._index.read(message)
        return self._borders(read.read, read.states) or (message,)

    def section(self, passage: Passage, language: str) -> tuple[Passage, ...]:
        """All passages of the section of ``passage``, in ``language`` ("zh" or "en") where there is a version in it."""
        corpus = self._index.corpus
        return tuple(
            replace(passage, chunk=chunk, metadata=corpus.documents[chunk.source])
            for chunk in self._sections.section(passage.chunk, language)
        )

    def article(self, passage: Passage, number: int) -> tuple[Passage, ...]:
        """All passages of another article of the law that ``passage`` is of."""
        chunks = self._sections.article(passage.chunk.source, number)
        return tuple(replace(passage, chunk=chunk) for chunk in chunks)

    def check(self) -> None:
        """Bring ``trouble`` up to date without a question."""
        self._nearest.check()

    def close(self) -> None:
        """Close its files; nobody may ask any more."""
        self._nearest.close()


def open_edition(source: EditionSource, settings: KnowledgeSettings, engine: Engine, embedder: Embedder) -> OpenEdition:
    """Open an edition's index. Raises ``ChromaStoreError`` or ``OSError`` when it cannot answer even exactly, and
    ``LearnedError``.
    """
    ids = [chunk.id for chunk in source.chunks]
    nearest = NearestChunks(partial(_open_store, source, settings), source.folder / EMBEDDINGS, ids)
    home = Home.of(settings)
    from knowledge.index import Index  # here: an unchanged refresh opens nothing and need not load what searches

    index = Index.open(
        source.folder / SEARCH, source.chunks, source.documents, nearest, embedder, settings.search, home.is_place
    )
    opened = OpenEdition(EditionParts(source.number, index, nearest, engine, embedder, home))
    opened.curated("?", day=today())  # their questions are read before anybody waits for them
    return opened


def _open_store(source: EditionSource, settings: KnowledgeSettings) -> ChromaStore:
    if settings.index.url and source.collection:
        return ChromaStore.connect(settings.index.url, source.collection)
    damaged = [name for name in source.broken if name.startswith(f"{CHROMA}/")]
    if damaged:  # opening it could end the process
        until = "missing or damaged until python ingest.py has mended it"
        raise ChromaStoreError(f"edition {source.number}: {', '.join(damaged[:3])} {until}")
    return ChromaStore.open(source.folder / CHROMA, ReaderCopy(source.folder.parent, source.number))
