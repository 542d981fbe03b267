"""The embedding model: one that an installed package carries, or any that sentence-transformers loads."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.embedding.packaged_models import ModelError
from knowledge.processes import cores
from knowledge.settings import BUNDLED, EmbeddingSettings

if TYPE_CHECKING:
    from knowledge.embedding.e5 import E5

BATCH = 32

Matrix = np.ndarray[Any, np.dtype[np.float32]]


class Encodings(NamedTuple):
    """What is kept of texts: unit-length embeddings, float32 (texts, dimension), and for each text the states of its
    tokens in the bundled model, float32 (tokens, 384), whichever model embeds.
    """

    vectors: Matrix
    states: list[Matrix]


class QuestionEncoding(NamedTuple):
    """The same of one question, (dimension,) and (tokens, 384), and its embedding by the bundled model, (384,)."""

    vector: Matrix
    states: Matrix
    bundled: Matrix


class Model(Protocol):
    """What an ``Embedder`` runs. ``tokenizer``: a ``tokenizers.Tokenizer`` that neither truncates nor pads."""

    dimension: int
    tokenizer: Any

    def encode(self, texts: Sequence[str], *, question: bool = False) -> Matrix:
        """Unit-length embeddings of passages or of questions, float32, shape (len(texts), dimension)."""


class BatchingReader:
    """Reads single questions of several threads in one batch: four take hardly longer than two."""

    def __init__(self, read: Callable[[Sequence[str]], Sequence[QuestionEncoding]]) -> None:
        self._read = read
        self._waiting: list[_PendingText] = []
        self._adding, self._computing = threading.Lock(), threading.Lock()

    def __call__(self, text: str) -> QuestionEncoding:
        """``text`` as read. Waits while another thread computes a batch."""
        own = _PendingText(text)
        with self._adding:
            self._waiting.append(own)
        with self._computing:  # whoever comes in first computes for all that came meanwhile
            if own.read is None:
                with self._adding:
                    batch, self._waiting = [own, *(other for other in self._waiting if other is not own)], []
                read = self._read([pending.text for pending in batch])
                for pending, encoding in zip(batch, read, strict=True):
                    pending.read = encoding
        assert own.read is not None
        return own.read


@dataclass(eq=False)
class _PendingText:
    text: str
    read: QuestionEncoding | None = None


class Embedder(Embeddings):
    """An embedding model under the name that the settings give it; LangChain may use it too. Threads may share it.

    ``bundled``: the model whose states are kept, which may be the one that embeds.
    """

    def __init__(self, name: str, model: Model, bundled: E5) -> None:
        self.name, self._model, self._bundled = name, model, bundled
        self.dimension = model.dimension
        self.read_question = BatchingReader(self._read_questions)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Unit-length embeddings of passages, float32, shape (len(texts), self.dimension)."""
        return self._model.encode(texts) if texts else np.zeros((0, self.dimension), dtype=np.float32)

    def read(self, texts: Sequence[str]) -> Encodings:
        """Passages as they are kept."""
        if not texts:
            return Encodings(self.encode([]), [])
        if self._model is self._bundled:
            return Encodings(*self._bundled.read(texts))
        return Encodings(self._model.encode(texts), self._bundled.states(texts))

    def count_tokens(self, text: str) -> int:
        """How many tokens (word pieces) the model sees of ``text``, without its two special tokens."""
        return len(self._model.tokenizer.encode(text, add_special_tokens=False).ids)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embeddings as lists, as LangChain asks for them."""
        rows: list[list[float]] = self.encode(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """The embedding of a question as a list, as LangChain asks for it."""
        row: list[float] = self.read_question(text).vector.tolist()
        return row

    def _read_questions(self, texts: Sequence[str]) -> list[QuestionEncoding]:
        bundled, states = self._bundled.read(texts, question=True)
        own = bundled if self._model is self._bundled else self._model.encode(texts, question=True)
        return list(map(QuestionEncoding, own, states, bundled))


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

    def encode(self, texts: Sequence[str], *, question: bool = False) -> Matrix:
        """Unit-length embeddings, float32, shape (len(texts), dimension), with the model's own prompts."""
        encode = self._model.encode_query if question else self._model.encode_document
        vectors = encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        return np.asarray(vectors, dtype=np.float32)


def load_embedder(settings: EmbeddingSettings) -> Embedder:
    """The model that ``embedding.model`` names: "bundled", a folder, or a name that is downloaded once.

    Raises ``ModelError``.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import torch

    from knowledge.embedding.e5 import e5_small

    torch.set_num_threads(min(settings.threads, cores()))  # more threads than cores wait for each other
    bundled = e5_small()
    model = bundled if settings.model == BUNDLED else SentenceTransformersModel(_load(settings.model))
    return Embedder(settings.model, model, bundled)


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
    raise ModelError(f"embedding.model: {name!r} cannot be loaded ({reason}); set it to '{BUNDLED}'")
