"""Reads ``config.yaml`` and the environment. Errors name the key, its value and what is expected."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.database_urls import absolute_url
from knowledge.towns import TownsError, read_towns

ENVIRONMENT_PREFIX = "HUADU_"
BUNDLED = "bundled"  # the embedding model that comes with the program


class ConfigError(Exception):
    """The configuration cannot be used; the message names the key, its value and what is expected."""


class SettingsSection(BaseModel):
    """Base of every section of the configuration: frozen, and unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DatabaseSettings(SettingsSection):
    """The SQL database: ``url`` as SQLAlchemy writes it, of SQLite or PostgreSQL."""

    url: str = "sqlite:///data/assistant.db"


class IndexSettings(SettingsSection):
    """The editions' indexes: their folder, a Chroma server (``url``) if there is one, how many editions are kept."""

    path: Path = Path("data/editions")
    url: str | None = None
    keep: int = Field(default=3, ge=1)


class EmbeddingSettings(SettingsSection):
    """The model: ``bundled``, a folder, or a name that sentence-transformers knows; its CPU threads."""

    model: str = BUNDLED
    threads: int = Field(default=2, ge=1)


class SearchSettings(SettingsSection):
    """How many chunks search scores and returns, and from which probability on a question is answered, or on a refusal
    names the section that was found first.
    """

    candidates: int = Field(default=50, ge=1)
    passages: int = Field(default=8, ge=1)
    answer_above: float = Field(default=0.35, ge=0, le=1)
    nearest_above: float = Field(default=0.02, ge=0, le=1)


class WebPageSettings(SettingsSection):
    """Whether the pages that documents/sources.yaml names are fetched at a refresh, and the limits of one page.

    ``private_addresses``: also from hosts that are not on the public internet, as in an office's own network.
    """

    fetch: bool = False
    seconds: float = Field(default=20, gt=0)
    mebibytes: int = Field(default=16, ge=1, le=64)
    private_addresses: bool = False


class Names(SettingsSection):
    """What something is called in both languages; ``also``: other names and short ones, in either."""

    zh: str = ""
    en: str = ""
    also: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every name, the longest first."""
        return tuple(sorted(filter(None, (self.zh, self.en, *self.also)), key=lambda name: (-len(name), name)))

    def short(self, language: str) -> str:
        """The first of the other names that is in the language; else the name."""
        fitting = (name for name in self.also if name.isascii() == (language == "en"))
        return next(fitting, self.shown(language))

    def shown(self, language: str) -> str:
        """The name in "zh", "zh-hant" or "en"; the other one where there is none."""
        return (self.en or self.zh) if language == "en" else (self.zh or self.en)


class Programme(Names):
    """The programme that the assistant is of, and where it is. Places are named without 省, 市, 区, District."""

    host: Names = Names()  # the office that runs it
    province: Names = Names()
    city: Names = Names()
    district: Names = Names()


NO_PROGRAMME = Programme()


class MailSettings(SettingsSection):
    """A mail server, and between whom mail goes. ``user``: None for the sender's address, where there is a password."""

    host: str = Field(min_length=1)
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    sender: str = Field(alias="from", pattern=r"^[^\s@]+@[^\s@]+$")
    to: tuple[str, ...] = Field(min_length=1)


class NoticeSettings(SettingsSection):
    """Where staff are told what needs them: ``chat_id``, Telegram's number of a chat; ``mail``. None: not there."""

    chat_id: int | None = None
    mail: MailSettings | None = None


class PublishSettings(SettingsSection):
    """``worse_at_most``: of the check questions, as many may turn worse: below 1 a share, else a number; None: any."""

    worse_at_most: float | None = Field(default=0.1, ge=0)


class KnowledgeSettings(SettingsSection):
    """What ``knowledge`` and ``ingest.py`` need. Of the bot's own sections only the names: the bot checks the rest.

    ``towns``: a file with the towns of the programme's district (see ``knowledge.towns.read_towns``); None: none known.
    """

    documents: Path = Path("documents")
    web_pages: WebPageSettings = WebPageSettings()
    programme: Programme = NO_PROGRAMME
    towns: Path | None = None
    database: DatabaseSettings = DatabaseSettings()
    index: IndexSettings = IndexSettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    search: SearchSettings = SearchSettings()
    publish: PublishSettings = PublishSettings()
    staff: NoticeSettings = NoticeSettings()
    contacts: Any = None
    operator: Any = None
    chat_model: Any = None
    telegram: Any = None
    health: Any = None
    sealing: Any = None
    forms: Any = None
    handoffs: Any = None
    open_questions: Any = None
    reports: Any = None


Settings = TypeVar("Settings", bound=KnowledgeSettings)


def load(path: Path, model: type[Settings]) -> Settings:
    """Settings from the file at ``path`` and the environment, paths made absolute against the file's folder.

    Raises ``ConfigError``.
    """
    values = _with_environment(_read(path))
    try:
        settings = model.model_validate(values)
    except ValidationError as error:
        raise ConfigError(_explain(path, error)) from None
    return _with_absolute_paths(settings, path.resolve().parent)


def _read(path: Path) -> dict[str, Any]:
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; give one with --config FILE") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({error})") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not valid YAML: {error}") from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise ConfigError(f"{path}: expected keys and values, found {type(values).__name__}")
    return values


def _with_environment(values: dict[str, Any]) -> dict[str, Any]:
    """Environment variables over file values: HUADU_INDEX__KEEP=5 sets index.keep."""
    for name, value in os.environ.items():
        if not name.startswith(ENVIRONMENT_PREFIX):
            continue
        *parents, last = name.removeprefix(ENVIRONMENT_PREFIX).lower().split("__")
        section = values
        for parent in parents:
            if not isinstance(section.get(parent), dict):
                section[parent] = {}
            section = section[parent]
        section[last] = yaml.safe_load(value)
    return values


def _explain(path: Path, error: ValidationError) -> str:
    lines = []
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"]) or "(top level)"
        if problem["type"] == "extra_forbidden":
            lines.append(f"{path}: {key}: unknown key (value {problem['input']!r}); see config.yaml for the known ones")
        else:
            lines.append(f"{path}: {key}: {problem['input']!r}: {problem['msg']}")
    return "\n".join(lines)


def _with_absolute_paths(settings: Settings, folder: Path) -> Settings:
    model = _model_name(settings.embedding.model, folder)
    changes: dict[str, object] = {
        "documents": folder / settings.documents,
        "database": DatabaseSettings(url=_absolute_url(settings.database.url, folder)),
        "index": settings.index.model_copy(update={"path": folder / settings.index.path}),
        "embedding": settings.embedding.model_copy(update={"model": model}),
    }
    if settings.towns is not None:
        changes["towns"] = folder / settings.towns
        try:
            read_towns(folder / settings.towns)
        except TownsError as error:
            raise ConfigError(f"towns: {error}") from None
    return settings.model_copy(update=changes)


def _absolute_url(url: str, folder: Path) -> str:
    try:
        return absolute_url(url, folder)
    except ValueError:
        raise ConfigError(f"database.url: {url!r}: not an address, such as {DatabaseSettings().url}") from None


def _model_name(name: str, folder: Path) -> str:
    """A folder of a model as an absolute path; any other name as it is."""
    return str(folder / name) if name != BUNDLED and (folder / name).is_dir() else name
