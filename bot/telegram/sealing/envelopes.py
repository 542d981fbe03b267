"""What waits for a chat, sealed together with the chat's id in Telegram, which stands nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.telegram.sealing.sealer import Sealer, UnreadableError

log = structlog.get_logger()


@dataclass(frozen=True)
class OpenedRow:
    """A row of inbox or outbox, with what its column ``payload`` holds."""

    row: Any
    chat_id: int
    payload: str


def enclose(sealer: Sealer, chat_id: int, payload: str, purpose: str) -> str:
    """``payload`` and the id of its chat, sealed for the column ``purpose``."""
    return sealer.seal(f"{chat_id}\n{payload}", purpose)


def opened(sealer: Sealer, rows: Sequence[Any], purpose: str) -> tuple[list[OpenedRow], list[Any]]:
    """The rows that can be read, and those that cannot, each of which is told in the log."""
    readable, sealed = [], []
    for row in rows:
        try:
            chat_id, _, payload = sealer.unseal(row.payload, purpose).partition("\n")
        except UnreadableError as error:
            log.error("set aside until its key is back", column=purpose, row=row.id, reason=str(error))
            sealed.append(row)
        else:
            readable.append(OpenedRow(row, int(chat_id), payload))
    return readable, sealed
