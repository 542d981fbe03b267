"""The commands, one function each; the table at the end is what Telegram lists, /help tells and each place allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.answer import Choice
from bot.answering.contact_names import contact_lines
from bot.answering.next_steps import PERSON
from bot.forms.declaration import FormDeclaration
from bot.presentation.messages import message
from bot.telegram.delivery.answer_reply import answer_reply
from bot.telegram.delivery.counted_answer import as_asked
from bot.telegram.delivery.reply import NO_REPLY, AssistantProtocol, IncomingQuestion, Reply, text_reply, with_notice
from bot.telegram.delivery.service_facts import Place
from bot.telegram.feedback.vote_buttons import vote_choices
from bot.telegram.feedback.votes import Opinion
from bot.telegram.forms import form_talk, status_page
from bot.telegram.handoff_talk import preview
from bot.telegram.queue.audience.group_chats import GroupChange
from bot.telegram.updates import own_data, welcome
from bot.telegram.updates.deep_links import ROLES, WELCOME, page_of
from bot.telegram.updates.welcome import OWN_PREFIX
from bot.understanding.question import question_of
from knowledge.text.pii import masked

log = structlog.get_logger()
LANGUAGES = ("zh", "zh-hant", "en")
Handler = Callable[[IncomingQuestion, AssistantProtocol, str], Reply]


def run(name: str, incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str = "") -> Reply:
    """Carry out a command, if it is one and its place is one for it: what Telegram lists where keeps nobody from
    typing it elsewhere.
    """
    command = COMMANDS.get(name)
    if command is None:
        return unknown(incoming, assistant, rest)
    if command.places & incoming.places:
        return command.handler(incoming, assistant, rest)
    if Place.PRIVATE in command.places:
        return welcome.to_private(incoming, text_reply(incoming, "private_only"), name)
    log.warning("command refused outside of its place", command=name)
    return unknown(incoming, assistant, rest)


def start(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """Welcome, or the page that a link leads to. Whoever comes by a link reads the notice too."""
    page = page_of(rest)
    if page in ROLES:
        return with_notice(incoming, welcome.role(incoming, page))
    if page != WELCOME:
        return with_notice(incoming, run(page, incoming, assistant))
    return welcome.welcome(incoming) if incoming.private else welcome.group_welcome(incoming, GroupChange.STARTED)


def show_help(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """What can be asked, how a group is heard, and each command of this place."""
    listed = [f"/{name} {message(f'command_{name}', incoming.language)}" for name in names_for(incoming.places)]
    return text_reply(incoming, "help_text", bot=incoming.bot_name, commands="\n".join(listed))


def human(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """Staff, who answer in this chat; where they do not, the contacts of the configuration."""
    if incoming.staff_terms:
        talk = replace(incoming, reply_in=incoming.reply_in or _language_of_talk(incoming))
        return preview.previewed(talk, incoming.staff_terms, rest)
    lines = contact_lines(incoming.contacts, incoming.language)
    reply = text_reply(incoming, "human", contacts=lines) if lines else text_reply(incoming, "human_none")
    return welcome.to_private(incoming, reply, "human") if incoming.facts.handoffs else reply


def close(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """How staff answer and end a hand-off: what they type where no hand-off is."""
    return text_reply(incoming, "handoff.staff_how")


def _language_of_talk(incoming: IncomingQuestion) -> str | None:
    """That of the last question; None without any."""
    asked = next((turn.question for turn in reversed(incoming.turns) if turn.question), "")
    return question_of(asked).reply_in if asked else None


def cancel(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """Leave what was begun: a form goes, and the next question stands alone."""
    reply = form_talk.cancel(incoming) or text_reply(incoming, "cancelled")
    return replace(reply, conversation=replace(incoming.conversation, history=()))


def language(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """Ask which language the interface shall have."""
    return text_reply(incoming, "language_ask", *_languages())


def settings(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """The language, and the ways to what is kept and to deletion."""
    show = Choice(message("command_my_data", incoming.language), f"{OWN_PREFIX}open my_data")
    delete = Choice(message("delete_open", incoming.language), f"{OWN_PREFIX}open delete_my_data")
    return text_reply(incoming, "settings", *_languages(), show, delete)


def _languages() -> list[Choice]:
    """Each language under its own name, whatever the interface's language is."""
    return [Choice(message(f"language_{code}", code), f"{OWN_PREFIX}language {code}") for code in LANGUAGES]


def set_language(incoming: IncomingQuestion, code: str) -> Reply:
    """Remember the choice and say so in the language chosen."""
    chosen = replace(incoming, conversation=replace(incoming.conversation, language=code, chosen=incoming.now))
    return text_reply(chosen, "language_set", name=message(f"language_{code}", code))


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
    """A question behind a command or the bot's name; with nothing behind it, the message that it replies to is one."""
    if rest:
        return answer_question(replace(incoming, text=rest), assistant)
    if incoming.pointed_at:
        return answer_question(replace(incoming, text=incoming.pointed_at, before=()), assistant)
    return text_reply(incoming, "ask_empty")


