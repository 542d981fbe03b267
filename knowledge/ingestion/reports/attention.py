"""What staff should look at: it stands first in every report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from knowledge.ingestion.messages import say
from knowledge.ingestion.messages.problems import problem_line, unreadable_reason, warning_line
from knowledge.ingestion.reports.wording import listed

if TYPE_CHECKING:
    from knowledge.ingestion.duplicates import Duplicate
    from knowledge.ingestion.plan import Concerns, Notice
    from knowledge.models import Unreadable
    from knowledge.store.edition_rows import HeldFile
    from knowledge.tables import Problem

LOOKED_AT = 5  # warnings of a file; --json has them all
CONCERNS = {  # what is said of them: above the list, and of each
    "expired": ("Expired", "held until {other}"),
    "expiring": ("Expiring within 30 days", "holds until {other}"),
    "superseded": ("Superseded", "replaced by {other}"),
    "untranslated": ("Translations without their original", "names {other}"),
}


def lost_lines(lost: Sequence[str]) -> Iterator[str]:
    """Documents that users could ask about and no longer can."""
    if lost:
        yield say(
            "ATTENTION: {count} published files can no longer be read; what they said is withdrawn:", count=len(lost)
        )
        yield from listed("  ! ", lost)


def held_lines(held: Sequence[HeldFile], *, accept: bool = True) -> Iterator[str]:
    """Files that are not published as they are now, and why. ``accept``: say how to publish them all the same."""
    if not held:
        return
    count = len(held)
    yield say("WARNING: {count} files wait; users get what was published of them before, if anything:", count=count)
    for one in held:
        name = say("{file} (code {code})", file=one.source, code=one.code) if accept else one.source
        yield f"  ! {name}"
        yield from listed("      ", list(map(warning_line, one.warnings)), LOOKED_AT)
    codes = " ".join(f"--accept-warnings {one.code}" for one in held)
    if accept:
        yield say("  As they should be? python ingest.py {codes}", codes=codes)
    else:
        yield say("  To look and decide: python ingest.py preview")


def unreadable_lines(unreadable: Sequence[Unreadable]) -> Iterator[str]:
    """Files that hold nothing for users, and why."""
    if unreadable:
        yield say("Could not be read: {count}", count=len(unreadable))
        reasons = [
            say("{place}: {reason}", place=file.source, reason=unreadable_reason(file.source, file.reason))
            for file in unreadable
        ]
        yield from listed("  ! ", reasons)


def table_lines(problems: Sequence[Problem]) -> Iterator[str]:
    """What rows and columns of tables lack."""
    if problems:
        yield say("Problems in tables: {count}", count=len(problems))
        yield from listed("  ! ", list(map(problem_line, problems)))


def concern_lines(concerns: Concerns) -> Iterator[str]:
    """Documents that deserve a look."""
    yield from partly_lines(concerns)
    for name, (heading, relation) in CONCERNS.items():
        notices: tuple[Notice, ...] = getattr(concerns, name)
        if notices:
            yield say("{reason}: {count}", reason=say(heading), count=len(notices))
            yield from listed("  ", [_notice(notice, relation) for notice in notices])


def duplicate_lines(found: Sequence[Duplicate]) -> Iterator[str]:
    """Documents in force that say the same."""
    if found:
        yield say(
            "The same twice, both in force; remove one, or write in it what replaces it: {count}", count=len(found)
        )
        pairs = (
            say("{file} and {other} ({share} % the same)", file=one.source, other=one.other, share=int(100 * one.share))
            for one in found
        )
        yield from listed("  ! ", list(pairs))


def partly_lines(concerns: Concerns) -> Iterator[str]:
    """Documents of which something is not published: pages that are pictures and cannot be read."""
    if concerns.partly:
        yield say("Read only in part: {count}", count=len(concerns.partly))
        reasons = [
            say("{place}: {reason}", place=notice.source, reason=unreadable_reason(notice.source, notice.other))
            for notice in concerns.partly
        ]
        yield from listed("  ! ", reasons)


def _notice(notice: Notice, relation: str) -> str:
    said = say(relation, other=notice.other)
    return say("{file} ({title}) {relation}", file=notice.source, title=notice.title, relation=said)
