"""Who of staff may do what in the chat: people by Telegram's numbers, each with a role."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import Field, field_validator

from knowledge.settings import SettingsSection


class Role(StrEnum):
    """What somebody of staff may do; each may do what those before it may.

    VIEWER looks; EDITOR handles what people sent in, and answers; ADMIN takes data out.
    """

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """Its place among them, from 0 on."""
        return list(Role).index(self)


class StaffMember(SettingsSection):
    """Somebody of staff. ``name``: what the others of staff read; users never do."""

    role: Role = Role.VIEWER
    name: str = Field(default="", max_length=20)


class StaffSettings(SettingsSection):
    """``people``: by Telegram's number; ``chat``: that of the group in which staff meet; ``audit_days``: for so many it
    is kept who of staff did what.
    """

    people: Mapping[int, StaffMember] = Field(default_factory=dict)
    chat: int | None = Field(default=None, lt=0)
    audit_days: int = Field(default=365, ge=30, le=1095)

    def __hash__(self) -> int:
        """As all settings have one; a mapping has none of its own."""
        return hash((frozenset(self.people.items()), self.chat, self.audit_days))

    @field_validator("people", mode="before")
    @classmethod
    def _in_short(cls, given: Any) -> Any:
        """A list of numbers is one of viewers, as earlier releases had it; a word beside a number is the role."""
        if isinstance(given, (list, tuple, set, frozenset)):
            return {number: {} for number in given}
        if isinstance(given, Mapping):
            return {number: {"role": value} if isinstance(value, str) else value for number, value in given.items()}
        return given

    def role_of(self, user: int | None) -> Role | None:
        """The role of Telegram's user; None for everybody else."""
        member = self.people.get(user) if user is not None else None
        return member.role if member else None

    def name_of(self, user: int | None) -> str:
        """What the others of staff call somebody: the name of the configuration, else the end of Telegram's number."""
        if user is None:
            return "—"
        member = self.people.get(user)
        return member.name if member and member.name else f"…{user % 10000:04}"
