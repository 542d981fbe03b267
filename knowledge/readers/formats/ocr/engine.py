"""The model that reads pictures (RapidOCR with the models that its package brings), in a limited child process."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from knowledge.readers.errors import ReadError
from knowledge.readers.formats.ocr.pictures import Pixels, image_page, pdf_page, strips
from knowledge.readers.formats.ocr.recognised import RecognisedLine, RecognisedPage
from knowledge.text.characters import clean

MEMORY = 3 * 1024 * 1024 * 1024  # bytes of address space, most of it never touched: the models map their work ahead
SECONDS = 300.0  # for one page, which takes 3 to 17 of a free processor
THREADS = 2


def is_installed() -> bool:
    """Whether the extra ``ocr`` is there."""
    return importlib.util.find_spec("rapidocr") is not None


def recognise(path: Path, *, number: int, is_pdf: bool) -> RecognisedPage:
    """The page ``number`` (from 1) of the file at ``path``. Raises ``ReadError`` when it cannot be drawn."""
    try:
        pixels, scale = pdf_page(path, number) if is_pdf else image_page(path, number)
    except (OSError, ValueError, EOFError, SyntaxError) as error:
        raise ReadError(f"its page {number} is damaged ({type(error).__name__}); save it again") from None
    height = pixels.shape[0]
    lines = [line for top, strip in strips(pixels) for line in _lines(strip, top, height, scale)]
    return RecognisedPage(number, tuple(lines))


def _lines(pixels: Pixels, offset: int, height: int, scale: float) -> list[RecognisedLine]:
    """The lines of a strip that begins ``offset`` pixels below the top of a page of ``height`` pixels."""
    found = _engine()(pixels, use_cls=False)
    if found.boxes is None:
        return []
    lines = []
    for box, text, sureness in zip(found.boxes, found.txts, found.scores, strict=True):
        (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
        said = clean(text)
        if said:
            foot, head = height - offset - bottom, height - offset - top
            edges = [float(edge) / scale for edge in (left, foot, right, head)]
            lines.append(RecognisedLine(edges[0], edges[1], edges[2], edges[3], said, float(sureness)))
    return lines


_LOADED: list[object] = []  # one to a process, which reads one page


def _engine() -> Any:  # rapidocr has no types
    if not _LOADED:
        from rapidocr import RapidOCR

        threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": THREADS for kind in ("intra", "inter")}
        _LOADED.append(RapidOCR(params={**threads, "Global.log_level": "error"}))
    return _LOADED[0]
