"""Old Office files (OLE) as those programs write them: Word documents, Outlook mails, and some that nobody should."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

SECTOR, MINI, SMALL = 512, 64, 4096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
Tree = Mapping[str, "bytes | Tree"]


class OleFile:
    """Lays streams out in sectors; ``bytes()`` gives the file."""

    def __init__(self, tree: Tree) -> None:
        self.sectors: list[bytes] = []
        self.fat: list[int] = []
        self._small = b""
        self._minifat: list[int] = []
        self._entries: list[list[object]] = [["Root Entry", 5, END, 0, FREE]]
        self._add(0, tree)
        root = self._entries[0]
        root[2], root[3] = self._stored(self._small), len(self._small)
        minifat = b"".join(number.to_bytes(4, "little") for number in self._minifat)
        self._minifat_start = self._stored(minifat, b"\xff")
        directory = b"".join(self._entry(*entry) for entry in self._entries)  # type: ignore[arg-type]
        self._directory = self._stored(directory + b"\x00" * (-len(directory) % SECTOR))

    def _add(self, parent: int, tree: Tree) -> None:
        before = None
        for name, content in tree.items():
            number = len(self._entries)
            self._entries.append([name, 2 if isinstance(content, bytes) else 1, 0, 0, FREE, FREE])
            if before is None:
                self._entries[parent][4] = number
            else:
                self._entries[before][5] = number
            before = number
            if isinstance(content, bytes):
                self._entries[number][2:4] = [self._stream(content), len(content)]
            else:
                self._add(number, content)

    def _stream(self, content: bytes) -> int:
        if not content:
            return END
        if len(content) >= SMALL:
            return self._stored(content)
        first = len(self._minifat)
        self._small += content + b"\x00" * (-len(content) % MINI)
        count = len(self._small) // MINI
        self._minifat += [*range(first + 1, count), END]
        return first

    def _stored(self, content: bytes, fill: bytes = b"\x00") -> int:
        if not content:
            return END
        first = len(self.sectors)
        content += fill * (-len(content) % SECTOR)
        self.sectors += [content[at : at + SECTOR] for at in range(0, len(content), SECTOR)]
        self.fat += [*range(first + 1, len(self.sectors)), END]
        return first

    @staticmethod
    def _entry(name: str, kind: int, start: int, size: int, child: int, right: int = FREE) -> bytes:
        text = (name + "\x00").encode("utf-16-le")
        head = text.ljust(64, b"\x00") + struct.pack("<HBBIII", len(text), kind, 1, FREE, right, child)
        return head + b"\x00" * 36 + struct.pack("<IQ", start, size)

    def __bytes__(self) -> bytes:
        count = 1
        while count * 128 < len(self.fat) + count:
            count += 1
        first = len(self.sectors)
        fat = [*self.fat, *[FAT] * count]
        fat += [FREE] * (count * 128 - len(fat))
        head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16 + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
        minifats = -(-len(self._minifat) * 4 // SECTOR)
        head += struct.pack("<IIIIIIIII", 0, count, self._directory, 0, SMALL, self._minifat_start, minifats, END, 0)
        places = [*range(first, first + count), *[FREE] * (109 - count)]
        table = struct.pack(f"<{len(fat)}I", *fat)
        return head + struct.pack("<109I", *places) + b"".join(self.sectors) + table


def write_ole(path: Path, tree: Tree) -> Path:
    path.write_bytes(bytes(OleFile(tree)))
    return path


def write_looping_ole(path: Path, tree: Tree) -> Path:
    """The first long stream's last sector is followed by its first."""
    file = OleFile(tree)
    file.fat[file.fat.index(END)] = 0
    path.write_bytes(bytes(file))
    return path


def sprm(number: int, operand: bytes) -> bytes:
    return struct.pack("<H", number) + operand


def cells(*rights: int) -> bytes:
    """The end of a table row whose cells end at ``rights``, in twips."""
    body = bytes((len(rights),)) + struct.pack(f"<{len(rights) + 1}h", 0, *rights) + b"\x00" * (20 * len(rights))
    return sprm(0x2416, b"\x01") + sprm(0x2417, b"\x01") + sprm(0xD608, struct.pack("<H", len(body) + 1) + body)


HEADING, IN_CELL = (1, b""), (0, sprm(0x2416, b"\x01"))
HIDDEN, DELETED, WHITE = sprm(0x083C, b"\x01"), sprm(0x0800, b"\x01"), sprm(0x2A42, b"\x08")
Paragraph = tuple[str, tuple[int, bytes]]
Run = tuple[str, bytes]


