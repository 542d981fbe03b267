"""Fixtures that several test files share."""

from __future__ import annotations

import pytest

from knowledge.embedding.embedder import Embedder, load_embedder
from knowledge.settings import EmbeddingSettings
from tests.postgres import postgresql

__all__ = ["embedder", "postgresql"]


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The bundled model, loaded once."""
    return load_embedder(EmbeddingSettings())
