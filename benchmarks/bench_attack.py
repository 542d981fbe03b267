"""What texts cost that are made to cost much: CPU time of the worst of 2,000 beside the median question's."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

import yaml

from benchmarks.attack_texts import LENGTHS, attack_texts
from benchmarks.bench_answers import GOLDEN
from benchmarks.child_processes import ROOT, call, python
from bot.assistant import Assistant
from bot.settings import load_settings
from knowledge.editions.live_edition import LiveEdition

TEXTS = 2000
LIMIT = 8  # times the median question
Row = dict[str, object]


def run() -> Iterator[Row]:
    """Figures of each kind of text, the worst first, and of all."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        values = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
        values |= {"documents": str(ROOT / "documents"), "towns": str(ROOT / values["towns"])}
        (folder / "config.yaml").write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
        python(folder, [str(ROOT / "ingest.py")])
        yield from json.loads(call(folder, "benchmarks.bench_attack", "print_costs"))


def print_costs() -> None:
    """The same of the base in this folder, in one line."""
    settings = load_settings(Path("config.yaml"))
    live = LiveEdition(settings)
    live.start()
    with live.edition() as edition:
        names = [partner.name_zh or partner.name_en or "" for partner in edition.names.partners]
    print(json.dumps(costs(Assistant(live.edition, settings), names, TEXTS), ensure_ascii=False))
    live.close()


def costs(assistant: Assistant, names: Sequence[str], count: int, lengths: Sequence[int] = LENGTHS) -> list[Row]:
    """CPU time of ``count`` texts by kind, of ``lengths``; ``names`` are those of partners."""
    usual = median_question(assistant)
    worst: dict[str, float] = {}
    for made in attack_texts(count, names, lengths):
        seconds = cpu_seconds(lambda text=made.text: assistant.answer(text))  # type: ignore[misc]
        worst[made.kind] = max(worst.get(made.kind, 0.0), seconds)
    ordered = sorted(worst.items(), key=lambda item: -item[1])
    rows: list[Row] = [{"what": f"worst of {kind}", **_beside(seconds, usual)} for kind, seconds in ordered]
    total = {"texts": count, "median question ms": round(1000 * usual, 1), "limit of the ratio": LIMIT}
    return [*rows, {"what": "worst of all", **_beside(ordered[0][1], usual), **total}]


def median_question(assistant: Assistant) -> float:
    """CPU seconds of the median golden question that stands alone."""
    lines = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    asked = [line["question"] for line in lines if not line["history"]]
    assistant.answer(asked[0])  # what is read once
    return median(cpu_seconds(lambda text=question: assistant.answer(text)) for question in asked[1::5])  # type: ignore[misc]


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process, all threads together."""
    started = time.process_time()
    work()
    return time.process_time() - started


def _beside(seconds: float, usual: float) -> Row:
    return {"ms": round(1000 * seconds, 1), "ratio": round(seconds / usual, 2)}
