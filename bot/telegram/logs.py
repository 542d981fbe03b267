"""Structured logs without the token and without personal data, whoever writes them and at whatever level."""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import Any

import structlog

from bot.personal import masked

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


class Redaction:
    """Takes secrets and personal data out of texts."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)

    def text(self, text: str) -> str:
        """``text`` without what must not be logged."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return masked(TOKENS.sub(HIDDEN, text))[0]

    def __call__(self, _: Any, __: str, line: Any) -> str:
        """As a structlog processor: the line that was rendered."""
        return self.text(str(line))

    def record(self, record: logging.LogRecord) -> logging.LogRecord:
        """A log record of any library, with its arguments written out and cleaned."""
        record.msg, record.args = self.text(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = self.text(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return record


class Lines(logging.Formatter):
    """The records of libraries as JSON objects, a line each, like the program's own."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of ``record``."""
        line = {"event": super().format(record), "logger": record.name, "level": record.levelname.lower()}
        return json.dumps(line, ensure_ascii=False)


def set_up_logs(secrets: tuple[str, ...], level: int = logging.INFO) -> None:
    """One JSON line an event on standard error; the libraries' own records pass the same redaction."""
    redaction = Redaction(secrets)
    make = logging.LogRecord

    def record(*args: Any, **more: Any) -> logging.LogRecord:
        return redaction.record(make(*args, **more))

    logging.setLogRecordFactory(record)
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
            redaction,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
