"""An edition for one evaluation: made from a folder by a real refresh, opened as the bot opens it, then deleted."""

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
from knowledge.evaluation.beir import CorpusText
from knowledge.ingestion.refresh import refresh
from knowledge.models import Unreadable
from knowledge.settings import DatabaseSettings, KnowledgeSettings

PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


@contextmanager
def temporary_edition(
    documents: Path, settings: KnowledgeSettings, embedder: Embedder, progress: Progress = silent
) -> Iterator[tuple[OpenEdition, tuple[Unreadable, ...]]]:
    """The opened edition of the folder ``documents``, and what could not be read. Raises ``IngestionError``."""
    with tempfile.TemporaryDirectory(prefix="evaluation-") as name:
        folder = Path(name)
        temporary = settings.model_copy(
            update={
                "documents": documents,
                "database": DatabaseSettings(url=f"sqlite:///{folder / 'assistant.db'}"),
                "index": settings.index.model_copy(update={"path": folder / "editions", "url": None}),
            }
        )
        outcome = refresh(BuildContext(temporary, progress, embedder))
        if outcome.held:  # nobody but the evaluation reads them
            codes = frozenset(one.code for one in outcome.held)
            outcome = refresh(BuildContext(temporary, progress, embedder), accepting=codes)
        live = LiveEdition(temporary, embedder)
        live.start()
        try:
            with live.edition() as edition:
                yield edition, outcome.unreadable
        finally:
            live.close()


def write_corpus(folder: Path, texts: Sequence[CorpusText]) -> dict[str, str]:
    """Write a Markdown document for each text into ``folder``; returns source of a document -> id of its text."""
    sources: dict[str, str] = {}
    for number, text in enumerate(texts):
        source = f"{number:06}.md"
        title, body = text.title.strip(), text.text.strip()
        if not body or title == body:  # a file with a title and nothing else is no document
            title, body = "", body or title
        head = yaml.safe_dump({"title": title or text.id}, allow_unicode=True)
        (folder / source).write_text(f"---\n{head}---\n\n{_escape_markdown(body)}\n", encoding="utf-8")
        sources[source] = text.id
    return sources


def _escape_markdown(text: str) -> str:
    """Markdown that shows ``text`` as it is: its own punctuation is no markup."""
    return PUNCTUATION.sub(r"\\\1", text)
