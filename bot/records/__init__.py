"""Questions to rows, without a chat model: understanding, query, presenting, guided lists."""

from bot.records.answer import RecordAnswer
from bot.records.desk import RecordDesk

__all__ = ["RecordAnswer", "RecordDesk"]
