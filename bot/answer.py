"""What an answer is. Control flow goes by ``Status``, never by looking for words in a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knowledge.tables import Query


class Status(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    PARTLY = "partly"
    CLARIFY = "clarify"
    NOT_COVERED = "not_covered"
    DECLINED = "declined"
    HAND_OFF = "hand_off"
    UNAVAILABLE = "unavailable"


ANSWERING = frozenset({Status.ANSWERED, Status.PARTLY})


class AnswerKind(StrEnum):
    """What answered a question; of a refusal, what was asked in vain."""

    OPENINGS = "openings"
    PROGRAMS = "programs"
    PARTNERS = "partners"
    PROCEDURES = "procedures"
    ROWS = "rows"  # records, and it is not clear of which kind
    TABLES = "tables"  # tables of no known kind
    DOCUMENTS = "documents"
    CURATED = "curated"  # what staff answer themselves
    MIXED = "mixed"  # several of these
    SERVICE = "service"  # what the assistant says of itself, greetings, what is declined
    NONE = "none"


def kind_of_all(kinds: Iterable[AnswerKind]) -> AnswerKind:
    """That of an answer made of parts of these kinds."""
    found = set(kinds) - {AnswerKind.NONE}
    return found.pop() if len(found) == 1 else AnswerKind.MIXED if found else AnswerKind.NONE


class BlockKind(StrEnum):
    """What a block of an answer is, so that the terminal and Telegram can show it in their own ways."""

    SAY = "say"  # the assistant's own words, from the message files
    QUOTE = "quote"  # words of a document, unchanged
    ROW = "row"  # one record
    NOTE = "note"  # as-of line, state label, AI note, sample note


@dataclass(frozen=True)
class Block:
    """One paragraph of an answer, plain text, not yet escaped. ``citation`` is a 1-based index into the citations."""

    kind: BlockKind
    text: str
    citation: int | None = None


@dataclass(frozen=True)
class Citation:
    """Where a statement stands."""

    title: str
    section: str
    date: date | None
    state: str  # a knowledge.models.State value
    source: str  # public address, else the path below documents/
    quote: str
    document: str = ""  # the path below documents/, also where there is a public address
    page: int | None = None  # on which the section begins, in a document that has pages
    machine_read: bool = False  # the text was recognised in a picture of the page


@dataclass(frozen=True)
class Choice:
    """A button: what it says, and the request that ``Assistant.press`` carries out (an opaque string of any length).

    ``line``: neighbours of the same line stand side by side; without one it has a line of its own. ``in_place``: what
    it brings takes the place of the message below which it stands.
    """

    label: str
    request: str
    line: str = ""
    in_place: bool = False


def lines_of(choices: Sequence[Choice]) -> tuple[tuple[Choice, ...], ...]:
    """``choices`` in their order, those together that stand side by side."""
    lines: list[list[Choice]] = []
    for choice in choices:
        beside = bool(lines) and choice.line and lines[-1][-1].line == choice.line
        if beside:
            lines[-1].append(choice)
        else:
            lines.append([choice])
    return tuple(tuple(line) for line in lines)


@dataclass(frozen=True)
class ShownRows:
    """Rows that an answer showed: their ``ids`` in SQL, in the order shown. ``start``: so many of the list were before
    them. ``pointed_at``: the one of them that the talk is about, if it is about one. ``seen``: the user has read them,
    as nobody has who asks two things in one message.
    """

    ids: tuple[int, ...]
    start: int = 0
    pointed_at: int | None = None
    seen: bool = True


@dataclass(frozen=True)
class ConversationContext:
    """What the next question of a conversation may leave out, as one turn left it. The empty one: nothing is known.

    ``question``: the turn's question, standing alone. ``query``: of the list that it was answered with, ``shown``: its
    rows. ``aside``: it was a greeting or was declined, and the talk goes on as if it had not been.
    """

    question: str = ""
    query: Query | None = None
    aside: bool = False
    shown: ShownRows | None = None


NOTHING_KNOWN = ConversationContext()


@dataclass(frozen=True)
class Answer:
    """An answer in one language ("zh", "zh-hant" or "en"). A refusal carries no citations.

    ``from_documents``: documents answer it, quoted or worded, and not rows alone; ``wish``: what of the service was
    wanted, as ``service_intents.yaml`` names it; ``topic``: the guided list that is nearest to what was asked;
    ``kind``: what answered.
    """

    status: Status
    language: str
    blocks: tuple[Block, ...]
    citations: tuple[Citation, ...] = ()
    records: tuple[Mapping[str, object], ...] = ()  # typed values of the rows shown
    choices: tuple[Choice, ...] = ()
    edition: int | None = None
    as_of: date | None = None
    reference: str | None = None  # number a user can quote when something failed
    context: ConversationContext = NOTHING_KNOWN
    from_documents: bool = False
    wish: str = ""
    topic: str = ""
    kind: AnswerKind = AnswerKind.NONE

    @property
    def text(self) -> str:
        """All blocks as plain text, a blank line between them; the citations are not part of it."""
        return "\n\n".join(block.text for block in self.blocks)


@dataclass(frozen=True)
class Turn:
    """One earlier exchange of a conversation, oldest first in any sequence of turns."""

    question: str
    answer: str = ""
    context: ConversationContext = NOTHING_KNOWN
