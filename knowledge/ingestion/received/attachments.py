"""Files attached to mails, taken out once into a folder of the mail's digest, and then read like any other file."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from knowledge.models import Unreadable
from knowledge.readers import LARGEST, SourceFile, read_attachments
from knowledge.text.characters import clean

MAILS = {".eml", ".msg"}
MOST, DEPTH = 20, 2  # attachments of one mail, those of mails attached to it included; mails in mails
LONGEST = 100  # characters of a name
UNFIT = re.compile(r"[/\\\x00]")
DONE = "all"  # the file that says that a folder is whole


def with_attachments(
    files: Iterable[SourceFile], folder: Path
) -> tuple[tuple[SourceFile, ...], tuple[Unreadable, ...]]:
    """The ``files``, each mail followed by what is attached to it, and attachments that are not read, with the reason.

    ``folder`` keeps them, by the digest of the mail; what is of no mail any more is thrown away.
    """
    found: list[SourceFile] = []
    refused: list[Unreadable] = []
    used: set[str] = set()
    for file in files:
        found.append(file)
        if _is_mail(file):
            attached = list(_attached(file, folder, 1, used))
            found += [one for one in attached[:MOST] if isinstance(one, SourceFile)]
            refused += [one for one in attached[:MOST] if isinstance(one, Unreadable)]
            if len(attached) > MOST:
                refused.append(
                    Unreadable(
                        f"{file.source}/…", f"it has more than {MOST} attachments; put the other files in by themselves"
                    )
                )
    _forget(folder, used)
    return tuple(sorted(found, key=lambda one: one.source)), tuple(refused)


def _is_mail(file: SourceFile) -> bool:
    return PurePosixPath(file.source).suffix.lower() in MAILS


def _attached(mail: SourceFile, folder: Path, depth: int, used: set[str]) -> Iterator[SourceFile | Unreadable]:
    used.add(mail.digest)
    place = folder / mail.digest
    if not (place / DONE).is_file():
        taken = read_attachments(mail)
        if isinstance(taken, Unreadable):
            return  # reading the mail itself says so
        _keep([(one.name, one.content) for one in taken[: MOST + 1]], place)
    for path in sorted(path for path in place.iterdir() if path.name != DONE):
        source = f"{mail.source}/{path.name.partition('-')[2]}"
        size = path.stat().st_size
        if size > LARGEST:
            yield Unreadable(source, f"it has {size // 2**20} MiB, and {LARGEST // 2**20} are allowed; split it")
            continue
        file = SourceFile(source, path, hashlib.sha256(path.read_bytes()).hexdigest(), size)
        if not _is_mail(file):
            yield file
        elif depth >= DEPTH:
            yield Unreadable(source, "it is a mail in a mail in a mail; put it into the folder by itself")
        else:
            yield file
            yield from _attached(file, folder, depth + 1, used)


def _keep(attachments: Iterable[tuple[str, bytes]], place: Path) -> None:
    """Write them under names that sort as they stand in the mail; the folder appears when it is whole."""
    unfinished = place.with_name(f"{place.name}.{os.getpid()}.tmp")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    names: set[str] = set()
    for number, (said, content) in enumerate(attachments, 1):
        name = _safe(said, number, names)
        names.add(name)
        (unfinished / f"{number:02}-{name}").write_bytes(content)
    (unfinished / DONE).touch()
    shutil.rmtree(place, ignore_errors=True)
    unfinished.replace(place)


def _safe(said: str, number: int, names: set[str]) -> str:
    """The name without folders and characters that are not seen, and unlike those of the other attachments."""
    path = PurePosixPath(clean(UNFIT.split(said)[-1]).lstrip(".") or f"attachment {number}")
    stem, suffix = path.stem[: LONGEST // 2], path.suffix[: LONGEST // 10]
    while len(stem.encode("utf-8", "replace")) > 2 * LONGEST:
        stem = stem[:-1]
    name = f"{stem}{suffix}".encode("utf-8", "replace").decode()
    return name if name not in names else f"{stem} ({number}){suffix}"


def _forget(folder: Path, used: set[str]) -> None:
    """Throw away what belongs to mails that are gone; another command may look at the folder at the same time."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in used and not path.name.endswith(".tmp"):
            shutil.rmtree(path, ignore_errors=True)
