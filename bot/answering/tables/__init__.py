"""Answers from free tables: looked up by row and column, filtered, compared, counted; without a chat model."""

from bot.answering.tables.answerer import TableAnswerer

__all__ = ["TableAnswerer"]
