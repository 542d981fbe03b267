"""Web pages of staff's list, kept beside the editions and read like files; one that fails stays as it was fetched."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from knowledge.ingestion.received.page_list import LIST, ListedPage, listed_pages
from knowledge.models import Unreadable
from knowledge.readers import ReadError, SourceFile
from knowledge.settings import WebPageSettings
from knowledge.text.characters import clean

if TYPE_CHECKING:
    from knowledge.ingestion.received.fetching import FetchedPage

SUFFIXES = {
    "text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "application/pdf": ".pdf",
    "text/markdown": ".md",
}  # fmt: skip
LONGEST = 120  # characters of what a page is called


def fetch_pages(documents: Path, folder: Path, limits: WebPageSettings) -> None:
    """Fetch what the list in ``documents`` names into ``folder``, where it is not there in this version already."""
    # Here and not above: who only looks at what is kept need not load what fetches.
    from knowledge.ingestion.received.fetching import FetchError, fetch

    try:
        pages = listed_pages(documents)
    except ReadError:
        return  # ``kept_pages`` says so
    folder.mkdir(parents=True, exist_ok=True)
    for page in pages:
        place = _place(folder, page)
        before = _notes(place)
        notes = {**before, "url": page.url, "failure": "", "gone": False}
        try:
            found = fetch(page, limits, before.get("etag", ""), before.get("modified", ""))
            if found is not None:
                notes |= _keep(place, found)
        except FetchError as error:
            notes |= {"failure": str(error), "gone": error.gone}
        _write(place / "page.json", json.dumps(notes, ensure_ascii=False).encode())


def kept_pages(documents: Path, folder: Path) -> tuple[tuple[SourceFile, ...], tuple[Unreadable, ...]]:
    """The pages of the list as they were fetched, and those that could not be, each with its address and the reason."""
    try:
        pages = listed_pages(documents)
    except ReadError as error:
        return (), (Unreadable(LIST, error.reason),)
    files: list[SourceFile] = []
    refused: list[Unreadable] = []
    for page in pages:
        notes = _notes(_place(folder, page))
        path = _place(folder, page) / str(notes.get("file", ""))
        there = bool(notes.get("file")) and path.is_file() and not notes.get("gone")
        if notes.get("failure"):
            kept = "; what was fetched before stays published" if there else ""
            refused.append(Unreadable(f"{LIST}: {page.url}", f"{notes['failure']}{kept}"))
        if there:
            files.append(_source_file(page, path))
    return tuple(files), tuple(refused)


def _source_file(page: ListedPage, path: Path) -> SourceFile:
    parts = urlsplit(page.url)
    name = clean(unquote(f"{parts.netloc}{parts.path}").replace("..", "").strip("/"))[:LONGEST]
    content = path.read_bytes()
    digest = hashlib.sha256(content + page.title.encode()).hexdigest()
    mark = hashlib.sha256(page.url.encode()).hexdigest()[:6]  # two addresses may differ in their query alone
    return SourceFile(f"web/{name}-{mark}", path, digest, len(content), title=page.title, address=page.url)


def _place(folder: Path, page: ListedPage) -> Path:
    return folder / hashlib.sha256(page.url.encode()).hexdigest()


def _notes(place: Path) -> dict[str, str]:
    path = place / "page.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _keep(place: Path, found: FetchedPage) -> dict[str, str]:
    name = f"page{SUFFIXES.get(found.media_type, '')}"
    _write(place / name, found.content)
    return {"file": name, "etag": found.etag, "modified": found.modified}


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    unfinished.write_bytes(content)
    unfinished.replace(path)
