"""Digests of rows, kept as one text: passing it between processes and out of SQL is ten times faster than a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

MARK = ","


@dataclass(frozen=True)
class Digests(Sequence[str]):
    """A sequence of digests in ``joined``, separated by commas; split only when they are read."""

    joined: str = ""

    @classmethod
    def of(cls, digests: Iterable[str]) -> Digests:
        """The sequence of ``digests`` (hexadecimal)."""
        return digests if isinstance(digests, cls) else cls(MARK.join(digests))

    def __len__(self) -> int:
        return self.joined.count(MARK) + 1 if self.joined else 0

    def __iter__(self) -> Iterator[str]:
        return iter(self.joined.split(MARK) if self.joined else ())

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return list(self)[index]
