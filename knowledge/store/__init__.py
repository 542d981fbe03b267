"""The SQL side: tables, migrations, and what is read from and written to them."""

from knowledge.store.database import StoreError, engine, upgrade, writing

__all__ = ["StoreError", "engine", "upgrade", "writing"]
