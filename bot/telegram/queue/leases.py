"""Leases in SQL: which replica polls, and whose claims are void because their owner is dead."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, update

from bot.telegram.queue.sql_helpers import insert_into
from bot.telegram.queue.tables import inbox_chats, leases, outbox_chats
from bot.telegram.queue.worker_identity import LEASE_SECONDS, is_dead


def acquire(sql: Connection, name: str, owner: str, now: float) -> bool:
    """Whether ``owner`` holds the lease ``name`` from now on: it was free, over, or already its own."""
    row = sql.execute(select(leases).where(leases.c.name == name).with_for_update()).one_or_none()
    if row is None:
        new = insert_into(leases, sql.dialect.name).values(name=name, owner=owner, until=now + LEASE_SECONDS)
        return bool(sql.execute(new.on_conflict_do_nothing(index_elements=["name"])).rowcount)
    if row.owner != owner and row.until > now:
        return False
    sql.execute(update(leases).where(leases.c.name == name).values(owner=owner, until=now + LEASE_SECONDS))
    return True


def release(sql: Connection, name: str, owner: str) -> None:
    """Give the lease ``name`` back, so that the next need not wait."""
    sql.execute(delete(leases).where(leases.c.name == name, leases.c.owner == owner))


def release_dead_owners(sql: Connection) -> None:
    """End every lease and claim of processes of this machine that run no more."""
    owners = set(sql.scalars(select(leases.c.owner)))
    for table in (inbox_chats, outbox_chats):
        owners |= set(sql.scalars(select(table.c.owner).where(table.c.owner.is_not(None)).distinct()))
    dead = [owner for owner in owners if owner and is_dead(owner)]
    if dead:
        sql.execute(delete(leases).where(leases.c.owner.in_(dead)))
        for table in (inbox_chats, outbox_chats):
            sql.execute(update(table).where(table.c.owner.in_(dead)).values(owner=None, lease=None))
