"""A configured sentence-transformers model takes the bundled one's place by one line of ``config.yaml``."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from knowledge.editions.live_edition import LiveEdition, NoEdition
from knowledge.editions.open_edition import OpenEdition
from knowledge.embedding.embedder import Embedder
from knowledge.validity import today
from tests.knowledge_base import KnowledgeBase
from tests.tiny_model import DIMENSION, make_model

APPLES, PEARS, FERRY = "苹果是一种水果,秋天成熟。", "梨树在春天开白花。", "The ferry leaves at nine."


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("model"))


@pytest.fixture
def base(tmp_path: Path, model: Path) -> KnowledgeBase:
    made = KnowledgeBase(tmp_path / "base")
    shutil.copytree(model, made.folder / "models" / "tiny")
    made.configure(embedding={"model": "models/tiny"})  # beside the configuration, wherever the command is run
    made.write("a.md", APPLES)
    made.write("b.md", PEARS, FERRY)
    return made


@contextmanager
def opened(base: KnowledgeBase) -> Iterator[OpenEdition]:
    live = LiveEdition(base.settings)
    live.start()
    try:
        with live.edition() as edition:
            yield edition
    finally:
        live.close()


def test_refresh_and_search_run_on_it(base: KnowledgeBase) -> None:
    outcome = base.refresh()
    assert (outcome.published, outcome.embedded, outcome.unreadable) == (True, 3, ())
    assert np.load(base.index(1) / "embeddings.npy").shape == (3, DIMENSION)
    assert not base.refresh().published
    with opened(base) as edition:
        for question, source in ((APPLES, "a.md"), (PEARS, "b.md"), ("When does the ferry leave?", "b.md")):
            assert edition.search(question, day=today()).passages[0].chunk.source == source
            assert 0 <= edition.search(question, day=today()).probability <= 1


def test_the_bundled_model_embeds_both_languages(base: KnowledgeBase) -> None:
    base.configure()
    outcome = base.refresh()
    assert (outcome.published, outcome.embedded) == (True, 3)
    assert np.load(base.index(1) / "embeddings.npy").shape == (3, 384)
    with opened(base) as edition:
        for question, source in ((APPLES, "a.md"), ("When does the ferry leave?", "b.md"), ("苹果几时熟", "a.md")):
            assert edition.search(question, day=today()).passages[0].chunk.source == source


def test_changing_to_it_asks_for_a_refresh_which_builds_everything_again(
    base: KnowledgeBase, embedder: Embedder
) -> None:
    tiny = base.settings.embedding.model
    base.configure()
    base.refresh()
    base.configure(embedding={"model": tiny})
    with (
        pytest.raises(NoEdition, match=r"made with the embedding model bundled@1571fc98\.8; run: python ingest\.py"),
        opened(base),
    ):
        pass
    assert "embedding model changed from bundled@1571fc98.8 to tiny@" in str(base.preview().rebuild)
    outcome = base.refresh()
    assert (outcome.edition, outcome.published, outcome.embedded) == (2, True, 3)
    with opened(base) as edition:
        assert edition.search(APPLES, day=today()).passages[0].chunk.source == "a.md"


def test_a_model_is_known_by_what_it_is_and_not_by_where_it_is(base: KnowledgeBase) -> None:
    base.refresh()
    moved = base.folder / "elsewhere" / "tiny"
    shutil.copytree(base.folder / "models" / "tiny", moved)
    base.configure(embedding={"model": str(moved)})
    assert not base.preview().changes
    shutil.rmtree(moved)
    shutil.copytree(make_model(base.folder / "other", seed=2), moved)
    assert "embedding model changed" in str(base.preview().rebuild)
