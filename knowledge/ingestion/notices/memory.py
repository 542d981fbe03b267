"""What staff have been told, in a file beside the editions: a missing database must not be told twice either.

One process at a time holds it. What is in it is lost with the file: then everything is told once more.
"""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.ingestion.notices.causes import Cause, CauseKind

FILE, LOCK = "notices.json", "notices.lock"
FORGET_AFTER = 3_600.0  # seconds without it: a cause that comes and goes every few minutes is told once


class MemoryBusyError(Exception):
    """Another process holds the memory, and tells staff itself."""


@dataclass
class NoticeMemory:
    """``told``: by kind and key, when the cause was last found (seconds since 1970).

    ``unfinished``: how many refreshes in a row began and never ended, the one that is under way included.
    """

    path: Path
    told: dict[str, dict[str, float]] = field(default_factory=dict)
    unfinished: int = 0

    def new(self, causes: Sequence[Cause]) -> tuple[Cause, ...]:
        """Those of ``causes`` that staff have not been told, each once."""
        first = {(cause.kind, cause.key): cause for cause in reversed(causes)}
        fresh = [cause for place, cause in first.items() if place[1] not in self.told.get(place[0], {})]
        return tuple(reversed(fresh))

    def note(self, causes: Sequence[Cause], looked_for: Collection[CauseKind]) -> None:
        """``causes`` are known from now on; others of the kinds ``looked_for`` are forgotten after a while."""
        now = time.time()
        for kind in looked_for:
            seen = self.told.get(kind, {})
            self.told[kind] = {key: at for key, at in seen.items() if now - at < FORGET_AFTER}
        for cause in causes:
            self.told.setdefault(cause.kind, {})[cause.key] = now

    def save(self) -> None:
        """Write it down, in one piece. Raises ``OSError``."""
        part = self.path.with_suffix(".part")
        values = {"unfinished": self.unfinished, "told": self.told}
        part.write_text(json.dumps(values, indent=1), encoding="utf-8")  # file names in ASCII: some are no text
        part.replace(self.path)


@contextmanager
def remembered(folder: Path) -> Iterator[NoticeMemory]:
    """The memory in ``folder``, held alone. Raises ``MemoryBusyError``, and ``OSError`` when it cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MemoryBusyError from None
        yield _read(folder / FILE)


def _read(path: Path) -> NoticeMemory:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        told = {str(kind): {str(key): float(at) for key, at in seen.items()} for kind, seen in values["told"].items()}
        return NoticeMemory(path, told, int(values["unfinished"]))
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return NoticeMemory(path)
