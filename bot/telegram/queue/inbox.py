"""The inbox: what Telegram handed over, kept in SQL before Telegram is told, claimed a chat at a time.

A chat's row in ``inbox_chats`` is its place in the line. Whoever adds or finishes an update of a chat holds that row's
lock, so ``ready`` is never lost; it is the time since when the chat waits for its turn, so a chat that was just served
stands behind those that were not, however much it has sent. Whoever has nothing in line yet comes before those that
were served within ``HEAD_START_SECONDS`` and have more: who asks once does not wait for who asks much.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, update

from bot.telegram import json_codec
from bot.telegram.queue import inbox_statements as statements
from bot.telegram.queue.conversations import Conversation, remembered
from bot.telegram.queue.sql_helpers import delete_some
from bot.telegram.queue.tables import inbox
from bot.telegram.queue.worker_identity import LEASE_SECONDS
from bot.telegram.sealing.envelopes import OpenedRow, enclose, opened
from bot.telegram.sealing.identities import IdentityHasher
from bot.telegram.sealing.sealer import Sealer, sealer_of

KEEP_SECONDS = 48 * 3600.0  # Telegram hands an update out for 24 hours; until then its number must be known
HEAD_START_SECONDS = 60.0  # and no longer does somebody who has more wait for those who come after them
CONTENT = ("message", "edited_message", "callback_query", "my_chat_member")
PAYLOAD_COLUMN, ERROR_COLUMN = "inbox.payload", "inbox.error"  # what the seals of these texts are made for


@dataclass(frozen=True)
class ReceivedUpdate:
    """An update as it came, and where it belongs.

    ``chat`` is 0 when it names none; ``person`` and ``conversation`` are hashes, see ``IdentityHasher``.
    """

    update_id: int
    payload: str
    chat: int
    person: str
    conversation: str


@dataclass(frozen=True)
class CountedQuestions:
    """The questions that somebody asked since ``began``; ``told``: when they last read that these were too many.

    Both in seconds since 1970; 0 when there was nothing.
    """

    began: float = 0.0
    count: int = 0
    told: float = 0.0


@dataclass(frozen=True)
class Claim:
    """The next update of a chat that this process holds the lease on. ``tries``: failures; ``claims``: beginnings.

    ``minute`` and ``day``: what its user asked before, in the minute and the day that are counted; ``handoff``: the id
    of the hand-off to staff that is open in its conversation.
    """

    id: int
    chat: int  # the hash that names it in tables
    chat_id: int  # its id in Telegram
    payload: str
    received: float
    tries: int
    claims: int
    conversation: Conversation
    minute: CountedQuestions = CountedQuestions()
    day: CountedQuestions = CountedQuestions()
    handoff: str | None = None


def received_update(update: Mapping[str, Any], identities: IdentityHasher) -> ReceivedUpdate:
    """``update`` (Telegram's JSON object) made ready to be stored; nothing but its number is asked of it."""
    chat, user = _address(update)
    person = identities.of(user or chat)
    return ReceivedUpdate(int(update["update_id"]), json_codec.dumps(update), chat, person, identities.of(chat, user))


def _address(update: Mapping[str, Any]) -> tuple[int, int]:
    for name in CONTENT:
        content = update.get(name)
        if not isinstance(content, dict):
            continue
        message = content.get("message") if name == "callback_query" else content
        chat = message.get("chat") if isinstance(message, dict) else None
        # Who speaks in the name of a chat has a stand-in for an author, the same for all who do.
        sender = content.get("sender_chat") or content.get("from")
        return _number(chat), _number(sender)
    return 0, 0


def _number(value: object) -> int:
    number = value.get("id") if isinstance(value, dict) else None
    return number if isinstance(number, int) and abs(number) < 2**62 else 0


def store(sql: Connection, bot: int, updates: Sequence[ReceivedUpdate], now: float) -> None:
    """Keep ``updates``, each once."""
    if not updates:
        return
    sealer = sealer_of(sql)
    new = {"bot": bot, "received": now, "state": "waiting", "tries": 0, "claims": 0}
    rows = [new | _row_of(update, sealer) for update in sorted(updates, key=lambda update: update.update_id)]
    sql.execute(statements.insert_updates(sql.dialect.name), rows)
    # The chat of an update that was known gets in line for nothing; whoever claims it finds that out.
    chats = sorted({sealer.identities.chat(update.chat) for update in updates})
    lined_up = [{"bot": bot, "chat": chat, "ready": first_turn(now)} for chat in chats]
    sql.execute(statements.line_up_chats(sql.dialect.name), lined_up)


def first_turn(now: float) -> float:
    """The place in the line of a chat that had nothing in it."""
    return now - HEAD_START_SECONDS


def _row_of(update: ReceivedUpdate, sealer: Sealer) -> dict[str, Any]:
    payload = enclose(sealer, update.chat, update.payload, PAYLOAD_COLUMN)
    return {**vars(update), "chat": sealer.identities.chat(update.chat), "payload": payload}


def claim(sql: Connection, bot: int, owner: str, most: int, now: float, busy: Collection[int] = ()) -> list[Claim]:
    """The next update of up to ``most`` chats, those first that wait longest for their turn; none of ``busy`` chats."""
    ready = sql.scalars(statements.SELECT_READY_CHATS, {"number": bot, "now": now, "most": most + len(busy)})
    # A busy chat is free only when its lease was lost: cheaper to sort out here than to exclude there.
    chats = [chat for chat in ready if chat not in busy][:most]
    if not chats:
        return []
    lease = {"me": owner, "until": now + LEASE_SECONDS}
    sql.execute(statements.CLAIM_CHATS, {"number": bot, "chats": chats, **lease})
    rows = {row.chat: row for row in sql.execute(statements.SELECT_FIRST_UPDATES, {"number": bot, "chats": chats})}
    if rows:
        sql.execute(statements.ADD_TO_CLAIMS, {"ids": [row.id for row in rows.values()], "more": 1})
    if len(rows) < len(chats):  # its updates were deleted meanwhile, or known already when they came
        empty = [chat for chat in chats if chat not in rows]
        sql.execute(statements.RELEASE_EMPTY_CHATS, {"number": bot, "chats": empty})
    sealer = sealer_of(sql)
    found, unreadable = opened(sealer, [rows[chat] for chat in chats if chat in rows], PAYLOAD_COLUMN)
    if unreadable:  # their chats go on with what is next
        sql.execute(statements.SET_ASIDE, {"ids": [row.id for row in unreadable]})
        release(sql, bot, owner, [row.chat for row in unreadable], now)
    return [_claim_of(one, sealer) for one in found]


def _claim_of(opened: OpenedRow, sealer: Sealer) -> Claim:
    row = opened.row
    conversation = Conversation(
        row.conversation, row.person, row.chosen_language, row.notice_waiting, chosen=row.chosen_at
    )
    if row.conversation_key is not None:
        conversation = remembered(
            sealer,
            row.conversation_key,
            row.conversation_person,
            row.chosen_language,
            row.conversation_notice if row.notice_waiting is None else row.notice_waiting,
            row.conversation_turns,
            row.chosen_at,
            row.conversation_role,
        )
    minute = CountedQuestions(row.asked_minute or 0.0, row.asked_in_minute or 0, row.asked_minute_told or 0.0)
    day = CountedQuestions(row.asked_day or 0.0, row.asked_in_day or 0, row.asked_day_told or 0.0)
    return Claim(
        row.id,
        row.chat,
        opened.chat_id,
        opened.payload,
        row.received,
        row.tries,
        row.claims + 1,
        conversation,
        minute,
        day,
        row.open_handoff,
    )


def held(sql: Connection, bot: int, owner: str, ids: Sequence[int]) -> set[int]:
    """Those of ``ids`` that still wait in chats leased by ``owner``; locks the rows of these chats."""
    return set(sql.scalars(statements.SELECT_HELD, {"number": bot, "me": owner, "ids": ids})) if ids else set()


def mark_done(sql: Connection, ids: Collection[int]) -> None:
    """These updates are answered: their text goes, their number stays."""
    if ids:
        sql.execute(statements.MARK_DONE, {"ids": list(ids)})


def mark_failed(sql: Connection, id: int, error: str, *, dead_letter: bool) -> None:
    """One more failure of an update; ``dead_letter`` when it was the last try: it stays, and nobody claims it again."""
    state, sealed = "dead_letter" if dead_letter else "waiting", sealer_of(sql).seal(error[:500], ERROR_COLUMN)
    sql.execute(update(inbox).where(inbox.c.id == id).values(state=state, tries=inbox.c.tries + 1, error=sealed))


def undo_claims(sql: Connection, ids: Collection[int]) -> None:
    """Uncount the claims of updates that were not answered because the process was stopped."""
    if ids:
        sql.execute(statements.ADD_TO_CLAIMS, {"ids": list(ids), "more": -1})


def release(sql: Connection, bot: int, owner: str, chats: Collection[int], ready_from: float) -> None:
    """End the leases of ``owner`` on ``chats``. A chat of which more waits may be claimed again from ``ready_from``."""
    if chats:
        values = {"number": bot, "me": owner, "chats": list(chats), "ready_from": ready_from}
        sql.execute(statements.LOCK_OUR_CHATS, {"number": bot, "me": owner, "chats": list(chats)})
        sql.execute(statements.RELEASE_CHATS, values)


def renew(sql: Connection, bot: int, owner: str, now: float) -> None:
    """Extend all leases of ``owner`` on chats of the inbox by ``LEASE_SECONDS`` from ``now``."""
    sql.execute(statements.RENEW_LEASES, {"number": bot, "me": owner, "until": now + LEASE_SECONDS})


def purge(sql: Connection, now: float) -> bool:
    """Remove some of what was done or given up so long ago that Telegram cannot deliver it again; whether more is."""
    return delete_some(sql, inbox, (inbox.c.state != "waiting") & (inbox.c.received < now - KEEP_SECONDS))


def purge_chats(sql: Connection) -> None:
    """Remove the rows of chats that rest: nothing stays of who has been here."""
    sql.execute(statements.PURGE_CHATS)
