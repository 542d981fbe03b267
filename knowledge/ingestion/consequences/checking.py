"""Who answers check questions. The assistant does; it is handed in, since nothing here knows of the bot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from knowledge.editions.open_edition import OpenEdition


@dataclass(frozen=True)
class CheckAnswer:
    """What a reader would see. ``answered``: it is no refusal; ``sources``: each with title, section, date and state.

    ``contradicting``: pairs of documents that state another figure for the same thing in this answer; ``found``: ids of
    the chunks that search found for the question.
    """

    answered: bool
    text: str
    sources: tuple[str, ...] = ()
    contradicting: tuple[tuple[str, str], ...] = ()
    found: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contradiction:
    """Two sentences of two documents in force that state another figure for the same thing; each with its section."""

    source: str
    section: str
    sentence: str
    other: str
    other_section: str
    other_sentence: str


class Asker(Protocol):
    """Asks an edition. ``state``: a digest of the settings that decide how it answers."""

    state: str

    def ask(self, edition: OpenEdition, questions: Sequence[str], day: date) -> Iterator[CheckAnswer]:
        """The answer to each question, as of ``day``."""

    def contradictions(
        self, edition: OpenEdition, sources: Sequence[tuple[str, tuple[str, ...]]], day: date
    ) -> Iterator[Contradiction]:
        """What the edition's other documents say otherwise than these sections (a document, its headings)."""


@dataclass(frozen=True)
class Checking:
    """How a refresh checks answers. ``asker``: made once there is something to ask; ``accept_worse``: staff publish
    whatever becomes of the answers.
    """

    asker: Callable[[], Asker]
    accept_worse: bool = False
