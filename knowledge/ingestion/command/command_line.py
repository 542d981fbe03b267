"""What the commands of ``ingest.py`` have in common: options, the configuration, and how results are printed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from knowledge.ingestion.messages import Language
from knowledge.private_files import keep_private
from knowledge.settings import KnowledgeSettings, load
from knowledge.text.characters import harmless

DEFAULT = Path("config.yaml")
Config = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="The configuration file (config.yaml).")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of lines.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who does it, for the history; else the account's name.")]
Note = Annotated[str, typer.Option("--note", metavar="WHY", help="Why, for the history.")]
# Looked up before arguments are parsed (``language_of``); named here so that help knows it and others are refused.
Spoken = Annotated[Language | None, typer.Option("--language", help="Speak Chinese (zh) or English (en).")]


def settings_of(config: Path | None) -> KnowledgeSettings:
    """The settings of the file that was named, else of config.yaml; from then on its data is its owner's alone.

    Raises ``ConfigError``.
    """
    settings = load(config or DEFAULT, KnowledgeSettings)
    keep_private(settings)
    return settings


def config_folder(config: Path | None) -> Path:
    """Where the configuration stands, and ``.env`` beside it."""
    return (config or DEFAULT).resolve().parent


def print_result(as_json: bool, values: dict[str, Any], lines: Iterable[str]) -> None:
    """Print ``values`` as one JSON object, or ``lines``."""
    if as_json:
        print(harmless(json.dumps(values, ensure_ascii=False, default=str)))
        return
    for line in lines:
        print(harmless(line))
