"""A base for one evaluation: made from a folder by a real refresh, asked as the bot asks, thrown away."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import yaml

from knowledge.editions.building.context import BuildContext
from knowledge.editions.building.progress import Progress, silent
from knowledge.editions.live_edition import LiveEdition
from knowledge.editions.open_edition import OpenEdition
from knowledge.embedding.embedder import Embedder
from knowledge.evaluation.labelled import Text
from knowledge.ingestion.refresh import refresh
from knowledge.models import Unreadable
from knowledge.settings import Database, KnowledgeSettings

PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


@contextmanager
def temporary_edition(
    documents: Path, settings: KnowledgeSettings, embedder: Embedder, progress: Progress = silent
) -> Iterator[tuple[OpenEdition, tuple[Unreadable, ...]]]:
    """The edition that ``documents`` gives, opened, and what could not be read. Raises ``IngestionError``."""
    with tempfile.TemporaryDirectory(prefix="evaluation-") as name:
        folder = Path(name)
        here = settings.model_copy(
            update={
                "documents": documents,
                "database": Database(url=f"sqlite:///{folder / 'assistant.db'}"),
                "index": settings.index.model_copy(update={"path": folder / "editions", "url": None}),
            }
        )
        outcome = refresh(BuildContext(here, progress, embedder))
        live = LiveEdition(here, embedder)
        live.start()
        try:
            with live.edition() as edition:
                yield edition, outcome.unreadable
        finally:
            live.close()


def write_texts(folder: Path, texts: Sequence[Text]) -> dict[str, str]:
    """A Markdown document for each text; returns their sources and the texts' ids."""
    sources: dict[str, str] = {}
    for number, text in enumerate(texts):
        source = f"{number:06}.md"
        title, body = text.title.strip(), text.text.strip()
        if not body or title == body:  # a document that only has a title is none
            title, body = "", body or title
        head = yaml.safe_dump({"title": title or text.id}, allow_unicode=True)
        (folder / source).write_text(f"---\n{head}---\n\n{_as_it_is(body)}\n", encoding="utf-8")
        sources[source] = text.id
    return sources


def _as_it_is(text: str) -> str:
    """Markdown that says ``text``: its own punctuation is no markup."""
    return PUNCTUATION.sub(r"\\\1", text)
