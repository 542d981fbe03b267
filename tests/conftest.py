"""Fixtures that several test files share."""

from __future__ import annotations

import pytest

from knowledge.embedding.embedder import Embedder, load_embedder
from knowledge.settings import EmbeddingSettings
from tests.postgres import postgresql

__all__ = ["embedder", "postgresql"]

# They watch processes, clocks and sockets; beside tests that compute, what they wait for would come late.
ALONE = (
    "test_telegram_",
    "test_fake_bot_api",
    "test_chroma_server",
    "test_kill_ingest",
    "test_live_edition",
    "test_quick_check",
    "test_staff_orders",
    "test_threads",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what must run while nothing else does."""
    for item in items:
        if item.path.name.startswith(ALONE):
            item.add_marker("alone")


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The bundled model, loaded once."""
    return load_embedder(EmbeddingSettings())
