"""Which pages say something that was recognised in a picture, by the pages on which sections begin."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from knowledge.models import Section
from knowledge.readers.structure.outline import ARTICLE, numbering_mark


def pages_by_machine(sections: Sequence[Section], recognised: Collection[int]) -> tuple[int, ...]:
    """The ``recognised`` pages, and those on which an article of a law begins that goes on on one of them."""
    pages = set(recognised)
    last = max(pages, default=0)
    ends = [*(section.page or last for section in sections[1:]), last]  # the page on which the following one begins
    for section, end in zip(sections, ends, strict=True):
        start = section.page
        if start is not None and _is_article(section) and any(start < page <= end for page in recognised):
            pages.add(start)
    return tuple(sorted(pages))


def _is_article(section: Section) -> bool:
    marks = (numbering_mark(label) for label in section.path)
    return any(mark is not None and mark.rank == ARTICLE for mark in marks)
