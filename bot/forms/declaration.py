"""Forms as staff declare them in ``forms/*.yaml``, and reading them. What is wrong names file, key and value."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError, model_validator

from knowledge.settings import ConfigError, SettingsSection

NAME = r"^[a-z][a-z0-9_]{0,30}$"
LONGEST_TEXT = 1000  # that a field may take, in characters: a summary of all fields has to fit into one message
MOST_TOGETHER = 3000  # characters of all fields of a form together, for the same reason
MOST_FIELDS, MOST_OPTIONS = 20, 16


class BilingualText(SettingsSection):
    """A text in both languages; Traditional Chinese is made of the Simplified one."""

    zh: str = Field(min_length=1, max_length=600)
    en: str = Field(min_length=1, max_length=900)

    def shown(self, language: str) -> str:
        """The text for "zh", "zh-hant" or "en"; whoever shows it puts it into Traditional letters."""
        return self.en if language == "en" else self.zh


class FieldKind(StrEnum):
    """What a field takes."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    TOWN = "town"  # one of the district's
    CREDIT_CODE = "credit_code"
    PHONE = "phone"
    PAY = "pay"


class SkipRule(SettingsSection):
    """A field is not asked where an earlier ``field`` was answered with one of ``answers`` (an option's Chinese)."""

    field: str
    answers: tuple[str, ...] = Field(min_length=1)


class FormField(SettingsSection):
    """One field. ``optional``: may be left out; ``adults_only``: not asked of whoever is 14 to 17; ``lawful``: a text
    of a job advertisement, in which unlawful conditions are refused; ``free``: of a choice, other words are taken too;
    ``minor_ask``: how it is asked of whoever is 14 to 17; ``longest``: in characters; ``least``, ``most``: of a number.
    """

    name: str = Field(pattern=NAME)
    kind: FieldKind = FieldKind.TEXT
    label: BilingualText
    ask: BilingualText
    minor_ask: BilingualText | None = None
    optional: bool = False
    adults_only: bool = False
    lawful: bool = False
    free: bool = False
    options: tuple[BilingualText, ...] = Field(default=(), max_length=MOST_OPTIONS)
    longest: int = Field(default=100, ge=1, le=LONGEST_TEXT)
    least: int = Field(default=1, ge=0)
    most: int = Field(default=100_000, ge=1)
    skip_if: SkipRule | None = None

    @model_validator(mode="after")
    def _fits(self) -> FormField:
        if (self.kind is FieldKind.CHOICE) != bool(self.options):
            raise ValueError("options belong to kind: choice, and that kind needs them")
        if self.least > self.most:
            raise ValueError("least is larger than most")
        return self


class Minors(StrEnum):
    """What of a form is for whoever is 14 to 17."""

    FEWER = "fewer"  # all fields but those for adults
    REFUSED = "refused"


class FormDeclaration(SettingsSection):
    """A form. ``wishes``: intents of messages (``bot/understanding/service_intents.yaml``) that open it;
    ``below``: headings of sections of documents, below answers from which it is offered;
    ``consent_version``: counted up by staff when they change what people agree to.
    """

    name: str = Field(pattern=NAME)
    title: BilingualText
    purpose: BilingualText
    readers: BilingualText
    afterwards: BilingualText
    consent_version: int = Field(ge=1)
    minors: Minors = Minors.REFUSED
    wishes: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    fields: tuple[FormField, ...] = Field(min_length=1, max_length=MOST_FIELDS)

    @model_validator(mode="after")
    def _fits(self) -> FormDeclaration:
        names: list[str] = []
        for field in self.fields:
            if field.name in names:
                raise ValueError(f"two fields are called {field.name}")
            if field.skip_if and field.skip_if.field not in names:
                raise ValueError(f"field {field.name}: skip_if.field: {field.skip_if.field!r} is no earlier field")
            names.append(field.name)
        if all(field.optional for field in self.fields):
            raise ValueError("every field is optional: then an empty form could be sent")
        if self.minors is Minors.FEWER and not any(field.adults_only for field in self.fields):
            raise ValueError("minors: fewer needs a field that has adults_only: true")
        if sum(field.longest for field in self.fields) > MOST_TOGETHER:
            raise ValueError(f"all fields together may take {MOST_TOGETHER} characters; make some longest smaller")
        return self

    def field(self, name: str) -> FormField | None:
        """The field of that name; None when there is none (any more)."""
        return next((field for field in self.fields if field.name == name), None)

    def consent_text_version(self, *circumstances: str) -> str:
        """The version of what people agree to: staff's number, and a digest that changes with any word of it.

        ``circumstances``: what is said beside the declaration: who runs this, how long it is kept.
        """
        said = [self.title, self.purpose, self.readers, *(field.label for field in self.fields)]
        texts = [part.model_dump() for part in said]
        digest = hashlib.sha256(json.dumps([texts, self.minors, circumstances], ensure_ascii=False).encode())
        return f"{self.consent_version}.{digest.hexdigest()[:8]}"


def read_forms(folder: Path, wishes: frozenset[str], *, with_towns: bool = True) -> tuple[FormDeclaration, ...]:
    """The forms of ``folder``, a file each, in the order of the files' names. ``wishes``: the intents there are;
    ``with_towns``: towns of the district are known.

    Raises ``ConfigError`` for a folder without any, and for whatever cannot be used.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise ConfigError(f"forms.folder: {folder}: holds no *.yaml; put the forms there or set forms.enabled: false")
    forms = tuple(_form(file) for file in files)
    for file, form in zip(files, forms, strict=True):
        if unknown := sorted(set(form.wishes) - wishes):
            raise ConfigError(f"{file}: wishes: {unknown[0]!r} is unknown; known are {', '.join(sorted(wishes))}")
        if not with_towns and any(field.kind is FieldKind.TOWN for field in form.fields):
            raise ConfigError(
                f"{file}: a field has kind: town, and towns in config.yaml is null; name the file of towns"
            )
    return forms


def _form(file: Path) -> FormDeclaration:
    if not re.fullmatch(NAME, file.stem):
        raise ConfigError(f"{file}: rename it: a form's file has small letters, digits and _ in its name")
    try:
        values = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read ({error})") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{file}: not valid YAML: {error}") from None
    if not isinstance(values, Mapping):
        raise ConfigError(f"{file}: expected keys and values, found {type(values).__name__}")
    try:
        return FormDeclaration.model_validate({**values, "name": file.stem})
    except ValidationError as error:
        raise ConfigError("\n".join(_problem(file, problem) for problem in error.errors())) from None


def _problem(file: Path, problem: Any) -> str:
    key = ".".join(str(part) for part in problem["loc"]) or "(top level)"
    if problem["type"] == "extra_forbidden":
        return f"{file}: {key}: unknown key (value {problem['input']!r}); forms/README.md names the known ones"
    shown = "" if isinstance(problem["input"], Mapping) else f" {problem['input']!r}:"
    return f"{file}: {key}:{shown} {problem['msg']}"
