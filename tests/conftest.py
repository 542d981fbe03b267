"""Fixtures that several test files share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from knowledge.embedding.embedder import Embedder, load_embedder
from knowledge.settings import EmbeddingSettings
from tests.fake_bot_api import FakeBotApi
from tests.postgres import Server, postgresql
from tests.sealed import sealed_engine
from tests.shared_folder import shared_folder

__all__ = ["embedder", "postgresql", "umask"]

# They watch processes, clocks and sockets; beside tests that compute, what they wait for would come late.
ALONE = ("test_telegram_", "test_fake_bot_api", "test_chroma_server", "test_live_edition", "test_staff_orders")


def pytest_configure(config: pytest.Config) -> None:
    """Make the shared folder before pytest-xdist starts processes, which inherit its name; speak English everywhere."""
    os.environ["LC_ALL"] = "C.UTF-8"
    shared_folder("")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what must run while nothing computes; what is for a night is long too."""
    for item in items:
        if item.get_closest_marker("soak"):
            item.add_marker("long")
        if item.path.name.startswith(ALONE):
            item.add_marker("alone")


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """The usual one for each test: commands that run in the test's process leave one for their own files alone."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The bundled model, loaded once."""
    return load_embedder(EmbeddingSettings())


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A new database of the bot, in SQLite and in PostgreSQL."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/bot.db"
    else:
        server: Server = request.getfixturevalue("postgresql")
        url = server.database()
    made = sealed_engine(url)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def api() -> Iterator[FakeBotApi]:
    """The Bot API that a file of tests shares, which holds nobody back."""
    with FakeBotApi(flood_limits=False) as made:
        yield made
