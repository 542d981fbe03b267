"""Builders of PDF pages: texts of any size and turn, drawn lines, a font as thin as its thinnest letter."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.files import pdf_bytes

THIN = "一二三千元般补贴年"  # what the thin font can write
CHINESE_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
    b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) "
    b"/Ordering (GB1) /Supplement 2 >> /DW 1000 /W [1 95 500] >>",
)
IMAGE = (
    b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
    b"/Length 1 >>\nstream\n\x80\nendstream"
)


@dataclass
class PdfPage:
    """One page. ``width`` and ``height`` in points before it is shown turned by ``rotate`` degrees."""

    width: float = 595
    height: float = 842
    rotate: int = 0
    operators: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, size: float = 12, degrees: float = 0, font: str = "F1") -> PdfPage:
        """Write ``text`` from (x, y) on, turned against the clock."""
        cosine, sine = (round(size * part(math.radians(degrees)), 6) for part in (math.cos, math.sin))
        code = text.encode("utf-16-be").hex() if font == "F1" else bytes(THIN.index(one) + 1 for one in text).hex()
        self.operators.append(f"BT /{font} 1 Tf {cosine} {sine} {-sine} {cosine} {x} {y} Tm <{code}> Tj ET")
        return self

    def lines(self, texts: Sequence[str], x: float = 72, y: float = 760, size: float = 12, step: float = 20) -> PdfPage:
        """Write lines below each other; one that begins with two ideographic spaces is indented by two letters."""
        for index, text in enumerate(texts):
            indent = 2 * size if text.startswith("\u3000\u3000") else 0
            self.text(x + indent, y - index * step, text.lstrip("\u3000"), size)
        return self

    def rule(self, x0: float, y0: float, x1: float, y1: float, *, filled: bool = False) -> PdfPage:
        """Draw a line: as a stroke, or as a thin filled box."""
        if filled:
            self.operators.append(f"{x0} {y0} {max(x1 - x0, 0.6)} {max(y1 - y0, 0.6)} re f")
        else:
            self.operators.append(f"{x0} {y0} m {x1} {y1} l S")
        return self

    def box(self, x: float, y: float, width: float, height: float) -> PdfPage:
        """Draw a frame."""
        self.operators.append(f"{x} {y} {width} {height} re S")
        return self

    def picture(self) -> PdfPage:
        """Cover the page with a picture."""
        self.operators.append(f"q {self.width} 0 0 {self.height} 0 0 cm /Im1 Do Q")
        return self

    def table(
        self,
        rows: Sequence[Sequence[str | None]],
        widths: Sequence[float],
        *,
        x: float = 72,
        y: float = 700,
        height: float = 20,
        size: float = 10,
        style: str = "strokes",
    ) -> PdfPage:
        """A ruled table with its upper left corner at (x, y).

        None goes on with the cell to the left; "^" with the one above. ``style``: strokes, boxes, filled, open (no
        outer lines at the sides) or bare (no lines).
        """
        edges = [x + sum(widths[:column]) for column in range(len(widths) + 1)]
        for row, line in enumerate(rows):
            top = y - row * height
            for column, text in enumerate(line):
                if text not in (None, "^"):
                    self.text(edges[column] + 3, top - height + (height - size) / 2 + 0.2 * size, str(text), size)
        if style != "bare":
            self._borders(rows, edges, y, height, style)
        return self

    def _borders(
        self, rows: Sequence[Sequence[str | None]], edges: Sequence[float], y: float, height: float, style: str
    ) -> None:
        for row in range(len(rows)):
            for column in range(len(edges) - 1):
                left, right, top, bottom = edges[column], edges[column + 1], y - row * height, y - (row + 1) * height
                filled = style == "filled"
                if row == 0 or rows[row][column] != "^":
                    self.rule(left, top, right, top, filled=filled)
                if row == len(rows) - 1:
                    self.rule(left, bottom, right, bottom, filled=filled)
                if rows[row][column] is not None and not (style == "open" and column == 0):
                    self.rule(left, bottom, left, top, filled=filled)
                if column == len(edges) - 2 and style != "open":
                    self.rule(right, bottom, right, top, filled=filled)


def write_pages(path: Path, *pages: PdfPage) -> Path:
    """A PDF of these pages."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", *CHINESE_FONT, IMAGE, *_thin_font(7)]
    thin = 6  # object number of the thin font
    kids = []
    for page in pages:
        packed = zlib.compress("\n".join(page.operators).encode())
        objects.append(b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed))
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {page.width} {page.height}] /Rotate {page.rotate} /Contents "
            f"{len(objects)} 0 R /Resources << /Font << /F1 3 0 R /F3 {thin} 0 R >> "
            f"/XObject << /Im1 5 0 R >> >> >>".encode()
        )
        kids.append(len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    path.write_bytes(pdf_bytes(objects))
    return path


def _thin_font(first: int) -> Iterable[bytes]:
    """A Type 3 font as browsers write it, whose letters are thin boxes; its own objects begin at number ``first``."""
    names = [f"/g{index}" for index in range(len(THIN))]
    procedures = " ".join(f"{name} {first + 1} 0 R" for name in names)
    mapping = "\n".join(f"<{index:02x}> <{ord(letter):04x}>" for index, letter in enumerate(THIN, 1))
    yield (
        f"<< /Type /Font /Subtype /Type3 /FontBBox [50 430 950 500] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 1 "
        f"/LastChar {len(THIN)} /Widths [{' '.join(['1000'] * len(THIN))}] /Encoding << /Type /Encoding /Differences "
        f"[1 {' '.join(names)}] >> /CharProcs << {procedures} >> /ToUnicode {first} 0 R >>"
    ).encode()
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <00> <ff> "
        f"endcodespacerange {len(THIN)} beginbfchar\n{mapping}\nendbfchar endcmap end end"
    )
    for content in (cmap, "1000 0 50 430 950 500 d1 50 430 900 70 re f"):
        yield f"<< /Length {len(content)} >>\nstream\n{content}\nendstream".encode()
