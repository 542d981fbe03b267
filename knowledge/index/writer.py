"""The files of an index: what ``search/`` in an edition's folder holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Sized
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.index.bm25 import Bm25
from knowledge.index.encoding.chinese_encoder import DIMENSION
from knowledge.index.encoding.embedding_cache import ChunkEmbeddings, EarlierIndex, EmbeddingCache, save
from knowledge.index.encoding.english_encoder import english_encoder
from knowledge.index.encoding.word_vectors import word_vectors
from knowledge.index.text.dictionary import dictionary
from knowledge.index.text.tokens import Tokens, tokens_of
from knowledge.models import Chunk, Metadata
from knowledge.text.language import fold
from knowledge.text.numerals import CHARACTERS

NATIVE, HEADINGS = "native.npz", "headings.npz"
WORDS, GLOSSES, EMBEDDED = "words.npz", "glosses.npz", "embedded.npy"
SENTENCE = re.compile(r"(?<=[。！？；!?;])|(?<=[.])\s+|\n")
LETTERS = re.compile(r"[^\W\d_]{2}")
ARTICLE_NUMBER = re.compile(  # says where in a law a text stands, not what it is about
    rf"[（(]?(?:、?第[{CHARACTERS}\d]+[编章节条款])+[）)]?|\(?\barticles? \d+(?:, \d+)*\)?", re.IGNORECASE
)
MOST_SENTENCES = 12  # of a chunk; more are looked at together
Matrix = np.ndarray[Any, np.dtype[np.float32]]


def write_index(
    folder: Path,
    chunks: Sequence[Chunk],
    documents: Mapping[str, Metadata],
    vectors: Matrix,
    *,
    bundled: bool = True,
    earlier: EarlierIndex | None = None,
) -> None:
    """Write the index of ``chunks`` into ``folder``, where their states are (``token_states``).

    ``vectors``: their embeddings, unit length, float32, shape (len(chunks), dimension); ``bundled``: whether by the
    bundled model; ``earlier``: an index with the same fingerprint, whose encoded chunks are copied for chunks that it
    has too.
    """
    glosses = dictionary()
    texts = [searched_text(chunk) for chunk in chunks]
    tokens = [tokens_of(fold(text), glosses) for text in texts]
    write_words(folder, tokens, [tokens_of(fold(heading(chunk, documents)), glosses) for chunk in chunks])
    np.save(folder / EMBEDDED, vectors.astype(np.float16))
    save(folder, list(_encoded(chunks, texts, vectors if bundled else None, earlier)))


def write_words(folder: Path, tokens: Sequence[Tokens], headings: Sequence[Tokens]) -> None:
    """Write the indexes of words into ``folder``: of each chunk's searched text and of its headings."""
    Bm25.of([chunk.words for chunk in tokens]).save(folder / NATIVE)
    Bm25.of([[*line.words, *_flat(line)] for line in headings]).save(folder / HEADINGS)
    _save_words(folder, tokens)


def searched_text(chunk: Chunk) -> str:
    """What of a chunk is searched, embedded and judged: its own heading, if that says something, as the first sentence,
    and its text.

    A section's text often goes without the words of its heading ("How long is probation?" - "Three months …").
    """
    return below_heading(chunk.path, chunk.text)


def below_heading(path: Sequence[str], text: str) -> str:
    """The same of a section at ``path``."""
    above = ARTICLE_NUMBER.sub("", path[-1]).strip() if path else ""
    return f"{above}\n{text}" if LETTERS.search(above) else text


def heading(chunk: Chunk, documents: Mapping[str, Metadata]) -> str:
    """The title of a chunk's document and the headings above it."""
    return " ".join([documents[chunk.source].title, *chunk.path])


def sentences_of(text: str) -> list[str]:
    """A text's sentences; list items and table rows count as such."""
    return [part for part in SENTENCE.split(text) if part and part.strip()] or [text]


def _flat(tokens: Tokens) -> list[str]:
    return [stem for stems in tokens.english for stem in stems]


def _save_words(folder: Path, tokens: Sequence[Tokens]) -> None:
    """The distinct words of each chunk, as numbers of a list of all words, and what stems may stand for each."""
    rows: dict[str, int] = {}
    stems: dict[str, tuple[str, ...]] = {}
    numbers = []
    for chunk in tokens:
        numbers.append([rows.setdefault(word, len(rows)) for word in dict.fromkeys(chunk.words)])
        stems |= zip(chunk.words, chunk.english, strict=True)
    listed = np.frombuffer("\n".join(rows).encode("utf-8", "surrogatepass"), dtype=np.uint8)
    np.savez(
        folder / WORDS,
        words=listed,
        starts=_starts(numbers),
        numbers=np.array([number for chunk in numbers for number in chunk], dtype=np.int32),
    )
    Bm25.of([stems[word] for word in rows]).save(folder / GLOSSES)


def _starts(lists: Sequence[Sized]) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Where each list begins when they stand one behind the other, and where the last ends."""
    return np.cumsum([0, *map(len, lists)]).astype(np.int32)


def _encoded(
    chunks: Sequence[Chunk], texts: Sequence[str], vectors: Matrix | None, earlier: EarlierIndex | None
) -> Iterator[ChunkEmbeddings]:
    """Chinese chunks by the Chinese encoder, whole and by sentences; English ones by the English encoder from the
    bundled model's ``vectors``, else zeros.
    """
    cache = EmbeddingCache(word_vectors().chinese_encoder, earlier)
    english = np.zeros((len(chunks), DIMENSION), np.float16)
    if vectors is not None and len(chunks):
        english = english_encoder()(vectors).astype(np.float16)
    for chunk, text, whole in zip(chunks, texts, english, strict=True):
        if chunk.language == "zh":
            parts = sentences_of(text)
            yield cache.of(chunk, text, parts if 1 < len(parts) <= MOST_SENTENCES else ())
        else:
            yield ChunkEmbeddings(whole, whole[None])
