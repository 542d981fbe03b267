"""Answers over 500, 20,000 and 300,000 chunks: CPU time and where it goes, memory, the opening of the edition.

All editions are asked by turns, so that what else the machine does is the same for all of them.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import yaml

from benchmarks.bench_answers import GOLDEN
from benchmarks.child_processes import ROOT, call, memory, python
from benchmarks.made_corpus import grow

if TYPE_CHECKING:
    from knowledge.editions.open_edition import OpenEdition

SIZES = (500, 20_000, 300_000)
EVERY = 10  # of the golden questions that stand alone one in so many is asked: more than an index remembers
NEAREST = 30  # neighbours that a search asks for
Row = dict[str, object]


def run() -> Iterator[Row]:
    """How each edition was made and what memory it takes; then what answers cost beside those of the smallest."""
    with tempfile.TemporaryDirectory() as name:
        whole = Path(name)
        shipped = _ingested(whole / "shipped")
        for size in SIZES:
            folder = whole / str(size)
            shutil.copytree(shipped, folder)
            made = python(folder, ["-c", f"from benchmarks.bench_chunks import make; make({size})"])
            opened = json.loads(call(folder, "benchmarks.bench_chunks", "print_memory"))
            yield {"what": "edition", "chunks": size, "made in s": round(made.seconds), "with MiB": made.peak, **opened}
        yield from json.loads(call(whole, "benchmarks.bench_chunks", "print_costs"))


def _ingested(folder: Path) -> Path:
    """The shipped documents as an edition in ``folder``."""
    folder.mkdir()
    values = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    values |= {"documents": str(ROOT / "documents"), "towns": str(ROOT / values["towns"])}
    (folder / "config.yaml").write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    python(folder, [str(ROOT / "ingest.py")])
    return folder


def make(size: int) -> None:
    """Grow the edition in this folder to ``size`` chunks."""
    grow(Path(), size)


def print_memory() -> None:
    """Memory that the edition of this folder takes when it has answered, and seconds until it was open."""
    from bot.assistant import Assistant
    from bot.settings import load_settings
    from knowledge.editions.live_edition import LiveEdition
    from knowledge.embedding.embedder import load_embedder

    settings = load_settings(Path("config.yaml"))
    embedder = load_embedder(settings.embedding)
    before = memory()
    live = LiveEdition(settings, embedder)
    seconds = _cpu_seconds(live.start)
    assistant = Assistant(live.edition, settings)
    for text in _questions():
        assistant.answer(text)
    print(json.dumps({"opened in CPU s": round(seconds, 1), "memory beside the model MiB": memory() - before}))
    live.close()


def print_costs() -> None:
    """CPU milliseconds (p50) of answers and of their parts over the editions below this folder, in one line."""
    from bot.assistant import Assistant
    from bot.settings import load_settings
    from knowledge.editions.live_edition import LiveEdition
    from knowledge.embedding.embedder import load_embedder

    taken: dict[str, dict[int, list[float]]] = {}
    embedder = None
    with ExitStack() as opened:
        editions: dict[int, tuple[Assistant, OpenEdition]] = {}
        for folder in sorted(Path().glob("[0-9]*"), key=lambda path: int(path.name)):
            settings = load_settings(folder / "config.yaml")
            embedder = embedder or load_embedder(settings.embedding)
            live = LiveEdition(settings, embedder)
            live.start()
            opened.callback(live.close)
            edition = opened.enter_context(live.edition())
            editions[int(folder.name)] = Assistant(live.edition, settings), edition
        for number, text in enumerate(_questions()):
            for size, (assistant, _) in editions.items():
                seconds = _cpu_seconds(partial(assistant.answer, text))
                if number:  # the first question loads what is loaded once
                    taken.setdefault("answer", {}).setdefault(size, []).append(seconds)
        for text in _questions():
            for size, (_, edition) in editions.items():
                for part, seconds in _parts(edition, text).items():
                    taken.setdefault(part, {}).setdefault(size, []).append(seconds)
    print(json.dumps([_row(part, by_size) for part, by_size in taken.items()]))


def _parts(edition: OpenEdition, text: str) -> dict[str, float]:
    """CPU seconds of what an answer is made of."""
    from knowledge.index.encoding.matmul import products
    from knowledge.validity import today

    index, day = edition._index, today()
    reading = _cpu_seconds(lambda: index.read(text))
    intents = _cpu_seconds(lambda: edition.intents(text))
    query, corpus = index.read(text), index.corpus
    words, pairs = query.tokens.words, list(zip(query.tokens.words, query.tokens.english, strict=True))
    measuring = _cpu_seconds(lambda: index.measure(text, day=day))
    return {
        "reading the question": reading,
        "what it wants (intents)": intents,
        "its words, in texts": _cpu_seconds(lambda: corpus.native.coverage([(word,) for word in words])),
        "its words, in headings": _cpu_seconds(lambda: corpus.headings.coverage([(one, *also) for one, also in pairs])),
        "its meaning, beside every chunk": _cpu_seconds(lambda: products(corpus.meaning, query.meaning)),
        "its neighbours (HNSW)": _cpu_seconds(lambda: edition._nearest(query.embedded, NEAREST)),
        "all measures": measuring,
        "the judge": _cpu_seconds(lambda: index.examine(text, day=day)) - measuring,
    }


def _row(part: str, by_size: dict[int, list[float]]) -> Row:
    """Milliseconds of each size, and the median of how many times as long the largest takes as the smallest."""
    least, most = by_size[min(by_size)], by_size[max(by_size)]
    times = median(large / max(small, 1e-6) for small, large in zip(least, most, strict=True))
    p50 = {f"{size} chunks": round(1000 * median(seconds), 2) for size, seconds in by_size.items()}
    return {"what": "p50 of the CPU, ms", "of": part, **p50, "largest beside smallest": round(times, 1)}


def _questions() -> list[str]:
    lines = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    return [line["question"] for line in lines if not line["history"]][::EVERY]


def _cpu_seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
