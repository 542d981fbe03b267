"""The columns of the templates, from ``columns.yaml``, and what staff call a field of a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FREE = "free"  # the template of a table that is none of the kinds of records
CHECKS = "checks"  # of the list of check questions, which is no knowledge


@dataclass(frozen=True)
class TemplateColumn:
    """A column: the field that it is read as ("" in a free table), its header, note, example, and its drop-down."""

    field: str
    header: str
    note: str
    example: str
    list_name: str = ""


@dataclass(frozen=True)
class TableTemplate:
    """An empty table in one language. ``kind``: of its rows, ``FREE`` or ``CHECKS``; ``name``: of file and sheet."""

    kind: str
    name: str
    about: str
    columns: tuple[TemplateColumn, ...]


def templates_in(language: str) -> tuple[TableTemplate, ...]:
    """All templates in "zh" or "en"."""
    return tuple(_template(kind, values, language) for kind, values in _file().items())


def label(kind: str, field: str, language: str) -> str:
    """What staff call a field of rows of ``kind``: the header of its column in the template, else its own name."""
    columns = _file().get(kind, {}).get("columns", ())
    headers = (column[language] for column in columns if column.get("field") == field)
    return str(next(headers, field.replace("_", " "))).rstrip("*")


def field_label(field: str, language: str) -> str | None:
    """The same for a field of whatever kind has it; None where no kind has."""
    columns = (column for values in _file().values() for column in values["columns"])
    return next((str(column[language]).rstrip("*") for column in columns if column.get("field") == field), None)


def _template(kind: str, values: Mapping[str, Any], language: str) -> TableTemplate:
    columns = tuple(
        TemplateColumn(
            column.get("field", ""),
            column[language],
            column["note"][language],
            column["example"][language],
            column.get("list", ""),
        )
        for column in values["columns"]
    )
    return TableTemplate(kind, values["file"][language], values["about"][language], columns)


@cache
def _file() -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return content
