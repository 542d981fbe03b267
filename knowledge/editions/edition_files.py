"""The folders of editions: their files, whether they are whole, how a newly built one gets its name.

``<index.path>/<number>/`` holds ``chroma/``, ``search/`` (what ``knowledge.index`` wrote), ``embeddings.npy`` (float32,
a row for each chunk) and ``manifest.json`` with size and SHA-256 of every file. It is written as
``<number>.<token>.building`` and renamed.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.models import Chunk, Metadata
from knowledge.store.edition_rows import Edition

CHROMA, SEARCH, EMBEDDINGS, MANIFEST = "chroma", "search", "embeddings.npy", "manifest.json"


@dataclass(frozen=True)
class EditionSource:
    """What an edition is opened from: its folder and its rows in SQL.

    ``documents``: by source; ``collection``: on a Chroma server, if that is used; ``broken``: files of the folder that
    differ from the manifest.
    """

    number: int
    folder: Path
    documents: Mapping[str, Metadata]
    chunks: tuple[Chunk, ...]
    collection: str | None = None
    broken: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """What a folder's ``manifest.json`` says: the edition, what it was made with, and its files.

    ``files``: relative path to (size in bytes, SHA-256); ``format``: of the index files; ``indexing``: a digest, see
    ``fingerprint``; ``chunks``: how many, each with an embedding of ``dimension`` numbers.
    """

    edition: int
    format: int
    indexing: str
    model: str
    dimension: int
    chunks: int
    files: dict[str, tuple[int, str]] = field(default_factory=dict)


def edition_folder(root: Path, number: int) -> Path:
    """The path of the folder of edition ``number``."""
    return root / str(number)


def building_folder(root: Path, number: int) -> Path:
    """A new empty folder beside the editions, with a name of its own: no process left over by a kill writes here."""
    folder = root / f"{number}.{secrets.token_hex(4)}.building"
    folder.mkdir(parents=True)
    return folder


def seal(folder: Path, manifest: Manifest) -> None:
    """Write ``manifest`` with the digests of all files in ``folder``, and flush all of them to the disk."""
    paths = _files(folder)
    files = {path.relative_to(folder).as_posix(): _state(path) for path in paths}
    text = json.dumps({**vars(manifest), "files": files}, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    for path in [*paths, folder / MANIFEST, *(path for path in folder.rglob("*") if path.is_dir()), folder]:
        _sync(path)


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder; None when there is none or it cannot be read."""
    try:
        values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {name: (int(size), str(digest)) for name, (size, digest) in values.pop("files").items()}
        return Manifest(**values, files=files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def damage(folder: Path) -> tuple[str, ...]:
    """What is wrong with a folder: names of files that are missing, added or changed; empty when it is whole."""
    manifest = read_manifest(folder)
    if manifest is None:
        return (MANIFEST,) if folder.exists() else (f"{folder} (missing)",)
    present = {path.relative_to(folder).as_posix(): path for path in _files(folder)} if folder.exists() else {}
    changed = [name for name, state in manifest.files.items() if name not in present or _state(present[name]) != state]
    return tuple(sorted({*changed, *(present.keys() - manifest.files.keys())}))


def folder_trouble(root: Path, edition: Edition, form: int) -> str | None:
    """What is wrong with the part of an edition's index that is on this machine; None when it is whole.

    ``form``: the format of index files that this version of the program opens.
    """
    folder = edition_folder(root, edition.number)
    wrong = damage(folder)
    if wrong:
        return f"index of edition {edition.number}: {', '.join(wrong[:5])} missing or damaged"
    manifest = read_manifest(folder)
    made = (edition.number, form, edition.indexing)
    if manifest is None or (manifest.edition, manifest.format, manifest.indexing) != made:
        return f"index of edition {edition.number}: its folder was made for something else"
    return None


def put_in_place(building: Path, target: Path) -> None:
    """Rename a sealed folder to ``target``. A folder that has the name already is moved away first and deleted."""
    if target.exists():
        old = target.with_name(f"{target.name}.{secrets.token_hex(4)}.old")
        target.rename(old)
        building.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        building.rename(target)
    _sync(target.parent)


def leftovers(root: Path, kept: Iterable[int]) -> Iterator[Path]:
    """Folders that were half built, and those of editions that are not in ``kept``. Nothing half-built is resumed."""
    names = {str(number) for number in kept}
    for path in root.iterdir() if root.exists() else ():
        stem, _, rest = path.name.partition(".")
        half_built = stem.isdigit() and rest.endswith(("building", "old"))
        if path.is_dir() and (half_built or (path.name.isdigit() and path.name not in names)):
            yield path


def clear(root: Path, kept: Iterable[int]) -> None:
    """Delete the leftovers."""
    for path in leftovers(root, kept):
        shutil.rmtree(path, ignore_errors=True)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)


def _state(path: Path) -> tuple[int, str]:
    return path.stat().st_size, _digest(path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def file_states(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """The path, size in bytes and time of change of every file in ``folder``: other ones when a file is another."""
    states = [(path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file()]
    return tuple((str(path), state.st_size, state.st_mtime_ns) for path, state in states)
