"""Stored times: a clock that was set, and Telegram's windows of silence."""
