"""Runs the benchmarks named, or all: each module ``bench_NAME.py`` gives figures, printed as JSON lines."""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path

import structlog


def names() -> list[str]:
    """All benchmarks there are."""
    return sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def main(asked: list[str]) -> int:
    """Run the benchmarks; returns the exit code."""
    unknown = sorted(set(asked) - set(names()))
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    for name in asked or names():
        started = time.monotonic()
        for figures in importlib.import_module(f"benchmarks.bench_{name}").run():
            print(json.dumps({"benchmark": name, **figures}, ensure_ascii=False), flush=True)
        print(json.dumps({"benchmark": name, "seconds": round(time.monotonic() - started, 1)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
