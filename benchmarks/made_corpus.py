"""An edition of any size: the shipped chunks, and made ones of their sentences, words and vectors beside them.

Nothing is embedded. A made chunk has sentences of shipped chunks in its language, so words come as often as they do,
and names that no other chunk has, so the vocabulary grows with the texts as it does; its vectors lie between those of
shipped chunks. Token states are a file of zeros that takes no room.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert, update

from knowledge import store
from knowledge.editions.edition_files import CHROMA, EMBEDDINGS, SEARCH, edition_folder, read_manifest, seal
from knowledge.embedding.chroma_store import write_store
from knowledge.index.encoding.embedding_cache import MEANING, SENTENCES
from knowledge.index.encoding.token_states import SCALES, STATES, WIDTH
from knowledge.index.text.dictionary import dictionary
from knowledge.index.text.tokens import Tokens, tokens_of
from knowledge.index.writer import EMBEDDED, heading, searched_text, sentences_of, write_words
from knowledge.models import Chunk, Metadata
from knowledge.settings import KnowledgeSettings, load
from knowledge.store.edition_rows import FileKind
from knowledge.store.editions import chunks_of, documents_of, in_order
from knowledge.store.tables import chunks as chunk_rows
from knowledge.store.tables import editions, files
from knowledge.text.language import fold

CHUNKS_A_DOCUMENT, CHUNKS_A_SECTION = 30, 2
NEW_NAMES = 0.5  # of a chunk, on average
NOISE = 0.6  # of a made vector, beside the two that it lies between
TOKENS = 66  # of a chunk, as shipped ones have on average
ROWS = 5000  # of one statement
NUMBER = 1  # of the edition
Matrix = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Shipped:
    """What was ingested: chunks in order, documents by source, vectors in the order of the chunks."""

    chunks: tuple[Chunk, ...]
    documents: dict[str, Metadata]
    embeddings: Matrix  # (chunks, dimension)
    meaning: Matrix  # (chunks, 384)
    sentences: Matrix  # (sentences, 384)
    starts: np.ndarray[Any, np.dtype[np.int32]]  # where each chunk's sentences begin

    @classmethod
    def read(cls, connection: Connection, folder: Path) -> Shipped:
        """The live edition, whose index is in ``folder``."""
        chunks, documents = chunks_of(connection, NUMBER), documents_of(connection, NUMBER)
        with np.load(folder / SEARCH / SENTENCES) as arrays:
            starts, rows = arrays["starts"], arrays["rows"].astype(np.float32)
        meaning = np.load(folder / SEARCH / MEANING).astype(np.float32)
        return cls(chunks, documents, np.load(folder / EMBEDDINGS), meaning, rows, starts)


def grow(folder: Path, size: int, seed: int = 1) -> None:
    """Make the edition that was ingested in ``folder`` one of ``size`` chunks, ready to be opened."""
    settings = load(folder / "config.yaml", KnowledgeSettings)
    engine = store.engine(settings.database.url)
    index = edition_folder(settings.index.path, NUMBER)
    with store.writing(engine) as connection:
        shipped = Shipped.read(connection, index)
        made = list(MadeTexts(shipped, seed).chunks(size - len(shipped.chunks)))
        documents = _documents(made)
        _insert(connection, made, documents)
        connection.execute(update(editions).values(chunks=size, documents=len(shipped.documents) + len(documents)))
    engine.dispose()
    _write_index(index, shipped, made, shipped.documents | documents, np.random.default_rng(seed))


class MadeTexts:
    """Texts put together from the sentences of shipped chunks."""

    def __init__(self, shipped: Shipped, seed: int) -> None:
        self._choose = random.Random(seed)
        self._languages = [chunk.language for chunk in shipped.chunks]
        self._sentences = {
            language: [
                text for chunk in shipped.chunks if chunk.language == language for text in sentences_of(chunk.text)
            ]
            for language in set(self._languages)
        }
        self._lengths = [len(sentences_of(chunk.text)) for chunk in shipped.chunks]
        self._letters = sorted({letter for text in self._sentences["zh"] for letter in text if "一" <= letter <= "龥"})

    def chunks(self, count: int) -> Iterator[Chunk]:
        """Chunks in order, of documents of a language each."""
        for number in range(count):
            document, ordinal = divmod(number, CHUNKS_A_DOCUMENT)
            language = self._languages[document % len(self._languages)]
            parts = self._choose.choices(self._sentences[language], k=self._choose.choice(self._lengths))
            if self._choose.random() < NEW_NAMES:
                parts.append(self._name(language))
            section = (
                f"第{ordinal // CHUNKS_A_SECTION + 1}部分"
                if language == "zh"
                else f"Part {ordinal // CHUNKS_A_SECTION + 1}"
            )
            yield Chunk(f"made{number:08}", f"~made/{document:06}.md", ordinal, (section,), "\n".join(parts), language)

    def _name(self, language: str) -> str:
        if language == "zh":
            return "".join(self._choose.choices(self._letters, k=3))
        return "".join(self._choose.choices("bcdfglmnprst", k=1) + self._choose.choices("aeioulnrst", k=6))


def _documents(made: Sequence[Chunk]) -> dict[str, Metadata]:
    first = {chunk.source: chunk for chunk in made}
    return {
        source: Metadata(f"汇编{number}" if chunk.language == "zh" else f"Collection {number}", chunk.language)
        for number, (source, chunk) in enumerate(first.items())
    }


def _insert(connection: Connection, made: Sequence[Chunk], documents: dict[str, Metadata]) -> None:
    """Rows of the edition, beside those that were ingested."""
    span = {"since": NUMBER, "until": None}
    for start in range(0, len(made), ROWS):
        rows = [{**vars(one), "path": json.dumps(one.path), **span} for one in made[start : start + ROWS]]
        connection.execute(insert(chunk_rows), rows)
    details = {"digest": "0" * 64, "kind": FileKind.DOCUMENT.value, **span}
    rows = [
        {"source": source, "details": json.dumps({"title": one.title, "language": one.language}), **details}
        for source, one in documents.items()
    ]
    if rows:
        connection.execute(insert(files), rows)


def _write_index(
    index: Path, shipped: Shipped, made: Sequence[Chunk], documents: dict[str, Metadata], noise: np.random.Generator
) -> None:
    manifest, every = read_manifest(index), in_order((*shipped.chunks, *made))
    assert manifest is not None and every[: len(shipped.chunks)] == shipped.chunks
    vectors = np.concatenate([shipped.embeddings, _between(shipped.embeddings, len(made), noise)])
    np.save(index / EMBEDDINGS, vectors)
    search = index / SEARCH
    np.save(search / EMBEDDED, vectors.astype(np.float16))
    meaning = np.concatenate([shipped.meaning, _between(shipped.meaning, len(made), noise)])
    np.save(search / MEANING, meaning.astype(np.float16))
    counts = [max(1, len(sentences_of(chunk.text))) for chunk in made]
    rows = np.concatenate([shipped.sentences, _between(shipped.sentences, sum(counts), noise)]).astype(np.float16)
    starts = np.concatenate([shipped.starts, shipped.starts[-1] + np.cumsum(counts, dtype=np.int32)]).astype(np.int32)
    np.savez(search / SENTENCES, starts=starts, rows=rows)
    _write_words(search, every, documents)
    _write_states(search, len(made))
    shutil.rmtree(index / CHROMA)
    write_store(index / CHROMA, [chunk.id for chunk in every], vectors)
    seal(index, replace(manifest, chunks=len(every), files={}))


def _between(rows: Matrix, count: int, noise: np.random.Generator) -> Matrix:
    """Unit vectors (count, dimension), each between two of ``rows``, and beside them."""
    dimension = rows.shape[1]
    made = np.empty((count, dimension), np.float32)
    for start in range(0, count, ROWS):
        part = slice(start, min(count, start + ROWS))
        size = part.stop - start
        first, second = (rows[noise.integers(0, len(rows), size)] for _ in range(2))
        share = noise.random((size, 1), np.float32)
        aside = noise.standard_normal((size, dimension), np.float32) / np.sqrt(dimension)
        mixed = share * first + (1 - share) * second + NOISE * aside
        made[part] = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return made


def _write_words(search: Path, every: Sequence[Chunk], documents: dict[str, Metadata]) -> None:
    """As an ingestion does, but each sentence that comes again and again is cut into words once."""
    glosses, known = dictionary(), {}

    def tokens(text: str) -> Tokens:
        found = known.get(text)
        if found is None:
            found = known[text] = tokens_of(fold(text), glosses)
        return found

    def joined(parts: Sequence[str]) -> Tokens:
        cut = [tokens(part) for part in parts]
        return Tokens(
            tuple(chain.from_iterable(one.words for one in cut)), tuple(chain.from_iterable(one.english for one in cut))
        )

    texts = [joined(searched_text(chunk).splitlines()) for chunk in every]
    headings = [joined(heading(chunk, documents).split()) for chunk in every]
    write_words(search, texts, headings)


def _write_states(search: Path, count: int) -> None:
    with np.load(search / SCALES) as arrays:
        starts, scales = arrays["starts"], arrays["scales"]
    ends = starts[-1] + TOKENS * np.arange(1, count + 1, dtype=np.int64)
    more = np.full(TOKENS * count, 0.01, scales.dtype)
    np.savez(search / SCALES, starts=np.concatenate([starts, ends]), scales=np.concatenate([scales, more]))
    with (search / STATES).open("r+b") as file:
        file.truncate(WIDTH * (len(scales) + len(more)))
