"""Old Office files (OLE compound files), opened so that whatever is wrong inside them is a reason to refuse."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import olefile

from knowledge.readers.errors import ReadError

LAST_SECTOR = 0xFFFFFFFA  # numbers from here on mean the end of a chain, or a free sector


@contextmanager
def opened(path: Path, what: str, advice: str) -> Iterator[olefile.OleFileIO]:
    """The compound file at ``path``; chains that break off or run in circles are a ``ReadError`` naming ``what``."""
    try:
        with olefile.OleFileIO(str(path)) as file:
            file.loadminifat()
            entries = [entry for entry in file.direntries if entry is not None and entry.size]
            small = [entry for entry in entries if _is_small(entry, file.minisectorcutoff)]
            _check_chains(file.fat, [entry.isectStart for entry in entries if entry not in small])
            _check_chains(file.minifat, [entry.isectStart for entry in small])
            yield file
    except (OSError, struct.error, IndexError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise ReadError(f"it is damaged or not {what} ({_in_short(error)}); {advice}") from None


def _is_small(entry: olefile.OleDirectoryEntry, cutoff: int) -> bool:
    """Whether a stream lies in the small sectors that the file packs into one of its own."""
    return bool(entry.entry_type == olefile.STGTY_STREAM and entry.size < cutoff)


def _check_chains(followers: Sequence[int], starts: Sequence[int]) -> None:
    """Every sector belongs to one chain and comes once: one that runs in a circle would be read again and again."""
    followed = [sector for sector in followers if sector < LAST_SECTOR]
    first = [sector for sector in starts if sector < LAST_SECTOR]
    if len({*followed, *first}) < len(followed) + len(first):
        raise ValueError("its sectors follow each other in a circle")


def _in_short(error: Exception) -> str:
    text = next(iter(str(error).splitlines()), "")
    return text if 0 < len(text) < 80 else type(error).__name__
