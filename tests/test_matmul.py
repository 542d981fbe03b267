"""Products of many rows with a few vectors, whichever way the rows are kept."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.index.encoding.matmul import BLOCK, products

RANDOM = np.random.default_rng(7)


@pytest.mark.parametrize("count", [0, 1, 700, BLOCK + 3])
@pytest.mark.parametrize("shape", [(48,), (5, 48)])
@pytest.mark.parametrize("kept_as", [np.float16, np.float32])
def test_they_are_those_of_numpy(count: int, shape: tuple[int, ...], kept_as: type[np.floating]) -> None:
    rows = RANDOM.normal(size=(count, 48)).astype(kept_as)
    vectors = RANDOM.normal(size=shape).astype(np.float32)
    indices = np.flatnonzero(RANDOM.random(count) < 0.3).astype(np.int32)
    every, chosen = products(rows, vectors), products(rows, vectors, indices)
    right = rows.astype(np.float32) @ vectors.T
    assert every.dtype == chosen.dtype == np.float32
    assert every.shape == right.shape and chosen.shape == right[indices].shape
    assert np.allclose(every, right, atol=1e-4) and np.allclose(chosen, right[indices], atol=1e-4)
