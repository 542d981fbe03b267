"""Products of many rows with a few vectors, the rows in 32 bits or, where memory counts more, in 16."""

from __future__ import annotations

from typing import Any

import numpy as np

BLOCK = 8192  # rows: what is converted at once stays small

Matrix = np.ndarray[Any, np.dtype[np.float32]]
Half = np.ndarray[Any, np.dtype[np.float16]]
Whole = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]


def products(rows: Half | Matrix, vectors: Matrix, places: Whole | None = None) -> Matrix:
    """Every row of ``rows`` (n, d), or those at ``places``, with every vector (m, d) or the only one (d,).

    The result has the shape (n, m) or (n,), in 32 bits.
    """
    if rows.dtype == np.float32:
        chosen = rows if places is None else rows.take(places, axis=0)
        plain: Matrix = chosen @ vectors.T
        return plain
    import torch  # slow to import, and only large collections need it

    with torch.inference_mode():  # numpy converts 16-bit numbers one by one, torch many at once
        every, others = torch.from_numpy(rows), torch.from_numpy(np.ascontiguousarray(vectors.T))
        if places is not None:
            every = every.index_select(0, torch.from_numpy(places))
        parts = [part.float() @ others for part in torch.split(every, BLOCK)]
        found: Matrix = (parts[0] if len(parts) == 1 else torch.cat(parts)).numpy()
    return found
