"""How people are received: the welcome with the roles, what a role can do here, and the greeting of a group."""

from __future__ import annotations

import json
from dataclasses import replace

from bot.answer import Choice
from bot.presentation.messages import message
from bot.telegram.delivery import privacy_notice
from bot.telegram.delivery.reply import NO_REPLY, IncomingQuestion, Reply, text_reply, with_link
from bot.telegram.delivery.service_facts import Place, private_link
from bot.telegram.queue.audience.group_chats import GroupChange, GroupEvent
from bot.telegram.update import Membership
from bot.telegram.updates.deep_links import ROLES, WELCOME
from knowledge.entities.home import wording

OWN_PREFIX = "!"  # begins the requests of buttons that are handled here; the assistant's begin with "{"
EXAMPLES = {role: tuple(f"example_{role}_{number}" for number in (1, 2, 3)) for role in ("student", "enterprise")}
ROLE_LISTS = {"student": ("training", "jobs"), "enterprise": ("join", "partners")}


def welcome(incoming: IncomingQuestion) -> Reply:
    """Who answers here and how to ask, with the roles that this person may have."""
    roles = [name for name in ROLES if name != "staff" or Place.STAFF in incoming.places]
    choices = [Choice(message(f"role_{name}", incoming.language), f"{OWN_PREFIX}role {name}") for name in roles]
    lacks = incoming.lacks_notice
    notice = privacy_notice.notice_text(incoming.language) + "\n\n" if lacks else ""
    reply = text_reply(incoming, "welcome", *choices, notice=notice)
    return replace(reply, notice=privacy_notice.VERSION if lacks else None)


def role(incoming: IncomingQuestion, name: str) -> Reply:
    """What a role can do here: three questions that are asked with a tap, and its lists. Staff's is for staff alone.
    Any other is remembered with the talk, for the counts of the monthly report.
    """
    if name == "staff" and Place.STAFF not in incoming.places:
        return welcome(incoming)
    names = wording(incoming.programme, incoming.language)
    questions = [message(key, incoming.language, **names) for key in EXAMPLES.get(name, ())]
    asked = [Choice(question, json.dumps({"ask": question}, ensure_ascii=False)) for question in questions]
    lists = [
        Choice(message(f"open_{topic}", incoming.language), f"{OWN_PREFIX}open {topic}")
        for topic in ROLE_LISTS.get(name, ())
    ]
    if name in EXAMPLES:
        incoming = replace(incoming, conversation=replace(incoming.conversation, role=name))
    return text_reply(incoming, f"page_{name}", *asked, *lists)


def group_welcome(incoming: IncomingQuestion, change: GroupChange) -> Reply:
    """Who is here and how to be heard in a group; what is personal leads to the private chat."""
    reply = to_private(incoming, text_reply(incoming, "group_greeting"), WELCOME)
    return replace(reply, group=GroupEvent(change))


def to_private(incoming: IncomingQuestion, reply: Reply, page: str) -> Reply:
    """``reply`` with a button that opens the private chat at ``page``."""
    return with_link(reply, message("open_private", incoming.language), private_link(incoming.bot_name, page))


def on_membership(incoming: IncomingQuestion, membership: Membership) -> Reply:
    """The bot was added to a group or removed from it. Other chats need nothing: Telegram tells when they cannot be
    written to.
    """
    if not membership.in_group:
        return NO_REPLY
    if membership.is_in and not membership.was_in:
        return group_welcome(incoming, GroupChange.JOINED)
    if membership.was_in and not membership.is_in and not membership.may_go_on:
        return Reply(group=GroupEvent(GroupChange.LEFT))
    return NO_REPLY
