"""Tables inside documents: a grid of cells to one line a row, each value with its header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge.models import Grid
from knowledge.readers.structure.blocks import BlockType, TextBlock
from knowledge.readers.structure.form_card import card_rows
from knowledge.readers.structure.header_row import has_header
from knowledge.readers.structure.table_cell import Cell

COLUMNS = 100
ROWS = 20_000
# Labels of the box that official sites print above a text; its cells alternate label and value.
BOX_LABELS = (
    "索引号",
    "文号",
    "发布机构",
    "成文日期",
    "发布日期",
    "主题词",
    "分类",
    "名称",
    "生效日期",
    "实施日期",
    "失效日期",
    "文件状态",
)


def table_blocks(rows: Sequence[Sequence[Cell]], page: int | None = None) -> list[TextBlock]:
    """The rows as blocks "header: value; header: value"; titles above the header and notes below stay paragraphs."""
    grid = spread(rows)
    if _is_box(grid):
        return [TextBlock(line, page=page) for line in _box_lines(grid)]
    if card := card_rows(grid):
        return [TextBlock(line, BlockType.ROW, page=page) for row in card if (line := _card_line(row))]
    titles, grid = _titles(grid)
    blocks = [TextBlock(title, page=page) for title in titles]
    headers, body = _headers(grid)
    for row in body:
        text = _row_text(headers, row)
        if text:
            single = len({cell.text for cell in row if cell.text}) == 1 and len(row) > 2
            own = max((cell.page or 0 for cell in row), default=0) or page  # a table may go on from page to page
            blocks.append(TextBlock(text, BlockType.PARAGRAPH if single else BlockType.ROW, page=own))
    return _with_grid(blocks, rows)


def _with_grid(blocks: list[TextBlock], rows: Sequence[Sequence[Cell]]) -> list[TextBlock]:
    """``blocks`` whose rows know the cells that they were made of."""
    cells = spread(rows)
    marked = next((number for number, line in enumerate(cells) if not all(cell.header for cell in line)), len(cells))
    texts = tuple(tuple(cell.text for cell in line) for line in cells)
    grid = Grid(texts, marked, tuple(block.text for block in blocks))
    return [replace(block, grid=grid) if block.type is BlockType.ROW else block for block in blocks]


def spread(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Every grid position with its cell: a merged cell stands in all the positions it covers."""
    grid: list[list[Cell]] = []
    below: dict[int, tuple[Cell, int]] = {}  # column -> a cell from above and how many rows it still covers
    for row in rows[:ROWS]:
        line: list[Cell] = []
        pending = list(row)
        while pending or len(line) in below:
            column = len(line)
            if column >= COLUMNS:
                break
            if column in below:
                cell, left = below.pop(column)
                if left > 1:
                    below[column] = (cell, left - 1)
                line.append(cell)
                continue
            cell = pending.pop(0)
            for _ in range(min(cell.columns, COLUMNS - column)):
                if cell.rows > 1:
                    below[len(line)] = (cell, min(cell.rows, ROWS) - 1)
                line.append(cell)
        grid.append(line)
    return [line for line in grid if any(cell.text for cell in line)]


def _is_box(grid: Sequence[Sequence[Cell]]) -> bool:
    labels = sum(cell.text.rstrip(" ：:") in BOX_LABELS for line in grid for cell in line)
    return labels >= 2 and len(grid) <= 12


def _box_lines(grid: Sequence[Sequence[Cell]]) -> list[str]:
    lines = []
    for line in grid:
        texts = [cell.text for index, cell in enumerate(line) if index == 0 or cell is not line[index - 1]]
        for label, value in zip(texts[::2], texts[1::2], strict=False):
            lines.append(f"{label.rstrip(' ：:')}：{value}")
    return lines


def _card_line(row: Sequence[tuple[str, str]]) -> str:
    """A row of a form card; a field that is yet to be filled in is its label alone."""
    return "; ".join(f"{label}: {value}" if label and value else label or value for label, value in row)


def _titles(grid: list[list[Cell]]) -> tuple[list[str], list[list[Cell]]]:
    """Rows above the header in which one merged cell spans everything."""
    titles = []
    while len(grid) > 1 and len(grid[0]) > 1 and len({id(cell) for cell in grid[0]}) == 1:
        titles.append(grid[0][0].text)
        grid = grid[1:]
    return titles, grid


def _headers(grid: list[list[Cell]]) -> tuple[list[str], list[list[Cell]]]:
    """Header texts by column (empty: none) and the rows below them."""
    if not grid:
        return [], []
    depth = 0
    while depth < len(grid) and all(cell.header or not cell.text for cell in grid[depth]):
        depth += 1
    if depth == len(grid) or (depth == 0 and not has_header(grid)):
        return [], grid
    # A header that is merged downwards belongs to the header in full, even where it is not marked up as one.
    depth = max(depth, max(1, *(min(cell.rows, 3) for cell in grid[0]))) if depth == 0 else depth
    depth = min(depth, len(grid) - 1)
    width = max(len(line) for line in grid)
    headers = [_stacked([line[column].text for line in grid[:depth] if column < len(line)]) for column in range(width)]
    return headers, grid[depth:]


def _stacked(texts: Sequence[str]) -> str:
    return " ".join(dict.fromkeys(text for text in texts if text))


def _row_text(headers: Sequence[str], row: Sequence[Cell]) -> str:
    if len({id(cell) for cell in row}) == 1 and len(row) > 1:
        return row[0].text  # a note across the whole table
    if not headers:
        texts = [
            cell.text for index, cell in enumerate(row) if cell.text and (index == 0 or cell is not row[index - 1])
        ]
        labelled = any("：" in text for text in texts)  # 甲方：示例公司 beside 乙方：示例学校
        return ": ".join(texts) if len(texts) == 2 and not labelled else "; ".join(texts)
    pairs: list[str] = []
    for column, cell in enumerate(row):
        if not cell.text or (column and cell is row[column - 1] and headers[column] == headers[column - 1]):
            continue
        header = headers[column].rstrip("：: ")
        pairs.append(f"{header}: {cell.text}" if header else cell.text)
    return "; ".join(pairs)
