"""The files of a deployment as values: Dockerfile, .dockerignore, compose.yaml, units of systemd."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from fnmatch import translate
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
UNITS = sorted(path.name for path in (ROOT / "deploy").iterdir() if path.suffix in (".service", ".timer", ".path"))


@cache
def dockerfile() -> tuple[tuple[str, str], ...]:
    """Its instructions and what follows each, lines that go on joined."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#")).replace("\\\n", " ")
    return tuple(
        (name.upper(), rest.strip()) for name, _, rest in (line.partition(" ") for line in lines.split("\n")) if name
    )


def last_stage() -> tuple[tuple[str, str], ...]:
    """What makes the image itself, without the stages that it copies from."""
    instructions = dockerfile()
    start = max(place for place, (name, _) in enumerate(instructions) if name == "FROM")
    return instructions[start:]


def copied(instructions: tuple[tuple[str, str], ...]) -> list[tuple[list[str], str]]:
    """What COPY takes from the folder, and where it puts it."""
    found = [rest.split() for name, rest in instructions if name == "COPY" and not rest.startswith("--from")]
    return [(words[:-1], words[-1]) for words in found]


def ignored(path: str) -> bool:
    """Whether .dockerignore keeps ``path`` from an image: the last line that fits it, or a folder of it, decides."""
    verdict = False
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.strip()
        if pattern and not pattern.startswith("#") and _fits(pattern.removeprefix("!"), path):
            verdict = not pattern.startswith("!")
    return verdict


def _fits(pattern: str, path: str) -> bool:
    parts = path.split("/")
    folders = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    anywhere = pattern.startswith("**/")
    expression = re.compile(translate(pattern.removeprefix("**/")))
    names = parts if anywhere else [folder for folder in folders if folder.count("/") == pattern.count("/")]
    return any(expression.fullmatch(name) for name in names)


@cache
def compose() -> dict[str, Any]:
    """compose.yaml with what its services share put in place."""
    values: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return values


def unit(name: str) -> dict[str, dict[str, list[str]]]:
    """A unit: sections, keys, and the values of each key in their order."""
    sections: dict[str, dict[str, list[str]]] = {}
    section: dict[str, list[str]] | None = None
    for line in (ROOT / "deploy" / name).read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), defaultdict(list))
            continue
        key, equals, value = line.partition("=")
        assert section is not None and equals and key.strip() == key, f"{name}: {line}"
        section[key].append(value)
    return sections


def environment_of(instructions: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """What ENV sets."""
    pairs = (pair.partition("=") for name, rest in instructions if name == "ENV" for pair in rest.split())
    return {key: value for key, _, value in pairs}


def command_of(instructions: tuple[tuple[str, str], ...]) -> list[str]:
    """What CMD runs."""
    words: list[str] = json.loads(next(rest for name, rest in instructions if name == "CMD"))
    return words
