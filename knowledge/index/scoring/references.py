"""Questions that name a place in the documents: an article, or a section by its whole heading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from knowledge.index.search_query import SearchQuery
from knowledge.index.text.tokens import ARTICLE
from knowledge.index.writer import heading
from knowledge.models import Chunk, Metadata
from knowledge.text.language import fold

SPACE = re.compile(r"\s")
NO_LETTER = re.compile(r"[\W_]+")
REMEMBERED = 4096  # texts


def names_section(query: SearchQuery, chunk: Chunk, documents: Mapping[str, Metadata]) -> bool:
    """Whether the question names the article that ``chunk`` is of, or is its heading."""
    named = set(ARTICLE.findall(query.folded))
    if named and any(fold(SPACE.split(part, maxsplit=1)[0]) in named for part in chunk.path):
        return True
    return _is_heading(query, chunk, documents)


def is_reference(query: SearchQuery, chunk: Chunk, documents: Mapping[str, Metadata]) -> bool:
    """Whether the question says only where ``chunk`` stands: an article, with or without its law, or its heading."""
    location = fold(heading(chunk, documents))
    named = any(word in location for word in ARTICLE.findall(query.folded))
    return _is_heading(query, chunk, documents) or (named and all(word in location for word in query.tokens.words))


def _is_heading(query: SearchQuery, chunk: Chunk, documents: Mapping[str, Metadata]) -> bool:
    """Whether the question is the heading of ``chunk``, alone or behind its document's title."""
    if not chunk.path:
        return False
    own, title = _letters(chunk.path[-1]), _letters(documents[chunk.source].title)
    return len(own) > 1 and _letters(query.folded) in (own, title + own)


@lru_cache(maxsize=REMEMBERED)  # every candidate of every question is compared, and headings come again
def _letters(text: str) -> str:
    return NO_LETTER.sub("", fold(text))
