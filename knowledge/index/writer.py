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
from knowledge.index.encoding.token_states import write_states
from knowledge.index.encoding.word_vectors import word_vectors
from knowledge.index.text.dictionary import dictionary
from knowledge.index.text.tokens import Tokens, english_side, tokens_of
from knowledge.index.text.transliteration import names_in
from knowledge.judge.judge import judge
from knowledge.models import Chunk, Metadata
from knowledge.text.language import fold
from knowledge.text.numerals import CHARACTERS

NATIVE, ENGLISH, HEADINGS, NAMES = "native.npz", "english.npz", "headings.npz", "names.npz"
WORDS, GLOSSES, BRIDGE = "words.npz", "glosses.npz", "bridge.npy"
SENTENCE = re.compile(r"(?<=[。！？；!?;])|(?<=[.])\s+|\n")
LETTERS = re.compile(r"[^\W\d_]{2}")
ARTICLE_NUMBER = re.compile(  # says where in a law a text stands, not what it is about
    rf"[（(]?(?:、?第[{CHARACTERS}\d]+[编章节条款])+[）)]?|\(?\barticles? \d+(?:, \d+)*\)?", re.IGNORECASE
)
MOST_SENTENCES = 12  # of a chunk; more are looked at together
Matrix = np.ndarray[Any, np.dtype[np.float32]]


def embedding_texts(chunks: Sequence[Chunk], *, bridged: bool) -> list[str]:
    """What the embedding model sees of each chunk; ``bridged``: its English side, for a model that knows no Chinese."""
    if not bridged:
        return [searched_text(chunk) for chunk in chunks]
    return [english_side(text, dictionary()) or text for text in map(searched_text, chunks)]


def write_index(
    folder: Path,
    chunks: Sequence[Chunk],
    documents: Mapping[str, Metadata],
    vectors: Matrix,
    *,
    bridged: bool,
    earlier: EarlierIndex | None = None,
) -> None:
    """Write the index of ``chunks`` into the empty ``folder``.

    ``vectors``: their embeddings, unit length, float32, shape (len(chunks), dimension); ``bridged``: by the bundled
    model, of their English side; ``earlier``: an index with the same fingerprint, whose embeddings are copied for
    chunks that it has too.
    """
    glosses = dictionary()
    texts = [searched_text(chunk) for chunk in chunks]
    by_sentence = [[tokens_of(fold(part), glosses) for part in sentences_of(text)] for text in texts]
    tokens = [_joined(parts) for parts in by_sentence]
    Bm25.of([chunk.words for chunk in tokens]).save(folder / NATIVE)
    Bm25.of([_flat(chunk) for chunk in tokens]).save(folder / ENGLISH)
    headings = [tokens_of(fold(heading(chunk, documents)), glosses) for chunk in chunks]
    Bm25.of([[*line.words, *_flat(line)] for line in headings]).save(folder / HEADINGS)
    Bm25.of([names_in(text, chunk.language) for chunk, text in zip(chunks, texts, strict=True)]).save(folder / NAMES)
    _save_words(folder, by_sentence)
    np.save(folder / BRIDGE, vectors.astype(np.float16))
    save(folder, list(_embeddings(chunks, texts, vectors if bridged else None, earlier)))
    judged = [judged_text(documents[chunk.source].title, chunk.path, chunk.text) for chunk in chunks]
    write_states(folder, judged, judge(), earlier.folder if earlier else None)


def searched_text(chunk: Chunk) -> str:
    """What of a chunk is searched: its own heading, if that says something, as the first sentence, and its text.

    A section's text often goes without the words of its heading ("How long is probation?" - "Three months …").
    """
    return _below_heading(chunk.path, chunk.text)


def judged_text(title: str, path: Sequence[str], text: str) -> str:
    """What the judge reads of a section at ``path``: the document's title, which often names what the text does not."""
    return f"{title}\n{_below_heading(path, text)}"


def _below_heading(path: Sequence[str], text: str) -> str:
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


def _joined(parts: Sequence[Tokens]) -> Tokens:
    return Tokens(
        tuple(word for part in parts for word in part.words), tuple(stems for part in parts for stems in part.english)
    )


def _save_words(folder: Path, by_sentence: Sequence[Sequence[Tokens]]) -> None:
    """The distinct words of each sentence, as numbers of a list of all words, and what stems may stand for each."""
    rows: dict[str, int] = {}
    stems: dict[str, tuple[str, ...]] = {}
    numbers = []
    for tokens in (part for parts in by_sentence for part in parts):
        numbers.append([rows.setdefault(word, len(rows)) for word in dict.fromkeys(tokens.words)])
        stems |= zip(tokens.words, tokens.english, strict=True)
    listed = np.frombuffer("\n".join(rows).encode("utf-8", "surrogatepass"), dtype=np.uint8)
    np.savez(
        folder / WORDS,
        words=listed,
        sentences=_starts(by_sentence),
        starts=_starts(numbers),
        numbers=np.array([number for sentence in numbers for number in sentence], dtype=np.int32),
    )
    Bm25.of([stems[word] for word in rows]).save(folder / GLOSSES)


def _starts(lists: Sequence[Sized]) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Where each list begins when they stand one behind the other, and where the last ends."""
    return np.cumsum([0, *map(len, lists)]).astype(np.int32)


def _embeddings(
    chunks: Sequence[Chunk], texts: Sequence[str], vectors: Matrix | None, earlier: EarlierIndex | None
) -> Iterator[ChunkEmbeddings]:
    """Chinese chunks by the Chinese encoder, whole and by sentences; English ones by MiniLM if given, else zeros."""
    cache = EmbeddingCache(word_vectors().chinese_encoder, earlier)
    for index, (chunk, text) in enumerate(zip(chunks, texts, strict=True)):
        if chunk.language == "zh":
            parts = sentences_of(text)
            yield cache.of(chunk, text, parts if 1 < len(parts) <= MOST_SENTENCES else ())
        else:
            whole = np.zeros(DIMENSION, np.float16) if vectors is None else vectors[index].astype(np.float16)
            yield ChunkEmbeddings(whole, whole[None])
