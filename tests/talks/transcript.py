"""A transcript's file: who talks, what they do (lines that begin with "> "), and below each act what is shown then."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.fake_bot_api import Line
from tests.fake_bot_api.markup import parse_html

FOLDER = Path(__file__).parents[1] / "transcripts"
ACT = re.compile(r"> (?:(?P<who>[^\s\[:：]{1,9}): )?(?:\[(?P<deed>[a-z]+)(?: (?P<target>[^\]]+))?\] ?)?(?P<words>.*)")
MARKS = {"bold": "*", "italic": "_"}
QUOTED = ("blockquote", "expandable_blockquote")


@dataclass(frozen=True)
class Act:
    """What somebody does: ``deed`` "" says ``words``; ``target``: the message or person that it is about."""

    line: str
    who: str
    deed: str
    target: str
    words: str


@dataclass(frozen=True)
class Talk:
    """``people``: names and what Telegram knows as their languages, the first one acts where no name stands.

    ``script``: zh, zh-hant or en, in which everything must be; "" where people of several talk together.
    """

    path: Path
    heading: str
    people: tuple[tuple[str, str], ...]
    group: bool
    script: str
    acts: tuple[Act, ...]

    @property
    def stored(self) -> str:
        return self.path.read_text(encoding="utf-8")


def talks() -> list[Talk]:
    """All that are kept, by name."""
    return [read(path) for path in sorted(FOLDER.glob("*.txt"))]


def read(path: Path) -> Talk:
    """The talk of a file; what it says was shown is not read."""
    heading, _, rest = path.read_text(encoding="utf-8").partition("\n---\n")
    said = dict(line.split(": ", 1) for line in heading.splitlines())
    people = tuple((name, code) for name, code in (person.split() for person in said["people"].split(", ")))
    acts = tuple(_act(line, people) for line in rest.splitlines() if line.startswith("> "))
    return Talk(path, heading, people, said["chat"] == "group", said.get("script", ""), acts)


def _act(line: str, people: Sequence[tuple[str, str]]) -> Act:
    match = ACT.fullmatch(line)
    assert match, line
    found = {key: value or "" for key, value in match.groupdict().items()}
    if found["who"] not in dict(people):  # a colon in what is said
        match = ACT.fullmatch("> " + line.removeprefix("> ").replace(":", "\0"))
        assert match, line
        found = {key: (value or "").replace("\0", ":") for key, value in match.groupdict().items()}
        found["who"] = people[0][0]
    return Act(line, **found)


def shown(number: int, line: Line) -> str:
    """One message, edit, change of buttons or removal of the bot, as its reader sees it."""
    changed = {"message": "", "edit": " changes", "markup": " has other buttons", "delete": " is gone"}[line.kind]
    text = [] if line.kind in ("markup", "delete") else [*_text(line.source), ""]
    rows = ["  ".join(f"[ {label}{' ↗' if '://' in to else ''} ]" for label, to in row) for row in line.keyboard]
    body = "\n".join(f"    {part}".rstrip() for part in (*text, *rows)).rstrip()
    return f"({number}){changed}\n{body}".rstrip()


def _text(source: str) -> Iterator[str]:
    """Its lines: bold and italic between marks, quotes behind a stroke, the address behind a link."""
    parsed = parse_html(source)
    read_text = parsed.text.encode("utf-16-le")
    before: dict[int, str] = {}
    after: dict[int, str] = {}
    quoted: set[int] = set()
    for entity in parsed.entities:
        kind, start = str(entity["type"]), int(str(entity["offset"]))
        end = start + int(str(entity["length"]))
        if kind in QUOTED:
            quoted.update(range(start, end))
        mark = MARKS.get(kind, "")
        before[start] = before.get(start, "") + mark
        after[end] = (f" <{entity['url']}>" if kind == "text_link" else mark) + after.get(end, "")
    line, place, in_quote = "", 0, False
    for unit in range(len(read_text) // 2 + 1):
        if unit in after or unit in before:
            line += read_text[2 * place : 2 * unit].decode("utf-16-le") + after.get(unit, "") + before.get(unit, "")
            place = unit
        in_quote = in_quote or unit in quoted
        if unit == len(read_text) // 2 or read_text[2 * unit : 2 * unit + 2] == b"\n\0":
            yield ("│ " if in_quote else "") + line + read_text[2 * place : 2 * unit].decode("utf-16-le")
            line, place, in_quote = "", unit + 1, False
