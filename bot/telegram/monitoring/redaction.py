"""Takes secrets, in whatever encoding, personal data and the words of errors out of what is logged."""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any
from urllib.parse import quote, quote_plus

from bot.telegram.monitoring.traces import without_messages
from knowledge.text.pii import masked

TOKENS = re.compile(r"(?<!\d)\d{5,}+(?::|%(?:25)*+3[Aa]|\\u003[aA]|&#(?:58|x3[aA]);)[A-Za-z0-9_-]{20,}")
HIDDEN = "[secret]"
LARGEST_COUNT = 1_000_000
SHORTEST_SECRET = 6  # characters; what is shorter would be found in any word
QUOTED = re.compile(r"\"[^\"]*\"|(?<![A-Za-z])'[^']*'")
IN_QUOTES = '"…"'


class Redactor:
    """Takes secrets and personal data out of texts. ``secrets``: as they are typed; every encoding is looked for."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        forms = {form for secret in secrets if secret for part in _parts(secret) for form in _forms(part)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def text(self, text: str) -> str:
        """``text`` without what must not be logged."""
        if self._secrets:
            text = self._secrets.sub(HIDDEN, text)
        return masked(without_messages(TOKENS.sub(HIDDEN, text)))[0]

    def __call__(self, _: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        """As a structlog processor: the values of a line, before its time is added."""
        values = {name: value if _is_harmless(value) else str(value) for name, value in event.items()}
        if isinstance(reason := values.get("reason"), str):
            values["reason"] = QUOTED.sub(IN_QUOTES, reason)  # Telegram quotes what it refuses
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


def _parts(secret: str) -> Iterator[str]:
    """A secret, and of a token the part behind its colon; what stands before that is the bot's public number."""
    yield secret
    _, colon, behind = secret.partition(":")
    if colon and len(behind) >= SHORTEST_SECRET:
        yield behind


def _forms(secret: str) -> Iterator[str]:
    """How ``secret`` may stand in a line: as it is, in URLs, escaped, in hexadecimal, in base64 at any place."""
    data = secret.encode()
    every = "".join(f"%{byte:02X}" for byte in data)
    for form in (quote(secret, safe=""), quote_plus(secret), quote(quote(secret, safe=""), safe=""), every):
        yield form
        yield re.sub("%(?:25)*[0-9A-F]{2}", lambda match: match[0].lower(), form)
    yield secret
    yield from (ascii(secret)[1:-1], json.dumps(secret)[1:-1], data.hex(), data.hex().upper())
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for before in range(3):  # bytes that stand before it in the same text
            encoded = encode(bytes(before) + data).decode().rstrip("=")
            last = len(encoded) - (1 if (before + len(data)) % 3 else 0)  # the rest depends on what stands behind
            middle = encoded[(before * 8 + 5) // 6 : last]
            if len(middle) >= SHORTEST_SECRET:
                yield middle
