"""A database with published editions of openings, in SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from knowledge import store
from knowledge.tables import Query, RecordPlan, Records, Row, TableReading, plan_records, publish_records
from knowledge.tables.records import Opening, RecordKind
from tests.postgres import Server

DAY = date(2026, 11, 24)
ALL = Query(RecordKind.OPENING)


@dataclass
class Base:
    """A database and the edition that is live in it."""

    engine: Engine
    live: int | None = None
    newest: int = 0

    def plan(self, *readings: TableReading, sources: set[str] | None = None) -> RecordPlan:
        with self.engine.connect() as connection:
            return plan_records(connection, self.live, readings, sources, day=DAY)

    def publish(self, *readings: TableReading, sources: set[str] | None = None) -> None:
        plan = self.plan(*readings, sources=sources)
        self.newest += 1
        with store.writing(self.engine) as connection:
            publish_records(connection, self.newest, plan)
        self.live = self.newest

    def titles(self, edition: int | None = None) -> list[str]:
        page = Records(self.engine, edition or self.live or 0).find(ALL, DAY, limit=None)
        return sorted(row.record.title for row in page.rows if isinstance(row.record, Opening))


def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Base]:
    """A new database: in SQLite, or in PostgreSQL, as the fixture's parameter says."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'assistant.db'}"
    else:
        server: Server = request.getfixturevalue("postgresql")
        url = server.database()
    store.upgrade(url)
    engine = store.engine(url)
    yield Base(engine)
    engine.dispose()


def opening(title: str, **changes: object) -> Opening:
    """An opening that is open on DAY."""
    made = Opening(employer="示例企业", title=title, deadline=DAY + timedelta(days=90), posted=DAY, sample=True)
    return replace(made, **changes)  # type: ignore[arg-type]


def reading(*records: Opening, source: str = "jobs.csv") -> TableReading:
    """A file that holds ``records``."""
    rows = tuple(
        Row(f"{abs(hash((source, record))):024x}"[-24:], RecordKind.OPENING, "", number, record)
        for number, record in enumerate(records, 2)
    )
    return TableReading(source, "0", tuple(row.digest for row in rows), rows)
