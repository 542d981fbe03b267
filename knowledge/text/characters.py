"""Control characters, zero-width and bidirectional marks: cleaned away in texts, shown as what they are to staff."""

from __future__ import annotations

import re
import unicodedata

# Zero-width and bidirectional marks, soft hyphens, the invisible "tag" alphabet: they change or hide what a text says.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
# What steers a terminal, forges a line, hides or turns what stands beside it; half a surrogate pair cannot be written.
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|" + INVISIBLE.pattern.replace("\ufe00-\ufe0f", ""))
SPACES = re.compile(r"[\s\u00a0\u3000]+")


def clean(text: str) -> str:
    """``text`` on one line: composed characters, nothing invisible, single spaces."""
    text = unicodedata.normalize("NFC", text)
    return SPACES.sub(" ", CONTROLS.sub(" ", INVISIBLE.sub("", text))).strip()


def harmless(text: str) -> str:
    """``text`` as one line for a screen, a log or JSON: what is not seen, or does something, stands there as \\u001b.

    Used at the edge of output alone: file names and cells come from others. In JSON such an escape means the same.
    """
    return UNSAFE.sub(lambda match: "".join(f"\\u{unit:04x}" for unit in _units(match[0])), text)


def harmless_lines(text: str) -> str:
    """The same for a text of several lines, which stay lines."""
    return "\n".join(map(harmless, text.split("\n")))


def _units(text: str) -> tuple[int, ...]:
    """UTF-16 code units, as JSON writes what lies beyond four digits."""
    encoded = text.encode("utf-16-be", "surrogatepass")
    return tuple(int.from_bytes(encoded[start : start + 2], "big") for start in range(0, len(encoded), 2))


def units(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)
