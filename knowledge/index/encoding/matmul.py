"""Products of many rows with a few vectors, the rows as float32 or, where memory counts more, as float16."""

from __future__ import annotations

from typing import Any

import numpy as np

BLOCK = 8192  # rows: what is converted at once stays small

Matrix = np.ndarray[Any, np.dtype[np.float32]]
HalfMatrix = np.ndarray[Any, np.dtype[np.float16]]
Integers = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]


def products(rows: HalfMatrix | Matrix, vectors: Matrix, indices: Integers | None = None) -> Matrix:
    """Dot products of every row of ``rows`` (n, d), or of those at ``indices``, with ``vectors`` (m, d) or (d,).

    The result is float32, shape (n, m) or (n,).
    """
    if rows.dtype == np.float32:
        chosen = rows if indices is None else rows.take(indices, axis=0)
        plain: Matrix = chosen @ vectors.T
        return plain
    import torch  # slow to import, and only large collections need it

    with torch.inference_mode():  # numpy converts 16-bit numbers one by one, torch many at once
        every, others = torch.from_numpy(rows), torch.from_numpy(np.ascontiguousarray(vectors.T))
        if indices is not None:
            every = every.index_select(0, torch.from_numpy(indices))
        parts = [part.float() @ others for part in torch.split(every, BLOCK)]
        result: Matrix = (parts[0] if len(parts) == 1 else torch.cat(parts)).numpy()
    return result
