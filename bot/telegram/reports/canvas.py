"""A picture to draw the report on: texts in the font that comes with it, bars, lines, keys of colours."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

# Some characters of Noto Sans CJK: a machine without any font draws the same picture (decision 129).
FONT = Path(__file__).with_name("labels.otf")
INK, FAINT, PAPER = "#1a202c", "#5a6575", "#ffffff"
GRID = "#dde3ea"
Colour = str
Box = tuple[float, float, float, float]  # left, top, right, bottom


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font in that size, in pixels."""
    return ImageFont.truetype(str(FONT), size)


class Canvas:
    """A white picture of ``width`` x ``height`` pixels."""

    def __init__(self, width: int, height: int) -> None:
        self._image = Image.new("RGB", (width, height), PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def text(
        self, x: float, y: float, text: str, size: int, colour: Colour = INK, anchor: str = "la", most: float = 1e9
    ) -> float:
        """Write ``text`` at a point, smaller where it is wider than ``most``; its width. ``anchor``: as Pillow has it:
        la is left and top, ra right and top, ma middle and top.
        """
        while size > 12 and font(size).getlength(text) > most:
            size -= 1
        self._draw.text((x, y), text, fill=colour, font=font(size), anchor=anchor)
        return font(size).getlength(text)

    def bar(self, box: Box, colour: Colour) -> None:
        """A filled rectangle; one that is narrower or lower than a pixel is left out."""
        left, top, right, bottom = (round(edge) for edge in box)
        if right > left and bottom > top:
            self._draw.rectangle((left, top, right - 1, bottom - 1), fill=colour)

    def rule(self, left: float, right: float, y: float, colour: Colour = GRID) -> None:
        """A level line."""
        self._draw.line((left, y, right, y), fill=colour, width=2)

    def path(self, points: Sequence[tuple[float, float]], colour: Colour) -> None:
        """A line through ``points``, each of which is a dot."""
        if len(points) > 1:
            self._draw.line(list(points), fill=colour, width=5, joint="curve")
        for x, y in points:
            self._draw.ellipse((x - 7, y - 7, x + 7, y + 7), fill=colour)

    def key(self, x: float, y: float, right: float, named: Sequence[tuple[Colour, str]], size: int) -> float:
        """Squares of colours with their names, in as many lines as they need; where the next thing may begin."""
        left = x
        for colour, name in named:
            wide = size + 12 + font(size).getlength(name) + 34
            if x > left and x + wide - 34 > right:
                x, y = left, y + size * 1.6
            self.bar((x, y + size * 0.34, x + size * 0.9, y + size * 1.24), colour)
            self.text(x + size + 12, y, name, size)
            x += wide
        return y + size * 1.6

    def png(self) -> bytes:
        """The picture as a PNG file."""
        written = io.BytesIO()
        self._image.save(written, "PNG", optimize=True)
        return written.getvalue()
