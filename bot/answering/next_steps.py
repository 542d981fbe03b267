"""What a reader can do next: buttons below every message, decided here for all of them.

Below an answer they follow from how it ended, what it rests on and what it is about; below a text of the Telegram face
from the text's key. The Telegram face adds votes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.answer import Answer, Choice, Status
from bot.presentation.messages import message
from knowledge.intents.message_reader import Intents
from knowledge.tables.records import RecordKind

NEAR_ROWS = 0.02  # a question to documents that wants rows with this probability speaks of the same things
PERSON, UNREACHABLE, HELP = "human", "unreachable", "help"
LISTS = ("jobs", "training")  # for whoever has not said what it is about
OF_KINDS = {
    RecordKind.OPENING: "jobs",
    RecordKind.PROGRAM: "training",
    RecordKind.PARTNER: "partners",
    RecordKind.PROCEDURE: "join",
}
# What follows on a wish of the service; the text above it has said whom to call wherever that is not named here.
OF_WISHES: Mapping[str, tuple[str, ...]] = {
    "human": (UNREACHABLE, *LISTS),
    "complaint": (UNREACHABLE,),
    "wrong_answer": (PERSON,),
    "unreachable": LISTS,
    "official": ("partners", PERSON),
    "publish_opening": ("join", UNREACHABLE),
    "register_me": ("training", PERSON),
    "apply_job": (PERSON,),
    "send_resume": (PERSON,),
    "personal_case": (UNREACHABLE,),
}
# What only the Telegram face can open.
COMMANDS_OF_WISHES: Mapping[str, tuple[str, ...]] = {
    "delete_data": ("delete_my_data", "privacy"),
    "show_data": ("privacy", "delete_my_data"),
    "operator": ("privacy",),
    "change_language": ("language",),
}
# Of texts that bring no buttons of their own, by their keys; all others lead to help.
OF_TEXTS: Mapping[str, tuple[str, ...]] = {
    "help_text": (*LISTS, PERSON),
    "privacy_notice": ("delete_my_data", PERSON),
    "human": (UNREACHABLE, *LISTS),
    "human_none": LISTS,
    "group_greeting": (),  # below it and the next a link leads to the private chat
    "private_only": (),
    "text_only": (*LISTS, HELP),
    "ask_empty": (*LISTS, HELP),
    "too_many_minute": (PERSON,),
    "too_many_day": (PERSON,),
}


def with_next_steps(answer: Answer) -> Answer:
    """``answer`` with the choices that lead on from it, behind those that it has."""
    return replace(answer, choices=(*answer.choices, *_opened(_names(answer), answer.language)))


def steps_of_commands(answer: Answer) -> tuple[Choice, ...]:
    """What leads on from ``answer`` and only the Telegram face can open."""
    return _opened(COMMANDS_OF_WISHES.get(answer.wish, ()), answer.language)


def steps_of_text(key: str, language: str) -> tuple[Choice, ...]:
    """What leads on from the text ``key`` of the Telegram face."""
    return _opened(OF_TEXTS.get(key, (HELP,)), language)


def fitting_list(intents: Intents) -> str:
    """The guided list whose rows a question more likely wants than those of all other lists, empty when it is none."""
    shares = {name: intents.probabilities.get(name.value, 0.0) for name in OF_KINDS}
    best = max(shares, key=lambda name: shares[name])
    return OF_KINDS[best] if shares[best] >= NEAR_ROWS and 2 * shares[best] > sum(shares.values()) else ""


def wanted_by(request: str) -> Mapping[str, object]:
    """What the request of a choice wants: {"ask": a question}, {"open": a list, "human", "unreachable" or a command},
    {"records": …}; nothing where nobody made it.
    """
    try:
        wanted = json.loads(request)
    except ValueError:
        return {}
    return wanted if isinstance(wanted, Mapping) else {}


def again(request: str, language: str) -> Choice:
    """The same once more, after something failed."""
    return Choice(message("steps.again", language), request)


def asks(question: str) -> str:
    """The request of a choice that asks ``question``."""
    return json.dumps({"ask": question}, ensure_ascii=False)


def opens(name: str) -> str:
    """The request of a choice that opens ``name``: see ``wanted_by``."""
    return json.dumps({"open": name})


def _names(answer: Answer) -> tuple[str, ...]:
    """What is opened below ``answer``."""
    if answer.wish:
        return OF_WISHES.get(answer.wish, (*LISTS, PERSON))
    if answer.status is Status.UNAVAILABLE:
        return (PERSON,)
    if answer.choices and not answer.from_documents and answer.status is not Status.NOT_COVERED:
        return ()  # rows lead on by themselves, and so do questions back
    if answer.status is Status.CLARIFY:
        return (*LISTS, PERSON)
    return (answer.topic, PERSON) if answer.topic else (PERSON,)


def _opened(names: Sequence[str], language: str) -> tuple[Choice, ...]:
    """A choice that opens each of ``names``, two to a line."""
    return tuple(
        Choice(message(f"steps.open_{name}", language), opens(name), line=f"steps {number // 2}")
        for number, name in enumerate(names)
    )
