"""The bot's part of ``config.yaml``, and its secrets from the environment or ``.env``."""

from __future__ import annotations

import os
from datetime import date, time
from pathlib import Path
from typing import Literal

from dotenv import load_dotenv
from pydantic import Field, SecretStr, field_validator

from bot.staff_settings import StaffSettings
from knowledge.settings import ConfigError, KnowledgeSettings, Names, SettingsSection, load


class Contact(SettingsSection):
    """Whom a refusal names: a phone number, in Chinese and English whose it is, and when it is answered if known."""

    phone: str
    zh: str
    en: str
    hours: Names | None = None


class ServiceOperator(SettingsSection):
    """Who runs this assistant and answers for it, in Chinese and English.

    ``contact``: where people turn with questions on their personal data (a telephone number, an address, a mail), None
    for the contacts of the service.
    """

    zh: str = Field(min_length=2, max_length=60)
    en: str = Field(min_length=2, max_length=90)
    contact: str | None = Field(default=None, min_length=3, max_length=90)


class ChatModelSettings(SettingsSection):
    """An OpenAI-compatible chat model that may word answers. ``base_url``: None for OpenAI's own address.

    ``timeout_seconds``: what one answer, all its parts together, may wait for it.
    """

    name: str
    base_url: str | None = None
    timeout_seconds: float = Field(default=8, gt=0)


class WebhookSettings(SettingsSection):
    """Where Telegram calls us. ``url``: the public https address; ``listen``, ``port``: what it leads to here."""

    url: str | None = None
    listen: str = "127.0.0.1"
    port: int = Field(default=8443, ge=0, le=65535)


class QuestionLimitSettings(SettingsSection):
    """How many questions one user may ask a minute and a day (None: as many as they like), so that all are served.

    ``exempt``: Telegram's numbers of staff, and of chats, for whom this does not hold.
    """

    a_minute: int | None = Field(default=30, ge=1)
    a_day: int | None = Field(default=500, ge=1)
    exempt: frozenset[int] = frozenset()


class TelegramSettings(SettingsSection):
    """How updates come and answers go. ``workers``: how many chats are answered at once.

    ``username``: the bot's, as links name it; None: Telegram is asked for it.
    """

    mode: Literal["polling", "webhook"] = "polling"
    base_url: str = "https://api.telegram.org"
    workers: int = Field(default=4, ge=1)
    stop_within_seconds: float = Field(default=20, gt=0)
    username: str | None = Field(default=None, pattern=r"^[A-Za-z][A-Za-z0-9_]{3,31}$")
    staff: StaffSettings = StaffSettings()
    questions: QuestionLimitSettings = QuestionLimitSettings()
    webhook: WebhookSettings = WebhookSettings()


class HealthSettings(SettingsSection):
    """The local port of /health and /metrics (None for none), and from which age what waits is red."""

    listen: str = "127.0.0.1"
    port: int | None = Field(default=8081, ge=0, le=65535)
    oldest_question_seconds: float = Field(default=60, gt=0)
    oldest_answer_seconds: float = Field(default=30, gt=0)


class SealingSettings(SettingsSection):
    """Where the keys stand that people's data is sealed with, unless SEALING_KEYS holds them."""

    key_file: Path = Path(".sealing-keys")


class FormsSettings(SettingsSection):
    """Forms in the chat. ``folder``: where they are declared; days until what was entered goes by itself: of a form
    that was not sent, after staff are done with one, of any.
    """

    enabled: bool = False
    folder: Path = Path("forms")
    draft_days: int = Field(default=30, ge=1, le=365)
    handled_days: int = Field(default=30, ge=1, le=365)
    most_days: int = Field(default=180, ge=1, le=1095)


