"""Spreadsheets to typed records, and typed questions to them."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from knowledge.readers.errors import ReadError, ReadTimeoutError
from knowledge.readers.sandbox.limits import run_limited
from knowledge.tables.querying.aggregates import Average, Group
from knowledge.tables.querying.conditions import Condition, ConditionError, Field, Operator, about, named
from knowledge.tables.querying.query import Query, SortOrder
from knowledge.tables.querying.query_json import QueryError, query_from_json, query_to_json
from knowledge.tables.querying.record_queries import Page, Records
from knowledge.tables.querying.stored_values import StoredRecord
from knowledge.tables.reading.digests import Digests
from knowledge.tables.reading.table_reading import Problem, Row, TableReading
from knowledge.tables.storage.diff import RecordPlan
from knowledge.tables.storage.planning import known_digests, plan_records
from knowledge.tables.storage.publishing import forget_records, publish_records
from knowledge.towns import Town

if TYPE_CHECKING:
    from knowledge.readers import SourceFile

__all__ = [
    "Average",
    "Condition",
    "ConditionError",
    "Field",
    "Group",
    "Operator",
    "Page",
    "Problem",
    "Query",
    "QueryError",
    "RecordPlan",
    "Records",
    "Row",
    "SortOrder",
    "StoredRecord",
    "TableReading",
    "about",
    "forget_records",
    "known_digests",
    "named",
    "plan_records",
    "publish_records",
    "query_from_json",
    "query_to_json",
    "read_table",
]

LARGEST = 64 * 1024 * 1024  # bytes


def read_table(file: SourceFile, known: Iterable[str] = (), towns: tuple[Town, ...] = ()) -> TableReading:
    """The records of ``file``, read in a child process with limits. What cannot be read has no digests, but problems.

    Rows whose digest is ``known`` (see ``known_digests``; of this file) are counted, not parsed. ``towns``: the
    district's, of which a row may name one.
    """
    from knowledge.tables.reading import table_reader

    if file.size > LARGEST:
        reason = f"it has {file.size // 2**20} MiB, more than the {LARGEST // 2**20} allowed; split it"
        return _refused(file, reason)
    reader = table_reader.read
    task = functools.partial(reader, source=file.source, digest=file.digest, known=Digests.of(known), towns=towns)
    try:
        return run_limited(task, file.path)
    except ReadTimeoutError as error:
        return replace(_refused(file, error.reason), late=True)
    except ReadError as error:
        return _refused(file, error.reason)
    except OSError as error:
        return _refused(file, f"cannot be opened ({error.strerror})")


def _refused(file: SourceFile, reason: str) -> TableReading:
    return TableReading(file.source, file.digest, (), (), (Problem(file.source, "", 0, "", "", reason, True),))
