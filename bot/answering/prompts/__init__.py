"""What the chat model is told, one file for each language."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template


@cache
def prompt(name: str) -> Template:
    """The template ``name`` of this folder."""
    return Template(Path(__file__).with_name(f"{name}.txt").read_text(encoding="utf-8"))
