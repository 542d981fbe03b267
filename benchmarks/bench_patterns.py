"""What understanding rests on: regular expressions, wordings and constants written by hand, room by room.

Guardrails stand apart: what they refuse is meant to be spelt out, while each rule elsewhere is a case that
somebody thought of. What counts, and what does not, stands in ``benchmarks.by_hand.hand_written``. ``python -m
benchmarks --table patterns`` prints a table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from benchmarks.by_hand.hand_written import Counts, count_file

ROOT = Path(__file__).parents[1]
SUFFIXES = {".py", ".yaml", ".tsv", ".txt"}
SHOWN = {"messages", "prompts"}  # read by people and chat models; nothing is matched with them
LEARNED = {"pairs"}  # examples that a model is trained with
OUTSIDE = {"migrations", "__pycache__"}
GUARDRAILS = (
    "bot/understanding/guardrails.py",
    "bot/understanding/deobfuscation.py",
    "bot/understanding/screening/",
    "knowledge/text/pii.py",
)


def run() -> Iterator[dict[str, object]]:
    """Figures of each room, and of all together."""
    rooms = count_rooms(ROOT)
    for room, counts in sorted(rooms.items()):
        yield _figures(room, counts)
    yield _figures("total without guardrails", sum((rooms[room] for room in rooms if room != "guardrails"), Counts()))
    yield _figures("total", sum(rooms.values(), Counts()))


def count_rooms(root: Path, guardrails: tuple[str, ...] = GUARDRAILS) -> dict[str, Counts]:
    """The counts of every room below ``root``: of ``bot`` and ``knowledge`` themselves, and of each folder in them."""
    rooms: defaultdict[str, Counts] = defaultdict(Counts)
    for path in sorted([*root.glob("bot/**/*"), *root.glob("knowledge/**/*"), *root.glob("*.py")]):
        name = path.relative_to(root)
        if path.suffix in SUFFIXES and not (SHOWN | LEARNED | OUTSIDE).intersection(name.parts):
            guards = name.as_posix().startswith(guardrails)
            rooms["guardrails" if guards else "/".join(name.parts[:-1][:2]) or name.name] += count_file(path)
    return dict(rooms)


def _figures(room: str, counts: Counts) -> dict[str, object]:
    return {
        "room": room,
        "regex branches": counts.branches,
        "wordings": counts.wordings,
        "words in code": counts.code_words,
        "constants": counts.constants,
    }
