"""Structured logs without the token and without personal data, whoever writes them and at whatever level."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import structlog

from bot.telegram import json_codec
from bot.telegram.monitoring.redaction import Redactor
from knowledge.text.characters import harmless

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


class JsonFormatter(logging.Formatter):
    """The records of libraries as JSON objects, a line each, like the program's own."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of ``record``."""
        line = {"event": super().format(record), "logger": record.name, "level": record.levelname.lower()}
        return harmless(json_codec.dumps(line))


def _rendered(line: Mapping[str, Any], **_: Any) -> str:
    return harmless(json_codec.dumps(line))


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """What Python would print by itself, with every word of it: as a record like any other."""
    if error is None or isinstance(error, SystemExit):
        return
    if isinstance(error, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger(__name__).critical("an error that nothing caught", exc_info=(kind, error, trace))


def set_up_logs(secrets: tuple[str, ...], level: int = logging.INFO) -> None:
    """One JSON line an event on standard error; the libraries' own records pass the same redaction."""
    redactor = Redactor(secrets)
    make = logging.LogRecord

    def record(*args: Any, **more: Any) -> logging.LogRecord:
        return redactor.record(make(*args, **more))

    logging.setLogRecordFactory(record)
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
    sys.unraisablehook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
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
