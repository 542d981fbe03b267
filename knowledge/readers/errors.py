"""What a reader raises when a file cannot become a document."""

from __future__ import annotations


class ReadError(Exception):
    """A file cannot be read; the message says why and what staff can do, without naming the file."""

    @property
    def reason(self) -> str:
        """The message, in words for staff."""
        return str(self)


class ReadTimeoutError(ReadError):
    """Reading a file took longer than it may. Another time, on a machine that is less busy, it may well succeed."""
