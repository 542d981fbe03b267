"""What staff should see of a file before users do: warnings on its name, its sections or its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import PurePosixPath

from knowledge.models import Document
from knowledge.store.edition_rows import ContentWarning
from knowledge.tables import Row, TableReading
from knowledge.text.suspicious import Suspect, Suspicion, suspects

SHORTEST = 5  # characters of a cell that is looked at
MEMORY = 20_000  # cells: tables say the same in many rows
NOT_SHOWN = frozenset({"credit_code"})
LONGEST = 60  # characters shown of what was found


def document_warnings(document: Document) -> tuple[ContentWarning, ...]:
    """Warnings on a document: its file name, its title and number, its sections."""
    metadata = document.metadata
    places = [
        ("file name", PurePosixPath(document.source).stem),
        ("title", f"{metadata.title} {metadata.issuer or ''}"),
    ]
    for section in document.sections:
        place = f"section {' › '.join(section.path)}" if section.path else "text before the first heading"
        page = f", page {section.page}" if section.page else ""
        places.append((f"{place}{page}", "\n".join((*section.path[-1:], section.text))))
    return _unique(warning for place, text in places for warning in _warnings(place, suspects(text)))


def table_warnings(reading: TableReading) -> tuple[ContentWarning, ...]:
    """Warnings on a table: its file name, and those of its rows that are new."""
    return _unique((*_warnings("file name", suspects(PurePosixPath(reading.source).stem)), *_rows(reading.rows)))


def _rows(rows: Iterable[Row]) -> Iterator[ContentWarning]:
    for row in rows:
        sheet = f"sheet {row.sheet}, " if row.sheet else ""
        for name, value in vars(row.record).items():
            if name in NOT_SHOWN:
                continue
            for text in value if isinstance(value, tuple) else (value,):
                if isinstance(text, str) and len(text) >= SHORTEST and (found := _of_cell(text)):
                    yield from _warnings(f"{sheet}row {row.number}, {name}", found, contact=name == "contact")


@lru_cache(maxsize=MEMORY)
def _of_cell(text: str) -> tuple[Suspect, ...]:
    return suspects(text)


def _warnings(place: str, found: Iterable[Suspect], *, contact: bool = False) -> Iterator[ContentWarning]:
    """``contact``: a column whose mobile numbers rows have marked public; accepted once, they are for the file."""
    for one in found:
        known = "contacts" if contact and one.kind is Suspicion.MOBILE else "".join(one.text.split())
        key = hashlib.sha256(f"{one.kind.name} {known}".encode("utf-8", "surrogatepass")).hexdigest()
        shown = one.shown if len(one.shown) <= LONGEST else f"{one.shown[:LONGEST]}…"
        yield ContentWarning(place, one.kind.value, shown, key)


def _unique(warnings: Iterable[ContentWarning]) -> tuple[ContentWarning, ...]:
    return tuple(dict.fromkeys(warnings))
