"""What a question to rows was understood as."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from knowledge.entities.directory import Entity
from knowledge.tables import Query
from knowledge.tables.values import Relation


class Operation(StrEnum):
    """What is wanted of the rows."""

    LIST = "list"
    COUNT = "count"
    PEOPLE = "people"  # how many people the openings want
    EXISTS = "exists"
    AVERAGE = "average"  # the mean pay or tuition


TRADE = "trade"


@dataclass(frozen=True)
class Grouping:
    """Rows counted ``by`` town, name, level …: see ``COLUMNS`` of figures; or by each ``TRADE`` that was named.

    ``most``: those with most come first and few are shown; by the number of ``people`` wanted, or of rows.
    """

    by: str
    most: bool = False
    people: bool = False


@dataclass(frozen=True)
class ParsedQuery:
    """A question as a query. ``by_name``: schools or employers are counted and listed rather than rows.

    ``first``: as many are wanted of an order (前五个, top 5).
    """

    query: Query
    operation: Operation = Operation.LIST
    by_name: bool = False
    entities: tuple[Entity, ...] = ()
    relation: Relation | None = None
    complete: bool = True
    grouping: Grouping | None = None
    first: int | None = None


@dataclass(frozen=True)
class AmbiguousName:
    """A short name that fits several institutions; each pair is a name and the question with it (empty: another)."""

    short: str
    readings: tuple[tuple[str, str], ...]