class OpeningHours(SettingsSection):
    """When staff read, in Beijing time, as 09:00-12:00. ``closed``: days on which nobody does; ``also_open``: Saturdays
    and Sundays that are worked like weekdays.
    """

    weekdays: tuple[str, ...] = ()
    saturday: tuple[str, ...] = ()
    sunday: tuple[str, ...] = ()
    closed: frozenset[date] = frozenset()
    also_open: frozenset[date] = frozenset()

    @field_validator("weekdays", "saturday", "sunday")
    @classmethod
    def _in_order(cls, spans: tuple[str, ...]) -> tuple[str, ...]:
        for span in spans:
            begins, _, ends = span.partition("-")
            try:
                right = time.fromisoformat(begins) < time.fromisoformat(ends)
            except ValueError:
                right = False
            if not right:
                raise ValueError(f"{span}: write the times of a day as 09:00-12:00, the earlier first")
        return tuple(sorted(spans))


class HandoffSettings(SettingsSection):
    """Questions that staff answer in the chat, where ``telegram.staff.chat`` is set. ``language``: of what the bot says
    there; ``unanswered_hours``, ``silent_hours``: after which one ends that staff do not answer, or its user;
    ``keep_days``: for which it is kept after its end.
    """

    language: Literal["zh", "zh-hant", "en"] = "zh"
    hours: OpeningHours | None = None
    unanswered_hours: float = Field(default=72, gt=0, le=720)
    silent_hours: float = Field(default=24, gt=0, le=720)
    keep_days: int = Field(default=30, ge=1, le=365)


class OpenQuestionSettings(SettingsSection):
    """Questions without an answer: how many days each is kept."""

    keep_days: int = Field(default=180, ge=1, le=365)


class ReportSettings(SettingsSection):
    """The monthly report: for how many months before this one its daily counts are kept."""

    keep_months: int = Field(default=36, ge=1, le=120)


class Settings(KnowledgeSettings):
    """Everything the bot can be told."""

    contacts: tuple[Contact, ...] = ()
    operator: ServiceOperator | None = None
    chat_model: ChatModelSettings | None = None
    telegram: TelegramSettings = TelegramSettings()
    health: HealthSettings = HealthSettings()
    sealing: SealingSettings = SealingSettings()
    forms: FormsSettings = FormsSettings()
    handoffs: HandoffSettings = HandoffSettings()
    open_questions: OpenQuestionSettings = OpenQuestionSettings()
    reports: ReportSettings = ReportSettings()


class Secrets(SettingsSection):
    """What must not stand in a file that is shared."""

    telegram_token: SecretStr | None = None
    webhook_secret: SecretStr | None = None
    chat_model_key: SecretStr | None = None
    sealing_keys: SecretStr | None = None


def load_settings(path: Path) -> Settings:
    """The bot's settings from ``path``; raises ``knowledge.settings.ConfigError``."""
    settings = load(path, Settings)
    folder = path.resolve().parent
    keys = SealingSettings(key_file=folder / settings.sealing.key_file)
    forms = settings.forms.model_copy(update={"folder": folder / settings.forms.folder})
    if forms.enabled and not (settings.operator and (settings.operator.contact or settings.contacts)):
        raise ConfigError(
            f"{path}: forms.enabled: true needs operator ({{zh: …, en: …, contact: …}}): whoever fills in a form is"
            " told who answers for it; name the operator, or set forms.enabled: false"
        )
    return settings.model_copy(update={"sealing": keys, "forms": forms})


def load_secrets(folder: Path) -> Secrets:
    """Secrets from the environment, else from ``.env`` in ``folder``."""
    load_dotenv(folder / ".env")
    return Secrets(
        telegram_token=_secret("TELEGRAM_BOT_TOKEN"),
        webhook_secret=_secret("TELEGRAM_WEBHOOK_SECRET"),
        chat_model_key=_secret("CHAT_MODEL_API_KEY"),
        sealing_keys=_secret("SEALING_KEYS"),
    )


def _secret(name: str) -> SecretStr | None:
    value = os.environ.get(name, "").strip()
    return SecretStr(value) if value else None
