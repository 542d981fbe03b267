"""The commands, one function each; the table at the end is the list that Telegram is told."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.answer import Choice
from bot.presentation.messages import message
from bot.telegram.delivery.reply import (
    NO_REPLY,
    AssistantProtocol,
    IncomingQuestion,
    Reply,
    addressed,
    answer_reply,
    text_reply,
)
from bot.telegram.feedback.vote_buttons import vote_choices
from bot.telegram.feedback.votes import Opinion
from bot.telegram.queue.conversations import PUBLIC_HELP, DeletionCounts
from bot.telegram.queue.outgoing.messages import MessageContent
from knowledge.text.pii import masked

OWN_PREFIX = "!"  # begins the requests of buttons that are handled here; the assistant's begin with "{"
ROLES = ("student", "enterprise", "staff")
GUIDED_LISTS = ("jobs", "training", "partners", "join")
LANGUAGES = ("zh", "zh-hant", "en")
DEEP_LINK = re.compile(r"[A-Za-z0-9_-]{1,64}")
Handler = Callable[[IncomingQuestion, AssistantProtocol, str], Reply]


def start(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """Welcome with the three roles; a deep link may lead on to a command or a role."""
    parameter = rest if DEEP_LINK.fullmatch(rest) else ""
    if parameter in ROLES:
        return _greeted(role(incoming, parameter))
    if parameter in GUIDED_LISTS:
        return answer_reply(incoming, assistant.open(parameter, (), interface_language=incoming.language), "")
    choices = [Choice(message(f"role_{name}", incoming.language), f"{OWN_PREFIX}role {name}") for name in ROLES]
    return _greeted(text_reply(incoming, "start", *choices))


def _greeted(reply: Reply) -> Reply:
    return replace(reply, conversation=reply.conversation and replace(reply.conversation, greeted=True))


def role(incoming: IncomingQuestion, name: str) -> Reply:
    """What a role can do here, with the lists that belong to it."""
    lists = {"student": ("training", "jobs"), "enterprise": ("join", "partners"), "staff": ()}[name]
    choices = [Choice(message(f"open_{topic}", incoming.language), f"{OWN_PREFIX}open {topic}") for topic in lists]
    return text_reply(incoming, f"role_{name}_text", *choices)


def show_help(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """What can be asked and which commands there are."""
    return text_reply(incoming, "help")


def privacy(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """What is stored, why, how long, who sees it, how to delete it."""
    return text_reply(incoming, "privacy")


def human(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """Where people answer: the contacts of the configuration."""
    in_english = incoming.language == "en"
    lines = [f"{contact.phone}  {contact.en if in_english else contact.zh}" for contact in incoming.contacts]
    return text_reply(incoming, "human", contacts="\n".join(lines)) if lines else text_reply(incoming, "human_none")


def cancel(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """Leave what was begun: the next question stands alone."""
    reply = text_reply(incoming, "cancelled")
    return replace(reply, conversation=replace(incoming.conversation, history=()))


def language(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """Ask which language the interface shall have."""
    return text_reply(incoming, "language_ask", *_languages())


def settings(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """The language, and the way to deletion."""
    delete = Choice(message("delete_open", incoming.language), f"{OWN_PREFIX}open delete_my_data")
    return text_reply(incoming, "settings", *_languages(), delete)


def _languages() -> list[Choice]:
    """Each language under its own name, whatever the interface's language is."""
    return [Choice(message(f"language_{code}", code), f"{OWN_PREFIX}language {code}") for code in LANGUAGES]


def set_language(incoming: IncomingQuestion, code: str) -> Reply:
    """Remember the choice and say so in the language chosen."""
    chosen = replace(incoming, conversation=replace(incoming.conversation, language=code))
    return text_reply(chosen, "language_set", name=message(f"language_{code}", code))


def delete_my_data(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """Ask once whether everything shall go."""
    yes = Choice(message("delete_yes", incoming.language), f"{OWN_PREFIX}delete yes")
    no = Choice(message("delete_no", incoming.language), f"{OWN_PREFIX}delete no")
    return text_reply(incoming, "delete_confirm", yes, no)


def delete_all(incoming: IncomingQuestion) -> Reply:
    """Remove what is kept of this user and say exactly what it was."""

    def confirmation(gone: DeletionCounts) -> MessageContent:
        told = message("deleted_votes", incoming.language, votes=str(gone.votes)) if gone.votes else ""
        counts = {"conversations": gone.conversations, "buttons": gone.buttons, "waiting": gone.waiting}
        values = {name: str(count) for name, count in counts.items()}
        text = f"{message('deleted', incoming.language, **values).strip()}\n{told}".strip()
        content = addressed(incoming, html.escape(text, quote=False))
        return replace(content, keyboard=(((message("steps.open_help", incoming.language), PUBLIC_HELP),),))

    return Reply(forget=confirmation, status="deleted")


def feedback(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """How to vote; what follows the command is kept as a remark on the last answer."""
    token = incoming.conversation.last_rated(incoming.now)
    if not rest:
        return text_reply(incoming, "feedback_how", rows=(vote_choices(token),) if token else ())
    if not token:
        return text_reply(incoming, "feedback_no_answer")
    opinion = Opinion(token, incoming.conversation.person, remark=masked(rest)[0])
    return replace(text_reply(incoming, "feedback_stored"), opinion=opinion)


def ask(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """A question behind a command, for groups."""
    return answer_question(replace(incoming, text=rest), assistant) if rest else text_reply(incoming, "ask_empty")


def answer_question(incoming: IncomingQuestion, assistant: AssistantProtocol) -> Reply:
    """The assistant's answer to a question."""
    turns = incoming.conversation.recent_turns(incoming.now)
    answer = assistant.answer(incoming.text, turns, interface_language=incoming.language)
    return answer_reply(incoming, answer, incoming.text)


def _guided_list(name: str) -> Handler:
    def handler(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
        turns = incoming.conversation.recent_turns(incoming.now)
        return answer_reply(incoming, assistant.open(name, turns, interface_language=incoming.language), "")

    return handler


def unknown(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """A command that nobody knows: a short help in private, silence in a group, where it may be another bot's."""
    return text_reply(incoming, "unknown_command") if incoming.private else NO_REPLY


@dataclass(frozen=True)
class Command:
    """A command. Its handler gets the question, the assistant, and the text that follows the command."""

    handler: Handler
    in_groups: bool = True


COMMANDS: Mapping[str, Command] = {
    "start": Command(start, in_groups=False),
    "ask": Command(ask),
    "jobs": Command(_guided_list("jobs")),
    "training": Command(_guided_list("training")),
    "partners": Command(_guided_list("partners")),
    "join": Command(_guided_list("join")),
    "human": Command(human),
    "help": Command(show_help),
    "language": Command(language),
    "feedback": Command(feedback),
    "settings": Command(settings, in_groups=False),
    "privacy": Command(privacy),
    "cancel": Command(cancel),
    "delete_my_data": Command(delete_my_data, in_groups=False),
}
