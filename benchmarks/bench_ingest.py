"""Ingestion: embedding against the bare model, an unchanged refresh against the first, memory of the whole command."""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from benchmarks.bare_model import bare_encode
from benchmarks.child_processes import ROOT, call, python

DOCUMENTS = 60
SECTIONS = 20  # a document; with DOCUMENTS a corpus of some 1,200 chunks
PART = 150  # texts by turns, so that another process on the machine slows both alike
SUBJECTS = (
    "学校",
    "企业",
    "学生",
    "教师",
    "实习",
    "证书",
    "课程",
    "岗位",
    "培训",
    "协议",
    "补贴",
    "招生",
    "合作",
    "技能",
)
VERBS = ("应当", "可以", "不得", "需要", "负责", "参加", "组织", "提供", "申请", "检查")
ENGLISH = (
    "school",
    "company",
    "student",
    "teacher",
    "intern",
    "certificate",
    "course",
    "training",
    "agreement",
    "skill",
)


def run() -> Iterator[dict[str, object]]:
    """Figures of the first refresh, of an unchanged one, and of one with a changed document."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_documents(folder / "documents")
        (folder / "config.yaml").write_text(yaml.safe_dump({"documents": "documents"}), encoding="utf-8")
        first, memory, seconds = _ingest(folder)
        ours, plain = _rates(folder)
        yield {
            "what": "embedding, chunks a second",
            "ours": round(ours, 1),
            "plain SentenceTransformer.encode": round(plain, 1),
            "ratio": round(ours / plain, 3),
            "floor": 0.9,
        }
        yield {"what": "first refresh", "chunks": first["embedded"], "seconds": seconds, "peak memory MiB": memory}
        again, memory, unchanged = _ingest(folder)
        yield {
            "what": "unchanged refresh",
            "seconds": unchanged,
            "of the first": round(unchanged / seconds, 4),
            "limit": 0.02,
            "embeddings": again["embedded"],
            "published": again["published"],
            "peak memory MiB": memory,
        }
        _write_document(folder / "documents" / "000.md", random.Random("changed"))
        changed, memory, took = _ingest(folder)
        yield {
            "what": "one document changed",
            "seconds": took,
            "embeddings": changed["embedded"],
            "peak memory MiB": memory,
        }


def _write_documents(folder: Path) -> None:
    folder.mkdir()
    for number in range(DOCUMENTS):
        _write_document(folder / f"{number:03}.md", random.Random(number))


def _write_document(path: Path, chance: random.Random) -> None:
    words = (SUBJECTS, VERBS) if chance.random() < 0.7 else (ENGLISH, ENGLISH)
    space = "" if words[0] is SUBJECTS else " "
    lines = [f"# {path.stem}"]
    for section in range(SECTIONS):
        sentences = (
            space.join(chance.choice(chance.choice(words)) for _ in range(12)) for _ in range(chance.randint(2, 6))
        )
        lines += [f"## {section + 1}", "。".join(sentences) if not space else ". ".join(sentences)]
    path.write_text("\n\n".join(lines), encoding="utf-8")


def _ingest(folder: Path) -> tuple[dict[str, Any], int, float]:
    """What the command says of itself, the peak memory of it and its children in MiB, and its seconds."""
    ran = python(folder, [str(ROOT / "ingest.py"), "--json"])
    return json.loads(ran.output), ran.peak, ran.seconds


def _rates(folder: Path) -> tuple[float, float]:
    """Texts a second, ours and the bare model's, in a process of their own."""
    ours, plain = json.loads(call(folder, "benchmarks.bench_ingest", "print_rates"))
    return ours, plain


def print_rates() -> None:
    """Embed the live edition's texts by turns as ingestion does, into a new cache, and with the bare model."""
    from knowledge.editions.building.cached_embedding import embed
    from knowledge.editions.building.context import BuildContext
    from knowledge.editions.building.index_builder import chunk_texts
    from knowledge.editions.building.progress import silent
    from knowledge.settings import KnowledgeSettings, load
    from knowledge.store.editions import chunks_of

    context = BuildContext(load(Path("config.yaml"), KnowledgeSettings))
    with context.engine.connect() as connection:
        texts = list(dict.fromkeys(chunk_texts(chunks_of(connection, 1))))
    context.embedder.encode(texts[:32])
    plain = bare_encode()
    plain(texts[:32])
    seconds = [0.0, 0.0]

    def ours(part: list[str]) -> None:
        embed(context.engine, "measured", lambda: context.embedder, part, 1, silent)

    for turn, start in enumerate(range(0, len(texts), PART)):
        for which in (0, 1) if turn % 2 else (1, 0):
            started = time.monotonic()
            (ours, plain)[which](texts[start : start + PART])
            seconds[which] += time.monotonic() - started
    print(json.dumps([len(texts) / taken for taken in seconds]))
