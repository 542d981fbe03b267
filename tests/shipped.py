"""The shipped documents and tables as a knowledge base, built once for all tests of a run, and an assistant over it."""

from __future__ import annotations

import atexit
import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from bot.assistant import Assistant
from bot.settings import Settings, load_settings
from knowledge.editions.building.context import BuildContext
from knowledge.editions.live_edition import LiveEdition
from knowledge.editions.open_edition import OpenEdition
from knowledge.embedding.embedder import Embedder, load_embedder
from knowledge.ingestion.refresh import refresh
from knowledge.settings import EmbeddingSettings
from tests.shared_folder import shared_folder

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Shipped:
    """``config``: a configuration over the shipped documents; ``edition`` is open and stays so."""

    config: Path
    settings: Settings
    edition: OpenEdition

    def assistant(self) -> Assistant:
        return Assistant(self.lend, self.settings)

    def lend(self) -> AbstractContextManager[OpenEdition]:
        return _lent(self.edition)


@cache
def shipped() -> Shipped:
    """The base, refreshed for real: by the process that asks first, whose edition the others open."""
    folder = shared_folder("shipped")
    return _opened(configured(folder, ROOT / "documents"))


@cache
def other_district() -> Shipped:
    """The same for the fictional programme of tests/other_district."""
    other = ROOT / "tests" / "other_district"
    programme = yaml.safe_load((other / "config.yaml").read_text(encoding="utf-8"))["programme"]
    towns = str(other / "towns.tsv")
    return _opened(configured(shared_folder("other_district"), other / "documents", programme=programme, towns=towns))


def _opened(config: Path) -> Shipped:
    settings, embedder = load_settings(config), model()
    with config.with_name("tests.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        refresh(BuildContext(settings, embedder=embedder))
    live = LiveEdition(settings, embedder)
    live.start()
    atexit.register(live.close)
    with live.edition() as edition:
        return Shipped(config, settings, edition)


def configured(folder: Path, documents: Path, **changes: object) -> Path:
    """The shipped configuration with the paths of ``folder``, and with ``changes``."""
    values = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    values["documents"] = str(documents)
    values["towns"] = str(ROOT / values["towns"])
    values["database"] = {"url": f"sqlite:///{folder / 'assistant.db'}"}
    values["index"] = {"path": str(folder / "editions")}
    config = folder / "config.yaml"
    written = config.with_suffix(f".{os.getpid()}")
    written.write_text(yaml.safe_dump(values | changes, allow_unicode=True), encoding="utf-8")
    return written.replace(config)  # in one piece: another process may be reading it


@cache
def model() -> Embedder:
    """The bundled model, loaded once."""
    return load_embedder(EmbeddingSettings())


@contextmanager
def _lent(edition: OpenEdition) -> Iterator[OpenEdition]:
    yield edition
