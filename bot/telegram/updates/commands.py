"""The commands, one function each; the table at the end is the list that Telegram is told."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.answer import Choice
from bot.presentation.messages import message
from bot.telegram.delivery.reply import SILENT, Asked, Assistant, Reply, place, say, show
from bot.telegram.queue.conversations import Forgotten
from bot.telegram.queue.outbox import Outgoing

OURS = "!"  # begins the requests of buttons that this face carries out itself; the assistant's begin with "{"
ROLES = ("student", "enterprise", "staff")
LISTS = ("jobs", "training", "partners", "join")
LANGUAGES = ("zh", "zh-hant", "en")
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
Handler = Callable[[Asked, Assistant, str], Reply]


def start(asked: Asked, assistant: Assistant, rest: str) -> Reply:
    """Welcome with the three roles; a deep link may lead on to a command or a role."""
    wanted = rest if PAYLOAD.fullmatch(rest) else ""
    if wanted in ROLES:
        return _greeted(role(asked, wanted))
    if wanted in LISTS:
        return show(asked, assistant.open(wanted, (), interface_language=asked.language), "")
    choices = [Choice(message(f"role_{name}", asked.language), f"{OURS}role {name}") for name in ROLES]
    return _greeted(say(asked, "start", *choices))


def _greeted(reply: Reply) -> Reply:
    return replace(reply, talk=reply.talk and replace(reply.talk, greeted=True))


def role(asked: Asked, name: str) -> Reply:
    """What a role can do here, with the lists that belong to it."""
    lists = {"student": ("training", "jobs"), "enterprise": ("join", "partners"), "staff": ()}[name]
    choices = [Choice(message(f"open_{one}", asked.language), f"{OURS}open {one}") for one in lists]
    return say(asked, f"role_{name}_text", *choices)


def show_help(asked: Asked, assistant: Assistant, rest: str) -> Reply:
    """What can be asked and which commands there are."""
    return say(asked, "help")


def privacy(asked: Asked, assistant: Assistant, rest: str) -> Reply:
    """What is stored, why, how long, who sees it, how to delete it."""
    return say(asked, "privacy")


def human(asked: Asked, assistant: Assistant, rest: str) -> Reply:
    """Where people answer: the contacts of the configuration."""
    lines = [f"{one.phone}  {one.en if asked.language == 'en' else one.zh}" for one in asked.contacts]
    return say(asked, "human", contacts="\n".join(lines)) if lines else say(asked, "human_none")


def cancel(asked: Asked, assistant: Assistant, rest: str) -> Reply:
    """Leave what was begun: the next question stands alone."""
    reply = say(asked, "cancelled")
    return replace(reply, talk=replace(asked.talk, said=()))


def language(asked: Asked, assistant: Assistant, rest: str) -> Reply:
    """Ask which language the interface shall have."""
    return say(asked, "language_ask", *_languages())


def settings(asked: Asked, assistant: Assistant, rest: str) -> Reply:
    """The language, and the way to deletion."""
    delete = Choice(message("delete_open", asked.language), f"{OURS}open delete_my_data")
    return say(asked, "settings", *_languages(), delete)


def _languages() -> list[Choice]:
    """Each language under its own name, whatever the interface's language is."""
    return [Choice(message(f"language_{code}", code), f"{OURS}language {code}") for code in LANGUAGES]


def set_language(asked: Asked, code: str) -> Reply:
    """Remember the choice and say so in the language chosen."""
    chosen = replace(asked, talk=replace(asked.talk, language=code))
    return say(chosen, "language_set", name=message(f"language_{code}", code))


def delete_my_data(asked: Asked, assistant: Assistant, rest: str) -> Reply:
    """Ask once whether everything shall go."""
    yes = Choice(message("delete_yes", asked.language), f"{OURS}delete yes")
    no = Choice(message("delete_no", asked.language), f"{OURS}delete no")
    return say(asked, "delete_confirm", yes, no)


def delete_all(asked: Asked) -> Reply:
    """Remove what is kept of this user and say exactly what it was."""

    def tell(gone: Forgotten) -> Outgoing:
        counts = {"conversations": gone.conversations, "buttons": gone.buttons, "waiting": gone.waiting}
        values = {name: str(count) for name, count in counts.items()}
        return place(asked, html.escape(message("deleted", asked.language, **values), quote=False))

    return Reply(forget=tell, status="deleted")


def ask(asked: Asked, assistant: Assistant, rest: str) -> Reply:
    """A question behind a command, for groups."""
    return question(replace(asked, text=rest), assistant) if rest else say(asked, "ask_empty")


def question(asked: Asked, assistant: Assistant) -> Reply:
    """The main thing: an answer."""
    turns = asked.talk.turns(asked.now)
    return show(asked, assistant.answer(asked.text, turns, interface_language=asked.language), asked.text)


def _open(name: str) -> Handler:
    def handler(asked: Asked, assistant: Assistant, rest: str) -> Reply:
        turns = asked.talk.turns(asked.now)
        return show(asked, assistant.open(name, turns, interface_language=asked.language), "")

    return handler


def unknown(asked: Asked, assistant: Assistant, rest: str) -> Reply:
    """A command that nobody knows: a short help in private, silence in a group, where it may be another bot's."""
    return say(asked, "unknown_command") if asked.private else SILENT


@dataclass(frozen=True)
class Command:
    """A command and whether it makes sense in a group."""

    handler: Handler
    in_groups: bool = True


COMMANDS: Mapping[str, Command] = {
    "start": Command(start, in_groups=False),
    "ask": Command(ask),
    "jobs": Command(_open("jobs")),
    "training": Command(_open("training")),
    "partners": Command(_open("partners")),
    "join": Command(_open("join")),
    "human": Command(human),
    "help": Command(show_help),
    "language": Command(language),
    "settings": Command(settings, in_groups=False),
    "privacy": Command(privacy),
    "cancel": Command(cancel),
    "delete_my_data": Command(delete_my_data, in_groups=False),
}
