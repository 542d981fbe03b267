"""A sheet of A4 with all codes, in Chinese and English: HTML that any browser prints, and a PDF where Chromium is."""

from __future__ import annotations

import html
import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.presentation.messages import message
from bot.settings import Settings
from bot.telegram.links.entry_links import QUIET_ZONE, EntryLink
from bot.telegram.updates.profile_texts import operator_sentence
from knowledge.entities.home import wording

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PRINT_SECONDS = 90
LANGUAGES = ("zh", "en")
PAGE = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><title>{title}</title><style>
@page {{ size: A4; margin: 12mm }}
body {{ margin: 0; color: #000; background: #fff;
  font-family: "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif }}
h1 {{ font-size: 20pt; margin: 0 0 1mm }} p {{ margin: 0 0 1mm; font-size: 10.5pt; line-height: 1.35 }}
[lang=en] {{ color: #333 }} h1[lang=en] {{ font-size: 13pt }} figcaption [lang=en] {{ font-size: 90% }}
.codes {{ display: grid; grid-template-columns: repeat(4, 1fr); gap: 4mm; margin: 5mm 0 }}
figure {{ margin: 0; padding: 2mm; text-align: center; border: 0.3mm solid #999; break-inside: avoid }}
figure.first {{ grid-row: span 2; grid-column: span 2 }}
figure.groups {{ grid-column: span 2 }}
svg {{ width: 84%; height: auto }} figure.first svg {{ width: 86% }} figure.groups svg {{ width: 40% }}
figcaption {{ font-size: 10.5pt; line-height: 1.3 }} figure.first figcaption {{ font-size: 15pt }}
code {{ font-size: 6.5pt; overflow-wrap: anywhere }}
footer p {{ font-size: 9pt }}
</style></head><body>
<header>{header}</header>
<div class="codes">{codes}</div>
<footer>{footer}</footer>
</body></html>
"""


class PrintingError(Exception):
    """The browser made no PDF; says why."""


def poster(links: Sequence[EntryLink], username: str, settings: Settings) -> str:
    """The sheet as one HTML file that needs no other."""

    def both(key: str, tag: str) -> str:
        return "".join(_said(tag, language, key, username, settings) for language in LANGUAGES)

    codes = "".join(
        _figure(link, both, "groups" if link.for_groups else "" if place else "first")
        for place, link in enumerate(links)
    )
    header = both("poster_title", "h1") + both("poster_lead", "p") + both("poster_how", "p")
    operators = "".join(
        f'<p lang="{language}">{html.escape(operator_sentence(settings.operator, language))}</p>'
        for language in LANGUAGES
    )
    title = html.escape(message("poster_title", "zh", **wording(settings.programme, "zh")))
    return PAGE.format(title=title, header=header, codes=codes, footer=both("poster_notice", "p") + operators)


def _said(tag: str, language: str, key: str, username: str, settings: Settings) -> str:
    text = message(key, language, **wording(settings.programme, language), bot=username)
    return f'<{tag} lang="{language}">{html.escape(text)}</{tag}>'


def _figure(link: EntryLink, both: Callable[[str, str], str], kind: str) -> str:
    drawn = io.BytesIO()
    link.code.save(drawn, kind="svg", border=QUIET_ZONE, xmldecl=False, svgns=True, omitsize=True)
    caption = both("poster_group" if link.for_groups else f"poster_{link.page}", "div")
    shown = html.escape(link.address.removeprefix("https://"))
    below = f"<figcaption>{caption}<code>{shown}</code></figcaption>"
    return f"<figure class='{kind}'>{drawn.getvalue().decode()}{below}</figure>"


def browser() -> str | None:
    """A Chromium of this machine; None when there is none."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def print_pdf(page: Path, pdf: Path, program: str) -> None:
    """Have the browser ``program`` print ``page`` into ``pdf``. Raises ``PrintingError``."""
    with tempfile.TemporaryDirectory() as profile:
        command = [program, "--headless", "--disable-gpu", "--no-first-run", f"--user-data-dir={profile}"]
        if os.geteuid() == 0:
            command.append("--no-sandbox")  # which it cannot have as root, and needs for pages of strangers alone
        command += ["--no-pdf-header-footer", f"--print-to-pdf={pdf.resolve()}", page.resolve().as_uri()]
        try:
            ended = subprocess.run(command, capture_output=True, timeout=PRINT_SECONDS)  # noqa: S603 - found by its name
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PrintingError(type(error).__name__) from error
    if ended.returncode or not pdf.is_file():
        raise PrintingError(f"exit code {ended.returncode}")
