"""The ways to staff: Telegram's sendMessage over HTTP, and mail. Nothing of the bot is needed, nor that it runs."""

from __future__ import annotations

import os
import smtplib
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
from dotenv import dotenv_values

from knowledge.settings import KnowledgeSettings, MailSettings
from knowledge.text.characters import harmless

SECONDS = 20.0  # that a server has for an answer
TELEGRAM = "https://api.telegram.org"
TOKEN, PASSWORD = "TELEGRAM_BOT_TOKEN", "STAFF_MAIL_PASSWORD"  # names of variables
NOWHERE = "nobody is told: neither staff.chat_id nor staff.mail is set in config.yaml"


class NoticeError(Exception):
    """Staff could not be told, but for some if ``reached``. The message names the setting and its mend, no secret."""

    def __init__(self, said: str, *, reached: bool = False) -> None:
        super().__init__(said)
        self.reached = reached


@dataclass(frozen=True)
class Channels:
    """Where staff are told. ``base_url``: of Telegram; ``token`` and ``password`` are None where they are not set."""

    chat_id: int | None = None
    mail: MailSettings | None = None
    base_url: str = TELEGRAM
    token: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    def __bool__(self) -> bool:
        return self.chat_id is not None or self.mail is not None

    def tell(self, subject: str, text: str) -> tuple[int, tuple[NoticeError, ...]]:
        """Send ``text`` wherever it can go; how many ways took it, and what was wrong. ``subject``: of the mail."""
        problems, ways = [], 0
        for way in (self._to_chat, self._by_mail):
            try:
                ways += way(subject, text)
            except NoticeError as error:
                problems.append(error)
                ways += error.reached
        return ways, tuple(problems)

    def _to_chat(self, subject: str, text: str) -> bool:
        if self.chat_id is None:
            return False
        if self.token is None:
            raise NoticeError(f"{TOKEN}: not set, and staff.chat_id is; put it into the environment or .env")
        body = {"chat_id": self.chat_id, "text": text, "link_preview_options": {"is_disabled": True}}
        try:
            reply = httpx.post(f"{self.base_url.rstrip('/')}/bot{self.token}/sendMessage", json=body, timeout=SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL) as error:  # their words may hold the address, and it the token
            raise NoticeError(
                f"telegram.base_url: {self.base_url} cannot be reached ({type(error).__name__}); tried again next time"
            ) from None
        if reply.status_code != httpx.codes.OK or not _json(reply).get("ok"):
            raise NoticeError(_refusal(self.chat_id, reply))
        return True

    def _by_mail(self, subject: str, text: str) -> bool:
        if self.mail is None:
            return False
        if self.mail.user and self.password is None:
            raise NoticeError(f"{PASSWORD}: not set, and staff.mail.user is; put it into the environment or .env")
        try:
            refused = _send_mail(self.mail, self.password, _letter(self.mail, subject, text))
        except smtplib.SMTPAuthenticationError:
            raise NoticeError(f"{PASSWORD}: {self.mail.host} refuses it or staff.mail.user; correct them") from None
        except smtplib.SMTPNotSupportedError as error:
            raise NoticeError(f"staff.mail.security: {self.mail.host} does not offer it ({error})") from None
        except smtplib.SMTPRecipientsRefused as error:
            refused = tuple(error.recipients)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            place = f"{self.mail.host}:{self.mail.port}"
            raise NoticeError(
                f"staff.mail: {place} did not take it ({type(error).__name__}); check host, port and security"
            ) from None
        if refused:
            said = f"staff.mail.to: {self.mail.host} refuses {', '.join(refused)}; correct the address"
            raise NoticeError(said, reached=len(refused) < len(set(self.mail.to)))
        return True


def channels(settings: KnowledgeSettings, folder: Path) -> Channels:
    """Where staff are told by ``settings``; secrets from the environment, else from ``.env`` in ``folder``."""
    found = {**dotenv_values(folder / ".env"), **os.environ}
    telegram = settings.telegram if isinstance(settings.telegram, dict) else {}
    secrets = ((found.get(name) or "").strip() or None for name in (TOKEN, PASSWORD))
    base_url = str(telegram.get("base_url") or TELEGRAM)
    return Channels(settings.staff.chat_id, settings.staff.mail, base_url, *secrets)


def title(settings: KnowledgeSettings) -> str:
    """What every message begins with: whose assistant speaks."""
    return harmless(f"{settings.programme.shown('zh') or '问答助手'} · 知识库 / knowledge base")


def _refusal(chat_id: int, reply: httpx.Response) -> str:
    said = _json(reply)
    if reply.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.NOT_FOUND):
        return f"{TOKEN}: Telegram does not know it; copy it again from @BotFather"
    if reply.status_code in (httpx.codes.BAD_REQUEST, httpx.codes.FORBIDDEN):
        moved = said.get("parameters", {}).get("migrate_to_chat_id")
        mend = (
            f"the chat has the number {moved} now" if moved else "add the bot to the chat, and write its number there"
        )
        return f"staff.chat_id: {chat_id}: Telegram refuses it ({said.get('description', 'no reason given')}); {mend}"
    return f"staff.chat_id: Telegram did not take the message (HTTP {reply.status_code}); tried again next time"


def _json(reply: httpx.Response) -> dict[str, Any]:
    try:
        said = reply.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _letter(mail: MailSettings, subject: str, text: str) -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["To"] = subject, mail.sender, ", ".join(mail.to)
    letter.set_content(text)
    return letter


def _send_mail(mail: MailSettings, password: str | None, letter: EmailMessage) -> tuple[str, ...]:
    """Hand over ``letter``; the addresses that were refused while others were taken."""
    context = ssl.create_default_context()
    with closing(_connection(mail, context)) as server:
        if mail.security == "starttls":
            server.starttls(context=context)
        if password is not None:
            server.login(mail.user or mail.sender, password)
        refused = tuple(server.send_message(letter))
        with suppress(smtplib.SMTPException, OSError):  # it is taken: a farewell that fails must not send it again
            server.quit()
        return refused


def _connection(mail: MailSettings, context: ssl.SSLContext) -> smtplib.SMTP:
    if mail.security == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port, timeout=SECONDS, context=context)
    return smtplib.SMTP(mail.host, mail.port, timeout=SECONDS)
