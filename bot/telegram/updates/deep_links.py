"""Where links into the bot lead: the text behind ?start= and ?startgroup=, as Telegram hands it over with /start."""

from __future__ import annotations

import re

import structlog

log = structlog.get_logger()
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what Telegram takes
WELCOME = "welcome"
STAFF = "staff"
ROLES = ("student", "enterprise", STAFF)
GUIDED_LISTS = ("jobs", "training", "partners", "join")
OWN = (
    "my_data",
    "delete_my_data",
    "settings",
    "language",
    "privacy",
    "human",
)  # commands that buttons in groups lead to
PAGES = frozenset({WELCOME, *ROLES, *GUIDED_LISTS, *OWN})
PRINTED = (WELCOME, "student", "enterprise", *GUIDED_LISTS)  # what posters have codes for


def page_of(payload: str) -> str:
    """The page that a link leads to; the welcome for none, and for a payload that no link of ours has.

    Of such a payload the log holds no letter: whoever made the link may have written somebody's name or number into it.
    """
    if not payload or payload in PAGES:
        return payload or WELCOME
    log.info("unknown deep link", characters=len(payload), well_formed=bool(PAYLOAD.fullmatch(payload)))
    return WELCOME
