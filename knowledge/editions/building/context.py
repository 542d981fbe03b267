"""What every step of a refresh needs: settings, database, fingerprint, the embedding model, a progress callback."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge import store
from knowledge.editions.building.progress import Progress, silent
from knowledge.editions.errors import IngestionError
from knowledge.editions.fingerprint import Fingerprint, fingerprint
from knowledge.processes import process_description
from knowledge.settings import KnowledgeSettings
from knowledge.towns import Town, read_towns

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from knowledge.embedding.embedder import Embedder


class BuildContext:
    """Settings, database, fingerprint and model of one command. Database and model are opened on first use.

    ``progress``: called as the work goes on; ``embedder``: a model that is loaded already, else the configured one.
    """

    def __init__(
        self, settings: KnowledgeSettings, progress: Progress = silent, embedder: Embedder | None = None
    ) -> None:
        self.settings, self.progress = settings, progress
        if embedder is not None:
            self.embedder = embedder

    @cached_property
    def engine(self) -> Engine:
        """The SQL database (``database.url``), its tables migrated. ``StoreError`` when a newer version made them."""
        store.upgrade(self.settings.database.url)
        return store.engine(self.settings.database.url, name=f"ingest {process_description()}")

    @cached_property
    def fingerprint(self) -> Fingerprint:
        """Digests of the model, shipped files and program version that editions are made with now."""
        return fingerprint(self.settings)

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model. Raises ``ModelError`` when it cannot be loaded."""
        from knowledge.embedding.embedder import load_embedder

        return load_embedder(self.settings.embedding)

    @cached_property
    def towns(self) -> tuple[Town, ...]:
        """The district's towns, which rows may name."""
        return read_towns(self.settings.towns) if self.settings.towns else ()

    @property
    def root(self) -> Path:
        """The folder that holds a folder for each edition (``index.path``)."""
        return self.settings.index.path

    @property
    def received(self) -> Path:
        """The folder for what can be made or fetched again: recognised pages, attachments, web pages."""
        return self.root.parent / "received"

    @property
    def url(self) -> str | None:
        """The address of the Chroma server (``index.url``); None when Chroma is a folder of each edition."""
        return self.settings.index.url

    def documents_folder(self) -> Path:
        """The folder that staff edit. Raises ``IngestionError`` when it is not there."""
        folder = self.settings.documents
        if not folder.is_dir():
            # An empty knowledge base must be staff's wish, not a slip in a path.
            raise IngestionError(f"{folder}: no such folder; set documents in config.yaml, or make the folder")
        return folder
