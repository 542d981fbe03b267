"""Pages that are pictures, read one by one in limited children; what was read is kept by the file's digest."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from knowledge.readers.errors import ReadError
from knowledge.readers.formats.ocr.recognised import Recognised, RecognisedLine, RecognisedPage, not_installed
from knowledge.readers.sandbox.limits import run_limited

VERSION = 1  # raised when pages are read otherwise, so that they are read again


def recognise_pages(path: Path, digest: str, pages: Iterable[int], *, is_pdf: bool, kept: Path | None) -> Recognised:
    """The ``pages`` (from 1) of a file as they were read; each that was not says why.

    ``kept``: the folder in which pages are kept for the next time, by the file's ``digest``.
    """
    from knowledge.readers.formats.ocr import engine

    if not engine.is_installed():
        return not_installed(pages)
    read: dict[int, RecognisedPage] = {}
    for number in pages:
        file = kept / f"{digest}-{number}-v{VERSION}.json" if kept else None
        page = _kept(file)
        if page is None:
            page = _recognised(path, number, is_pdf)
            if file is not None and not page.failure:
                _keep(file, page)
        read[number] = page
    return read


def _recognised(path: Path, number: int, is_pdf: bool) -> RecognisedPage:
    from knowledge.readers.formats.ocr import engine

    task = functools.partial(engine.recognise, number=number, is_pdf=is_pdf)
    try:
        return run_limited(task, path, memory=engine.MEMORY, seconds=engine.SECONDS)
    except ReadError as error:
        return RecognisedPage(number, failure=error.reason)


def _kept(file: Path | None) -> RecognisedPage | None:
    if file is None or not file.is_file():
        return None
    values = json.loads(file.read_text(encoding="utf-8"))
    return RecognisedPage(values["number"], tuple(RecognisedLine(**line) for line in values["lines"]))


def _keep(file: Path, page: RecognisedPage) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(f".{os.getpid()}.tmp")
    unfinished.write_text(json.dumps(asdict(page), ensure_ascii=False), encoding="utf-8")
    unfinished.replace(file)
