"""What a file gave, as JSON and back, by the types of its fields: one that is added later needs no change here."""

from __future__ import annotations

import json
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar, get_type_hints

from pydantic import TypeAdapter

from knowledge.tables import Row, TableReading
from knowledge.tables.reading.digests import Digests
from knowledge.tables.records import RecordKind
from knowledge.tables.storage.schema import read, write

T = TypeVar("T")
TABLES = "tables"  # the field of what a file gave that holds readings of tables


def as_json(read_file: Any) -> bytes:
    """``read_file``, a frozen dataclass, as JSON."""
    return json.dumps(_values(read_file), ensure_ascii=False).encode("utf-8", "surrogatepass")


def from_json(made: type[T], content: bytes) -> T:
    """What ``as_json`` wrote of a ``made``. Raises ``ValueError`` where it is of another version of it."""
    return _made(made, json.loads(content.decode("utf-8", "surrogatepass")))


def _values(given: Any) -> dict[str, Any]:
    return {field.name: _value(type(given), field.name, getattr(given, field.name)) for field in fields(given)}


def _value(owner: type, name: str, value: Any) -> Any:
    if name == TABLES:
        return [_values(table) for table in value]
    if owner is TableReading and name == "digests":
        return Digests.of(value).joined
    if owner is TableReading and name == "rows":
        return [[row.digest, row.kind, row.sheet, row.number, write(row.record, row.kind)] for row in value]
    return _adapter(owner, name).dump_python(value, mode="json")


def _made(made: type[T], values: dict[str, Any]) -> T:
    return made(**{name: _read(made, name, value) for name, value in values.items()})


def _read(owner: type, name: str, value: Any) -> Any:
    if name == TABLES:
        return tuple(_made(TableReading, table) for table in value)
    if owner is TableReading and name == "digests":
        return Digests(value)
    if owner is TableReading and name == "rows":
        return tuple(map(_row, value))
    return _adapter(owner, name).validate_python(value)


def _row(values: list[Any]) -> Row:
    digest, kind, sheet, number, body = values
    return Row(digest, RecordKind(kind), sheet, number, read(body, RecordKind(kind)))


@cache
def _adapter(owner: type, name: str) -> TypeAdapter[Any]:
    return TypeAdapter(get_type_hints(owner)[name])