def answer_question(incoming: IncomingQuestion, assistant: AssistantProtocol) -> Reply:
    """The assistant's answer to a question; a wish that a command fulfils is as good as the command."""
    answer = assistant.answer(incoming.text, incoming.turns, interface_language=incoming.language)
    forms = incoming.facts.forms
    if Place.FORMS in incoming.places and (wanted := forms.of_wish(answer.wish)):
        wished = replace(incoming, reply_in=answer.language)
        return as_asked(incoming, answer, with_notice(wished, status_page.choose(wished, wanted)))
    if answer.wish == PERSON and incoming.staff_terms:
        return as_asked(incoming, answer, human(replace(incoming, reply_in=answer.language), assistant, ""))
    if command := WISHES.get(answer.wish):
        wished = replace(incoming, reply_in=answer.language)
        return as_asked(incoming, answer, with_notice(wished, run(command, wished, assistant)))
    offered = forms.below({citation.section for citation in answer.citations})
    reply = _with_forms(incoming, answer_reply(incoming, answer, incoming.text), offered, asked=False)
    return preview.after_refusals(replace(incoming, reply_in=answer.language), reply)


def join(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """How to take part, with the forms that can be filled in here."""
    reply = _guided_list("join")(incoming, assistant, rest)
    return _with_forms(incoming, reply, incoming.facts.forms.forms, asked=True)


def _with_forms(incoming: IncomingQuestion, reply: Reply, forms: Sequence[FormDeclaration], *, asked: bool) -> Reply:
    """``reply`` with ``forms`` below it; groups are led to the private chat; who declined is not ``asked`` again."""
    if Place.FORMS in incoming.places:
        return status_page.with_forms(incoming, reply, forms if asked else status_page.not_declined(incoming, forms))
    return welcome.to_private(incoming, reply, "join") if forms and reply.messages else reply


def status(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """What somebody sent in forms, and how far staff are with it."""
    return status_page.status(incoming)


def _guided_list(name: str) -> Handler:
    def handler(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
        return answer_reply(incoming, assistant.open(name, incoming.turns, interface_language=incoming.language), "")

    return handler


def staff(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """What staff should know of this service."""
    return welcome.role(incoming, "staff")


def unknown(incoming: IncomingQuestion, assistant: AssistantProtocol, rest: str) -> Reply:
    """A command that nobody knows: a short help in private, silence in a group, where it may be another bot's."""
    return text_reply(incoming, "unknown_command") if incoming.private else NO_REPLY


@dataclass(frozen=True)
class Command:
    """A command. Its handler gets the question, the assistant, and the text that follows the command.

    ``places``: where it is listed and carried out.
    """

    handler: Handler
    places: frozenset[Place] = frozenset({Place.PRIVATE, Place.GROUP})


IN_PRIVATE, FOR_STAFF, FOR_HANDOFFS = frozenset({Place.PRIVATE}), frozenset({Place.STAFF}), frozenset({Place.HANDOFFS})
COMMANDS: Mapping[str, Command] = {
    "start": Command(start),
    "ask": Command(ask),
    "jobs": Command(_guided_list("jobs")),
    "training": Command(_guided_list("training")),
    "partners": Command(_guided_list("partners")),
    "join": Command(join),
    "status": Command(status, frozenset({Place.FORMS, Place.STAFF})),
    "human": Command(human),
    "help": Command(show_help),
    "language": Command(language),
    "feedback": Command(feedback),
    "settings": Command(settings, IN_PRIVATE),
    "privacy": Command(own_data.privacy),
    "cancel": Command(cancel),
    "my_data": Command(own_data.my_data, IN_PRIVATE),
    "delete_my_data": Command(own_data.delete_my_data, IN_PRIVATE),
    "staff": Command(staff, FOR_STAFF),
    "applications": Command(staff, FOR_STAFF),
    "note": Command(staff, FOR_STAFF),
    "unanswered": Command(staff, FOR_STAFF),
    "report": Command(staff, FOR_STAFF),
    "export": Command(staff, FOR_STAFF),
    "reply": Command(close, FOR_HANDOFFS),
    "close": Command(close, FOR_HANDOFFS),
}
WISHES = {"delete_data": "delete_my_data", "show_data": "my_data", "change_language": "language"}  # by learned intents


def names_for(places: frozenset[Place]) -> list[str]:
    """The commands that chats of these kinds have, in their order."""
    return [name for name, command in COMMANDS.items() if command.places & places]
