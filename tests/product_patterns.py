"""Every regular expression that the product uses, as JSON: ``python -m tests.product_patterns CONFIG``.

They are taken where they are handed to ``re``, so that those count too that are written where they are used, loaded
from YAML or made of an edition's names. All modules are imported, and questions of all kinds are asked.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
OURS = (str(ROOT / "bot"), str(ROOT / "knowledge"))
OUTSIDE = ("migrations", "__main__")
TAKING = ("compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")
Found = dict[tuple[str, int], str]


def watch(found: Found) -> None:
    """From now on note each expression in ``found``, with its flags and the line that uses it first."""
    for name in TAKING:
        setattr(re, name, _watched(name, getattr(re, name), found))


def _watched(name: str, original: Callable[..., Any], found: Found) -> Callable[..., Any]:
    def taking(pattern: Any, *rest: Any, **options: Any) -> Any:
        caller = sys._getframe(1)
        if isinstance(pattern, str) and caller.f_code.co_filename.startswith(OURS):
            flags = options.get("flags", rest[0] if name == "compile" and rest else 0)
            where = f"{Path(caller.f_code.co_filename).relative_to(ROOT)}:{caller.f_lineno}"
            found.setdefault((pattern, int(flags)), where)
        return original(pattern, *rest, **options)

    return taking


def main(config: Path) -> None:
    """Print them: a list of expression, flags and place."""
    found: Found = {}
    watch(found)
    for package in ("bot", "knowledge"):
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if not any(part in OUTSIDE for part in module.name.split(".")):
                importlib.import_module(module.name)
    from bot.settings import load_settings
    from bot.terminal import assistant_of

    lines = (ROOT / "tests" / "golden" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    with assistant_of(load_settings(config)) as assistant:
        for line in lines[::8]:
            assistant.answer(json.loads(line)["question"])
    print(json.dumps([[pattern, flags, where] for (pattern, flags), where in found.items()]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
