"""Form cards: tables in which labels and values take turns along each row, one pair or several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from knowledge.readers.structure.blocks import CJK
from knowledge.readers.structure.table_cell import Cell

LABEL = 16  # characters; a longer text is no label
VALUE = 12  # characters; the header of a column is hardly ever longer
SURE = 2  # evidence from which a table is taken for a card
# What attributes are called: the last word of a label.
ATTRIBUTE = re.compile(
    r"(?:名称|姓名|班名|品名|日期|时间|期限|年限|时长|地点|地址|住址|电话|手机|邮箱|邮编|传真|网址|微信|方式|联系人|负责人|经办人|人数|名额|数量|编号|代码|号码|证号|性别|年龄|民族"
    r"|籍贯|学历|学位|职称|职务|岗位|工种|专业|等级|级别|层次|类别|类型|性质|对象|范围|条件|要求|标准|金额|费|费用|工资|薪资|待遇|福利|内容|说明|备注|简介|材料|流程|依据|来源|状态"
    r"|课时|学时|学制|单位|部门|校区|意见|签名|盖章|照片"
    r"|name|date|time|place|venue|phone|tel|e-?mail|address|contact|fee|number|no|quota|places|deadline|title|type|level|remarks?|notes?)$",
    re.I,
)  # fmt: skip
SENTENCE = re.compile(r"[。；，！？;!?]|\d")
FIGURES = re.compile(r"\d+(?:[.,，]\d+)*")


def card_rows(grid: Sequence[Sequence[Cell]]) -> list[list[tuple[str, str]]] | None:
    """The pairs of label and value, row by row; None when the table is no card. A title over all columns has no label.

    ``grid``: as ``grid.spread`` makes it.
    """
    rows = [_distinct(line) for line in grid]
    pairs = [_pairs(row) for row in rows if len(row) > 1]
    if not pairs or any(row is None for row in pairs) or max(len(row) for row in pairs if row) < 2:
        return None
    sure = [row for row in pairs if row]
    return _with_titles(rows) if _is_card(sure) else None


def shape(text: str) -> str:
    """A text with 9 for its figures: 2027年3月1日 is 9年9月9日. Values of one column are mostly of one shape."""
    return FIGURES.sub("9", re.sub(r"\s", "", text))


def _distinct(line: Sequence[Cell]) -> list[Cell]:
    return [cell for index, cell in enumerate(line) if index == 0 or cell is not line[index - 1]]


def _pairs(row: Sequence[Cell]) -> list[tuple[Cell, Cell]] | None:
    """The row's cells two by two. One that is merged downwards names a group of rows, or holds a picture."""
    cells = list(row)
    if len(cells) % 2:
        cells = cells[1:] if cells[0].rows > 1 else cells[:-1] if cells[-1].rows > 1 else []
    return list(zip(cells[::2], cells[1::2], strict=True)) or None


def _with_titles(rows: Sequence[Sequence[Cell]]) -> list[list[tuple[str, str]]]:
    texts: list[list[tuple[str, str]]] = []
    for row in rows:
        pairs = _pairs(row) if len(row) > 1 else None
        if pairs is None:
            texts.append([("", row[0].text)])
            continue
        group = f"{row[0].text.rstrip(' ：:')} " if len(row) % 2 and row[0].rows > 1 and row[0].text else ""
        texts.append([(group + label.text.rstrip(" ：:"), value.text) for label, value in pairs])
    return texts


def _is_card(rows: Sequence[Sequence[tuple[Cell, Cell]]]) -> bool:
    labels = [label for row in rows for label, _ in row if label.text or _.text]
    values = [value for row in rows for _, value in row]
    if not all(_may_be_label(label.text) for label in labels) or len({label.text for label in labels}) < len(labels):
        return False
    if sum(label.text.endswith(("：", ":")) for label in labels) * 2 >= len(labels):
        return True
    if all(label.header for label in labels) and not any(value.header for value in values):
        return True
    return _evidence(rows) >= SURE


def _evidence(rows: Sequence[Sequence[tuple[Cell, Cell]]]) -> int:
    """What speaks for a card, less what speaks for a table whose first row is its header."""
    first = [value.text for _, value in rows[0]]
    evidence = 2 if any(not text or len(text) > VALUE or FIGURES.search(text) for text in first) else 0
    evidence += _named(label.text for row in rows[1:] for label, _ in row) - _named(first)
    width = max(map(len, rows))
    evidence += any(len(row) < width for row in rows)  # one value over several columns
    for column in range(width):
        below = [row[column][1].text for row in rows[1:] if column < len(row)]
        shapes = {shape(text) if FIGURES.search(text) else "" for text in below}
        if len(shapes) > 1:
            evidence += 1
        elif shapes and "" not in shapes and len(below) > 1:
            evidence -= 2
    return evidence


def _named(texts: Iterable[str]) -> int:
    """2 when at least half of the texts are what attributes are called."""
    known = [ATTRIBUTE.search(text.rstrip(" ：:")) is not None for text in texts]
    return 2 if known and sum(known) * 2 >= len(known) else 0


def _may_be_label(text: str) -> bool:
    if SENTENCE.search(text) or not re.search(rf"[{CJK}A-Za-z]", text):
        return False
    return len(text) <= LABEL or (text.isascii() and len(text.split()) <= 4)
