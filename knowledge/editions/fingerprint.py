"""Digests of everything but the documents that decides what an edition holds; a change of one means a rebuild."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from knowledge.embedding.packaged_models import E5_SMALL, STATES_AFTER
from knowledge.index.format import FORMAT
from knowledge.settings import KnowledgeSettings
from knowledge.store.edition_rows import Edition

READING = 3  # version of readers and chunking; raise it when they make other chunks or rows of the same file
END_BYTES = 1024 * 1024  # bytes that are digested at each end of a model's files
DIGEST_SUFFIX = ".sha256"  # of the file beside a learned array that holds its digest
SHIPPED = Path(__file__).parents[1] / "data"


@dataclass(frozen=True)
class Fingerprint:
    """Model key, index format, and two SHA-256 digests (hexadecimal) of settings, shipped files and versions."""

    model: str  # key of the embedding cache
    format: int  # of the files of an index: another one cannot be opened
    reading: str  # files are read again when it changes
    indexing: str  # the index is built again when it changes


def fingerprint(settings: KnowledgeSettings) -> Fingerprint:
    """The fingerprint of these settings and this version of the program. Loads no model."""
    model = _model(settings.embedding.model)
    shipped = [_digest(path.read_bytes()) for path in sorted(SHIPPED.iterdir()) if _is_digested(path)]
    towns = [_digest(settings.towns.read_bytes())] if settings.towns and settings.towns.is_file() else []
    return Fingerprint(model, FORMAT, _over(str(READING), model, *towns), _over(str(FORMAT), model, *shipped))


def rebuild_reason(live: Edition, fingerprint: Fingerprint) -> str | None:
    """Why an edition must be built again although no file changed; None when it need not."""
    if live.model != fingerprint.model:
        return f"the embedding model changed from {live.model} to {fingerprint.model}"
    if live.reading != fingerprint.reading:
        return "this version of the program reads documents differently, or the file of towns changed"
    if live.indexing != fingerprint.indexing:
        return "this version of the program builds the index differently"
    return None


def _is_digested(path: Path) -> bool:
    """Whether a shipped file's own bytes are digested. Notes (.md) on where others come from are not.

    For a learned array the digest in the file beside it counts, which is checked when the array is loaded.
    """
    digest_file = path.with_suffix(DIGEST_SUFFIX)
    return path.is_file() and path.suffix != ".md" and (path == digest_file or not digest_file.exists())


def _model(name: str) -> str:
    """The key of what is kept of texts: the model's name, for a folder, whose files may change, with a digest of their
    contents, and which states of which shipped file stand beside the embeddings.

    File times and the folder's path do not count: another machine has the same model elsewhere.
    """
    states = f"{E5_SMALL.sha256[:8]}.{STATES_AFTER}"
    folder = Path(name)
    if not folder.is_dir():
        return f"{name}@{states}"
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))
    contents = (f"{path.relative_to(folder).as_posix()} {path.stat().st_size} {_ends(path)}" for path in files)
    return f"{folder.resolve().name}@{_over(*contents)[:12]}@{states}"


def _ends(path: Path) -> str:
    """SHA-256 of the file's first and last mebibyte: all of a model of gigabytes would take long at every start."""
    with path.open("rb") as stream:
        start = stream.read(END_BYTES)
        stream.seek(max(len(start), path.stat().st_size - END_BYTES))
        return _digest(start + stream.read())


def _over(*parts: str) -> str:
    return _digest("\n".join(parts).encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