def doc_streams(
    paragraphs: Sequence[Paragraph], hidden: Sequence[Run] = (), *, western: str = "", flags: int = 0x0200
) -> dict[str, bytes]:
    """A Word document: each text with the mark that ends it, its style and properties; ``hidden``: texts in it with the
    properties of their characters; ``western``: a first piece of one byte a character.
    """
    text = "".join(said for said, _ in paragraphs)
    start = 0x800
    narrow = start + 2 * len(text)
    content = text.encode("utf-16-le") + western.encode("cp1252")
    pages = -(-(start + len(content)) // 512)
    main = bytearray((start + len(content)) + (-(start + len(content)) % 512))
    main[start : start + len(content)] = content
    papx = [(start + 2 * at, start + 2 * (at + len(said)), look) for at, said, look in _placed(paragraphs)]
    chpx = []
    for said, look in hidden:
        at = text.index(said)
        chpx.append((start + 2 * at, start + 2 * (at + len(said)), look))
    main += _page([(first, last, _papx(*look)) for first, last, look in papx], 13)
    main += _page([(first, last, bytes((len(look),)) + look) for first, last, look in chpx], 1)
    edges = [0, len(western), len(western) + len(text)] if western else [0, len(text)]
    starts = [narrow * 2 | 0x40000000, start] if western else [start]
    clx = b"\x02" + struct.pack("<I", 4 * len(edges) + 8 * len(starts)) + struct.pack(f"<{len(edges)}I", *edges)
    clx += b"".join(struct.pack("<HIH", 0, each, 0) for each in starts)
    styles = _styles()
    end = start + len(content)
    table = clx + styles + struct.pack("<III", start, end, pages) + struct.pack("<III", start, end, pages + 1)
    header = {0xA2: (len(clx), len(styles)), 0x1A2: (0, len(clx))}
    header[0x102] = (len(clx) + len(styles), 12)
    header[0xFA] = (len(clx) + len(styles) + 12, 12)
    struct.pack_into("<HH6xH", main, 0, 0xA5EC, 0xC1, flags)
    struct.pack_into("<I", main, 0x4C, len(western) + len(text))
    for place, (where, length) in header.items():
        struct.pack_into("<II", main, place, where, length)
    return {"WordDocument": bytes(main), "1Table" if flags & 0x0200 else "0Table": table}


def _placed(paragraphs: Sequence[Paragraph]) -> list[tuple[int, str, tuple[int, bytes]]]:
    placed, at = [], 0
    for said, look in paragraphs:
        placed.append((at, said, look))
        at += len(said)
    return placed


def _papx(style: int, properties: bytes) -> bytes:
    content = struct.pack("<H", style) + properties
    return b"\x00" + bytes((-(-len(content) // 2),)) + content + b"\x00" * (len(content) % 2)


def _page(runs: Sequence[tuple[int, int, bytes]], size: int) -> bytes:
    page = bytearray(512)
    edges = [first for first, _, _ in runs] + [runs[-1][1] if runs else 0]
    struct.pack_into(f"<{len(edges)}I", page, 0, *edges)
    place = 510
    for index, (_, _, look) in enumerate(runs):
        place = (place - len(look)) // 2 * 2
        page[place : place + len(look)] = look
        page[4 * len(edges) + size * index] = place // 2
    page[511] = len(runs)
    return bytes(page)


def _styles() -> bytes:
    """Two styles: of ordinary text, and of the first level of headings."""
    sheet = struct.pack("<HHH", 4, 2, 10)
    for kind, base in ((0, 0xFFF), (1, 0)):
        body = struct.pack("<HHHHH", kind, base << 4 | 1, 0, 0, 0)
        sheet += struct.pack("<H", len(body)) + body
    return sheet


def msg_tree(
    subject: str, body: str, *, sender: str = "", files: Sequence[tuple[str, bytes]] = (), inner: Tree | None = None
) -> dict[str, bytes | Tree]:
    """An Outlook mail of 20 May 2024, 18:30 UTC, with files and perhaps a mail attached."""
    ticks = (1_716_229_800 + 11_644_473_600) * 10_000_000
    sent = struct.pack("<HHIQ", 0x0040, 0x0039, 6, ticks)
    tree: dict[str, bytes | Tree] = {
        "__properties_version1.0": b"\x00" * 32 + sent,
        "__substg1.0_0037001F": subject.encode("utf-16-le"),
        "__substg1.0_1000001F": body.encode("utf-16-le"),
        "__substg1.0_0042001F": sender.encode("utf-16-le"),
    }
    for number, (name, content) in enumerate(files):
        tree[f"__attach_version1.0_#{number:08X}"] = {
            "__substg1.0_3707001F": name.encode("utf-16-le"),
            "__substg1.0_37010102": content,
        }
    if inner is not None:
        tree[f"__attach_version1.0_#{len(files):08X}"] = {"__substg1.0_3701000D": inner}
    return tree
