"""What tables and files lack, in the language of the command: where it is, what it is, what stands there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from knowledge.ingestion.messages.language import Language, spoken
from knowledge.ingestion.messages.sentences import foreign, in_words, known, say
from knowledge.ingestion.templates.columns import field_label

if TYPE_CHECKING:
    from knowledge.store.edition_rows import ContentWarning
    from knowledge.tables import Problem

SKIPPED = " - skipped"
SHOWN = 60  # characters of a value
NEXT_PAGE = re.compile(r"; (?=pages? \d)")  # what is told of several pages of a document
DIGITS = re.compile(r"…\((\d{1,3}) digits\)")


def problem_line(problem: Problem) -> str:
    """A problem of a table that was just read."""
    value = repr(problem.shown[:SHOWN]) if problem.value else ""
    place = _place(problem.file, problem.sheet, str(problem.row or ""), problem.column)
    return _line(place, in_words(problem.reason), value, problem.skipped)


def stored_problem(source: str, text: str) -> str:
    """A problem as an edition keeps it (``str(problem)``), without the name of its file."""
    text = text.removeprefix(source)
    if spoken() is Language.EN:
        return text.removeprefix(", ").removeprefix(": ")
    body = text.removesuffix(SKIPPED)
    for at in _found(body, ": "):
        reason, value = _reason(body[at + 2 :])
        if known(reason):
            return _line(_stored_place(body[:at]), in_words(reason), value, body != text)
    return text.removeprefix(", ").removeprefix(": ")


def unreadable_reason(source: str, reason: str) -> str:
    """Why a file holds nothing for users; of a table its first problems, each of which names the file."""
    if not reason.startswith(source):
        return say("; ").join(map(foreign, NEXT_PAGE.split(reason)))
    parts = reason.removeprefix(source).split(f"; {source}")
    return say("; ").join(stored_problem("", part) for part in parts)


def warning_line(warning: ContentWarning) -> str:
    """Something in a file that staff should see: where, what kind, what of it may be shown."""
    shown = DIGITS.sub(lambda match: say("…({count} digits)", count=match[1]), warning.shown)
    before, apart, field = warning.place.rpartition(", ")
    column = field_label(field, spoken()) if apart else None
    place = say("{place}, {words}", place=in_words(before), words=column) if column else in_words(warning.place)
    return say("{place}: {kind} ({shown})", place=place, kind=in_words(warning.kind), shown=shown)


def _stored_place(text: str) -> str:
    """A place as ``str(problem)`` names it, without the file: ", sheet A, row 7, column B"."""
    text, _, column = text.partition(", column ")
    before, _, number = text.rpartition(", row ")
    sheet, row = (before, number) if number.isdigit() else (text, "")
    return _place("", sheet.removeprefix(", sheet "), row, column)


def _reason(text: str) -> tuple[str, str]:
    """A reason and the value behind it in brackets, which ends the text."""
    if text.endswith(")") and not known(text):
        for at in _found(text, " ("):
            if known(text[:at]):
                return text[:at], text[at + 2 : -1]
    return text, ""


def _found(text: str, mark: str) -> list[int]:
    """Where ``mark`` stands, the first few times: names of files and columns may hold it too."""
    places, at = list[int](), text.find(mark)
    while at >= 0 and len(places) < 8:
        places.append(at)
        at = text.find(mark, at + 1)
    return places


def _place(file: str, sheet: str, row: str, column: str) -> str:
    parts = [file] if file else []
    parts += [say("sheet {sheet}", sheet=sheet)] if sheet else []
    parts += [say("row {row}", row=row)] if row else []
    parts += [say("column {column}", column=column)] if column else []
    return say(", ").join(parts)


def _line(place: str, reason: str, value: str, skipped: bool) -> str:
    said = say("{reason} ({value})", reason=reason, value=value) if value else reason
    said = say("{reason} - not taken in", reason=said) if skipped else said
    return say("{place}: {reason}", place=place, reason=said) if place else said
