"""What a search costs: time of a question beside its embedding, memory, start, speed of indexing."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.bare_model import bare_encode
from benchmarks.child_processes import call, memory
from knowledge.editions.building.context import BuildContext
from knowledge.editions.edition_files import CHROMA, edition_folder
from knowledge.editions.live_edition import LiveEdition
from knowledge.embedding.chroma_store import ChromaStore
from knowledge.embedding.embedder import load_embedder
from knowledge.embedding.reader_copy import ReaderCopy
from knowledge.evaluation.beir import LabelledSet
from knowledge.evaluation.metrics import latency_metrics
from knowledge.evaluation.temporary_edition import write_corpus
from knowledge.index.encoding.token_states import packed, write_states
from knowledge.index.encoding.word_vectors import word_vectors
from knowledge.index.text.dictionary import dictionary
from knowledge.index.writer import searched_text, write_index
from knowledge.ingestion.refresh import refresh
from knowledge.settings import KnowledgeSettings, load
from knowledge.store.editions import chunks_of, documents_of
from knowledge.text.language import words
from knowledge.validity import today

QUESTIONS = 250  # of each language
NEAREST = 10  # what a plain pipeline asks Chroma for
CONFIG = "embedding: {threads: 1}\n"
Row = dict[str, object]


def costs(sets: Sequence[LabelledSet]) -> Iterator[Row]:
    """Figures of one core, in a process of its own over a base with the texts of all ``sets``."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "documents").mkdir()
        (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
        write_corpus(folder / "documents", [text for labelled in sets for text in labelled.texts])
        refresh(BuildContext(load(folder / "config.yaml", KnowledgeSettings)))
        questions = [[question.text for question in labelled.questions[:QUESTIONS]] for labelled in sets]
        (folder / "questions.json").write_text(json.dumps(questions), encoding="utf-8")
        for what in ("questions", "indexing"):
            yield json.loads(call(folder, "benchmarks.search_cost", f"print_{what}"))


def print_questions() -> None:
    """Time and memory of questions to the edition in this folder."""
    _one_core()
    settings = load(Path("config.yaml"), KnowledgeSettings)
    embedder = load_embedder(settings.embedding)
    day = today()
    chinese, english = json.loads(Path("questions.json").read_text(encoding="utf-8"))
    vectors = _vectors(settings)
    vectors.query(embedder.read_question("first").vector, NEAREST)
    words("分词")  # cutting words is what BM25 alone needs too
    before = memory()
    vectors.close()  # the edition opens its own
    live = LiveEdition(settings, embedder)
    opening = _seconds(live.start)
    with live.edition() as edition:
        first = _seconds(lambda: edition.search(chinese[0], day=day))
        for question in (*chinese, *english):
            edition.search(question, day=day)
        grown = memory() - before
        vectors = _vectors(settings)

        def plain(question: str) -> object:
            return vectors.query(embedder.read_question(question).vector, NEAREST)

        added = {
            language: _added(questions, plain, lambda question: edition.search(question, day=day))
            for language, questions in (("zh", chinese), ("en", english))
        }
    live.close()
    vectors.close()
    print(
        json.dumps(
            {
                "what": "fusion and judge, one core",
                **{
                    f"added to an embedding and a query of Chroma, p50 ms, {language}": value
                    for language, value in added.items()
                },
                "memory beside model, Chroma and word segmentation MiB": grown,
                "opening an edition, dictionary included, ms": round(opening * 1000),
                "first question ms": round(first * 1000, 1),
            }
        )
    )


def _vectors(settings: KnowledgeSettings) -> ChromaStore:
    return ChromaStore.open(edition_folder(settings.index.path, 1) / CHROMA, ReaderCopy(settings.index.path, 1))


def _added(questions: Sequence[str], plain: Callable[[str], object], search: Callable[[str], object]) -> float:
    """Milliseconds (p50) that a search takes beyond the plain pipeline's, both measured by turns."""
    plain(questions[0])
    search(questions[0])
    searching, plainly = [], []
    for question in questions:
        plainly.append(_seconds(lambda asked=question: plain(asked)))
        searching.append(_seconds(lambda asked=question: search(asked)))
    return round(latency_metrics(searching).p50 - latency_metrics(plainly).p50, 2)


def print_indexing() -> None:
    """Seconds to index the edition's chunks against plain encoding of their texts by MiniLM."""
    _one_core()
    settings = load(Path("config.yaml"), KnowledgeSettings)
    context = BuildContext(settings)
    with context.engine.connect() as connection:
        chunks, documents = chunks_of(connection, 1), documents_of(connection, 1)
    context.embedder.encode([chunk.text for chunk in chunks[:8]])
    bare = bare_encode()
    bare([chunk.text for chunk in chunks[:8]])
    start = _seconds(lambda: (dictionary(), word_vectors()))
    plain = _seconds(lambda: bare([chunk.text for chunk in chunks]))
    with tempfile.TemporaryDirectory() as name:

        def index() -> None:
            vectors, states = context.embedder.read(list(map(searched_text, chunks)))
            write_states(Path(name), map(packed, states))
            write_index(Path(name), chunks, documents, vectors)

        ours = _seconds(index)
    figures: dict[str, object] = {
        "chunks": len(chunks),
        "plain encoding s": round(plain, 2),
        "indexing s": round(ours, 2),
    }
    figures["start of dictionary and word vectors, once, s"] = round(start, 2)
    print(json.dumps({"what": "indexing against plain encoding", **figures, "ratio": round(plain / ours, 3)}))


def _one_core() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
