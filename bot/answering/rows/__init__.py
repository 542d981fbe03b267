"""Questions to rows, without a chat model: understanding, query, presenting, guided lists."""

from bot.answering.rows.answerer import RowAnswerer
from bot.answering.rows.row_answer import RecordAnswer

__all__ = ["RecordAnswer", "RowAnswerer"]
