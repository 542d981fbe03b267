"""What texts say of the service itself, and where somebody speaks with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.forms.declaration import read_forms
from bot.forms.offered_forms import NO_FORMS, OfferedForms, Retention
from bot.settings import ServiceOperator, Settings
from bot.staff_settings import StaffSettings
from bot.telegram.handoffs.terms import HandoffTerms
from bot.understanding.service_intents import service_verdicts
from knowledge.towns import read_towns


class Place(StrEnum):
    """Where a command is given. Staff's group is a group too, and staff's private chats are private ones."""

    PRIVATE = "private"
    GROUP = "group"
    STAFF = "staff"
    FORMS = "forms"  # a private chat where forms can be filled in
    HANDOFFS = "handoffs"  # staff's group, where they answer what is handed off to them


@dataclass(frozen=True)
class ServiceFacts:
    """``operator``: who runs it, None when nobody is named; ``asks_model``: an external chat model words answers;
    ``forms``: those that can be filled in; ``handoffs``: under which terms staff answer in the chat, None: they do not;
    ``open_days``: so long questions without an answer are kept; ``report_months``: and daily counts.
    """

    operator: ServiceOperator | None = None
    asks_model: bool = False
    staff: StaffSettings = field(default_factory=StaffSettings)
    forms: OfferedForms = NO_FORMS
    handoffs: HandoffTerms | None = None
    open_days: int = 180
    report_months: int = 36

    @classmethod
    def of(cls, settings: Settings) -> ServiceFacts:
        """Those of the configuration. Raises ``ConfigError`` where a form cannot be used."""
        asks_model, staff = settings.chat_model is not None, settings.telegram.staff
        terms = HandoffTerms.of(settings.handoffs, staff.chat)
        kept = settings.open_questions.keep_days, settings.reports.keep_months
        return cls(settings.operator, asks_model, staff, forms_of(settings), terms, *kept)

    def of_staff(self, chat_id: int) -> bool:
        """Whether ``chat_id`` (in Telegram) is staff's group or the private chat of somebody on their list."""
        return chat_id == self.staff.chat or chat_id in self.staff.people

    def places(self, chat_id: int, *, private: bool) -> frozenset[Place]:
        """What the chat counts as, by Telegram's id and not by what its members say."""
        own = {Place.PRIVATE if private else Place.GROUP}
        forms = {Place.FORMS} if private and self.forms else set()
        answered = {Place.HANDOFFS} if self.handoffs and chat_id == self.handoffs.staff_chat else set()
        return frozenset(own | forms | answered | ({Place.STAFF} if self.of_staff(chat_id) else set()))


def forms_of(settings: Settings) -> OfferedForms:
    """The forms that the configuration switches on. Raises ``ConfigError`` where one cannot be used."""
    forms = settings.forms
    if not forms.enabled:
        return NO_FORMS
    towns = read_towns(settings.towns) if settings.towns else ()
    days = Retention(forms.draft_days, forms.handled_days, forms.most_days)
    declared = read_forms(forms.folder, frozenset(service_verdicts()), with_towns=bool(towns))
    return OfferedForms(declared, towns, days)


NO_FACTS = ServiceFacts()


def private_link(bot_name: str, page: str) -> str:
    """The address that opens the private chat with the bot at ``page`` (see ``bot.telegram.updates.deep_links``)."""
    return f"https://t.me/{bot_name}?start={page}"
