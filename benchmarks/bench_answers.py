"""Answers over the shipped documents: their CPU time beside the embedding of the question, memory of bot and ingest."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from benchmarks.bare_model import bare_encode
from benchmarks.child_processes import ROOT, call, python

GOLDEN = ROOT / "tests" / "golden" / "questions.jsonl"
BATCH = "batch.jsonl"


def run() -> Iterator[dict[str, object]]:
    """Figures of a bot that answers the golden questions."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.yaml").write_text(yaml.safe_dump({"documents": str(ROOT / "documents")}), encoding="utf-8")
        ingest = python(folder, [str(ROOT / "ingest.py")])
        yield {"what": "shipped documents ingested", "seconds": ingest.seconds, "peak memory MiB": ingest.peak}
        lines = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
        asked = [json.dumps({"id": line["id"], "question": line["question"]}) for line in lines if not line["history"]]
        (folder / BATCH).write_text("\n".join(asked), encoding="utf-8")
        yield json.loads(call(folder, "benchmarks.bench_answers", "print_times"))
        bot = python(folder, ["-m", "bot", "ask", "--batch", BATCH])
        yield {"what": "bot with a file of questions", "questions": len(asked), "peak memory MiB": bot.peak}


def print_times() -> None:
    """Answers and plain embeddings of the same questions by turns, in this folder."""
    from bot.settings import load_settings
    from bot.terminal import assistant_of
    from knowledge.evaluation.metrics import latency_metrics

    settings = load_settings(Path("config.yaml"))
    questions = [json.loads(line)["question"] for line in Path(BATCH).read_text(encoding="utf-8").splitlines()]
    answering, embedding = [], []  # CPU seconds
    with assistant_of(settings) as assistant:
        plain_encode = bare_encode()
        plain_encode(questions[:1])
        first = _cpu_seconds(lambda: assistant.answer(questions[0]))
        for question in questions:
            embedding.append(_cpu_seconds(lambda asked=question: plain_encode([asked])))
            answering.append(_cpu_seconds(lambda asked=question: assistant.answer(asked)))
    ours, plain = latency_metrics(answering), latency_metrics(embedding)
    mean_plain = sum(embedding) / len(embedding)
    figures = {
        "questions": len(questions),
        "p50 ms": round(ours.p50, 2),
        "p95 ms": round(ours.p95, 2),
        "embedding p50 ms": round(plain.p50, 2),
        "embedding p95 ms": round(plain.p95, 2),
        "mean ratio": round(sum(answering) / len(answering) / mean_plain, 2),
        "limit of the mean": 6,
        "p95 ratio": round(ours.p95 / 1000 / mean_plain, 2),
        "limit of p95": 10,
        "first answer ms": round(first * 1000, 1),
    }
    print(
        json.dumps({"what": "CPU of answers against plain SentenceTransformer.encode of the same question", **figures})
    )


def _cpu_seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
