"""Structured logs without the token and without personal data, whoever writes them and at whatever level."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from bot.telegram import json_codec
from knowledge.text.characters import harmless
from knowledge.text.pii import masked

NOISY = (
    "sentence_transformers",
    "transformers",
    "httpx",
    "httpcore",
    "aiohttp",
    "telegram",
    "sqlalchemy",
    "uvicorn",
    "chromadb",
    "asyncio",
)
TOKENS = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
HIDDEN = "[secret]"
LARGEST_COUNT = 1_000_000


class Redactor:
    """Takes secrets and personal data out of texts."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)

    def text(self, text: str) -> str:
        """``text`` without what must not be logged."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return masked(TOKENS.sub(HIDDEN, text))[0]

    def __call__(self, _: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        """As a structlog processor: the values of a line, before its time is added."""
        values = {name: value if _is_harmless(value) else str(value) for name, value in event.items()}
        texts = [value for value in values.values() if isinstance(value, str)]
        together = "\n".join(texts)  # one look at them all, since there is hardly ever anything to hide
        if self.text(together) == together:
            return values
        return {name: self.text(value) if isinstance(value, str) else value for name, value in values.items()}

    def record(self, record: logging.LogRecord) -> logging.LogRecord:
        """A log record of any library, with its arguments written out and cleaned."""
        record.msg, record.args = self.text(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = self.text(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return record


def _is_harmless(value: object) -> bool:
    """Whether ``value`` is no text and too small for anybody's number."""
    return value is None or (isinstance(value, (bool, int, float)) and abs(value) < LARGEST_COUNT)


class JsonFormatter(logging.Formatter):
    """The records of libraries as JSON objects, a line each, like the program's own."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of ``record``."""
        line = {"event": super().format(record), "logger": record.name, "level": record.levelname.lower()}
        return harmless(json_codec.dumps(line))


def _rendered(line: Mapping[str, Any], **_: Any) -> str:
    return harmless(json_codec.dumps(line))


def set_up_logs(secrets: tuple[str, ...], level: int = logging.INFO) -> None:
    """One JSON line an event on standard error; the libraries' own records pass the same redaction."""
    redactor = Redactor(secrets)
    make = logging.LogRecord

    def record(*args: Any, **more: Any) -> logging.LogRecord:
        return redactor.record(make(*args, **more))

    logging.setLogRecordFactory(record)
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            redactor,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(_rendered),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
