"""Whether a text quoted of free tables is of the rows that a question names: search finds those of like tables too."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from bot.answering.tables.held_table import AT, HeldTable
from bot.answering.tables.lookup import PLACE
from bot.answering.tables.units import BOUND, Asked, Word, coded, coded_text, common
from knowledge.models import TableRow
from knowledge.tables.free import row_text
from knowledge.tables.free.documents import APART
from knowledge.text.language import HAN, fold, tagged


def of_other_rows(asked: Asked, source: str, text: str, tables: Sequence[HeldTable]) -> bool:
    """Whether ``text``, of the file ``source``, quotes rows and none of them holds, with what its table is called, all
    that tells tables and rows apart in the question. False where it quotes no row.
    """
    quoted = [(held, row) for held in tables if held.table.source == source for row in _rows_in(held, text)]
    return bool(quoted) and all(_lacks(asked, held, row, tables) for held, row in quoted)


def _rows_in(held: HeldTable, text: str) -> Iterator[TableRow]:
    """The rows that stand in ``text``, whole or in part."""
    parts = [line.rpartition(APART)[2].strip() for line in text.split("\n")]
    parts = [part for part in parts if ": " in part]
    for row in held.table.rows if parts else ():
        own = row_text(held.table, row)
        if any(own in part or part in own for part in parts):
            yield row


def _lacks(asked: Asked, held: HeldTable, row: TableRow, tables: Sequence[HeldTable]) -> bool:
    cells = [coded_text(cell) for cell in (*row.cells, *held.table.notes)]
    said = AT.join([held.context, *(level for levels in held.headers for level in levels), *cells])
    left = asked.without(common(asked, said))
    if not left:
        return False
    alike = [other for other in tables if _columns(other) == _columns(held)]
    own = AT.join([held.context, *(coded_text(row.cells[number]) for number in held.names)])
    return any(
        _stands(word, asked, alike)
        or _is_other_number(word, asked, own)
        or _is_other_name(word, asked, held, row, alike)
        for word in left
    )


def _columns(held: HeldTable) -> list[tuple[str, ...]]:
    return [column.levels for column in held.table.columns]


def _stands(word: Word, asked: Asked, alike: Sequence[HeldTable]) -> bool:
    """Whether a table with the same columns has the word in its titles or names of rows: it means that one."""
    text = coded(asked.units[word.start : word.end])
    return any(text in held.context or any(text in name for name in held.wholes) for held in alike)


def _is_other_number(word: Word, asked: Asked, own: str) -> bool:
    """Whether it is a number of what is numbered otherwise in titles or names: another year, line or month."""
    if not word.text[0].isdigit() or word.end >= len(asked.units):
        return False
    counted = coded(asked.units[word.end : word.end + 1])
    return re.search(rf"\d{BOUND}{re.escape(counted)}", own) is not None


def _is_other_name(word: Word, asked: Asked, held: HeldTable, row: TableRow, alike: Sequence[HeldTable]) -> bool:
    """Whether a word of no table stands where a table or row has another name, which the question does not have:
    another place where places tell tables apart, another 级 where the row is of one.
    """
    if not HAN.search(word.text) or not word.names:
        return False
    titles = [(text, tag) for text, tag in _title_words(held) if not _said(text, asked)]
    differing = [pair for pair in titles if any(coded_text(pair[0]) not in other.context for other in alike)]
    if word.tag == PLACE and any(tag == PLACE for _, tag in differing):
        return True
    names = [text for text, tag in titles if (text, tag) in differing or tag == PLACE == word.tag]
    names += [cell for number in held.names if (cell := fold(row.cells[number])) and not _said(cell, asked)]
    return any(name[-1] == word.text[-1] and name[0] != word.text[0] for name in names if len(name) == len(word.text))


def _title_words(held: HeldTable) -> list[tuple[str, str]]:
    """The Chinese words above the table, with their tags."""
    texts = dict.fromkeys((held.metadata.title, *held.table.path, *held.table.titles))
    words = itertools.chain.from_iterable(tagged(fold(text)) for text in texts)
    return [(text, tag) for text, tag in words if len(text) > 1 and HAN.search(text)]


def _said(text: str, asked: Asked) -> bool:
    """Whether the question has a name, but for its last letter: 甘肃 for 甘肃省."""
    return text in asked.text or (len(text) > 2 and text[:-1] in asked.text)
