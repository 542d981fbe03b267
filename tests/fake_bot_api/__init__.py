"""A strict Bot API on loopback, written from Telegram's documentation, independent of the bot that it judges."""

from .faults import Kind
from .limits import Limits
from .markup import MarkupError, parse_html, units
from .server import TOKEN, Call, FakeBotApi
from .world import BOT_ID, Chat, Line

__all__ = [
    "BOT_ID",
    "TOKEN",
    "Call",
    "Chat",
    "FakeBotApi",
    "Kind",
    "Limits",
    "Line",
    "MarkupError",
    "parse_html",
    "units",
]
