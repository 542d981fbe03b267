"""Replies on their way to Telegram."""
