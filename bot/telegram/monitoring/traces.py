"""Tracebacks for logs: where an error arose and of which type; its words only where no user can have written them."""

from __future__ import annotations

import re
from collections.abc import Iterator

BEGINS = "Traceback (most recent call last):"
EXCEPTION_OF_TASK = re.compile(r"(exception=[\w.]+)\(.*?\)(?=>|$)", re.S)
LINK = ("The above exception was", "During handling of the above")  # how Python joins two tracebacks
FRAME = re.compile(r'\A\s++(?:\|\s++)*+File "')
PART_OF_GROUP = re.compile(r"\A\s*+\+-[+-]{8,}")
CODE = re.compile(r"\A\s{4,}")
TYPE = re.compile(r"\A(?P<bars>[\s|+]*+)(?P<name>[A-Za-z_][\w.]*+)(?::\s|$)")
# Errors of the system say what is missing or full, and errors of this program name keys, files and rows.
KEPT = re.compile(
    r"\A(?:OSError|\w*(?:FileNotFound|FileExists|Permission|Connection\w*|BrokenPipe|Timeout|NotADirectory|IsADirectory)Error"
    r"|(?:bot|knowledge)\.[\w.]+)$"
)
KEPT_WITHOUT_QUOTES = re.compile(
    r"\A(?:sqlite3|sqlalchemy\.exc|psycopg(?:\.errors)?|telegram\.error|aiohttp\.\w+)\.[\w.]+$"
)
QUOTED = re.compile(r"\"[^\"]*\"|(?<![A-Za-z])'[^']*'|\((?=[^()']*+')[^()]*+\)")


def without_messages(text: str) -> str:
    """``text`` with the tracebacks in it cut down to frames and the types of errors.

    An error's message may hold what somebody asked, or a name; a name cannot be told from other words.
    """
    if "exception=" in text:
        text = EXCEPTION_OF_TASK.sub(r"\1(…)", text)
    if BEGINS not in text:
        return text
    return "\n".join(_lines(text.split("\n")))


def _lines(lines: list[str]) -> Iterator[str]:
    inside = in_frame = False
    for line in lines:
        if BEGINS in line or (inside and PART_OF_GROUP.match(line)):
            inside = in_frame = True
            yield line
        elif not inside or line.startswith(LINK) or FRAME.match(line):
            in_frame = in_frame or bool(FRAME.match(line))
            yield line
        elif in_frame and CODE.match(line) and "|" not in line[:8]:
            yield line
        elif in_frame and (kind := TYPE.match(line)):
            in_frame = False
            yield kind["bars"] + _with_message(kind["name"], line[kind.end() :])


def _with_message(name: str, message: str) -> str:
    """The type of an error, with its message where that is the system's or this program's own."""
    if message and KEPT.match(name):
        return f"{name}: {message}"
    if message and KEPT_WITHOUT_QUOTES.match(name):
        return f"{name}: {QUOTED.sub('…', message)}"
    return name
