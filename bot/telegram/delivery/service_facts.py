"""What texts say of the service itself, and where somebody speaks with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.settings import ServiceOperator, Settings, StaffSettings


class Place(StrEnum):
    """Where a command is given. Staff's group is a group too, and staff's private chats are private ones."""

    PRIVATE = "private"
    GROUP = "group"
    STAFF = "staff"


@dataclass(frozen=True)
class ServiceFacts:
    """``operator``: who runs it, None when nobody is named; ``asks_model``: an external chat model words answers."""

    operator: ServiceOperator | None = None
    asks_model: bool = False
    staff: StaffSettings = field(default_factory=StaffSettings)

    @classmethod
    def of(cls, settings: Settings) -> ServiceFacts:
        """Those of the configuration."""
        return cls(settings.operator, settings.chat_model is not None, settings.telegram.staff)

    def of_staff(self, chat_id: int) -> bool:
        """Whether ``chat_id`` (in Telegram) is staff's group or the private chat of somebody on their list."""
        return chat_id == self.staff.chat or chat_id in self.staff.people

    def places(self, chat_id: int, *, private: bool) -> frozenset[Place]:
        """What the chat counts as, by Telegram's id and not by what its members say."""
        own = Place.PRIVATE if private else Place.GROUP
        return frozenset({own, Place.STAFF}) if self.of_staff(chat_id) else frozenset({own})


NO_FACTS = ServiceFacts()


def private_link(bot_name: str, page: str) -> str:
    """The address that opens the private chat with the bot at ``page`` (see ``bot.telegram.updates.deep_links``)."""
    return f"https://t.me/{bot_name}?start={page}"
