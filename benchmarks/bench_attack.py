"""What texts cost that are made to cost much: CPU time of the worst of 2,000 beside the median question's."""

from __future__ import annotations

import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from statistics import median

import yaml

from benchmarks.attack_texts import AttackText, attack_texts
from benchmarks.bench_answers import GOLDEN
from benchmarks.child_processes import ROOT, call, python
from bot.assistant import Assistant
from bot.settings import load_settings
from knowledge.editions.live_edition import LiveEdition

TEXTS = 2000
LIMIT = 8  # times the median question
USUAL_EACH = 4  # texts, of which a usual question comes before the first
REMEMBERED = 33  # questions between: more than the product remembers, which would cost nothing when asked again
SURE = 3  # times that the dearest text of a kind is asked: the least counts
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


def costs(assistant: Assistant, names: Sequence[str], count: int) -> list[Row]:
    """CPU time of ``count`` texts by kind; ``names`` are those of partners.

    A CPU second does more work at one moment than at another, for whatever else the machine does: usual questions are
    asked between the texts, and when all are through the dearest of each kind again, by turns, until it is one that was
    asked so often that its least is its own and not the moment's.
    """
    questions = cycle(usual_questions())
    assistant.answer(next(questions))  # what is read once
    usual: list[float] = []
    spent: dict[AttackText, list[float]] = defaultdict(list)

    def measure(made: AttackText, between: int) -> None:
        usual.extend(answering(assistant, next(questions)) for _ in range(between))
        spent[made].append(answering(assistant, made.text))

    for number, made in enumerate(attack_texts(count, names)):
        measure(made, int(number % USUAL_EACH == 0))
    while unsure := [made for made in _dearest(spent) if len(spent[made]) < SURE]:
        for made in unsure:
            measure(made, 1 + REMEMBERED // len(unsure))
    worst = {made.kind: min(spent[made]) for made in _dearest(spent)}
    ordered, middle = sorted(worst.items(), key=lambda item: -item[1]), median(usual)
    rows: list[Row] = [{"what": f"worst of {kind}", **_beside(seconds, middle)} for kind, seconds in ordered]
    total = {"texts": count, "median question ms": round(1000 * middle, 1), "limit of the ratio": LIMIT}
    return [*rows, {"what": "worst of all", **_beside(ordered[0][1], middle), **total}]


def _dearest(spent: Mapping[AttackText, Sequence[float]]) -> list[AttackText]:
    """The text of each kind whose least is the most."""
    ordered = sorted(spent, key=lambda made: min(spent[made]))
    return list({made.kind: made for made in ordered}.values())


def usual_questions() -> list[str]:
    """The golden questions that stand alone."""
    lines = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    return [line["question"] for line in lines if not line["history"]]


def answering(assistant: Assistant, text: str) -> float:
    """CPU seconds of one answer."""
    return cpu_seconds(lambda: assistant.answer(text))


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process, all threads together."""
    started = time.process_time()
    work()
    return time.process_time() - started


def _beside(seconds: float, usual: float) -> Row:
    return {"ms": round(1000 * seconds, 1), "ratio": round(seconds / usual, 2)}
