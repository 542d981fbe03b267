"""Runs the benchmarks named, or all: each module ``bench_NAME.py`` gives figures, printed as JSON lines.

With ``--table`` figures that have the same names stand below each other, for people.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

import structlog


def names() -> list[str]:
    """All benchmarks there are."""
    return sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def main(arguments: list[str]) -> int:
    """Run the benchmarks; returns the exit code."""
    asked = [argument for argument in arguments if argument != "--table"]
    show = _print_table if "--table" in arguments else _print_lines
    unknown = sorted(set(asked) - set(names()))
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    for name in asked or names():
        started = time.monotonic()
        show(name, importlib.import_module(f"benchmarks.bench_{name}").run())
        print(json.dumps({"benchmark": name, "seconds": round(time.monotonic() - started, 1)}), flush=True)
    return 0


def _print_lines(name: str, rows: Iterable[dict[str, object]]) -> None:
    for figures in rows:
        print(json.dumps({"benchmark": name, **figures}, ensure_ascii=False), flush=True)


def _print_table(name: str, rows: Iterable[dict[str, object]]) -> None:
    """Figures with the same names below each other; a line of names wherever they change."""
    print(name)
    for titles, group in groupby(rows, key=tuple):
        lines = [titles, *(tuple(map(str, figures.values())) for figures in group)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        for first, *others in lines:
            cells = [
                first.ljust(widths[0]),
                *(text.rjust(width) for text, width in zip(others, widths[1:], strict=True)),
            ]
            print("  ".join(cells), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
