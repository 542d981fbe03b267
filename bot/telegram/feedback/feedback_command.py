"""The command on feedback: what users voted and remarked, for staff. What they wrote is shown harmless to screens."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy.exc import SQLAlchemyError

from bot.settings import Secrets, Settings
from bot.telegram.feedback.votes import FeedbackEntry, Vote, given
from bot.telegram.sealing.keyring import KeyringError
from bot.telegram.sealing.staff_access import opened, prepared
from knowledge.store.database import StoreError
from knowledge.text.characters import harmless
from knowledge.validity import minute

NO_REASON = "no reason"
UNREADABLE = "(sealed with a key that is not here)"


def run_feedback(settings: Settings, secrets: Secrets, *, as_json: bool) -> int:
    """The command; returns its exit code, 2 when nothing could be read."""
    try:
        with opened(settings, prepared(settings, secrets)) as sql:
            entries = list(given(sql))
    except (KeyringError, StoreError, SQLAlchemyError) as error:
        print(harmless(str(error).splitlines()[0]), file=sys.stderr)
        return 2
    for line in _json_lines(entries) if as_json else _lines(entries):
        print(harmless(line))
    return 0


def _json_lines(entries: Sequence[FeedbackEntry]) -> Iterator[str]:
    """One JSON object for each entry, the newest first."""
    for entry in entries:
        values = {
            "voted": minute(entry.voted),
            "answered": minute(entry.answered),
            "vote": entry.standing.vote,
            "reason": entry.standing.reason,
            "edition": entry.edition,
            **(entry.content or {"question": None}),
        }
        yield json.dumps(values, ensure_ascii=False)


def _lines(entries: Sequence[FeedbackEntry]) -> Iterator[str]:
    """The counts, and each entry with what it is about."""
    votes = Counter(entry.standing.vote for entry in entries)
    down = [entry.standing.reason or NO_REASON for entry in entries if entry.standing.vote is Vote.DOWN]
    counts = ", ".join(f"{reason} {count}" for reason, count in Counter(map(str, down)).most_common())
    yield f"good {votes[Vote.UP]}, not good {votes[Vote.DOWN]}" + (f" ({counts})" if counts else "")
    for entry in entries:
        vote = f"{entry.standing.vote or 'remark'}{f', {entry.standing.reason}' if entry.standing.reason else ''}"
        yield f"{minute(entry.voted)}  {vote}  edition {entry.edition or '-'}"
        content = entry.content or {"question": UNREADABLE}
        yield f"    {content['question']}  [{content.get('status', '')}]"
        for document, section in content.get("citations", ()):
            yield f"    source: {document} · {section}"
        for remark in content.get("remarks", ()):
            yield f"    remark: {remark}"
