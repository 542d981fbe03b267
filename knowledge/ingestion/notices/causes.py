"""What staff should hear of: causes, and the message that names them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection, func, select

from knowledge.editions.building.context import BuildContext
from knowledge.ingestion.plan import SOON, concerns
from knowledge.models import Unreadable
from knowledge.store.checks.answers import LIVE, check_result
from knowledge.store.edition_rows import HeldFile
from knowledge.store.editions import documents_of, live_edition
from knowledge.store.tables import in_edition
from knowledge.tables.storage.schema import TABLES
from knowledge.text.characters import harmless
from knowledge.text.pii import masked
from knowledge.validity import today

LONGEST_LINE = 300  # characters of a cause in a message
LONGEST = 3_500  # UTF-16 units of a message, of which Telegram takes 4,096


class CauseKind(StrEnum):
    """What happened, in the order in which a message names it."""

    FAILED = "failed"
    WORSE = "worse"
    UNREADABLE = "unreadable"
    HELD = "held"
    EXPIRING = "expiring"


HEADS = {
    CauseKind.FAILED: "知识库更新失败 / The refresh failed",
    CauseKind.WORSE: "答得比以前差的检查问题 / Check questions answered worse than before",
    CauseKind.UNREADABLE: "读不出的文件 / Files that cannot be read",
    CauseKind.HELD: "等待确认的文件 / Files that wait to be accepted (python ingest.py preview)",
    CauseKind.EXPIRING: "30 天内到期 / What ends within 30 days",
}
MORE = "… {count} 项未列出 / more: python ingest.py status"


@dataclass(frozen=True)
class Cause:
    """One reason to tell staff something. ``key``: the same for the same cause, however often it is found."""

    kind: CauseKind
    key: str
    line: str


def failure(error: BaseException, expected: Collection[type[BaseException]]) -> Cause:
    """The refresh ended with ``error``; one that is not ``expected`` is a fault of the program, whose words stay here.

    The same error with other figures (a process, a port, a time) is the same cause.
    """
    name = type(error).__name__
    if not isinstance(error, tuple(expected)):
        return Cause(CauseKind.FAILED, name, f"a fault of the program ({name}): see the log of the refresh")
    said = without_password(str(getattr(error, "orig", error)).strip().partition("\n")[0])
    return Cause(CauseKind.FAILED, f"{name} {re.sub('[0-9]+', '0', said)}", said or name)


def unfinished(times: int) -> Cause:
    """The last refreshes were killed before they ended."""
    said = f"the last {times} runs were killed before they ended; look at the memory that they may use, and at the log"
    return Cause(CauseKind.FAILED, "killed", said)


def of_files(unreadable: Sequence[Unreadable], held: Sequence[HeldFile]) -> Iterator[Cause]:
    """Files that hold nothing for users, and files whose new version waits."""
    for file in unreadable:
        yield Cause(CauseKind.UNREADABLE, f"{file.source} {file.reason}", f"{file.source}: {file.reason}")
    for one in held:
        kinds = ", ".join(dict.fromkeys(warning.kind for warning in one.warnings))
        yield Cause(CauseKind.HELD, f"{one.source} {one.code}", f"{one.source}: {kinds}")


def of_answers(worse: Iterable[tuple[str, str]]) -> Iterator[Cause]:
    """Check questions, each with what became of its answer."""
    for question, became in worse:
        yield Cause(CauseKind.WORSE, f"{question} {became}", f"{question}: {became}")


def answered_worse(context: BuildContext) -> Iterator[Cause]:
    """What the last check found of the live edition."""
    with context.engine.connect() as connection:
        live, found = live_edition(connection), check_result(connection, LIVE)
    if live and found and found.edition == live.number:
        yield from of_answers(found.worse)


def expiring(context: BuildContext) -> Iterator[Cause]:
    """Documents of the live edition that end within 30 days and that nothing replaces, and the rows that do."""
    day = today()
    with context.engine.connect() as connection:
        live = live_edition(connection)
        if live is None:
            return
        found = concerns(documents_of(connection, live.number), day)
        replaced = {notice.source for notice in found.superseded}
        for notice in found.expiring:
            if notice.source not in replaced:
                line = f"{notice.source}（{notice.title}）: {notice.other}"
                yield Cause(CauseKind.EXPIRING, f"{notice.source} {notice.other}", line)
        for source, end, count in _ending_rows(connection, live.number, day):
            rows = f"{count} rows" if count > 1 else "1 row"
            yield Cause(CauseKind.EXPIRING, f"{source} {end}", f"{source}: {end}, {rows}")


def _ending_rows(connection: Connection, edition: int, day: date) -> Iterator[tuple[str, date, int]]:
    """How many rows of which file end on which day: a line a row would bury the rest."""
    for table in TABLES.values():
        chosen = in_edition(table, edition), table.c.closes.between(day, day + SOON)
        columns = table.c.source, table.c.closes
        counted = select(*columns, func.count()).where(*chosen).group_by(*columns).order_by(*columns)
        yield from ((source, end, count) for source, end, count in connection.execute(counted))


def without_password(text: str) -> str:
    """``text`` without what stands before the @ of an address."""
    return re.sub(r"://[^@/\s]*+@", "://…@", text)


def message(title: str, causes: Sequence[Cause]) -> str:
    """One message that names ``causes``, kind by kind, no longer than Telegram takes, without anybody's numbers."""
    lines, left, length = [title], len(causes), _units(title) + _units(MORE)
    for kind in CauseKind:
        of_kind = [cause for cause in causes if cause.kind is kind]
        for index, cause in enumerate(of_kind):
            line = f"• {harmless(masked(cause.line)[0])[:LONGEST_LINE]}"  # a reason may name a cell
            added = [line] if index else ["", HEADS[kind], line]
            length += sum(_units(text) + 1 for text in added)
            if length > LONGEST:
                return "\n".join([*lines, MORE.format(count=left)])
            lines += added
            left -= 1
    return "\n".join(lines)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
