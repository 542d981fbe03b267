"""Learning the Chinese side from MiniLM: ``python -m knowledge.training``."""

from __future__ import annotations

from pathlib import Path


def train(pairs: Path, out: Path, *, epochs: float = 4, remembered: Path | None = None) -> None:
    """Learns the encoder anew and writes it to ``out`` (.npz) with its SHA-256 beside it; prints its figures.

    ``pairs``: sentence pairs of Tatoeba, tab-separated: English, Chinese, attribution. ``remembered``: a file that
    keeps the teacher's embeddings, so that a second run need not ask it again. Raises ``SourceError``.
    """
    from knowledge.training.run import run  # torch is slow to import, and only this command needs it

    run(pairs, out, epochs=epochs, remembered=remembered)
