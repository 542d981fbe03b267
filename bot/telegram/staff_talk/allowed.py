"""Whether who asks may do what they ask; nobody else learns what there is."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace

import structlog

from bot.answer import Choice
from bot.presentation.messages import message
from bot.staff_settings import Role
from bot.telegram.delivery.reply import IncomingQuestion, Reply, text_reply, with_link
from bot.telegram.delivery.service_facts import private_link
from bot.telegram.staff.acts import NEEDS, StaffAct, StaffDeed, may
from bot.telegram.staff_talk.desk import StaffDesk

log = structlog.get_logger()
PERSONAL = frozenset({StaffAct.LIST, StaffAct.READ, StaffAct.HANDLE, StaffAct.EXPORT})  # of people who sent something


@dataclass(frozen=True)
class Asking:
    """Somebody of staff and what they sent. ``user``: their number in Telegram."""

    incoming: IncomingQuestion
    desk: StaffDesk
    user: int

    @classmethod
    def of(cls, incoming: IncomingQuestion, desk: StaffDesk) -> Asking:
        """Who writes in the name of a chat is nobody of staff."""
        user = incoming.update.user
        return cls(incoming, desk, user.id if user and not user.is_bot else 0)

    @property
    def role(self) -> Role | None:
        """The role of who asks."""
        return self.desk.staff.role_of(self.user)

    def refusal(self, act: StaffAct) -> Reply | None:
        """What is said to who may not do ``act``, or not here; None to who may."""
        if not may(self.role, act):
            log.warning("staff act refused", act=str(act), role=str(self.role or "none"))
            needed = message(f"staff.role_{NEEDS[act]}", self.incoming.language)
            refused = text_reply(self.incoming, "staff.not_allowed", role=needed)
            return replace(refused, staff=StaffDeed(act, self.user, allowed=False))
        if act in PERSONAL and not self.incoming.private:
            link = private_link(self.incoming.bot_name, "start")
            label = message("open_private", self.incoming.language)
            return with_link(text_reply(self.incoming, "staff.in_private"), label, link)
        return None

    def line(self, key: str) -> str:
        """A text of one line, as HTML."""
        return html.escape(message(key, self.incoming.language), quote=False)

    def page(self, key: str, *choices: Choice, act: StaffAct, about: str = "", **values: str) -> Reply:
        """A text of staff's pages, with its buttons, in the place of the page that a button was tapped on; the deed is
        written down with it.
        """
        reply = text_reply(self.incoming, key, *choices, rows=(), **values)
        below = self.incoming.update.message if self.incoming.update.callback_query else None
        (shown,) = reply.messages
        shown = replace(shown, edits=below.id if below else None)
        return replace(reply, messages=(shown,), staff=StaffDeed(act, self.user, about))
