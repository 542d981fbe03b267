"""Whether a question leans on the one before it, by what is learned and by what answers it: documents or rows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.editions.open_edition import OpenEdition


def likelier_reading(edition: OpenEdition, day: date, question: str, joined: str) -> str:
    """``question`` as typed, or ``joined`` with what it may leave out, by how probably it leans on what went before
    and how probably documents or rows answer it so.
    """
    alone = edition.intents(question).stands_alone
    by_itself = alone * answerable(edition, question, day)
    if by_itself >= 1 - alone:  # whatever is held on the other, which need not be searched for
        return question
    return question if by_itself >= (1 - alone) * answerable(edition, joined, day) else joined


def answerable(edition: OpenEdition, question: str, day: date) -> float:
    """How probably documents or rows answer ``question``."""
    return max(edition.search(question, day=day).probability, edition.for_rows(question, day=day))
