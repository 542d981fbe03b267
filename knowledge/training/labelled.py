"""Labelled questions and an index of the documents they are about: what fusion and calibration are learned from."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.chunking import chunk
from knowledge.embedding.embedder import Embedder
from knowledge.index.scoring.scorers import Nearest
from knowledge.index.search import Index
from knowledge.index.writer import build, embedding_texts
from knowledge.models import Chunk, Document, Metadata, Section, Unreadable
from knowledge.readers import read_document, source_files
from knowledge.settings import SearchSettings
from knowledge.text.numerals import CHINESE
from knowledge.training.sources import SourceError

Matrix = np.ndarray[Any, np.dtype[np.float32]]
DAY = date(2026, 1, 1)  # as things stand on which the sets are asked
FOLDS = 4  # parts of the subjects, each measured by what the others taught
ARTICLE = re.compile(rf"第{CHINESE}+条")


@dataclass(frozen=True)
class Labelled:
    """A question, the keys of what answers it, and the subject it belongs to: subjects are never split in folds."""

    question: str
    gold: frozenset[str]
    subject: int


@dataclass(frozen=True)
class Set:
    """``key_of``: the key of a chunk; ``sources``: the documents that hold a key."""

    name: str
    index: Index
    questions: tuple[Labelled, ...]
    key_of: Callable[[Chunk], str]
    sources: Callable[[frozenset[str]], frozenset[str]]


def beir(folder: Path, embedder: Embedder, other: Path | None = None) -> Set:
    """A set in the BEIR layout; ``other``: the same documents in another language, put into the same pool.

    Five consecutive documents are taken for one subject. Raises ``SourceError``.
    """
    documents = [_document(line, "a") for line in _lines(folder / "corpus.jsonl")]
    if other:
        documents += [_document(line, "b") for line in _lines(other / "corpus.jsonl")]
    order = {document.source[2:]: place for place, document in enumerate(documents) if document.source[0] == "a"}
    gold: dict[str, set[str]] = {}
    for row in (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, key = row.split("\t")[:2]
        gold.setdefault(question, set()).add(key)
    questions = tuple(
        Labelled(line["text"], frozenset(gold[line["_id"]]), min(order[key] for key in gold[line["_id"]]) // 5)
        for line in _lines(folder / "queries.jsonl")
        if line["_id"] in gold
    )
    name = folder.name + ("-pool" if other else "")
    return Set(name, open_index(documents, embedder), questions, lambda piece: piece.source[2:], _twice)


def _twice(keys: frozenset[str]) -> frozenset[str]:
    return frozenset(f"{side}/{key}" for key in keys for side in "ab")


def laws(questions: Iterable[Path], folder: Path, embedder: Embedder) -> Set:
    """Questions on articles of law (see tests/golden/README.md) over the texts in ``folder``."""
    documents = [
        document for document in map(read_document, source_files(folder)[0]) if not isinstance(document, Unreadable)
    ]
    labelled = [
        Labelled(line["question"], frozenset({f"{line['law']}|{line['article']}", *line["also"]}), place)
        for path in questions
        for place, line in enumerate(_lines(path))
    ]
    return Set("laws", open_index(documents, embedder), tuple(labelled), article_key, lambda keys: frozenset())


def sections(questions: Path, folder: Path, embedder: Embedder) -> Set:
    """Questions on sections of the documents in ``folder``, each of which can be taken away; one is one subject.

    Their gold names a section as "document|part of its Chinese heading". Raises ``SourceError``.
    """
    documents = [document for document in map(read_document, source_files(folder)[0]) if isinstance(document, Document)]
    parts = [part for document in documents for part in _by_section(document)]
    order = list(dict.fromkeys(part.group for part in parts))
    labelled = []
    for line in _lines(questions):
        gold = frozenset(_section(named, parts) for named in line["gold"])
        labelled.append(Labelled(line["question"], gold, min(map(order.index, gold))))
    groups = {part.source: part.group for part in parts}
    of_group = {key: frozenset(part.source for part in parts if part.group == key) for key in order}
    return Set(
        "sections",
        open_index(parts, embedder),
        tuple(labelled),
        lambda piece: groups[piece.source],
        lambda keys: frozenset().union(*(of_group[key] for key in keys)),
    )


def _by_section(document: Document) -> Iterator[Document]:
    """A document for each section, with its place behind the source."""
    original = document.metadata.translation_of
    paths = list(dict.fromkeys(section.path for section in document.sections))
    for place, path in enumerate(paths):
        metadata = replace(document.metadata, translation_of=f"{original}#{place}" if original else None)
        kept = tuple(section for section in document.sections if section.path == path)
        yield replace(document, source=f"{document.source}#{place}", metadata=metadata, sections=kept)


def _section(named: str, parts: Sequence[Document]) -> str:
    stem, words = named.split("|")
    of_document = (part for part in parts if Path(part.source).name.startswith(f"{stem}."))
    found = [part for part in of_document if words in "".join(part.sections[0].path[-1:])]
    if not found:
        raise SourceError(f"no section of {stem} has {words!r} in its heading")
    return found[0].group


def article_key(piece: Chunk) -> str:
    """File name without ending, and the article."""
    articles = [found[0] for part in piece.path if (found := ARTICLE.match(part))]
    return f"{Path(piece.source).stem}|{articles[-1] if articles else ''}"


def open_index(documents: Sequence[Document], embedder: Embedder) -> Index:
    """An index over ``documents``, in memory once it is open."""
    chunks = [piece for document in documents for piece in chunk(document, embedder.count_tokens)]
    vectors = embedder.encode(embedding_texts(chunks, bridged=True))
    metadata = {document.source: document.metadata for document in documents}
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder), chunks, metadata, vectors, bridged=True)
        near = _exact([piece.id for piece in chunks], vectors)
        return Index.open(Path(folder), chunks, metadata, near, embedder, SearchSettings())


def _exact(ids: Sequence[str], vectors: Matrix) -> Nearest:
    def nearest(vector: Matrix, limit: int) -> list[tuple[str, float]]:
        scores = vectors @ vector
        return [(ids[place], float(scores[place])) for place in np.argsort(-scores)[:limit]]

    return nearest


def _document(line: dict[str, str], side: str) -> Document:
    from knowledge.readers.structure.blocks import language_of

    title, text = line.get("title", ""), line["text"]
    metadata = Metadata(title, language_of(text))
    return Document(f"{side}/{line['_id']}", "", metadata, (Section((title,) if title else (), text),))


def _lines(path: Path) -> list[dict[str, str]]:
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise SourceError(f"{path}: cannot be read ({error})") from None
