"""One edition's index: built once, opened, searched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from knowledge.index.search import Index
    from knowledge.index.writer import searched_text, write_index

__all__ = ["Index", "searched_text", "write_index"]
ROOMS = {
    "Index": "search",
    "write_index": "writer",
    "searched_text": "writer",
}


def __getattr__(name: str) -> Any:
    """What this package offers, imported when it is asked for: ``format`` alone must stay light."""
    from importlib import import_module

    if name not in ROOMS:
        raise AttributeError(name)
    return getattr(import_module(f"knowledge.index.{ROOMS[name]}"), name)
