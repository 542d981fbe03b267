"""Withdrawing a file or a section at once, and lifting that; a running bot heeds both within seconds."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from knowledge import store
from knowledge.editions.building.context import BuildContext
from knowledge.editions.errors import OrderError
from knowledge.editions.withdrawn import is_at, text_digest, withdrawn_of
from knowledge.ingestion.orders.table_rows import rows_after, rows_meant, split_row
from knowledge.models import Chunk
from knowledge.store.edition_rows import FileKind, FileRow
from knowledge.store.editions import chunks_of, files_of, live_edition
from knowledge.store.staff_orders import Withdrawal, add_withdrawal, lift_withdrawal, staff_orders, subject_of
from knowledge.tables import RecordPlan
from knowledge.tables.querying.published_rows import PublishedRows, stand_in
from knowledge.text.language import fold

SEPARATOR = "›"  # between the headings of a section, where more than one is given
SIMILAR = 5  # names offered where none is known


@dataclass(frozen=True)
class WithdrawalOutcome:
    """What was withdrawn or lifted. ``chunks``: how many pieces of text, or rows; ``translations``: those that stay."""

    subject: str
    chunks: int = 0
    translations: tuple[str, ...] = ()


@dataclass(frozen=True)
class HeldWithdrawal:
    """A withdrawal and what it means in an edition.

    ``missing``: the edition has nothing of it; ``widened``: the section is not found, so the whole file is withdrawn.
    """

    subject: str
    at: float
    by: str
    note: str
    missing: bool = False
    widened: bool = False


def withdraw(context: BuildContext, file: str, section: str, by: str, note: str) -> WithdrawalOutcome:
    """Withdraw ``file``, a section of it by its headings, or a row of a table (``FILE#ROW``).

    Raises ``OrderError`` when it is not published.
    """
    with store.writing(context.engine) as connection:
        live = live_edition(connection)
        if live is None:
            raise OrderError("nothing is published yet; run: python ingest.py")
        files = files_of(connection, live.number)
        file, row = (file, "") if file in files else split_row(file)
        source = _source(context, file, files)
        if row:
            return _withdraw_row(context, connection, live.number, files[source], row, by, note)
        own = [chunk for chunk in chunks_of(connection, live.number) if chunk.source == source]
        path = _path(source, section, own, files[source]) if section else ()
        _refuse_twice(connection, Withdrawal(0, source, path, "", frozenset(), 0.0, by, note))
        meant = [chunk for chunk in own if is_at(chunk, source, path)]
        digests = [text_digest(chunk) for chunk in meant]
        add_withdrawal(connection, source, path, files[source].digest, digests, by, note)
    return WithdrawalOutcome(subject_of(source, path), len(meant), _translations(source, files))


def _withdraw_row(
    context: BuildContext, connection: Connection, edition: int, file: FileRow, wanted: str, by: str, note: str
) -> WithdrawalOutcome:
    if file.kind is not FileKind.TABLE:
        raise OrderError(f"{file.source}: a document has no rows; name a section by its heading")
    meant = rows_meant(context, connection, edition, file, wanted)
    names = meant[0].names
    _refuse_twice(connection, Withdrawal(0, file.source, (), "", frozenset(), 0.0, by, note, names))
    add_withdrawal(connection, file.source, (), file.digest, [row.digest for row in meant], by, note, names)
    return WithdrawalOutcome(subject_of(file.source, row=names), len(meant))


def _refuse_twice(connection: Connection, wanted: Withdrawal) -> None:
    for known in staff_orders(connection).withdrawals:
        if known.subject == wanted.subject:
            raise OrderError(f"{known.subject}: is withdrawn already, by {known.by}; lift it with: {_lifting(known)}")


def lift(context: BuildContext, file: str, section: str, by: str, note: str) -> WithdrawalOutcome:
    """Lift the withdrawal of ``file``, of a section of it, or of a row (``FILE#ROW``).

    Raises ``OrderError`` when there is none.
    """
    with store.writing(context.engine) as connection:
        held = staff_orders(connection).withdrawals
        live = live_edition(connection)
        files = files_of(connection, live.number) if live else {}
        if row := "" if file in files else split_row(file)[1]:
            file = split_row(file)[0]
        names = {*_names(context, file), *_titled(file, files)}
        of_file = [one for one in held if one.source in names]
        if row:
            edition = live.number if live else 0
            found = _rows_lifted(context, connection, edition, files, row, [one for one in of_file if one.row])
        else:
            found = [one for one in of_file if not one.row and _is_meant(one, section)]
        if len(found) != 1:
            listed = "; ".join(one.subject for one in held) or "nothing"
            raise OrderError(f"{_named(file, section, row)}: not withdrawn in these words; withdrawn are: {listed}")
        lift_withdrawal(connection, found[0], by, note)
    return WithdrawalOutcome(found[0].subject, len(found[0].texts))


def _rows_lifted(
    context: BuildContext,
    connection: Connection,
    edition: int,
    files: Mapping[str, FileRow],
    wanted: str,
    held: Sequence[Withdrawal],
) -> list[Withdrawal]:
    """Those of withdrawn rows that ``wanted`` means: by the words of what they are called, else by a row's number."""
    called = [one for one in held if stand_in(wanted, one.row)]
    if called or not held or held[0].source not in files:
        return called
    meant = rows_meant(context, connection, edition, files[held[0].source], wanted)
    return [one for one in held if tuple(map(fold, one.row)) == meant[0].key]


def held_withdrawals(
    withdrawals: Iterable[Withdrawal],
    files: Mapping[str, FileRow],
    chunks: Sequence[Chunk],
    published: PublishedRows | None = None,
    changes: RecordPlan | None = None,
) -> tuple[HeldWithdrawal, ...]:
    """The withdrawals and what each means in an edition with ``files``, ``chunks`` and ``published`` rows.

    ``changes``: to those rows, where the edition is not published yet.
    """
    held: list[HeldWithdrawal] = []
    for one in withdrawals:
        meant = withdrawn_of((one,), files, chunks, published)
        rows = rows_after(one, meant.rows, changes) if changes else bool(meant.rows)
        missing = not (meant.chunks or meant.files or rows)
        held.append(HeldWithdrawal(one.subject, one.at, one.by, one.note, missing, bool(meant.widened)))
    return tuple(held)


def _source(context: BuildContext, file: str, files: Mapping[str, FileRow]) -> str:
    """The file that is meant: by its path below the documents folder, its path on this machine, or its title."""
    for name in _names(context, file):
        if name in files and files[name].kind in (FileKind.DOCUMENT, FileKind.TABLE):
            return name
    titled = _titled(file, files)
    if len(titled) == 1:
        return titled[0]
    titles = [row.metadata.title for row in files.values() if row.kind is FileKind.DOCUMENT]
    similar = titled or difflib.get_close_matches(file, [*files, *titles], SIMILAR, 0.4)
    raise OrderError(f"{file}: not published" + (f"; similar are: {', '.join(similar)}" if similar else ""))


def _names(context: BuildContext, file: str) -> tuple[str, ...]:
    folder = f"{context.settings.documents.as_posix()}/"
    return (
        file,
        file.removeprefix("./"),
        file.removeprefix(folder),
        file.removeprefix(f"{context.settings.documents.name}/"),
    )


def _path(source: str, section: str, own: Sequence[Chunk], row: FileRow) -> tuple[str, ...]:
    """The headings of the section that is meant, as the document writes them."""
    if row.kind is FileKind.TABLE:
        raise OrderError(
            f"{source}: a table is withdrawn as a whole, or a row of it by its number in the sheet or words of it:"
            f" python ingest.py withdraw {f'{source}#{section}'!r}"
        )
    known = list(dict.fromkeys(chunk.path[:depth] for chunk in own for depth in range(1, len(chunk.path) + 1)))
    wanted = [fold(part) for part in section.split(SEPARATOR)]
    ending = [path for path in known if [fold(part) for part in path[-len(wanted) :]] == wanted]
    fitting = ending or [path for path in known if fold(path[-1]).startswith(wanted[-1]) and len(wanted) == 1]
    if len(fitting) == 1:
        return fitting[0]
    shown = [f" {SEPARATOR} ".join(path) for path in (fitting or known)]
    trouble = "fits several sections, name one of" if fitting else "no such section; there are"
    listed = "; ".join(shown[:20]) + ("; …" if len(shown) > 20 else "")
    raise OrderError(f"{source}: {section}: {trouble}: {listed}")


def _titled(title: str, files: Mapping[str, FileRow]) -> list[str]:
    """Documents of that title."""
    documents = (row for row in files.values() if row.kind is FileKind.DOCUMENT)
    return [row.source for row in documents if fold(row.metadata.title) == fold(title)]


def _is_meant(withdrawal: Withdrawal, section: str) -> bool:
    wanted = [fold(part) for part in section.split(SEPARATOR)] if section else []
    path = [fold(part) for part in withdrawal.path]
    return path[-len(wanted) :] == wanted if wanted else not path


def _translations(source: str, files: Mapping[str, FileRow]) -> tuple[str, ...]:
    """Versions of a document in other languages: they are withdrawn apart."""
    documents = {name: row.metadata for name, row in files.items() if row.kind is FileKind.DOCUMENT}
    if source not in documents:
        return ()
    original = documents[source].translation_of or source
    return tuple(name for name, one in documents.items() if name != source and original in (name, one.translation_of))


def _lifting(withdrawal: Withdrawal) -> str:
    if withdrawal.row:
        return f"python ingest.py lift {withdrawal.subject!r}"
    section = f" {f' {SEPARATOR} '.join(withdrawal.path)!r}" if withdrawal.path else ""
    return f"python ingest.py lift {withdrawal.source!r}{section}"


def _named(file: str, section: str, row: str) -> str:
    if row:
        return f"{file}#{row}"
    return f"{file} {SEPARATOR} {section}" if section else file
