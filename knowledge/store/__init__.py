"""The SQL side: tables, migrations, and what is read from and written to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from knowledge.store.database import StoreError, engine, upgrade, writing

__all__ = ["StoreError", "engine", "upgrade", "writing"]


def __getattr__(name: str) -> Any:
    """The names of ``__all__``, imported when first used: an unchanged refresh does without SQLAlchemy."""
    if name not in __all__:
        raise AttributeError(name)
    from knowledge.store import database

    return getattr(database, name)
