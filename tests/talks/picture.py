"""A picture of a transcript: a page of HTML like a chat on a phone, drawn by headless Chromium."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

WIDTH = 900  # two columns, CSS pixels
SECONDS = 90
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--disable-lcd-text",
]
BUTTON = re.compile(r"\[ (.+?) \](?=  \[|$)")
MARKED = (
    (re.compile(r"(?<!\w)\*([^*\n]+)\*(?!\w)"), r"<b>\1</b>"),
    (re.compile(r"(?<!\w)_([^_\n]+)_(?!\w)"), r"<i>\1</i>"),
)
PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><style>
body {{ margin: 0; width: {width}px; background: #e4e9ec; color: #111; font-size: 13px; line-height: 1.42;
  font-family: "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "Noto Color Emoji", sans-serif }}
body {{ filter: url(#few) }}
main {{ columns: 2; column-gap: 14px; padding: 14px; column-fill: balance }}
div.user, div.bot, p {{ break-inside: avoid; overflow: hidden }}
div.user {{ margin: 0 0 8px 25%; background: #d9f0c8; border-radius: 10px; padding: 6px 10px; width: fit-content;
  margin-left: auto; max-width: 75% }}
div.user.tap {{ background: #cfdbe3; font-size: 12px }}
div.bot {{ margin: 0 0 8px }} div.bot > section {{ background: #fff; border-radius: 10px; padding: 7px 10px;
  white-space: pre-wrap; overflow-wrap: anywhere }}
blockquote {{ margin: 1px 0; padding-left: 7px; border-left: 3px solid #7a9bb0; background: #f3f6f8 }}
i {{ color: #555 }} small {{ color: #567; display: block }}
nav {{ display: flex; gap: 4px; margin-top: 4px }} nav span {{ flex: 1; text-align: center; background: #b9c8d2;
  border-radius: 7px; padding: 3px 4px; font-size: 12px; overflow-wrap: anywhere }}
p {{ margin: 0 0 8px; text-align: center; color: #345; font-size: 12px }}
</style></head><body><svg width="0" height="0" style="position:absolute"><filter id="few"
  color-interpolation-filters="sRGB"><feComponentTransfer>{levels}</feComponentTransfer></filter></svg><main>{talk}</main>
<script>document.body.dataset.height = Math.ceil(document.querySelector("main").getBoundingClientRect().height)</script>
</body></html>
"""
LEVELS = 8  # of each colour: a picture of few is a small file
FEW = " ".join(str(round(level / (LEVELS - 1), 3)) for level in range(LEVELS))
POSTERISED = "".join(f'<feFunc{channel} type="discrete" tableValues="{FEW}"/>' for channel in "RGB")


class DrawingError(Exception):
    """The browser made no picture; says why."""


def draw(transcript: Path, picture: Path, turns: int | None = None) -> None:
    """Write the PNG of a transcript, of its first ``turns`` acts; raises ``DrawingError``."""
    page = page_of(transcript.read_text(encoding="utf-8"), turns)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "talk.html"
        source.write_text(page, encoding="utf-8")
        dumped = _run(Path(folder), "--dump-dom", f"--window-size={WIDTH},800", source.as_uri())
        height = re.search(r'data-height="(\d+)"', dumped)
        if height is None:
            raise DrawingError("Chromium did not measure the page.")
        size = f"--window-size={WIDTH},{height[1]}"
        _run(Path(folder), f"--screenshot={picture.resolve()}", size, source.as_uri())
    if not picture.exists():
        raise DrawingError("Chromium wrote no picture.")


def page_of(transcript: str, turns: int | None = None) -> str:
    """The HTML of a transcript."""
    heading, _, rest = transcript.partition("\n---\n")
    language = "en" if "\nscript: en" in heading else "zh-Hant" if "\nscript: zh-hant" in heading else "zh-Hans"
    acts = re.split(r"^(?=> )", rest.strip(), flags=re.M)[1:][:turns]
    return PAGE.format(
        language=language, width=WIDTH, levels=POSTERISED, talk="".join(part for act in acts for part in _act(act))
    )


def _act(act: str) -> Iterator[str]:
    done, _, shown = act.partition("\n")
    deed = re.match(r"> \[tap[^\]]*\] ", done)
    words = html.escape(done.removeprefix(deed.group() if deed else "> "))
    yield f'<div class="user tap">👆 {words}</div>' if deed else f'<div class="user">{words}</div>'
    for toast in re.findall(r"^\(for a moment: (.*)\)$", shown, re.M):
        yield f"<p>{html.escape(toast)}</p>"
    for message in re.split(r"^(?=\(\d+\))", shown, flags=re.M)[1:]:
        head, *lines = message.rstrip().split("\n")
        yield _message("✎" if " changes" in head else "", [line.removeprefix("    ") for line in lines])


def _message(mark: str, lines: Sequence[str]) -> str:
    rows = [BUTTON.findall(line) for line in lines if BUTTON.match(line)]
    text = "\n".join(line for line in lines if not BUTTON.match(line)).strip()
    body = html.escape(text, quote=False)
    for pattern, put in MARKED:
        body = pattern.sub(put, body)
    body = re.sub(r"(?:^│ .*\n?)+", _quote, body, flags=re.M)
    said = f"<section>{f'<small>{mark}</small>' if mark else ''}{body}</section>" if text else ""
    keyboard = "".join(f"<nav>{''.join(f'<span>{html.escape(one)}</span>' for one in row)}</nav>" for row in rows)
    return f'<div class="bot">{said}{keyboard}</div>'


def _quote(found: re.Match[str]) -> str:
    lines = [line.removeprefix("│ ") for line in found.group().rstrip("\n").split("\n")]
    return f"<blockquote>{chr(10).join(lines)}</blockquote>"


def _run(folder: Path, *options: str) -> str:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise DrawingError("No Chromium is installed.")
    command = [browser, *QUIET, f"--user-data-dir={folder / 'profile'}", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    return done.stdout
