"""What every step of a command needs: settings, database, recipe, the model when it is needed, somebody to tell."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge import store
from knowledge.editions.building.progress import Progress, silent
from knowledge.editions.errors import IngestionError
from knowledge.editions.fingerprint import Recipe, recipe
from knowledge.processes import who
from knowledge.settings import KnowledgeSettings
from knowledge.towns import Town, read_towns

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from knowledge.embedding.embedder import Embedder


class Workplace:
    """The surroundings of one command. The model is loaded when it is first asked for: that takes seconds."""

    def __init__(
        self, settings: KnowledgeSettings, progress: Progress = silent, embedder: Embedder | None = None
    ) -> None:
        self.settings, self.progress = settings, progress
        if embedder is not None:
            self.embedder = embedder

    @cached_property
    def engine(self) -> Engine:
        """The database, its tables up to date."""
        store.upgrade(self.settings.database.url)
        return store.engine(self.settings.database.url, name=f"ingest {who()}")

    @cached_property
    def recipe(self) -> Recipe:
        """What editions are made with at present."""
        return recipe(self.settings)

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model."""
        from knowledge.embedding.embedder import load_embedder

        return load_embedder(self.settings.embedding)

    @cached_property
    def towns(self) -> tuple[Town, ...]:
        """The district's towns, which rows may name."""
        return read_towns(self.settings.towns) if self.settings.towns else ()

    @property
    def root(self) -> Path:
        """The folder of the editions' folders."""
        return self.settings.index.path

    @property
    def url(self) -> str | None:
        """The Chroma server, if there is one."""
        return self.settings.index.url

    def documents_folder(self) -> Path:
        """The folder that staff edit. Raises ``IngestionError`` when it is not there."""
        folder = self.settings.documents
        if not folder.is_dir():
            # An empty knowledge base must be staff's wish, not a slip in a path.
            raise IngestionError(f"{folder}: no such folder; set documents in config.yaml, or make the folder")
        return folder
