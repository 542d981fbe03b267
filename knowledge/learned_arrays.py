"""Learned arrays (.npz): read only when their SHA-256 is the one in the file beside them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent / "data"
Arrays = Mapping[str, np.ndarray[Any, Any]]
MEND = "restore both with: git checkout -- knowledge/data"


class LearnedError(Exception):
    """A learned file is missing or differs from its SHA-256; the message gives the command that mends it."""


def read(path: Path) -> tuple[Arrays, str]:
    """The arrays of an .npz file by name, and its SHA-256 in hexadecimal. Raises ``LearnedError``."""
    noted = path.with_suffix(".sha256")
    if not path.is_file() or not noted.is_file():
        raise LearnedError(f"{path} or {noted.name} is missing; {MEND}")
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != noted.read_text(encoding="ascii").split()[0]:
        raise LearnedError(f"{path} does not match {noted.name}; {MEND}")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return dict(arrays), digest


def write(path: Path, arrays: Arrays) -> str:
    """Write the arrays to ``path`` and the SHA-256, which is returned, to a file beside it."""
    np.savez_compressed(path, allow_pickle=False, **{name: np.ascontiguousarray(part) for name, part in arrays.items()})
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_suffix(".sha256").write_text(f"{digest}  {path.name}\n", encoding="ascii")
    return digest
