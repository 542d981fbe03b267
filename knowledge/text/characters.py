"""Cleaning text of control characters, zero-width and bidirectional marks and runs of white space."""

from __future__ import annotations

import re
import unicodedata

# Zero-width and bidirectional marks, soft hyphens, the invisible "tag" alphabet: they change or hide what a text says.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
SPACES = re.compile(r"[\s\u00a0\u3000]+")


def clean(text: str) -> str:
    """``text`` on one line: composed characters, nothing invisible, single spaces."""
    text = unicodedata.normalize("NFC", text)
    return SPACES.sub(" ", CONTROLS.sub(" ", INVISIBLE.sub("", text))).strip()
