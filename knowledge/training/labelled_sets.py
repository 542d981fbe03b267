"""Labelled questions, each set with an index of its documents: what fusion and calibration are learned from."""

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

from knowledge.chunking import chunk_document
from knowledge.embedding.embedder import Embedder
from knowledge.index.encoding.token_states import packed, write_states
from knowledge.index.scoring.scorers import NearestSearch
from knowledge.index.search import Index
from knowledge.index.writer import searched_text, write_index
from knowledge.models import Chunk, Document, Metadata, Section, Unreadable
from knowledge.readers import read_document, source_files
from knowledge.readers.structure.blocks import dominant_language
from knowledge.settings import SearchSettings
from knowledge.text.numerals import CHINESE
from knowledge.training.parallel_texts import TrainingDataError

Matrix = np.ndarray[Any, np.dtype[np.float32]]
DAY = date(2026, 1, 1)  # on which the questions are asked, so that training is repeatable
FOLDS = 4  # of the cross-validation; a subject is never split between folds
SUBJECT_TEXTS = 5  # of XQuAD that follow each other are of one article of Wikipedia
ARTICLE = re.compile(rf"第{CHINESE}+条")


@dataclass(frozen=True)
class TrainingQuestion:
    """A question, the keys of what answers it, and the number of its subject, by which the folds are made."""

    question: str
    gold: frozenset[str]
    subject: int


@dataclass(frozen=True)
class IndexedSet:
    """A labelled set with an index of its documents.

    ``key_of``: the key of a chunk, as in a question's ``gold``; ``sources``: the sources of the documents that hold any
    of some keys, or nothing where several documents may answer.
    """

    name: str
    index: Index
    questions: tuple[TrainingQuestion, ...]
    key_of: Callable[[Chunk], str]
    sources: Callable[[frozenset[str]], frozenset[str]]


