"""The command on open questions: what the documents lack, in groups; and how much of it the live edition answers."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from sqlalchemy.exc import SQLAlchemyError

from bot.presentation.messages import message
from bot.settings import Secrets, Settings
from bot.telegram.open_questions.gaps import HEADERS, Gap, cells_of, gaps_of
from bot.telegram.open_questions.golden_list import GoldenListError, append_answered
from bot.telegram.open_questions.open_questions import CLOSED, OPEN, OpenQuestion, all_of
from bot.telegram.sealing.keyring import KeyringError
from bot.telegram.sealing.staff_access import opened, prepared
from bot.telegram.staff_workbook import fill, save_private
from knowledge.embedding.embedder import load_embedder
from knowledge.embedding.packaged_models import ModelError
from knowledge.ingestion.messages import language_of
from knowledge.learned_arrays import LearnedError
from knowledge.store.database import StoreError
from knowledge.text.characters import harmless
from knowledge.validity import minute

WIDTH = 24  # of a column, in characters
TEMPLATES, REFRESH = "python ingest.py templates", "python ingest.py"  # what staff run


class UnansweredError(Exception):
    """What staff asked for cannot be done; the message says why and what mends it."""


@dataclass(frozen=True)
class UnansweredRequest:
    """What staff want: a table (``xlsx``), the answered ones added to a list (``golden``), JSON."""

    as_json: bool = False
    xlsx: Path | None = None
    golden: Path | None = None


def run_unanswered(request: UnansweredRequest, settings: Settings, secrets: Secrets) -> int:
    """The command; returns its exit code, 2 when nothing could be read or written."""
    language = language_of(sys.argv[1:], os.environ)
    try:
        if request.xlsx is not None and request.xlsx.suffix.lower() != ".xlsx":
            raise UnansweredError(f"--xlsx {request.xlsx}: the name of the table must end in .xlsx")
        with opened(settings, prepared(settings, secrets)) as sql:
            waiting, answered = list(all_of(sql, OPEN)), list(all_of(sql, CLOSED))
        gaps = gaps_of(waiting, lambda: load_embedder(settings.embedding))
        notes = list(_written(request, gaps, answered, language))
    except (UnansweredError, GoldenListError, ModelError, LearnedError, OSError) as error:
        return _failed(error)
    except (KeyringError, StoreError, SQLAlchemyError) as error:
        return _failed(error)
    for line in _json_lines(gaps) if request.as_json else (*_lines(gaps, language), *notes):
        print(harmless(line))
    return 0


def _failed(error: Exception) -> int:
    print(harmless(str(error).splitlines()[0]), file=sys.stderr)
    return 2


def _written(
    request: UnansweredRequest, gaps: Sequence[Gap], answered: Sequence[OpenQuestion], language: str
) -> Iterator[str]:
    """Write the files that are wanted, and say so."""
    if request.xlsx is not None:
        book = Workbook()
        sheet = book.worksheets[0]
        sheet.title = "unanswered"
        fill(sheet, HEADERS, map(_row, gaps), WIDTH)
        save_private(book, request.xlsx)
        yield message("unanswered.written", language, path=str(request.xlsx))
    if request.golden is not None:
        added = append_answered(request.golden, answered)
        yield message("unanswered.golden", language, count=str(added), path=str(request.golden))


def _row(gap: Gap) -> tuple[str, ...]:
    return tuple(map(str, cells_of(gap)))


def _json_lines(gaps: Sequence[Gap]) -> Iterator[str]:
    """One JSON object for each group, the most asked first."""
    for gap in gaps:
        values = {
            "questions": list(gap.questions),
            "count": gap.count,
            "people": gap.people,
            "since": minute(gap.since),
            "last": minute(gap.last),
            "why": dict(gap.why),
            "told": gap.told,
        }
        yield json.dumps(values, ensure_ascii=False)


def _lines(gaps: Sequence[Gap], language: str) -> Iterator[str]:
    if not gaps:
        yield message("unanswered.none", language)
        return
    asked = sum(gap.count for gap in gaps)
    counts = {"count": str(asked), "groups": str(len(gaps))}
    yield message("unanswered.head", language, **counts, templates=TEMPLATES, refresh=REFRESH)
    for gap in gaps:
        why = ", ".join(f"{message(f'unanswered.{reason}', language)} {count}" for reason, count in gap.why.items())
        values = {"count": gap.count, "people": gap.people, "told": gap.told}
        numbers = {name: str(value) for name, value in values.items()}
        yield message("unanswered.group", language, since=minute(gap.since), why=why, **numbers)
        yield from (f"    {question}" for question in gap.questions)
