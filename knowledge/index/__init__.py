"""One edition's index: built once, opened, searched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from knowledge.index.search import Index
    from knowledge.index.writer import embedding_texts, write_index

__all__ = ["Index", "embedding_texts", "write_index"]
ROOMS = {
    "Index": "search",
    "write_index": "writer",
    "embedding_texts": "writer",
}


def __getattr__(name: str) -> Any:
    """What this package offers, imported when it is asked for: ``format`` alone must stay light."""
    from importlib import import_module

    if name not in ROOMS:
        raise AttributeError(name)
    return getattr(import_module(f"knowledge.index.{ROOMS[name]}"), name)
