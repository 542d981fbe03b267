"""Numbers that people read out on the telephone, and that nobody can guess."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from knowledge.validity import BEIJING

LETTERS = "2346789ACDEFGHJKMNPQRTUVWXY"  # that nobody mistakes for another, by eye or by ear
NUMBER = re.compile(rf"\b\d{{6}}-[{LETTERS}]{{5}}\b")


def new_number(now: float) -> str:
    """The day in Beijing of ``now`` (seconds since 1970) and five letters, 261201-7KQ4M."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(5))
    return f"{datetime.fromtimestamp(now, BEIJING):%y%m%d}-{drawn}"
