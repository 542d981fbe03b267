"""What staff read of answers that change: which, whether for the worse, and what contradicts what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from knowledge.ingestion.messages import in_words, say
from knowledge.ingestion.reports.wording import listed

if TYPE_CHECKING:
    from knowledge.ingestion.consequences.changes import AnswerChange, Consequences
    from knowledge.ingestion.consequences.checking import Contradiction
    from knowledge.store.checks.answers import CheckResult

SHOWN = 80  # characters of a sentence


def consequence_lines(consequences: Consequences | None, *, published: bool = False) -> Iterator[str]:
    """What publishing does, or did, to answers, those that turn worse first."""
    if consequences is None:
        return
    yield from contradiction_lines(consequences.contradictions)
    if not consequences.compared:
        yield say("Check questions: the live edition could not be asked, so nobody knows which answers change")
        return
    counts = {"changed": len(consequences.changes), "total": consequences.questions, "worse": len(consequences.worse)}
    yield say("Check questions: {changed} of {total} are answered otherwise, {worse} of them worse", **counts)
    for change in sorted(consequences.changes, key=lambda change: not change.worse):
        yield from _changed(change)
    if consequences.too_many and not published:
        yield say(
            "  That is more than publish.worse_at_most in config.yaml allows, and would not be published."
            " As it should be? python ingest.py --accept-worse"
        )


def contradiction_lines(found: Sequence[Contradiction]) -> Iterator[str]:
    """Documents in force that state different figures for the same thing."""
    if not found:
        return
    yield say("WARNING: {count} sentences contradict another document that is in force:", count=len(found))
    lines = [
        say(
            "{file} ({section}): {stated} | {other} ({other_section}): {otherwise}",
            file=one.source,
            section=one.section,
            stated=_short(one.sentence),
            other=one.other,
            other_section=one.other_section,
            otherwise=_short(one.other_sentence),
        )
        for one in found
    ]
    yield from listed("  ! ", lines)


def consequence_values(consequences: Consequences | None) -> dict[str, Any] | None:
    """The same for programs."""
    if consequences is None:
        return None
    changes = [{**asdict(change), "worse": change.worse} for change in consequences.changes]
    return {**asdict(consequences), "changes": changes, "too_many": consequences.too_many}


def result_lines(result: CheckResult) -> Iterator[str]:
    """How the live edition answers the check questions."""
    counts = {"well": result.well, "total": result.questions, "number": result.edition}
    yield say("Check questions: {well} of {total} are answered as expected by edition {number}", **counts)
    yield from worse_lines(result.worse)


def worse_lines(worse: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Questions and what became of their answers."""
    yield from listed("  ! ", [say("{question}: {kind}", question=one, kind=in_words(kind)) for one, kind in worse])


def _changed(change: AnswerChange) -> Iterator[str]:
    said = say("{question}: {kind}", question=change.question, kind=in_words(change.became.value))
    lacking = say(" (lacks {expected})", expected=", ".join(change.lacks)) if change.lacks else ""
    yield f"  {'!' if change.worse else '~'} {said}{lacking}"
    old, new = _different(change.before, change.after)
    yield say("      before: {text}", text=old)
    yield say("      now: {text}", text=new)
    for one, other in change.contradicting:
        yield say("      {file} and {other} now state different figures", file=one, other=other)


def _different(before: str, after: str) -> tuple[str, str]:
    """The first lines in which two answers differ, else what both begin with."""
    old, new = before.split("\n"), after.split("\n")
    only_old, only_new = [one for one in old if one not in new], [one for one in new if one not in old]
    return _short((only_old or old)[0]), _short((only_new or new)[0])


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
