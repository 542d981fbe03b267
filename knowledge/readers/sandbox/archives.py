"""Looks through a ZIP (DOCX, XLSX and OFD are ZIPs) before any library opens it."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path, PurePosixPath

from knowledge.readers.errors import ReadError

MEMBERS = 5_000
UNPACKED = 256 * 1024 * 1024  # bytes, all members together
RATIO = 200  # XML packs about 10 to 1, repetitive sheets 60 to 1; a bomb 1,000 to 1
SMALL = 8 * 1024 * 1024  # bytes; below this a high ratio harms nobody
PIECE = 1024 * 1024


def check_archive(path: Path) -> None:
    """Read every member once, counting. Raises ``ReadError`` for a bomb, odd names, encryption or damage."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MEMBERS:
                raise ReadError(f"it packs {len(members)} files, more than the {MEMBERS} allowed; export it again")
            _check_names(members)
            _check_sizes(archive, members)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise ReadError(f"it is damaged ({error}); open it in its program and save it again") from None


def member_names(path: Path) -> tuple[str, ...]:
    """Names of the files in a ZIP, those of Chinese Windows decoded. Raises ``ReadError`` when it is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise ReadError(f"it is a damaged ZIP ({error}); pack it again, or put the files in unpacked") from None
    return tuple(_name(member) for member in members)


def _name(member: zipfile.ZipInfo) -> str:
    if member.flag_bits & 0x800:
        return member.filename
    try:  # zipfile reads names without the UTF-8 flag as cp437; here they are nearly always GBK
        return member.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename


def _check_names(members: list[zipfile.ZipInfo]) -> None:
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in name.parts[0:1]:
            raise ReadError(f"it packs a file with a path that leaves its folder ({member.filename!r}); it is hostile")
        if member.flag_bits & 0x1:
            raise ReadError("it is protected with a password; save it without one")


def _check_sizes(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    total = 0
    for member in members:
        size = 0
        with archive.open(member) as stream:
            while piece := stream.read(PIECE):
                size += len(piece)
                total += len(piece)
                if (size > SMALL and size > RATIO * max(1, member.compress_size)) or total > UNPACKED:
                    raise ReadError(
                        f"it unpacks to more than {total // PIECE} MiB ({member.filename}), like a ZIP bomb; "
                        "split it, or export it again from its program"
                    )