def beir_set(folder: Path, embedder: Embedder, other: Path | None = None) -> IndexedSet:
    """A set in the BEIR layout; ``other``: the same documents in another language, put into the same index.

    Five consecutive documents are taken for one subject. Raises ``TrainingDataError``.
    """
    documents = [_document(line, "a") for line in lines_of(folder / "corpus.jsonl")]
    if other:
        documents += [_document(line, "b") for line in lines_of(other / "corpus.jsonl")]
    order = {document.source[2:]: index for index, document in enumerate(documents) if document.source[0] == "a"}
    gold: dict[str, set[str]] = {}
    for row in (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, key = row.split("\t")[:2]
        gold.setdefault(question, set()).add(key)
    questions = tuple(
        TrainingQuestion(
            line["text"], frozenset(gold[line["_id"]]), min(order[key] for key in gold[line["_id"]]) // SUBJECT_TEXTS
        )
        for line in lines_of(folder / "queries.jsonl")
        if line["_id"] in gold
    )
    name = folder.name + ("-pool" if other else "")
    index = in_memory_index(documents, embedder)
    return IndexedSet(name, index, questions, lambda piece: piece.source[2:], _in_both_languages)


def _in_both_languages(keys: frozenset[str]) -> frozenset[str]:
    return frozenset(f"{side}/{key}" for key in keys for side in "ab")


def law_set(questions: Iterable[Path], folder: Path, embedder: Embedder) -> IndexedSet:
    """Questions on articles of law (see tests/golden/README.md) over the texts in ``folder``.

    Raises ``TrainingDataError``.
    """
    documents = [
        document for document in map(read_document, source_files(folder)[0]) if not isinstance(document, Unreadable)
    ]
    labelled = [
        TrainingQuestion(line["question"], frozenset({f"{line['law']}|{line['article']}", *line["also"]}), number)
        for path in questions
        for number, line in enumerate(lines_of(path))
    ]
    index = in_memory_index(documents, embedder)
    return IndexedSet("laws", index, tuple(labelled), article_key, lambda keys: frozenset())


def section_set(questions: Path, folder: Path, embedder: Embedder) -> IndexedSet:
    """Questions on sections of the documents in ``folder``, each of which can be taken away; one is one subject.

    Their gold names a section as "document|part of its Chinese heading". Raises ``TrainingDataError``.
    """
    documents = [document for document in map(read_document, source_files(folder)[0]) if isinstance(document, Document)]
    parts = [part for document in documents for part in _by_section(document)]
    order = list(dict.fromkeys(part.group for part in parts))
    labelled = []
    for line in lines_of(questions):
        gold = frozenset(_section(name, parts) for name in line["gold"])
        labelled.append(TrainingQuestion(line["question"], gold, min(map(order.index, gold))))
    groups = {part.source: part.group for part in parts}
    of_group = {key: frozenset(part.source for part in parts if part.group == key) for key in order}
    return IndexedSet(
        "sections",
        in_memory_index(parts, embedder),
        tuple(labelled),
        lambda piece: groups[piece.source],
        lambda keys: frozenset().union(*(of_group[key] for key in keys)),
    )


def _by_section(document: Document) -> Iterator[Document]:
    """A document for each section, with the section's number behind the source."""
    original = document.metadata.translation_of
    paths = list(dict.fromkeys(section.path for section in document.sections))
    for number, path in enumerate(paths):
        metadata = replace(document.metadata, translation_of=f"{original}#{number}" if original else None)
        kept = tuple(section for section in document.sections if section.path == path)
        yield replace(document, source=f"{document.source}#{number}", metadata=metadata, sections=kept)


def _section(name: str, parts: Sequence[Document]) -> str:
    """The group of the section that "document|part of its heading" names."""
    stem, words = name.split("|")
    of_document = (part for part in parts if Path(part.source).name.startswith(f"{stem}."))
    matches = [part for part in of_document if words in "".join(part.sections[0].path[-1:])]
    if not matches:
        raise TrainingDataError(f"no section of {stem} has {words!r} in its heading")
    return matches[0].group


def article_key(piece: Chunk) -> str:
    """The key of a chunk of a law, "law|article": the file's name without ending, and the article."""
    articles = [match[0] for part in piece.path if (match := ARTICLE.match(part))]
    return f"{Path(piece.source).stem}|{articles[-1] if articles else ''}"


def index_of_folder(folder: Path, embedder: Embedder) -> Index:
    """An index over all documents of ``folder`` that can be read."""
    documents = map(read_document, source_files(folder)[0])
    return in_memory_index([each for each in documents if isinstance(each, Document)], embedder)


def in_memory_index(documents: Sequence[Document], embedder: Embedder) -> Index:
    """An index over ``documents`` that needs no files once it is open; its vector search is exact."""
    chunks = [piece for document in documents for piece in chunk_document(document, embedder.count_tokens)]
    vectors, states = embedder.read(list(map(searched_text, chunks)))
    metadata = {document.source: document.metadata for document in documents}
    with tempfile.TemporaryDirectory() as folder:
        write_states(Path(folder), map(packed, states))
        write_index(Path(folder), chunks, metadata, vectors)
        nearest = _exact_search([piece.id for piece in chunks], vectors)
        return Index.open(Path(folder), chunks, metadata, nearest, embedder, SearchSettings())


def _exact_search(ids: Sequence[str], vectors: Matrix) -> NearestSearch:
    def nearest(vector: Matrix, limit: int) -> list[tuple[str, float]]:
        scores = vectors @ vector
        return [(ids[row], float(scores[row])) for row in np.argsort(-scores)[:limit]]

    return nearest


def _document(line: dict[str, str], side: str) -> Document:
    """A text of the corpus as a document; ``side``: "a", or "b" for the corpus in the other language."""
    title, text = line.get("title", ""), line["text"]
    metadata = Metadata(title, dominant_language(text))
    return Document(f"{side}/{line['_id']}", "", metadata, (Section((title,) if title else (), text),))


def lines_of(path: Path) -> list[Any]:
    """The JSON objects of a file, one a line. Raises ``TrainingDataError``."""
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise TrainingDataError(f"{path}: cannot be read ({error})") from None
