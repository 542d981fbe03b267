"""All sealed columns at once: which keys they need, and sealing them anew under the newest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    delete,
    func,
    literal_column,
    or_,
    select,
    true,
    update,
)

from bot.telegram.applications import applications as sent_forms
from bot.telegram.applications import drafts
from bot.telegram.applications.tables import applications, form_drafts
from bot.telegram.feedback import votes
from bot.telegram.handoffs import handoff as handed_off
from bot.telegram.open_questions import open_questions as unanswered
from bot.telegram.open_questions.tables import open_questions
from bot.telegram.queue import conversations as talks
from bot.telegram.queue import inbox as questions
from bot.telegram.queue import outbox as messages
from bot.telegram.queue.outgoing import delivered_answers
from bot.telegram.queue.sql_helpers import SLICE, insert_into, is_aside, is_waiting
from bot.telegram.queue.tables import (
    answer_messages,
    answers,
    buttons,
    conversations,
    feedback,
    handoff_messages,
    handoffs,
    inbox,
    outbox,
    sealing_keys,
)
from bot.telegram.sealing.sealer import FORMAT, UnreadableError, prefix, sealer_of
from bot.telegram.staff import audit
from bot.telegram.staff.tables import staff_acts

# Where the key's name stands; as literals: PostgreSQL would take two parameters for two different expressions.
_ID_AT: ColumnElement[int] = literal_column(str(len(FORMAT) + 2))
_ID_LENGTH: ColumnElement[int] = literal_column("8")


@dataclass(frozen=True)
class SealedColumn:
    """A column of sealed texts; ``purpose``: what its seals are made for."""

    column: Column[Any]
    purpose: str

    @property
    def table(self) -> Table:
        """The table that it is of."""
        table = self.column.table
        assert isinstance(table, Table)
        return table

    @property
    def key(self) -> Column[Any]:
        """The table's primary key."""
        (key,) = self.table.primary_key
        return key

    @property
    def is_sealed(self) -> ColumnElement[bool]:
        """Whether the text is sealed, with whatever key."""
        return self.column.startswith(f"{FORMAT}.", autoescape=True)

    @property
    def is_clear(self) -> ColumnElement[bool]:
        """Whether the text is as an earlier version wrote it."""
        return (self.column != "") & ~self.is_sealed

    def opens_with(self, ids: Iterable[str]) -> ColumnElement[bool]:
        """Whether the text is sealed with one of these keys."""
        return or_(*(self.column.startswith(prefix(id), autoescape=True) for id in ids))


INBOX = SealedColumn(inbox.c.payload, questions.PAYLOAD_COLUMN)
OUTBOX = SealedColumn(outbox.c.payload, messages.PAYLOAD_COLUMN)
TURNS = SealedColumn(conversations.c.turns, talks.TURNS_COLUMN)
REQUESTS = SealedColumn(buttons.c.request, talks.REQUEST_COLUMN)
ERRORS = (
    SealedColumn(inbox.c.error, questions.ERROR_COLUMN),
    SealedColumn(outbox.c.error, messages.ERROR_COLUMN),
)
# The rows of the queue that hold texts: what is done holds none, and need not be read to find that out.
QUEUED: Mapping[str, tuple[ColumnElement[bool], ...]] = {
    table.name: (is_waiting(table), is_aside(table)) for table in (inbox, outbox)
}
ANSWERS = (
    SealedColumn(answers.c.content, delivered_answers.CONTENT_COLUMN),
    SealedColumn(answer_messages.c.number, delivered_answers.NUMBER_COLUMN),
)
FEEDBACK = SealedColumn(feedback.c.content, votes.CONTENT_COLUMN)
FORMS = (
    SealedColumn(form_drafts.c.content, drafts.CONTENT_COLUMN),
    SealedColumn(applications.c.content, sent_forms.CONTENT_COLUMN),
)
HANDOFFS = (
    SealedColumn(handoffs.c.content, handed_off.CONTENT_COLUMN),
    SealedColumn(handoff_messages.c.number, handed_off.NUMBER_COLUMN),
)
OPEN_QUESTIONS = (
    SealedColumn(open_questions.c.content, unanswered.CONTENT_COLUMN),
    SealedColumn(open_questions.c.tell, unanswered.TELL_COLUMN),
)
STAFF_ACTS = SealedColumn(staff_acts.c.content, audit.CONTENT_COLUMN)
COLUMNS = (INBOX, OUTBOX, TURNS, REQUESTS, *ERRORS, *ANSWERS, FEEDBACK, *FORMS, *HANDOFFS, *OPEN_QUESTIONS, STAFF_ACTS)


