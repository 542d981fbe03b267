"""``python -m bot report``: the monthly report as lines, JSON, a table or a picture."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.presentation.messages import message
from bot.settings import Secrets, Settings
from bot.telegram.reports.month import MonthError, asked_month
from bot.telegram.reports.month_gaps import MonthGap, month_gaps
from bot.telegram.reports.month_report import OTHER, OUTCOMES, MonthFigures, MonthReport
from bot.telegram.reports.report_messages import read_report
from bot.telegram.reports.report_picture import picture_bytes
from bot.telegram.reports.report_text import report_lines
from bot.telegram.reports.report_workbook import workbook_bytes
from bot.telegram.sealing.keyring import KeyringError
from bot.telegram.sealing.staff_access import opened, prepared
from bot.telegram.staff_workbook import write_private
from knowledge.embedding.embedder import load_embedder
from knowledge.embedding.packaged_models import ModelError
from knowledge.ingestion.messages import language_of
from knowledge.learned_arrays import LearnedError
from knowledge.store.database import StoreError
from knowledge.text.characters import harmless
from knowledge.validity import today


class ReportError(Exception):
    """What staff asked for cannot be done; the message says why and what mends it."""


@dataclass(frozen=True)
class ReportRequest:
    """What staff want. ``month``: as 2026-11, None: the last one that is over; files to be written; JSON."""

    month: str | None = None
    xlsx: Path | None = None
    picture: Path | None = None
    as_json: bool = False


def run_report(request: ReportRequest, settings: Settings, secrets: Secrets) -> int:
    """The command; returns its exit code, 2 when nothing could be read or written."""
    language = str(language_of(sys.argv[1:], os.environ))
    try:
        _check(request)
        month = asked_month(request.month, today())
        with opened(settings, prepared(settings, secrets)) as sql:
            read = read_report(sql, month, today())
        report, gaps = read.report, month_gaps(read.asked, lambda: load_embedder(settings.embedding))
        notes = list(_written(request, report, gaps, language))
    except (ReportError, MonthError, ModelError, LearnedError, OSError) as error:
        return _failed(error)
    except (KeyringError, StoreError, SQLAlchemyError) as error:
        return _failed(error)
    lines = [_as_json(report, gaps)] if request.as_json else [*report_lines(report, gaps, language), *notes]
    for line in lines:
        print(harmless(line))
    return 0


def _failed(error: Exception) -> int:
    print(harmless(str(error).splitlines()[0]), file=sys.stderr)
    return 2


def _check(request: ReportRequest) -> None:
    for option, path, ending in (("--xlsx", request.xlsx, ".xlsx"), ("--picture", request.picture, ".png")):
        if path is not None and path.suffix.lower() != ending:
            raise ReportError(f"{option} {path}: the name of the file must end in {ending}")


def _written(request: ReportRequest, report: MonthReport, gaps: Sequence[MonthGap], language: str) -> Iterator[str]:
    """Write the files that are wanted, their owner's alone to read, and say so."""
    if request.xlsx is not None:
        _write(workbook_bytes(report, gaps), "--xlsx", request.xlsx)
        yield message("report.written_xlsx", language, path=str(request.xlsx))
    if request.picture is not None:
        _write(picture_bytes(report, language), "--picture", request.picture)
        yield message("report.written_picture", language, path=str(request.picture))


def _write(content: bytes, option: str, path: Path) -> None:
    try:
        write_private(content, path)
    except OSError as error:
        raise ReportError(
            f"{option} {path}: cannot be written ({error.strerror}); name a file in a folder that you may write to"
        ) from error


def _as_json(report: MonthReport, gaps: Sequence[MonthGap]) -> str:
    """One JSON object: both months, and the gaps of this one."""
    listed = [{"questions": list(one.gap.questions), "count": one.gap.count, "answered": one.answered} for one in gaps]
    months = {"month": _values(report.figures), "before": _values(report.before)}
    return json.dumps({**months, "running": report.running, "gaps": listed}, ensure_ascii=False)


def _values(figures: MonthFigures) -> dict[str, object]:
    return {
        "month": str(figures.month),
        "asked": figures.asked,
        "looked_up": figures.looked_up,
        "outcomes": {name: figures.share(name).count for name in (*OUTCOMES, OTHER)},
        "kinds": figures.by(lambda one: one.kind),
        "languages": figures.by(lambda one: one.language),
        "roles": figures.by(lambda one: one.role),
        "votes": [{"vote": vote, "reason": why, "count": count} for (vote, why), count in figures.votes.items()],
        "gaps": {"new": dict(figures.gaps_new), "answered": figures.gaps_answered},
        "applications": [
            {"form": form, "state": state, "count": count} for (form, state), count in figures.applications.items()
        ],
        "handoffs": {"opened": figures.handoffs_opened, "ended": dict(figures.handoffs_ended)},
        "counts": [asdict(one) for one in figures.questions],
    }
