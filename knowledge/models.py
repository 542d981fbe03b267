"""The frozen values that modules of ``knowledge`` pass to each other and to the bot."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class State(StrEnum):
    """Whether a document or record is in force on a given day (Beijing's calendar); see ``knowledge.validity``."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Metadata:
    """A document's metadata, from its front matter or its own text. Unknown stays None; nothing is guessed."""

    title: str
    language: str  # "zh" or "en"
    number: str | None = None  # 文号, normalised to 穗人社规字〔2018〕3号
    issuer: str | None = None
    made_on: date | None = None
    published_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None  # the last day on which it holds
    repealed: bool = False
    supersedes: tuple[str, ...] = ()  # sources, numbers or titles of the documents that this one replaces
    source_url: str | None = None  # where the public finds it
    translation_of: str | None = None  # source of the document that this one translates
    sample: bool = False
    machine_read: tuple[int, ...] = ()  # pages whose text was recognised in a picture
    notices: tuple[str, ...] = ()  # what staff should know of it: pages that are not published, and why

    @property
    def dated(self) -> date | None:
        """The date a citation shows: published, else made, else effective."""
        return self.published_on or self.made_on or self.effective_on


@dataclass(frozen=True)
class Grid:
    """The cells of a table as a file has them, what is merged repeated in all the places that it covers.

    ``marked``: so many rows at the top are marked as its header; ``lines``: what of it stands in its section's text, in
    order; ``numbers``: of its rows in a sheet, from 1.
    """

    rows: tuple[tuple[str, ...], ...]
    marked: int = 0
    lines: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading path and the text under it.

    ``text`` keeps one block a line: a paragraph, a list item with its mark, or a table row as "header: value; …".
    ``grids``: the tables of the text, in order.
    """

    path: tuple[str, ...]
    text: str
    page: int | None = None
    grids: tuple[Grid, ...] = ()


@dataclass(frozen=True)
class TableColumn:
    """A column of a free table. ``levels``: lines of its header, from the top; ``unit``: of its figures, or empty."""

    levels: tuple[str, ...]
    unit: str = ""

    @property
    def name(self) -> str:
        """The whole header in one line."""
        return " ".join(self.levels)


@dataclass(frozen=True)
class TableRow:
    """A row of a free table: a text for each column. ``number``: in its sheet, from 1; ``total``: it sums up."""

    number: int
    cells: tuple[str, ...]
    page: int | None = None
    total: bool = False


@dataclass(frozen=True)
class FreeTable:
    """A table that is none of the kinds of records: its own columns, and rows of texts.

    ``source``, ``ordinal``: the file, and which of its tables, from 0; ``path``: headings above it, or the sheet;
    ``titles``: what stands above it in the sheet or directly above it in the text; ``notes``: what stands below it.
    """

    source: str
    ordinal: int
    path: tuple[str, ...]
    titles: tuple[str, ...]
    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    notes: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True)
class Document:
    """One file of ``documents/`` as read.

    ``source`` is its POSIX path below that folder; ``digest`` the SHA-256 of its bytes.
    """

    source: str
    digest: str
    metadata: Metadata
    sections: tuple[Section, ...]

    @property
    def group(self) -> str:
        """The source of the original; the language versions of one document share it."""
        return self.metadata.translation_of or self.source


@dataclass(frozen=True)
class Chunk:
    """A piece of one section that fits the embedding model's window. ``id`` is a digest of source, path and text."""

    id: str
    source: str
    ordinal: int  # position within the document, from 0
    path: tuple[str, ...]
    text: str
    language: str
    page: int | None = None


@dataclass(frozen=True)
class Unreadable:
    """A file that could not be read, and the reason in words for staff."""

    source: str
    reason: str
    late: bool = False  # it took too long: another time it may be read


@dataclass(frozen=True)
class Passage:
    """A chunk that search returned, with its document's metadata, and state on the day of the question.

    ``group``: as ``Document.group``; ``odds``: by the judge, log odds that its section answers, even where nobody said.
    """

    chunk: Chunk
    metadata: Metadata
    group: str
    state: State
    score: float  # higher is better; comparable within one search only
    odds: float = 0.0
    superseded_by: str | None = None  # title of the document that replaced it


@dataclass(frozen=True)
class Findings:
    """The result of a search: passages best first, and the calibrated probability (0 to 1) that they answer.

    ``names_place``: whether the question says where the first passage stands (an article, a heading), and no more.
    """

    passages: tuple[Passage, ...]
    probability: float
    signals: dict[str, float] = field(default_factory=dict)  # what the probability was made from, for evaluation
    names_place: bool = False