def rows_by_key(sql: Connection) -> Mapping[str, Counter[str]]:
    """For each key that something is sealed with: how many rows of each table need it."""
    counts: dict[str, Counter[str]] = {}
    for sealed in COLUMNS:
        id = func.substr(sealed.column, _ID_AT, _ID_LENGTH)
        for rows in QUEUED.get(sealed.table.name, (true(),)):
            for key, count in sql.execute(select(id, func.count()).where(rows, sealed.is_sealed).group_by(id)):
                counts.setdefault(key, Counter())[sealed.table.name] += count
    return counts


def change_rows(sql: Connection, sealed: SealedColumn, which: ColumnElement[bool], change: Callable[[Any], Any]) -> int:
    """Write what ``change`` makes of each row of ``which``: new values by column, None to leave it; how many it did."""
    done, after = change_some(sql, sealed, which, change, None)
    while after is not None:
        more, after = change_some(sql, sealed, which, change, after)
        done += more
    return done


def change_some(
    sql: Connection, sealed: SealedColumn, which: ColumnElement[bool], change: Callable[[Any], Any], after: Any
) -> tuple[int, Any]:
    """``change_rows`` for the next rows by key, those after ``after``: how many it did, and the last row's key.

    None in its place when there are no more. No more rows are read, whether they are of ``which`` or not.
    """
    # ``which`` is asked of each row and is no condition: SQLite would look by an index of it, through the whole table.
    beyond = true() if after is None else sealed.key > after
    page = sql.execute(
        select(sealed.key, which.label("is_meant")).where(beyond).order_by(sealed.key).limit(SLICE)
    ).all()
    meant, done = [key for key, is_meant in page if is_meant], 0
    locked = select(sealed.table, which.label("is_meant")).where(sealed.key.in_(meant)).order_by(sealed.key)
    for row in sql.execute(locked.with_for_update()).all() if meant else ():
        values = change(row) if row.is_meant else None
        if values is not None:
            key = row._mapping[sealed.key.name]
            sql.execute(update(sealed.table).where(sealed.key == key).values(**values))
            done += 1
    return done, page[-1][0] if len(page) == SLICE else None


def reseal(sql: Connection) -> int:
    """Seal with the newest key what is sealed with another that is here; how many texts that were."""
    sealer, done = sealer_of(sql), 0
    older = [key.id for key in sealer.keyring.keys[1:]]
    if not older:
        return 0
    for sealed in COLUMNS:

        def change(row: Any, sealed: SealedColumn = sealed) -> dict[str, str] | None:
            name = sealed.column.name
            try:
                text = sealer.unseal(row._mapping[name], sealed.purpose)
            except UnreadableError:
                return None
            return {name: sealer.seal(text, sealed.purpose)}

        done += change_rows(sql, sealed, sealed.opens_with(older), change)
    return done


def note_keys(sql: Connection, now: float) -> None:
    """Write down the names of the newest key and of all that something needs, for back-ups to tell; no others."""
    _note(sql, {sealer_of(sql).keyring.newest.id, *rows_by_key(sql)}, now)


def note_newest_key(sql: Connection, now: float) -> None:
    """Write down the newest key's name beside those that are noted."""
    rows = insert_into(sealing_keys, sql.dialect.name).values(id=sealer_of(sql).keyring.newest.id, since=now)
    sql.execute(rows.on_conflict_do_nothing(index_elements=["id"]))


def note_old_keys(sql: Connection, now: float) -> None:
    """As ``note_keys`` where each process noted its newest key: only of those that came before, which is usually none,
    it is asked whether something still needs them.
    """
    newest = sealer_of(sql).keyring.newest.id
    _note(sql, {newest, *(id for id in noted_keys(sql) - {newest} if _is_needed(sql, id))}, now)


def noted_keys(sql: Connection) -> set[str]:
    """The names of the keys that are written down."""
    return set(sql.scalars(select(sealing_keys.c.id)))


def _is_needed(sql: Connection, id: str) -> bool:
    first: Select[Any] = select(literal_column("1")).limit(1)
    return any(
        sql.execute(first.select_from(sealed.table).where(rows, sealed.opens_with([id]))).first()
        for sealed in reversed(COLUMNS)  # what is kept longest first
        for rows in QUEUED.get(sealed.table.name, (true(),))
    )


def _note(sql: Connection, needed: set[str], now: float) -> None:
    rows = [{"id": id, "since": now} for id in sorted(needed)]
    sql.execute(insert_into(sealing_keys, sql.dialect.name).on_conflict_do_nothing(index_elements=["id"]), rows)
    sql.execute(delete(sealing_keys).where(sealing_keys.c.id.not_in(needed)))
