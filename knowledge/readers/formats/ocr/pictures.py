"""Pictures to read: pages of a PDF drawn at 200 dots an inch, and image files, looked at by their header first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
from numpy.typing import NDArray

from knowledge.readers.errors import ReadError

DOTS = 200 / 72  # pixels a point at which small print is still read
PIXELS = 40_000_000  # of one picture; a page of A4 at 600 dots an inch has 35 million
DRAWN = 12_000_000  # pixels of a page that is drawn; a larger page is drawn coarser
SIDE = 30_000  # pixels; no more of a poster
FRAMES = 200  # pages of a TIFF
STRIP = 1_800  # pixels of height that are read at once: a longer picture would be made smaller
SEAM = 300  # pixels in which the emptiest row is looked for to cut at
SMALLER = "make it smaller, or type what it says into a document"
Pixels = NDArray[np.uint8]  # height x width x 3, blue first


def pdf_page(path: Path, number: int) -> tuple[Pixels, float]:
    """The page ``number`` (from 1) of a PDF, and how many pixels a point of it takes."""
    document = pypdfium2.PdfDocument(path)
    page = document[number - 1]
    width, height = page.get_size()
    scale = min(DOTS, (DRAWN / max(1.0, width * height)) ** 0.5, SIDE / max(width, height, 1.0))
    return np.ascontiguousarray(page.render(scale=scale).to_numpy()[:, :, :3]), scale


def image_pages(path: Path) -> int:
    """How many pages an image file has. Raises ``ReadError`` when its header says that it is too large."""
    with _opened(path) as image:
        frames = int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
    if frames > FRAMES:
        raise ReadError(f"it has {frames} pages, more than the {FRAMES} that can be read; split it")
    return frames


def image_page(path: Path, number: int) -> tuple[Pixels, float]:
    """The page ``number`` (from 1) of an image, upright as its camera says, and 1. Raises ``ReadError``."""
    from PIL import Image, ImageOps

    with _opened(path) as image:
        image.seek(number - 1)
        _check_size(image.size)  # each page of a TIFF has its own
        upright = ImageOps.exif_transpose(image).convert("RGBA")
        paper = Image.new("RGBA", upright.size, "white")
        pixels = np.asarray(Image.alpha_composite(paper, upright).convert("RGB"))
    return np.ascontiguousarray(pixels[:, :, ::-1]), 1.0


def strips(pixels: Pixels) -> Iterator[tuple[int, Pixels]]:
    """Pieces of a tall picture from top to bottom, each with its first row; cut where a row is emptiest."""
    start, height = 0, pixels.shape[0]
    while height - start > STRIP + SEAM:
        rows = pixels[start + STRIP - SEAM : start + STRIP + SEAM].astype(np.int16)
        cut = start + STRIP - SEAM + int(np.ptp(rows, axis=1).sum(axis=1).argmin())
        yield start, pixels[start:cut]
        start = cut
    yield start, pixels[start:]


def _opened(path: Path) -> Any:
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # ours is smaller, and says what to do
    try:
        image = Image.open(path)  # reads the header alone
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise ReadError(f"it is a damaged image ({type(error).__name__}); {SMALLER}") from None
    _check_size(image.size)
    return image


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > PIXELS or max(size) > SIDE:
        raise ReadError(f"it is an image of {width} x {height} pixels, more than {PIXELS // 10**6} million; {SMALLER}")
